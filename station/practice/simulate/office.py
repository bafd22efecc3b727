"""The simulator's office: some buyers change their minds, at any moment of their order's way."""

from __future__ import annotations

import random
from decimal import Decimal

from station.practice.simulate.client import Handheld
from station.practice.simulate.worker import OK, Stuck

WAY = ("AUDITED", "ALLOCATED", "WAVED", "PICKING", "PICKED", "CHECKED", "PACKED", "WEIGHED", "STAGED")


class Office:
    """Cancels a share of the orders, each when it has come as far as its lot says."""

    def __init__(self, device: Handheld, share: Decimal, seed: int) -> None:
        self._device, self._share, self._seed = device, share, seed
        self._moments: dict[str, int] = {}
        """Order → how far on its way it is cancelled; beyond the end for those that are not."""

    def look(self, orders: list[dict[str, str]]) -> None:
        """Cancel whatever has come so far; the station takes the files over in its own time."""
        for order in orders:
            number, state = order["order"], order["state"]
            moment = self._moments.setdefault(number, self._moment(number))
            if state in WAY and WAY.index(state) >= moment:
                self._moments[number] = len(WAY)
                self._cancel(number)

    def _cancel(self, number: str) -> None:
        status, body = self._device.request("POST", "/demo/cancel", {"order": number})
        if status != OK:
            raise Stuck(f"the office could not cancel {number}: {status} {body}")

    def _moment(self, number: str) -> int:
        lot = random.Random(f"{self._seed}:{number}")  # noqa: S311 — a reproducible simulation
        return lot.randrange(len(WAY)) if lot.random() < self._share else len(WAY)
