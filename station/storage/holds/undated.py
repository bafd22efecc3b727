"""Dated goods that come without a date are held by their lot from their first moment on (P6)."""

from __future__ import annotations

from station.ground.work import Work
from station.stock import holds
from station.stock.models import StockStatus
from station.storage import telling
from station.storage.holds import rules
from station.storage.telling import Told


def hold(work: Work, lot_id: int, qty: int, why: str) -> None:
    """`qty` EACH of a lot without a date have come, on HOLD; the office heard of them as good ones."""
    if lot_id in holds.held(work.tx).lots:
        return
    made = rules.hold_lot(work, lot_id, why[:60])
    told = Told(made.sku_id or 0, lot_id, qty, StockStatus.GOOD, StockStatus.HOLD)
    telling.tell(work, f"{made.hold_no}-undated", made.hold_no, "STATUS", made.reason, [told])
