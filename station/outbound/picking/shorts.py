"""Short picks: fewer good units at the slot than the book says (P15, T41, T42).

A picker's word never changes the stock, only a count does. What the book still has there is kept from
everybody, the missing units are looked for elsewhere on the same walk, and an order whose units are nowhere
leaves its wave. The picker goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select

from station.ground.documents.history import record
from station.ground.documents.lifecycle import Ref
from station.ground.scan.kit.choice import Reason
from station.ground.tasks import Origin
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.picking import replanning, sharing, taking
from station.outbound.picking.models import STOP, Kept, PickList, ShortPick, StopState
from station.outbound.picking.replanning import Lack
from station.stock import promises
from station.stock.models import Stock
from station.storage.counting import rules as counting
from station.storage.counting.origins import Counted, when_counted

DOC = "SHORT"
"""What a short pick's history, its promise and its count task are called."""
BROKEN = Reason("BROKEN", "L-SHORT-BROKEN")
REASONS = (
    Reason("EMPTY", "L-SHORT-EMPTY"),
    Reason("TOO_FEW", "L-SHORT-TOO-FEW"),
    BROKEN,
    Reason("EXPIRED", "L-SHORT-EXPIRED"),
    Reason("BARCODE", "L-SHORT-BARCODE"),
    Reason("NOT_FOUND", "L-SHORT-NOT-FOUND"),
)
"""空位/数量不够/破损/过期/条码不符/找不到."""


@dataclass
class Shortage:
    """What came of a short pick: units missing at the slot, found elsewhere, and whose orders fell."""

    missing: int
    elsewhere: int = 0
    orders: list[str] = field(default_factory=list)


def report(work: Work, pick_list: PickList, stop: Any, tote_id: int, qty: int, reason: str) -> Shortage:
    """`qty` good units are at the stop and are taken; the others are missing, for `reason`.

    E-INT-01 when an order of the stop was stopped meanwhile, E-PCK-04 when nothing is missing.
    """
    wanted = stop.qty - stop.qty_picked
    if not 0 <= qty < wanted:
        raise Refused("E-PCK-04", n=wanted - 1)
    sharing.live(work.tx, stop.id)
    if qty:
        taking.take(work, pick_list.pick_no, stop, tote_id, qty)
    parts = sharing.open_promises(work.tx, stop.id)
    for part in parts:
        promises.let_go(work.tx, part.stock_id, part.qty - part.qty_taken)
        sharing.close(work, part)
    STOP.move(work, Ref(stop.id, "", StopState.OPEN), "short")
    _keep(work, stop, wanted, qty, reason)
    return replace(work, pick_list.id, [Lack(part, part.qty - part.qty_taken) for part in parts])


def replace(work: Work, list_id: int, lacks: Sequence[Lack]) -> Shortage:
    """Units of orders are not where they were promised: elsewhere on the same walk, oldest lot first, or the
    order leaves its wave and is SHORT.
    """
    result = Shortage(sum(lack.qty for lack in lacks))
    for _order_id, group in groupby(lacks, key=lambda lack: lack.part.order_id):
        of_order = list(group)
        if replanning.elsewhere(work, list_id, of_order):
            result.elsewhere += sum(lack.qty for lack in of_order)
        else:
            replanning.nowhere(work, of_order)
            result.orders.append(of_order[0].part.order_no)
    return result


def _keep(work: Work, stop: Any, wanted: int, qty: int, reason: str) -> None:
    """Write the short pick down, and keep what the book still has free there until it is counted."""
    row = work.tx.execute(select(Stock.on_hand, Stock.allocated).where(Stock.id == stop.stock_id)).one()
    short = ShortPick(
        task_id=stop.id,
        stock_id=stop.stock_id,
        location_id=stop.location_id,
        sku_id=stop.sku_id,
        lot_id=stop.lot_id,
        wanted=wanted,
        found=qty,
        qty_kept=row.on_hand - row.allocated,
        reason=reason,
        by=work.by.name,
        at=work.now,
    )
    work.tx.add(short)
    work.tx.flush()
    if short.qty_kept:
        promises.promise(work, _owner(), short.id, stop.stock_id, short.qty_kept)
    origin = Origin(DOC, str(short.id))
    counting.open_task(work, origin, stop.location_id, sku_id=stop.sku_id, lot_id=stop.lot_id)


def _owner() -> str:
    return str(Kept.__mapper__.polymorphic_identity)


def open_shorts(tx: Any) -> list[ShortPick]:
    """Short picks whose slot nobody has counted yet, oldest first."""
    return list(tx.scalars(select(ShortPick).where(ShortPick.closed_at.is_(None)).order_by(ShortPick.id)))


SEEN = ("SEEN", "PUT_BACK", "COUNTED")
"""What somebody found who looked: the goods are there after all, were put back, or were counted."""


def close(work: Work, short_id: int, reason: str = "COUNTED") -> None:
    """Somebody looked (or counted): what was kept may be promised again. Twice is once."""
    short = work.tx.get_one(ShortPick, short_id, with_for_update=True)
    if short.closed_at is None:
        promises.release(work, _owner(), short.id)
        short.closed_at, short.closed_by, short.closed_reason = work.now, work.by.name, reason
        detail = {"reason": reason, "qty": short.qty_kept}
        record(work, DOC, str(short.id), "release", old="KEPT", new="FREE", detail=detail)
        counting.cancel_of(work, Origin(DOC, str(short.id)))


@when_counted(DOC)
def counted(work: Work, task: Counted, _is_right: bool) -> None:
    """The lot was counted at its slot: everything that was kept of it there is free."""
    here = (ShortPick.location_id == task.location_id) & (ShortPick.lot_id == task.lot_id)
    for short in work.tx.scalars(select(ShortPick).where(here, ShortPick.closed_at.is_(None))).all():
        close(work, short.id)
