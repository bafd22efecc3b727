"""Where goods may stand, and bringing them there (P8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.models import RECEIPT, Receipt, ReceiptState
from station.settings import Settings
from station.stock import ledger, shelf_life
from station.stock.ledger import Place, Posting
from station.stock.models import (
    LOOSE,
    SELLABLE_KINDS,
    HandlingUnit,
    Location,
    LocationKind,
    LocationState,
    Lot,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage.putaway.models import PutawayTask

SLOTS = (LocationKind.PICK, LocationKind.RSV, LocationKind.NEW)
"""Where sellable cartons may be put away in this version."""


def open_task(ctx: Work, receipt_id: int, unit: HandlingUnit, sku_id: int, lot_id: int) -> None:
    """A carton was accepted: somebody must bring it to a slot. A SKU that stands nowhere yet is new
    and comes after the others (S-24).
    """
    stands = ctx.tx.scalar(
        select(Stock.id)
        .join(Location, Location.id == Stock.location_id)
        .where(Stock.sku_id == sku_id, Stock.on_hand > 0, Location.kind.in_(sorted(SELLABLE_KINDS)))
        .limit(1)
    )
    ctx.tx.add(
        PutawayTask(
            hu_id=unit.id,
            receipt_id=receipt_id,
            sku_id=sku_id,
            lot_id=lot_id,
            qty=unit.qty,
            state="OPEN",
            is_new_sku=stands is None,
            created_at=ctx.now,
        )
    )


def waiting(tx: Session, limit: int) -> list[Any]:
    """Cartons that wait at the dock: existing SKUs before new ones, then FEFO, then age (S-24, T32)."""
    return list(
        tx.execute(
            select(PutawayTask.id, HandlingUnit.lpn, PutawayTask.sku_id, PutawayTask.qty)
            .join(HandlingUnit, HandlingUnit.id == PutawayTask.hu_id)
            .join(Lot, Lot.id == PutawayTask.lot_id)
            .where(PutawayTask.state == "OPEN")
            .order_by(PutawayTask.is_new_sku, Lot.expires_on.is_(None), Lot.expires_on, PutawayTask.id)
            .limit(limit)
        )
    )


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """How many cartons wait."""
    return tx.scalar(select(func.count()).select_from(PutawayTask).where(PutawayTask.state == "OPEN")) or 0


def task_of(tx: Session, lpn: str) -> PutawayTask:
    """The open task of a carton: unlabelled E-LBL-03, unsigned E-PUT-01, done E-PUT-07."""
    unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).first()
    if unit is None or unit.state == "PRINTED":
        raise Refused("E-LBL-03")
    task = tx.scalars(select(PutawayTask).where(PutawayTask.hu_id == unit.id)).first()
    if task is None:
        raise Refused("E-PUT-01")
    if task.state != "OPEN":
        raise Refused("E-PUT-07")
    return task


def propose(ctx: Context, task: PutawayTask) -> Location | None:
    """Directed putaway (P8): the SKU's pick slot when it runs low and no older lot waits in reserve;
    an empty reserve slot nearest to it; the new-goods area; any empty pick slot for a first carton.
    """
    tx = ctx.tx
    dock_id = select(Receipt.dock_id).where(Receipt.id == task.receipt_id).scalar_subquery()
    # one proposal at a time: two cartons must not be sent to the same empty slot (T30)
    tx.execute(select(Location.id).where(Location.id == dock_id).with_for_update())
    sku = catalog.sku(tx, task.sku_id)
    home = tx.get(Location, sku.home_location_id) if sku.home_location_id else None
    if home is not None and _home_wants(ctx, task, sku, home):
        return home
    if home is None:
        home = _empty(tx, LocationKind.PICK, near=0)
        if home is not None:  # bound at once: a second carton of a new article must not get another slot
            catalog.bind_home(tx, task.sku_id, home.id)
            return home
    near = home.pick_seq if home else 0
    return _empty(tx, LocationKind.RSV, near) or _empty(tx, LocationKind.NEW, near)


def _home_wants(ctx: Context, task: PutawayTask, sku: Any, home: Location) -> bool:
    if home.state != LocationState.OPEN:
        return False
    on_hand = ctx.tx.scalar(
        select(func.coalesce(func.sum(Stock.on_hand), 0)).where(Stock.location_id == home.id)
    )
    if (on_hand or 0) > sku.min_qty:
        return False
    try:
        check(ctx, task, home)
    except Refused:
        return False
    lot = ctx.tx.get_one(Lot, task.lot_id)
    older = ctx.tx.scalar(
        select(Stock.id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Location, Location.id == Stock.location_id)
        .where(
            Stock.sku_id == task.sku_id,
            Stock.on_hand > 0,
            Location.kind == LocationKind.RSV,
            Lot.expires_on < lot.expires_on if lot.expires_on else Lot.received_on < lot.received_on,
        )
        .limit(1)
    )
    return older is None


def _empty(tx: Session, kind: LocationKind, near: int) -> Location | None:
    """The empty open slot of `kind` nearest in the walk; slots proposed to others are not empty."""
    occupied = exists().where(Stock.location_id == Location.id, Stock.on_hand > 0)
    promised = exists().where(and_(PutawayTask.proposed_id == Location.id, PutawayTask.state == "OPEN"))
    home_of_another = exists().where(Sku.home_location_id == Location.id)
    query = select(Location).where(
        Location.kind == kind, Location.state == LocationState.OPEN, ~occupied, ~promised
    )
    if kind == LocationKind.PICK:
        query = query.where(~home_of_another)
    return tx.scalars(query.order_by(func.abs(Location.pick_seq - near), Location.code).limit(1)).first()


def check(ctx: Context, task: PutawayTask, slot: Any) -> None:
    """Whether this carton may stand in `slot`; the first rule it breaks is the refusal (P8)."""
    sku = catalog.sku(ctx.tx, task.sku_id)
    lot = ctx.tx.get_one(Lot, task.lot_id)
    _check_dates(ctx, sku, lot, slot)
    others = ctx.tx.execute(
        select(Stock.sku_id, Stock.lot_id, func.sum(Stock.on_hand).label("qty"))
        .where(Stock.location_id == slot.id, Stock.on_hand > 0)
        .group_by(Stock.sku_id, Stock.lot_id)
    ).all()
    foreign = [row.sku_id for row in others if row.sku_id != task.sku_id]
    if foreign:
        raise Refused("E-PUT-02", sku=catalog.sku(ctx.tx, foreign[0]).name_zh)
    if slot.kind == LocationKind.PICK and sku.home_location_id not in {None, slot.id}:
        ctx.unless_allowed("E-PUT-03", loc=ctx.tx.get_one(Location, sku.home_location_id).code)
    lots = {row.lot_id for row in others} | {task.lot_id}
    limit = ctx.settings.rules.pick_lots if slot.kind == LocationKind.PICK else ctx.settings.rules.rsv_lots
    if len(lots) > limit:
        ctx.unless_allowed("E-PUT-04")
    if slot.max_weight_g is not None:
        grams = sku.gross_g * (sum(int(row.qty) for row in others) + task.qty)
        if grams > slot.max_weight_g:
            ctx.unless_allowed("E-PUT-05")


def _check_dates(ctx: Context, sku: Any, lot: Lot, slot: Any) -> None:
    if slot.kind != LocationKind.PICK or lot.expires_on is None:
        return
    state = shelf_life.sales_state(
        lot.produced_on, lot.expires_on, ctx.today, sku.lockup_days, sku.advent_days
    )
    if state in {"EXPIRED", "LOCKED"}:
        raise Refused("E-EXP-09")


def put_away(ctx: Context, task: PutawayTask, slot: Any, off_reason: str) -> None:
    """The carton stands in `slot`: in a pick slot its units are loose, in reserve it stays whole."""
    unit = ctx.tx.get_one(HandlingUnit, task.hu_id)
    receipt = ctx.tx.get_one(Receipt, task.receipt_id)
    target_hu = LOOSE if slot.kind == LocationKind.PICK else unit.id
    done = ctx.tx.execute(
        update(PutawayTask)
        .where(PutawayTask.id == task.id, PutawayTask.state == "OPEN")
        .values(
            state="DONE",
            location_id=slot.id,
            off_reason=off_reason,
            user_id=ctx.actor.user_id,
            done_at=ctx.now,
        )
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("E-PUT-07")
    ledger.post(
        ctx,
        Posting(
            MovementType.PUT_AWAY,
            task.sku_id,
            task.lot_id,
            task.qty,
            Place(receipt.dock_id, StockStatus.GOOD, unit.id),
            Place(slot.id, StockStatus.GOOD, target_hu),
            "CT",
            unit.lpn,
            f"{ctx.key}:put",
        ),
    )
    ctx.tx.execute(update(HandlingUnit).where(HandlingUnit.id == unit.id).values(state="STORED"))
    sku = catalog.sku(ctx.tx, task.sku_id)
    if slot.kind == LocationKind.PICK and sku.home_location_id is None:
        catalog.bind_home(ctx.tx, task.sku_id, slot.id)
    _finish_receipt(ctx, receipt)


def _finish_receipt(ctx: Context, receipt: Receipt) -> None:
    left = ctx.tx.scalar(
        select(func.count())
        .select_from(PutawayTask)
        .where(PutawayTask.receipt_id == receipt.id, PutawayTask.state == "OPEN")
    )
    if not left and receipt.state == ReceiptState.POSTED:
        RECEIPT.move(ctx, receipt, "finish_putaway")
