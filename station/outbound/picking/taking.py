"""Taking goods from slots into totes (P15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update

from station.ground.db import Prepared, table
from station.ground.documents.lifecycle import Ref
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import changing
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, AllocationState, OrderLine, OrderState
from station.outbound.picking import sharing
from station.outbound.picking.models import STOP, PickTask, StopState
from station.outbound.pieces import rules as pieces
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType

_A, _L, _P = table(Allocation), table(OrderLine), table(PickTask)
_TAKE_ALLOCATION = Prepared(
    update(_A)
    .where(_A.c.id == bindparam("aid"), _A.c.state == AllocationState.OPEN)
    .values(qty_taken=bindparam("picked"), state=bindparam("new_state"), ended_at=bindparam("ended"))
)
_TAKE_LINE = Prepared(
    update(_L)
    .where(_L.c.id == bindparam("lid"), _L.c.qty_picked + bindparam("q") <= _L.c.qty)
    .values(qty_picked=_L.c.qty_picked + bindparam("q"))
)
_TAKE_TASK = Prepared(
    update(_P)
    .where(
        _P.c.id == bindparam("tid"),
        _P.c.state == StopState.OPEN,
        _P.c.qty_picked + bindparam("q") <= _P.c.qty,
    )
    .values(qty_picked=_P.c.qty_picked + bindparam("q"))
)
_LINES_LEFT = Prepared(
    select(func.count())
    .select_from(OrderLine)
    .where(OrderLine.order_id == bindparam("order_id"), OrderLine.qty_picked < OrderLine.qty)
)


def take(
    work: Work, pick_list: Any, stop: Any, tote_id: int, qty: int, *, serial_no: str = ""
) -> dict[str, Any]:
    """Move `qty` from the slot to the tote and tell lines and orders. Returns what undo needs.

    Of goods with serial numbers one piece is taken at a time, by its number: E-SN-07 without, E-SN-01 to
    E-SN-05 for a wrong one (`pieces.pick`).
    """
    left = stop.qty - stop.qty_picked
    if qty > left:
        raise Refused("E-PCK-04", n=left)
    if stop.is_serial and (qty != 1 or not serial_no):
        raise Refused("E-SN-07")
    key = f"{work.key}:pick"
    ledger.post(
        work,
        Posting(
            MovementType.PICK,
            stop.sku_id,
            stop.lot_id,
            qty,
            Place(stop.location_id, stop.status, stop.hu_id),
            Place(tote_id, stop.status),
            "PK",
            pick_list,
            key,
            uses_allocated=qty,
        ),
    )
    shares = _share(work, stop, qty)
    if qty == left:
        STOP.move(work, Ref(stop.id, "", StopState.OPEN), "pick", qty_picked=stop.qty)
    elif _TAKE_TASK.run(work.tx, tid=stop.id, q=qty) != 1:
        raise Refused("E-PCK-04", n=left)
    frame = {"key": key, "task": stop.id, "qty": qty, "stock": stop.stock_id, "shares": shares}
    if not stop.is_serial:
        return frame
    pieces.pick(work, shares[0][1], stop.sku_id, stop.lot_id, serial_no)
    return frame | {"serial": serial_no}


def _share(work: Work, stop: Any, qty: int) -> list[list[int]]:
    """Give the picked units to the stop's orders in the wave's order; move the orders along."""
    shares: list[list[int]] = []
    for row in sharing.live(work.tx, stop.id):
        part = min(qty, row.qty - row.qty_taken)
        if not part:
            break
        qty -= part
        full = row.qty_taken + part == row.qty
        _TAKE_ALLOCATION.run(
            work.tx,
            aid=row.id,
            picked=row.qty_taken + part,
            new_state=AllocationState.PICKED if full else AllocationState.OPEN,
            ended=work.now if full else None,
        )
        if _TAKE_LINE.run(work.tx, lid=row.owner_id, q=part) != 1:
            raise Refused("E-PCK-04", n=0)
        shares.append([row.id, row.owner_id, part, row.order_id])
        _advance(work, row)
    if qty:
        raise Refused("E-PCK-04", n=0)
    return shares


def _advance(work: Work, row: Any) -> None:
    order = Ref(row.order_id, row.order_no, row.state)
    if order.state == OrderState.WAVED:
        ORDER.move(work, order, "first_pick")
    if not _LINES_LEFT.scalar(work.tx, order_id=row.order_id):
        ORDER.move(work, order, "last_pick")
        changing.hold_marked(work, order.id)
