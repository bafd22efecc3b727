"""Where the goods of stopped orders are, and moving them to the intercept shelf (P24, I2, I14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from station.carriers.models import WAYBILL, Waybill
from station.catalog.models import Sku
from station.ground.scan.kinds import Code, Kind
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.dispatch.models import ManifestParcel
from station.outbound.interception import putting_back
from station.outbound.orders import rules as orders
from station.outbound.orders.models import PULLED, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing import staging, totes, verifying
from station.outbound.packing.models import PARCEL, Parcel, ParcelLine, ParcelState
from station.outbound.picking import undoing
from station.outbound.pieces import rules as pieces
from station.outbound.sorting import cells
from station.paper.sending import withdraw
from station.settings import Settings
from station.stock import holds, ledger, locations
from station.stock.ledger import Place, Posting
from station.stock.models import Location, MovementType, StockStatus

SHOWN = 4
"""Rows of a handheld's screen."""

_line = aliased(OrderLine)
_HAS_GOODS = or_(
    DeliveryOrder.state == OrderState.INTERCEPTING,
    (DeliveryOrder.state == OrderState.SHORT)
    & select(_line.id).where(_line.order_id == DeliveryOrder.id, _line.qty_picked > 0).exists(),
)
"""Stopped orders, and short ones of which something was picked (P15)."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of one order line and lot, where they are now and in which status."""

    line_id: int
    sku_id: int
    lot_id: int
    status: str
    qty: int
    location_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order being intercepted: where to look for its goods, and how many they are."""

    order_no: str
    place: str
    qty: int


def goods(tx: Session, order_id: int) -> list[Goods]:
    """The units of an order that are still in the house: in its parcels, and what lies in totes."""
    units = []
    for parcel in _parcels(tx, order_id):
        place = parcel.lane_id if parcel.state == ParcelState.STAGED else parcel.pack_location_id
        statuses = staging.status_of_lines(tx, parcel.id)
        lines = select(ParcelLine).where(ParcelLine.parcel_id == parcel.id).order_by(ParcelLine.id)
        for line in tx.scalars(lines):
            status = statuses.get(line.id, StockStatus.GOOD)
            assert place is not None
            units.append(Goods(line.order_line_id, line.sku_id, line.lot_id, status, line.qty, place))
    return units + [
        Goods(unit.line_id, unit.sku_id, unit.lot_id, unit.status, unit.qty, unit.tote_id)
        for unit in verifying.unpacked_units(tx, order_id)
    ]


def _parcels(tx: Session, order_id: int) -> list[Parcel]:
    """Parcels of an order that did not leave."""
    gone = (ParcelState.SHIPPED, ParcelState.VOID)
    parcels = select(Parcel).where(Parcel.order_id == order_id, Parcel.state.not_in(gone))
    return list(tx.scalars(parcels.order_by(Parcel.id)))


def shown(tx: Session, order_id: int) -> list[tuple[str, str, str]]:
    """(article, place, quantity) of an order's goods, for a handheld's screen."""
    return [
        (tx.get_one(Sku, unit.sku_id).name_zh, tx.get_one(Location, unit.location_id).code, str(unit.qty))
        for unit in goods(tx, order_id)[:SHOWN]
    ]


def waiting(tx: Session) -> list[Waiting]:
    """The first orders being intercepted, oldest first, with where to look for them."""
    entries = []
    orders_ = select(DeliveryOrder).where(_HAS_GOODS)
    for order in tx.scalars(orders_.order_by(DeliveryOrder.id).limit(SHOWN)):
        units = goods(tx, order.id)
        place = tx.get_one(Location, units[0].location_id).code if units else ""
        entries.append(Waiting(order.order_no, place, sum(unit.qty for unit in units)))
    return entries


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """How many orders are being intercepted."""
    return tx.scalar(select(func.count()).select_from(DeliveryOrder).where(_HAS_GOODS)) or 0


def is_waiting(tx: Session, order_id: int) -> bool:
    """Whether the order's goods must still be brought to the shelf."""
    state = tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.id == order_id))
    return state == OrderState.INTERCEPTING


def find(tx: Session, code: Code) -> DeliveryOrder | None:
    """The order being intercepted that this waybill, tote, cell or order number stands for."""
    query = select(DeliveryOrder).where(_HAS_GOODS)
    if code.kind is Kind.ORDER:
        query = query.where(DeliveryOrder.order_no == code.text)
    elif code.kind is Kind.WAYBILL:
        query = query.join(Parcel, Parcel.order_id == DeliveryOrder.id)
        query = query.join(Waybill, Waybill.parcel_id == Parcel.id).where(Waybill.waybill_no == code.text)
    elif code.kind is Kind.CELL:
        query = query.where(DeliveryOrder.id == cells.order_in(tx, locations.find(tx, code.text).id))
    else:
        order_id = totes.order_of_tote(tx, code.text, *PULLED)
        query = query.where(DeliveryOrder.id == order_id)
    return tx.scalars(query.order_by(DeliveryOrder.id).limit(1)).first()


def put_on_shelf(work: Work, order_id: int, shelf_id: int) -> str:
    """All goods of the order → INTC; parcels and numbers void; order CANCELLED; the ERP is told. The order's
    number; nothing happens when somebody has brought it before. E-ORD-01 when it is not stopped.

    A short order stays SHORT: without its goods it can be restocked or cancelled.
    """
    order = work.tx.get_one(DeliveryOrder, order_id)
    if order.state == OrderState.CANCELLED:
        return order.order_no
    if order.state not in PULLED:
        raise Refused("E-ORD-01", st=order.state)
    bring(work, order, shelf_id, {})
    if order.state == OrderState.SHORT:
        undoing.forget(work, order_id)
    else:
        orders.stopped(work, order)
    return order.order_no


def bring(
    work: Work, order: DeliveryOrder, shelf_id: int, marked: Mapping[int, tuple[int, StockStatus]]
) -> None:
    """Post all goods of an order to the shelf and void its parcels, labels and papers.

    Units of a lot that is held are on HOLD there. Of each line in `marked` so many units arrive in that
    status, the last ones first: what is missing or broken is what still lay in the tote.
    """
    units = goods(work.tx, order.id)
    left = dict(marked)
    for number, unit in enumerate(reversed(units)):
        qty, status = left.get(unit.line_id, (0, StockStatus.GOOD))
        part = min(qty, unit.qty)
        if part:
            left[unit.line_id] = (qty - part, status)
            _post(work, order.order_no, replace(unit, qty=part), shelf_id, status, f"{number}:{status}")
        if unit.qty > part:
            rest = replace(unit, qty=unit.qty - part)
            there = holds.status_for(work.tx, unit.sku_id, unit.lot_id, unit.status)
            _post(work, order.order_no, rest, shelf_id, there, str(number))
    pieces.free_order(work, order.id)
    putting_back.begin(work, order.order_no, shelf_id)
    for parcel in _parcels(work.tx, order.id):
        _void(work, parcel)
    withdraw(work, "DO", order.order_no, "CANCELLED")
    totes.free_empty(work, {unit.location_id for unit in units})


def _post(work: Work, order_no: str, unit: Goods, shelf_id: int, status: str, key: str) -> None:
    source, target = Place(unit.location_id, unit.status), Place(shelf_id, status)
    ledger.post(
        work,
        Posting(
            MovementType.INTERCEPT,
            unit.sku_id,
            unit.lot_id,
            unit.qty,
            source,
            target,
            "DO",
            order_no,
            f"{work.key}:{unit.line_id}:{unit.lot_id}:{key}",
        ),
    )


def _void(work: Work, parcel: Parcel) -> None:
    """The parcel is no parcel any more: off every manifest, its number given up, its label not printed."""
    work.tx.execute(delete(ManifestParcel).where(ManifestParcel.parcel_id == parcel.id))
    for bill in work.tx.scalars(select(Waybill).where(Waybill.parcel_id == parcel.id)).all():
        if WAYBILL.may(bill.state, "cancel"):
            WAYBILL.move(work, bill, "cancel")
            withdraw(work, "waybill", bill.number, "CANCELLED")
    PARCEL.move(work, parcel, "void")
