"""What an order was promised is not there: elsewhere on the same walk, or it leaves its wave (P15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.documents.lifecycle import Ref
from station.ground.work import Work
from station.outbound.orders.releasing import kick_out, release_open
from station.outbound.orders.shortage import fall_short
from station.outbound.picking import stops
from station.outbound.waves.promising import Want, gather, promised


class Lack(NamedTuple):
    """EACH that a promise (a row of `sharing.open_promises`) does not get where it was made."""

    part: Any
    qty: int


def elsewhere(work: Work, list_id: int, lacks: Sequence[Lack]) -> bool:
    """Send the picker elsewhere for what one order misses, oldest lot first; False when it is nowhere."""
    wants = [Want(part.owner_id, part.sku_id, qty, part.is_gift) for part, qty in lacks]
    held = gather(work, wants, lacks[0].part.min_left_days)
    for one in held or ():
        pick = one[1]
        promised(work, one, stops.add(work, list_id, pick.stock_id, pick.qty))
    work.tx.flush()
    return held is not None


def nowhere(work: Work, lacks: Sequence[Lack]) -> None:
    """The order leaves its wave; what it was promised elsewhere is free again; the ERP hears of it."""
    first = lacks[0].part
    order = Ref(first.order_id, first.order_no, first.state)
    lack: dict[str, int] = {}
    missing: dict[int, int] = {}
    for part, qty in lacks:
        code = str(work.tx.scalar(select(Sku.code).where(Sku.id == part.sku_id)))
        lack[code] = lack.get(code, 0) + qty
        missing[part.owner_id] = missing.get(part.owner_id, 0) + qty
    release_open(work, order.id)
    kick_out(work, order.id)
    words = ", ".join(f"{code}×{qty}" for code, qty in lack.items())
    fall_short(work, order, missing, detail={"lack": lack}, hold_reason=words[:200])
