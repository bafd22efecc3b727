"""What must hold of parcels: I8 and I14."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select

from station.ground.db.invariants import Invariant, rows
from station.ground.documents.told import told
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderState
from station.outbound.packing.models import PARCEL, Parcel, ParcelState

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

INVARIANTS = (
    Invariant("I8", "one parcel, packed once", rows(_SAME_PARCEL), Parcel),
    Invariant("I14", "no stopped parcel leaves", rows(_STOPPED_LEFT), Parcel),
    *told(PARCEL),
)
