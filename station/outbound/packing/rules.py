"""Verifying and weighing parcels (P17, P18): the heart of "no wrong parcel"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Packaging, Sku
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import STOPPED, Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing import weighing
from station.outbound.packing.models import Parcel, ParcelLine, ParcelState
from station.outbound.picking import totes
from station.outbound.picking.models import PickList, PickTask
from station.outbound.picking.totes import Held
from station.outbound.waves.models import Wave, WaveOrder
from station.settings import Settings
from station.stock import ledger, locations
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType, Stock, StockStatus

_STATE = select(DeliveryOrder.state).where(DeliveryOrder.id == bindparam("order_id"))
_LIST_ORDERS = (
    select(DeliveryOrder.id, DeliveryOrder.state, DeliveryOrder.order_no, DeliveryOrder.latest_ship_at)
    .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
    .join(Allocation, Allocation.owner_id == OrderLine.id)
    .join(PickTask, PickTask.id == Allocation.task_id)
    .where(PickTask.pick_list_id == bindparam("pick_list_id"), Allocation.qty_taken > 0)
    .group_by(DeliveryOrder.id, DeliveryOrder.state, DeliveryOrder.order_no, DeliveryOrder.latest_ship_at)
    .order_by(DeliveryOrder.latest_ship_at.is_(None), DeliveryOrder.latest_ship_at, DeliveryOrder.id)
)


def list_in(tx: Session, tote_id: int) -> tuple[PickList, str]:
    """The picked list whose goods are in this tote, and its wave's type; E-PAK-06 when none."""
    found = totes.list_in(tx, tote_id)
    if found is None:
        raise Refused("E-PAK-06")
    return found, tx.get_one(Wave, found.wave_id).type


def orders_in(tx: Session, pick_list_id: int) -> list[Any]:
    """Orders with goods of this list, the most urgent promise first."""
    return list(tx.connection().execute(_LIST_ORDERS, {"pick_list_id": pick_list_id}))


def the_order(tx: Session, pick_list_id: int) -> int:
    """The one order of a single-order list that is to be packed: stopped → E-INT-01."""
    rows = orders_in(tx, pick_list_id)
    ready = [row for row in rows if row.state in {OrderState.PICKED, OrderState.CHECKED, OrderState.PACKED}]
    if ready:
        return int(ready[0].id)
    if any(row.state in STOPPED for row in rows):
        raise Refused("E-INT-01")
    raise Refused("E-PAK-06")


def match_item(tx: Session, pick_list_id: int, sku_id: int) -> int:
    """W1: the order with the oldest deadline that wants this article (P13).

    Asked of the list's tasks: an article may have thousands of order lines, a list has a few tasks.
    """
    wanted = set(
        tx.scalars(
            select(OrderLine.order_id)
            .join(Allocation, Allocation.owner_id == OrderLine.id)
            .join(PickTask, PickTask.id == Allocation.task_id)
            .where(PickTask.pick_list_id == pick_list_id, PickTask.sku_id == sku_id)
        )
    )
    rows = [row for row in orders_in(tx, pick_list_id) if row.id in wanted]
    ready = [row for row in rows if row.state == OrderState.PICKED]
    if ready:
        return int(ready[0].id)
    if any(row.state in STOPPED for row in rows):
        raise Refused("E-INT-01")
    raise Refused("E-PAK-02" if rows else "E-PAK-01")


def lines_of(tx: Session, order_id: int) -> list[dict[str, Any]]:
    """What must be in the parcel, as kept in the packer's position."""
    rows = tx.execute(
        select(
            OrderLine.id,
            OrderLine.qty,
            OrderLine.is_gift,
            Sku.id.label("sku"),
            Sku.code,
            Sku.name_zh,
            Sku.spec,
        )
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.id)
    )
    return [
        {
            "id": row.id,
            "sku": row.sku,
            "code": row.code,
            "name": row.name_zh,
            "spec": row.spec,
            "qty": row.qty,
            "seen": 0,
            "gift": row.is_gift,
        }
        for row in rows
    ]


def check_live(ctx: Context, order_id: int) -> str:
    """The order's present state; stopped → E-INT-01 (the local cancel list is the order itself)."""
    state = ctx.tx.connection().execute(_STATE, {"order_id": order_id}).scalar_one()
    if state in STOPPED:
        raise Refused("E-INT-01")
    return str(state)


def check_complete(ctx: Context, lines: list[dict[str, Any]], tote_id: int, order_id: int) -> Parcel:
    """Every unit was scanned: CHECKED, units TOTE → PACK, a parcel with its lots."""
    order = ctx.tx.get_one(DeliveryOrder, order_id)
    bench = bench_of(ctx)
    parcel = Parcel(
        parcel_no=f"{order.order_no}-1",
        order_id=order_id,
        seq=1,
        state=ParcelState.OPEN,
        tote_id=tote_id,
        pack_location_id=bench.id,
        packed_by=ctx.actor.name,
    )
    ctx.tx.add(parcel)
    ctx.tx.flush()
    units = totes.where_is(ctx.tx, order_id, first=tote_id)
    for line in lines:
        _move_line(ctx, order, parcel, line, [unit for unit in units if unit.line_id == line["id"]])
    ORDER.move(ctx, order, "verify", detail={"parcel": parcel.parcel_no})
    for used in {unit.tote_id for unit in units}:
        totes.free(ctx, used)
    return parcel


def _move_line(
    ctx: Context, order: DeliveryOrder, parcel: Parcel, line: dict[str, Any], units: Sequence[Held]
) -> None:
    by_lot: dict[int, int] = {}
    for unit in units:
        ledger.post(
            ctx,
            Posting(
                MovementType.VERIFY,
                line["sku"],
                unit.lot_id,
                unit.qty,
                Place(unit.tote_id, unit.status),
                Place(parcel.pack_location_id, unit.status),
                "DO",
                order.order_no,
                f"{ctx.key}:{line['id']}:{unit.lot_id}:{unit.tote_id}",
            ),
        )
        by_lot[unit.lot_id] = by_lot.get(unit.lot_id, 0) + unit.qty
    ctx.tx.add_all(
        ParcelLine(parcel_id=parcel.id, order_line_id=line["id"], sku_id=line["sku"], lot_id=lot_id, qty=qty)
        for lot_id, qty in by_lot.items()
    )
    done = ctx.tx.execute(
        update(OrderLine)
        .where(OrderLine.id == line["id"], OrderLine.qty_packed + line["qty"] <= OrderLine.qty_picked)
        .values(qty_packed=OrderLine.qty_packed + line["qty"])
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("E-PAK-03", n=line["qty"])


def bench_of(ctx: Context) -> Any:
    """The pack bench this device stands at; E-WS-01 until its label was scanned."""
    if not ctx.actor.workstation:
        raise Refused("E-WS-01")
    return locations.find(ctx.tx, locations.barcode(LocationKind.PACK, ctx.actor.workstation))


def parcel(tx: Session, parcel_id: int) -> Parcel:
    """The parcel with this id."""
    return tx.get_one(Parcel, parcel_id)


def open_parcel(tx: Session, order_id: int) -> Parcel | None:
    """The unfinished parcel of an order: after a crash or a takeover the packer goes on with it."""
    return tx.scalars(
        select(Parcel).where(
            Parcel.order_id == order_id,
            Parcel.state.in_((ParcelState.OPEN, ParcelState.LABELLED, ParcelState.PACKED)),
        )
    ).first()


def expected_dg(ctx: Context, found: Parcel, packaging: Packaging) -> int | None:
    """What the parcel should weigh, in tenths of a gram; None while an article's weight is unknown."""
    rows = _weights(ctx.tx, found.id)
    if any(not row.gross_g for row in rows):
        return None
    return weighing.expected_dg(
        [(row.gross_g, int(row.qty)) for row in rows], packaging.tare_g, ctx.settings.rules.filler_g
    )


def _weights(tx: Session, parcel_id: int) -> list[Any]:
    return list(
        tx.execute(
            select(Sku.name_zh, Sku.gross_g, func.sum(ParcelLine.qty).label("qty"))
            .join(Sku, Sku.id == ParcelLine.sku_id)
            .where(ParcelLine.parcel_id == parcel_id)
            .group_by(Sku.id, Sku.name_zh, Sku.gross_g)
        )
    )


def judge_weight(ctx: Context, found: Parcel, dg: int) -> int:
    """By how many grams the parcel is off; 0 when the weight is within tolerance (P18, T53)."""
    rules = ctx.settings.rules
    expected = found.expected_dg
    if expected is None or weighing.is_within(dg, expected, rules.wt_abs_g, rules.wt_pct, rules.wt_cap_g):
        return 0
    off = dg - expected
    return (abs(off) + 5) // 10 * (1 if off > 0 else -1) or (1 if off > 0 else -1)


def explain(ctx: Context, found: Parcel, dg: int) -> str:
    """The article whose unit weight best explains the difference."""
    if found.expected_dg is None:
        return ""
    weights = {row.name_zh: row.gross_g for row in _weights(ctx.tx, found.id)}
    return weighing.best_explanation(dg - found.expected_dg, weights) or ""


def stage(ctx: Context, found: Parcel, dg: int, *, manual: bool) -> str:
    """Weight is right: WEIGHED, and at once STAGED in the carrier's lane; ledger PACK → LANE."""
    order = ctx.tx.get_one(DeliveryOrder, found.order_id)
    lane = locations.by_kind(ctx.tx, LocationKind.LANE, order.carrier_id)
    ORDER.move(ctx, order, "weigh", detail={"dg": dg})
    ORDER.move(ctx, order, "stage")
    found.state, found.weight_dg, found.is_weight_manual = ParcelState.STAGED, dg, manual
    found.weighed_at, found.lane_id = ctx.now, lane.id
    ctx.tx.flush()
    move_parcel(ctx, found, order.order_no, found.pack_location_id, lane.id, MovementType.STAGE)
    ctx.tx.execute(
        update(WaveOrder).where(WaveOrder.order_id == order.id, WaveOrder.flag == "IN").values(flag="DONE")
    )
    return lane.code


def move_parcel(
    ctx: Context, found: Parcel, order_no: str, source_id: int, target_id: int, kind: MovementType
) -> None:
    """Post all units of a parcel from one place to another."""
    rows = ctx.tx.scalars(
        select(ParcelLine).where(ParcelLine.parcel_id == found.id).order_by(ParcelLine.id)
    ).all()
    gifts = gift_lines(ctx.tx, found.id)
    for line in rows:
        status = gifts.get(line.id, StockStatus.GOOD)
        ledger.post(
            ctx,
            Posting(
                kind,
                line.sku_id,
                line.lot_id,
                line.qty,
                Place(source_id, status),
                Place(target_id, status),
                "DO",
                order_no,
                f"{ctx.key}:{kind}:{line.id}",
            ),
        )


def gift_lines(tx: Session, parcel_id: int) -> dict[int, str]:
    """Stock status of the parcel lines that are not ordinary GOOD stock."""
    rows = tx.execute(
        select(ParcelLine.id, Stock.status)
        .join(
            Allocation,
            (Allocation.owner_id == ParcelLine.order_line_id) & (Allocation.lot_id == ParcelLine.lot_id),
        )
        .join(Stock, Stock.id == Allocation.stock_id)
        .where(ParcelLine.parcel_id == parcel_id, Stock.status != StockStatus.GOOD, Allocation.qty_taken > 0)
    )
    return {row.id: row.status for row in rows}


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """Totes that stand at the benches with goods to verify."""
    return tx.scalar(select(func.count()).select_from(PickList).where(PickList.state == "DONE")) or 0
