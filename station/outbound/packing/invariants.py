"""What must hold of parcels: I6 of serial numbers, I8 and I14."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select

from station.ground.db.invariants import Invariant, rows
from station.ground.documents.told import told
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderState
from station.outbound.packing.models import PARCEL, Parcel, ParcelLine, ParcelState
from station.outbound.pieces.models import OrderSerial
from station.stock.serials import Serial, SerialState

_SAME_PARCEL = (
    select(Parcel.order_id.label("order"), Parcel.seq.label("parcel"), func.count().label("times"))
    .group_by(Parcel.order_id, Parcel.seq)
    .having(func.count() > 1)
)

_waiting = func.sum(case((Parcel.state.in_((ParcelState.SHIPPED, ParcelState.VOID)), 0), else_=1))
_shipped = func.sum(case((Parcel.state == ParcelState.SHIPPED, 1), else_=0))
_STOPPED_LEFT = (
    select(
        DeliveryOrder.order_no.label("order"),
        DeliveryOrder.state,
        func.min(Parcel.parcel_no).label("parcel"),
    )
    .join_from(Parcel, DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
    .where(DeliveryOrder.state != OrderState.SHIPPED)
    .group_by(Parcel.order_id, DeliveryOrder.order_no, DeliveryOrder.state)
    .having(
        and_(_shipped > 0, or_(DeliveryOrder.state.in_(sorted(STOPPED)), _waiting == 0)),
    )
)
"""An order of several parcels may wait for the last; a stopped one may not lose any."""

_bound = (
    select(OrderSerial.parcel_id, OrderSerial.order_line_id, Serial.lot_id, func.count().label("pieces"))
    .join(Serial, Serial.id == OrderSerial.serial_id)
    .where(OrderSerial.parcel_id.is_not(None))
    .group_by(OrderSerial.parcel_id, OrderSerial.order_line_id, Serial.lot_id)
    .subquery()
)
_NAMELESS = (
    select(Parcel.parcel_no.label("parcel"), ParcelLine.sku_id.label("sku"), ParcelLine.qty, _bound.c.pieces)
    .select_from(ParcelLine)
    .join(Parcel, Parcel.id == ParcelLine.parcel_id)
    .outerjoin(
        _bound,
        and_(
            _bound.c.parcel_id == ParcelLine.parcel_id,
            _bound.c.order_line_id == ParcelLine.order_line_id,
            _bound.c.lot_id == ParcelLine.lot_id,
        ),
    )
    .where(Parcel.state != ParcelState.VOID)
    .where(func.coalesce(_bound.c.pieces, 0) != case((ParcelLine.is_numbered, ParcelLine.qty), else_=0))
)
"""Each piece of a numbered line has one number, and no other line has any."""

_live = (
    select(OrderSerial.serial_id, func.count().label("orders"))
    .outerjoin(Parcel, Parcel.id == OrderSerial.parcel_id)
    .where(or_(OrderSerial.parcel_id.is_(None), Parcel.state != ParcelState.SHIPPED))
    .group_by(OrderSerial.serial_id)
    .subquery()
)
_TWICE = (
    select(Serial.serial_no.label("serial"), Serial.state, func.coalesce(_live.c.orders, 0).label("orders"))
    .outerjoin(_live, _live.c.serial_id == Serial.id)
    .where(
        func.coalesce(_live.c.orders, 0)
        != case((Serial.state.in_((SerialState.PICKED, SerialState.PACKED)), 1), else_=0)
    )
)
"""A number on its way is one order's; any other is nobody's."""

INVARIANTS = (
    Invariant("I6", "each numbered piece has its own number", rows(_NAMELESS), ParcelLine),
    Invariant("I6", "a serial number is on one order", rows(_TWICE), Serial),
    Invariant("I8", "one parcel, packed once", rows(_SAME_PARCEL), Parcel),
    Invariant("I14", "no stopped parcel leaves", rows(_STOPPED_LEFT), Parcel),
    *told(PARCEL),
)
