"""What must hold of confirmations: I8. The office hears of each thing once, and of everything."""

from __future__ import annotations

from sqlalchemy import false, func, literal, select, union_all

from station.erp.compare.models import RECONCILIATION
from station.erp.models import PROBLEM
from station.exchange.models import MESSAGE, OutboxMessage
from station.ground.db.invariants import Invariant, rows
from station.ground.documents.told import told
from station.inbound.models import InboundNotice, Receipt
from station.inbound.reverse.models import SlipReversal
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.packing.models import Parcel, ParcelState

_sides = union_all(
    # An order that left must be told; as often as parcels of it left, at most.
    select(
        DeliveryOrder.order_no.label("doc_no"),
        literal(1).label("due"),
        literal(0).label("parcels"),
        literal(0).label("told"),
    ).where(DeliveryOrder.state == OrderState.SHIPPED),
    select(DeliveryOrder.order_no, literal(0), literal(1), literal(0))
    .join_from(Parcel, DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
    .where(Parcel.state == ParcelState.SHIPPED),
    select(OutboxMessage.doc_no, literal(0), literal(0), literal(1)).where(
        OutboxMessage.kind == "shipment_confirmation"
    ),
).subquery()
_told, _parcels = func.sum(_sides.c.told), func.sum(_sides.c.parcels)
_SHIPMENTS = (
    select(_sides.c.doc_no.label("order"), _parcels.label("parcels_shipped"), _told.label("confirmations"))
    .group_by(_sides.c.doc_no)
    .having((_told > _parcels) | (_told < func.max(_sides.c.due)))
)

_posted = union_all(
    # Of goods without an order it hears when one is matched.
    select(Receipt.grn_no.label("doc_no"), literal(1).label("due"), literal(0).label("told"))
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .where(Receipt.grn_no.is_not(None), InboundNotice.is_blind.is_(false())),
    select(SlipReversal.reverses_no, literal(1), literal(0)),
    select(OutboxMessage.doc_no, literal(0), literal(1)).where(OutboxMessage.kind == "receipt_confirmation"),
).subquery()
_heard = func.sum(_posted.c.told)
_RECEIPTS = (
    select(_posted.c.doc_no.label("receipt"), _heard.label("confirmations"))
    .group_by(_posted.c.doc_no)
    .having(_heard != func.sum(_posted.c.due))
)

INVARIANTS = (
    Invariant("I8", "one shipment, one message to the office", rows(_SHIPMENTS), OutboxMessage),
    Invariant("I8", "one receipt, one message to the office", rows(_RECEIPTS), OutboxMessage),
    *told(MESSAGE, PROBLEM, RECONCILIATION),
)
