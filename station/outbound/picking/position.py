"""Where a picker stands: list, tote, present stop; kept with the run, so a dead battery costs nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Stop:
    """The present stop as it is shown; `qty` is left to take there, `pack` EACH are in the pack that
    was scanned, `done` of `of` stops are behind.
    """

    task: int = 0
    slot: str = ""
    barcode: str = ""
    sku: str = ""
    name: str = ""
    spec: str = ""
    unit: str = ""
    expires: str = ""
    carton: str = ""
    qty: int = 0
    pack: int = 0
    done: int = 0
    of: int = 0
    next: str = ""


@dataclass
class Picking:
    """A walk: pick list, the tote goods go into, the stop, and what is being reported of it."""

    list: int = 0
    no: str = ""
    tote: int = 0
    tote_code: str = ""
    stop: Stop | None = None
    reason: str = ""
    is_zero: bool = False
    broken: int = 0

    def here(self) -> Stop:
        """The present stop; a walk without one has no screen that asks for it."""
        assert self.stop is not None
        return self.stop
