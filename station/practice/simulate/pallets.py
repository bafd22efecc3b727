"""A worker who stacks cartons on a pallet, and finds at times that they do not go together (P8)."""

from __future__ import annotations

from collections.abc import Sequence

from station.practice.simulate.worker import OK, Worker

HOW_OFTEN, CARTONS = 0.2, 3
"""How often somebody who puts away stacks first, and so many cartons at most."""
FLOW = "pallets"


def stack(worker: Worker, cartons: Sequence[str]) -> bool:
    """Put these cartons away as one; False when each must go by itself: no printer for the label, no slot
    that takes all of them. Then the pallet is taken apart again.
    """
    for carton in cartons:
        worker.scan(FLOW, carton)
    status, body = worker.device.scan(FLOW, "CM-CLOSE")
    if status != OK:
        worker.scan(FLOW, "CM-SKIP")
        return False
    screen = worker.scan(FLOW, body["screen"]["facts"]["hint"])["screen"]
    slot = screen["facts"].get("hint")
    if not slot:
        worker.scan(FLOW, "CM-CLOSE")
        return False
    worker.scan(FLOW, slot)
    worker.scan(FLOW, "CM-OK")
    return True
