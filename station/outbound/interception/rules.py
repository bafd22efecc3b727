"""Where the goods of stopped orders are, and moving them to the intercept shelf (P24, I2, I14)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from station.carriers.models import WAYBILL, Waybill
from station.catalog.models import Sku
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.outbound.dispatch.models import ManifestParcel
from station.outbound.orders import rules as orders
from station.outbound.orders.models import PULLED, Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.models import Parcel, ParcelState
from station.outbound.picking import totes, undoing
from station.outbound.picking.models import ListTote, PickTask, ToteState
from station.paper.sending import withdraw
from station.settings import Settings
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import Location, MovementType

_line = aliased(OrderLine)
_HAS_GOODS = or_(
    DeliveryOrder.state == OrderState.INTERCEPTING,
    (DeliveryOrder.state == OrderState.SHORT)
    & select(_line.id).where(_line.order_id == DeliveryOrder.id, _line.qty_picked > 0).exists(),
)
"""Stopped orders, and short ones of which something was picked (P15)."""


def goods(tx: Session, order_id: int) -> list[Any]:
    """The picked units of an order, by lot, with the place where they are now."""
    place = _place(tx, order_id)
    units = totes.where_is(tx, order_id) if place is None else totes.picked(tx, order_id)
    found = []
    for unit in units:
        at = unit.tote_id if place is None else place
        found.append(_Goods(unit, tx.get_one(Sku, unit.sku_id).name_zh, at, tx.get_one(Location, at).code))
    return found


class _Goods:
    def __init__(self, row: Any, name_zh: str, location_id: int, place: str) -> None:
        self.line_id, self.sku_id, self.name_zh = row.line_id, row.sku_id, name_zh
        self.lot_id, self.status, self.qty = row.lot_id, row.status, int(row.qty)
        self.location_id, self.place = location_id, place


def _place(tx: Session, order_id: int) -> int | None:
    """Bench or lane when the order has a parcel, None while its goods lie in totes."""
    parcel = tx.scalars(select(Parcel).where(Parcel.order_id == order_id)).first()
    if parcel is None:
        return None
    return parcel.lane_id if parcel.state == ParcelState.STAGED else parcel.pack_location_id


def waiting(tx: Session) -> list[Any]:
    """Orders being intercepted, oldest first, with where to look for them."""
    found = []
    for order in tx.scalars(select(DeliveryOrder).where(_HAS_GOODS).order_by(DeliveryOrder.id)):
        units = goods(tx, order.id)
        found.append(_Waiting(order.order_no, units[0].place if units else "", sum(u.qty for u in units)))
    return found


class _Waiting:
    def __init__(self, order_no: str, place: str, qty: int) -> None:
        self.order_no, self.place, self.qty = order_no, place, qty


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """How many orders are being intercepted."""
    return tx.scalar(select(func.count()).select_from(DeliveryOrder).where(_HAS_GOODS)) or 0


def find(tx: Session, code: Code) -> DeliveryOrder | None:
    """The order being intercepted that this waybill, tote or order number stands for."""
    query = select(DeliveryOrder).where(_HAS_GOODS)
    if code.kind is Kind.ORDER:
        query = query.where(DeliveryOrder.order_no == code.text)
    elif code.kind is Kind.WAYBILL:
        query = query.join(Parcel, Parcel.order_id == DeliveryOrder.id).join(
            Waybill, Waybill.parcel_id == Parcel.id
        )
        query = query.where(Waybill.waybill_no == code.text)
    else:
        query = (
            query.join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
            .join(Allocation, Allocation.owner_id == OrderLine.id)
            .join(PickTask, PickTask.id == Allocation.task_id)
            .join(ListTote, ListTote.pick_list_id == PickTask.pick_list_id)
            .join(Location, Location.id == ListTote.tote_id)
            .where(
                Location.barcode == code.text,
                ListTote.state == ToteState.IN_USE,
                Allocation.qty_taken > 0,
            )
        )
    return tx.scalars(query.order_by(DeliveryOrder.id).limit(1)).first()


def put_on_shelf(ctx: Context, order_id: int, shelf_id: int) -> None:
    """All goods of the order → INTC; parcel and number void; order CANCELLED; the ERP is told.

    A short order stays SHORT: without its goods it can be restocked or cancelled.
    """
    order = ctx.tx.get_one(DeliveryOrder, order_id)
    if order.state not in PULLED:
        raise Refused("E-ORD-01", st=order.state)
    units = goods(ctx.tx, order_id)
    for unit in units:
        ledger.post(
            ctx,
            Posting(
                MovementType.INTERCEPT,
                unit.sku_id,
                unit.lot_id,
                unit.qty,
                Place(unit.location_id, unit.status),
                Place(shelf_id, unit.status),
                "DO",
                order.order_no,
                f"{ctx.key}:{unit.line_id}:{unit.lot_id}:{unit.location_id}",
            ),
        )
    for parcel in ctx.tx.scalars(select(Parcel).where(Parcel.order_id == order_id)):
        ctx.tx.execute(delete(ManifestParcel).where(ManifestParcel.parcel_id == parcel.id))
        for bill in ctx.tx.scalars(select(Waybill).where(Waybill.parcel_id == parcel.id)):
            if WAYBILL.may(bill.state, "cancel"):
                WAYBILL.move(ctx, bill, "cancel")
                withdraw(ctx, "waybill", bill.waybill_no or "", "CANCELLED")
        parcel.state = ParcelState.VOID
    withdraw(ctx, "DO", order.order_no, "CANCELLED")
    ctx.tx.flush()
    if order.state == OrderState.SHORT:
        undoing.forget(ctx, order_id)
    else:
        orders.stopped(ctx, order)
    for unit in units:
        totes.free(ctx, unit.location_id)
