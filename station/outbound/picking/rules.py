"""Taking goods from slots into totes (P15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Prepared, table
from station.ground.documents.lifecycle import Ref
from station.ground.scan.codes import Code
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import STOPPED, Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.models import Wave, WaveOrder
from station.settings import Settings
from station.stock import ledger, promises, shelf_life
from station.stock.fifo import lot_key
from station.stock.ledger import Place, Posting
from station.stock.models import HandlingUnit, Location, Lot, MovementType, Stock, StockStatus

_STOP = Prepared(
    select(
        PickTask.id,
        PickTask.seq,
        PickTask.qty,
        PickTask.qty_picked,
        PickTask.sku_id,
        PickTask.lot_id,
        PickTask.stock_id,
        Location.code.label("slot"),
        Location.barcode,
        Location.state.label("slot_state"),
        Location.id.label("location_id"),
        Lot.expires_on,
        Lot.produced_on,
        Stock.hu_id,
        Stock.status,
        Sku.code.label("sku"),
        Sku.name_zh,
        Sku.spec,
        Sku.unit,
        Sku.lockup_days,
        Sku.advent_days,
    )
    .join(Location, Location.id == PickTask.location_id)
    .join(Lot, Lot.id == PickTask.lot_id)
    .join(Stock, Stock.id == PickTask.stock_id)
    .join(Sku, Sku.id == PickTask.sku_id)
    .where(PickTask.pick_list_id == bindparam("pick_list_id"), PickTask.state == "OPEN")
    .order_by(PickTask.seq)
    .limit(1)
)
_AFTER = Prepared(
    select(Location.code)
    .join(PickTask, PickTask.location_id == Location.id)
    .where(
        PickTask.pick_list_id == bindparam("pick_list_id"),
        PickTask.state == "OPEN",
        PickTask.seq > bindparam("seq"),
        Location.id != bindparam("location_id"),
    )
    .order_by(PickTask.seq)
    .limit(1)
)
_PROGRESS = Prepared(
    select(
        func.count().filter(PickTask.state == "DONE").label("done"),
        func.count().filter(PickTask.state != "CANCELLED").label("total"),
    ).where(PickTask.pick_list_id == bindparam("pick_list_id"))
)
_A, _L, _P = table(Allocation), table(OrderLine), table(PickTask)
_OPEN_ALLOCATIONS = Prepared(
    select(
        _A.c.id,
        _A.c.qty,
        _A.c.qty_taken,
        _A.c.owner_id,
        OrderLine.order_id,
        DeliveryOrder.state,
        DeliveryOrder.order_no,
    )
    .join(OrderLine, OrderLine.id == _A.c.owner_id)
    .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    .where(_A.c.task_id == bindparam("task_id"), _A.c.owner_type == "LINE", _A.c.state == "OPEN")
    .order_by(_A.c.id)
)
_TAKE_ALLOCATION = Prepared(
    update(_A)
    .where(_A.c.id == bindparam("aid"), _A.c.state == "OPEN")
    .values(qty_taken=bindparam("picked"), state=bindparam("new_state"), ended_at=bindparam("ended"))
)
_TAKE_LINE = Prepared(
    update(_L)
    .where(_L.c.id == bindparam("lid"), _L.c.qty_picked + bindparam("q") <= _L.c.qty)
    .values(qty_picked=_L.c.qty_picked + bindparam("q"))
)
_TAKE_TASK = Prepared(
    update(_P)
    .where(_P.c.id == bindparam("tid"), _P.c.state == "OPEN", _P.c.qty_picked + bindparam("q") <= _P.c.qty)
    .values(qty_picked=_P.c.qty_picked + bindparam("q"), state=bindparam("new_state"))
)
_LINES_LEFT = Prepared(
    select(func.count())
    .select_from(OrderLine)
    .where(OrderLine.order_id == bindparam("order_id"), OrderLine.qty_picked < OrderLine.qty)
)


def next_list(tx: Session) -> PickList | None:
    """The open pick list to walk next: urgent orders first, then by promise to the customer."""
    return tx.scalars(
        select(PickList)
        .join(WaveOrder, WaveOrder.wave_id == PickList.wave_id)
        .join(DeliveryOrder, DeliveryOrder.id == WaveOrder.order_id)
        .where(PickList.state == "OPEN")
        .order_by(DeliveryOrder.is_urgent.desc(), PickList.id)
        .limit(1)
        .with_for_update(of=PickList, skip_locked=True)
    ).first()


def count_open(tx: Session, _settings: Settings | None = None) -> int:
    """How many pick lists nobody has taken."""
    return tx.scalar(select(func.count()).select_from(PickList).where(PickList.state == "OPEN")) or 0


def find_list(tx: Session, text: str) -> PickList:
    """The pick list with this number, or the first open one of this wave; E-TSK-02 when none."""
    found = tx.scalars(select(PickList).where(PickList.pick_no == text)).first()
    if found is None:
        found = tx.scalars(
            select(PickList)
            .join(Wave, Wave.id == PickList.wave_id)
            .where(Wave.wave_no == text, PickList.state.in_(("OPEN", "TAKEN")))
            .order_by(PickList.state, PickList.id)
            .limit(1)
        ).first()
    if found is None:
        raise Refused("E-TSK-02")
    if found.state not in {"OPEN", "TAKEN"}:
        raise Refused("E-PCK-05", st=found.state)
    return found


def take_list(ctx: Context, pick_list: PickList) -> None:
    """The picker takes the list; the wave is being picked."""
    taken = ctx.tx.execute(
        update(PickList)
        .where(PickList.id == pick_list.id, PickList.state.in_(("OPEN", "TAKEN")))
        .values(state="TAKEN", user_id=ctx.actor.user_id)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("E-PCK-05", st=pick_list.state)
    ctx.tx.execute(
        update(Wave).where(Wave.id == pick_list.wave_id, Wave.state == "RELEASED").values(state="PICKING")
    )


def bind_tote(ctx: Context, pick_list_id: int, tote_id: int) -> None:
    """Pick into this tote: E-TOT-01 while another list uses it or goods lie in it."""
    used = ctx.tx.scalar(
        select(PickList.id)
        .where(
            PickList.tote_id == tote_id,
            PickList.id != pick_list_id,
            PickList.state.in_(("TAKEN", "PICKED", "DONE")),
        )
        .limit(1)
    )
    filled = ctx.tx.scalar(select(Stock.id).where(Stock.location_id == tote_id, Stock.on_hand > 0).limit(1))
    if used or filled:
        raise Refused("E-TOT-01")
    ctx.tx.execute(update(PickList).where(PickList.id == pick_list_id).values(tote_id=tote_id))


def stop(tx: Session, pick_list_id: int) -> Any:
    """The present stop of the walk, or None when all is picked."""
    return _STOP.first(tx, pick_list_id=pick_list_id)


def stop_after(tx: Session, pick_list_id: int, task: Any) -> str:
    """The slot to walk to after this stop; empty when it is the last one."""
    row = _AFTER.first(tx, pick_list_id=pick_list_id, seq=task.seq, location_id=task.location_id)
    return str(row.code) if row else ""


def progress(tx: Session, pick_list_id: int) -> tuple[int, int]:
    """Stops done and stops in all; cancelled ones do not count."""
    done, total = _PROGRESS.first(tx, pick_list_id=pick_list_id)
    return int(done), int(total)


def check_goods(ctx: Context, task: Any, code: Code) -> None:
    """The right article of the right lot, still sellable (E-PCK-02, E-PCK-03, E-EXP-10)."""
    if code.sku_id != task.sku_id:
        raise Refused("E-PCK-02", want=task.name_zh)
    if task.expires_on is not None:
        state = shelf_life.sales_state(
            task.produced_on, task.expires_on, ctx.today, task.lockup_days, task.advent_days
        )
        if state == "EXPIRED":
            raise Refused("E-EXP-10")


def other_lot(ctx: Context, task: Any, code: Code) -> int | None:
    """The stock row the scan names when it is not the promised lot: an older one is fine, a younger
    one needs a supervisor (E-PCK-03, I7, T34). None when the scan agrees or says nothing.
    """
    if not code.expires_on and not code.lot:
        return None
    promised = ctx.tx.get_one(Lot, task.lot_id)
    if _is_lot(promised, code):
        return None
    rows = ctx.tx.execute(
        select(Stock.id, Lot)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(
            Stock.location_id == task.location_id,
            Stock.sku_id == task.sku_id,
            Stock.status == StockStatus.GOOD,
            Stock.on_hand - Stock.allocated >= task.qty - task.qty_picked,
        )
        .order_by(Stock.id)
    ).all()
    match = next(((stock_id, lot) for stock_id, lot in rows if _is_lot(lot, code)), None)
    younger = match is None or _age(match[1]) > _age(promised)
    if younger:
        ctx.unless_allowed("E-PCK-03", exp=str(promised.expires_on or promised.supplier_lot))
    if match is None:
        raise Refused("E-STK-02")
    return match[0]


def _is_lot(lot: Lot, code: Code) -> bool:
    same_date = not code.expires_on or code.expires_on == lot.expires_on
    return same_date and (not code.lot or code.lot == lot.supplier_lot)


def _age(lot: Lot) -> Any:
    return lot_key(lot.expires_on, lot.received_on, lot.id)


def swap(ctx: Context, task: Any, stock_id: int, override: str) -> None:
    """Promise another lot of the same slot to this stop instead."""
    left = task.qty - task.qty_picked
    if not promises.hold(ctx.tx, stock_id, left):
        raise Refused("E-STK-02")
    promises.let_go(ctx.tx, task.stock_id, left)
    row = ctx.tx.get_one(Stock, stock_id)
    ctx.tx.execute(
        update(Allocation)
        .where(Allocation.task_id == task.id, Allocation.state == "OPEN")
        .values(stock_id=stock_id, lot_id=row.lot_id, age_override=override[:60])
    )
    ctx.tx.execute(
        update(PickTask).where(PickTask.id == task.id).values(stock_id=stock_id, lot_id=row.lot_id)
    )


def check_orders(ctx: Context, task_id: int) -> None:
    """An order of this stop was stopped meanwhile: E-INT-01, nothing is taken (T44)."""
    rows = _OPEN_ALLOCATIONS.all(ctx.tx, task_id=task_id)
    if not rows or any(row.state in STOPPED for row in rows):
        raise Refused("E-INT-01")


def take(ctx: Context, pick_list: Any, task: Any, tote_id: int, qty: int) -> dict[str, Any]:
    """Move `qty` from the slot to the tote and tell lines and orders. Returns what undo needs."""
    left = task.qty - task.qty_picked
    if qty > left:
        raise Refused("E-PCK-04", n=left)
    key = f"{ctx.key}:pick"
    ledger.post(
        ctx,
        Posting(
            MovementType.PICK,
            task.sku_id,
            task.lot_id,
            qty,
            Place(task.location_id, task.status, task.hu_id),
            Place(tote_id, task.status),
            "PK",
            pick_list,
            key,
            uses_allocated=qty,
        ),
    )
    shares = _share(ctx, task, qty)
    state = "DONE" if qty == left else "OPEN"
    if _TAKE_TASK.run(ctx.tx, tid=task.id, q=qty, new_state=state) != 1:
        raise Refused("E-PCK-04", n=left)
    return {"key": key, "task": task.id, "qty": qty, "stock": task.stock_id, "shares": shares}


def _share(ctx: Context, task: Any, qty: int) -> list[list[int]]:
    """Give the picked units to the stop's orders in the wave's order; move the orders along."""
    shares: list[list[int]] = []
    rows = _OPEN_ALLOCATIONS.all(ctx.tx, task_id=task.id)
    if any(row.state in STOPPED for row in rows):
        raise Refused("E-INT-01")
    for row in rows:
        part = min(qty, row.qty - row.qty_taken)
        if not part:
            break
        qty -= part
        full = row.qty_taken + part == row.qty
        _TAKE_ALLOCATION.run(
            ctx.tx,
            aid=row.id,
            picked=row.qty_taken + part,
            new_state="PICKED" if full else "OPEN",
            ended=ctx.now if full else None,
        )
        if _TAKE_LINE.run(ctx.tx, lid=row.owner_id, q=part) != 1:
            raise Refused("E-PCK-04", n=0)
        shares.append([row.id, row.owner_id, part, row.order_id])
        _advance(ctx, row)
    if qty:
        raise Refused("E-PCK-04", n=0)
    return shares


def _advance(ctx: Context, row: Any) -> None:
    order = Ref(row.order_id, row.order_no, row.state)
    if order.state == OrderState.WAVED:
        ORDER.move(ctx, order, "first_pick")
    if not _LINES_LEFT.scalar(ctx.tx, order_id=row.order_id):
        ORDER.move(ctx, order, "last_pick")


def untake(ctx: Context, frame: dict[str, Any]) -> None:
    """CM-UNDO of a take: everything is as it was before (T45)."""
    ledger.reverse(ctx, frame["key"], f"{ctx.key}:undo", allocated=frame["qty"])
    ctx.tx.execute(
        update(PickTask)
        .where(PickTask.id == frame["task"])
        .values(qty_picked=PickTask.qty_picked - frame["qty"], state="OPEN")
    )
    for allocation_id, line_id, part, order_id in frame["shares"]:
        ctx.tx.execute(
            update(Allocation)
            .where(Allocation.id == allocation_id)
            .values(qty_taken=Allocation.qty_taken - part, state="OPEN", ended_at=None)
        )
        ctx.tx.execute(
            update(OrderLine).where(OrderLine.id == line_id).values(qty_picked=OrderLine.qty_picked - part)
        )
        _step_back(ctx, order_id)
    ctx.tx.expire_all()


def _step_back(ctx: Context, order_id: int) -> None:
    ctx.tx.expire_all()
    order = ctx.tx.get_one(DeliveryOrder, order_id)
    if order.state in STOPPED:
        raise Refused("E-INT-01")
    if order.state == OrderState.PICKED:
        ORDER.move(ctx, order, "undo_last_pick")
    picked = ctx.tx.scalar(select(func.sum(OrderLine.qty_picked)).where(OrderLine.order_id == order_id))
    if not picked and order.state == OrderState.PICKING:
        ORDER.move(ctx, order, "undo_first_pick")


def finish_list(ctx: Context, pick_list_id: int) -> None:
    """The tote stands at the bench: the list is DONE, and so is a wave with nothing left to pick."""
    ctx.tx.execute(
        update(PickList).where(PickList.id == pick_list_id).values(state="DONE", picked_at=ctx.now)
    )
    wave_id = ctx.tx.scalar(select(PickList.wave_id).where(PickList.id == pick_list_id))
    left = ctx.tx.scalar(
        select(func.count())
        .select_from(PickList)
        .where(PickList.wave_id == wave_id, PickList.state.in_(("OPEN", "TAKEN")))
    )
    if not left:
        ctx.tx.execute(update(Wave).where(Wave.id == wave_id).values(state="DONE"))


def carton_of(tx: Session, hu_id: int) -> str:
    """The label of the carton stock stands in; empty for loose stock."""
    return tx.get_one(HandlingUnit, hu_id).lpn if hu_id else ""
