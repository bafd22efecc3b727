"""Goods that may not be sold when they come are held by their lot from their first moment on (P1, P6)."""

from __future__ import annotations

from station.ground.work import Work
from station.stock import holds
from station.stock.holds import Hold
from station.stock.models import StockStatus
from station.storage import telling
from station.storage.holds import rules
from station.storage.telling import Told


def hold(work: Work, lot_id: int, qty: int, why: str, *, is_told: bool = True) -> None:
    """`qty` EACH of a lot have come, on HOLD: without a date, without an order, more than was ordered.

    The office heard of them as good ones, unless it has not heard of them at all (`is_told` off).
    """
    if lot_id in holds.held(work.tx).lots:
        return
    made = rules.hold_lot(work, lot_id, why[:60])
    if is_told:
        tell(work, made, qty, "undated")


def tell(work: Work, hold: Hold, qty: int, key: str) -> None:
    """The office hears that `qty` EACH of a held lot are on hold; `key` names the occasion."""
    told = Told(hold.sku_id or 0, hold.lot_id or 0, qty, StockStatus.GOOD, StockStatus.HOLD)
    telling.tell(work, f"{hold.hold_no}-{key}", hold.hold_no, "STATUS", hold.reason, [told])
