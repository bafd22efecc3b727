"""What must hold of receipts: I9 and I11."""

from __future__ import annotations

from sqlalchemy import case, or_, select, true

from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.inbound.models import RECEIPT, InboundNotice, Receipt, ReceiptLine
from station.stock import ledger
from station.stock.holds import SOLD
from station.stock.models import Lot, Movement, MovementType, Stock

_came = differences(
    select(ReceiptLine.lot_id, ReceiptLine.qty_delivered - ReceiptLine.qty_rejected),
    select(
        Movement.lot_id,
        case((Movement.from_location_id == ledger.SUPPLIER, Movement.qty), else_=-Movement.qty),
    ).where(
        Movement.type.in_((MovementType.RECEIVE, MovementType.REJECT)),
        or_(Movement.from_location_id == ledger.SUPPLIER, Movement.to_location_id == ledger.SUPPLIER),
    ),
)
_RECEIVED = select(
    Receipt.receipt_no.label("receipt"),
    _came.c.lot_id.label("lot"),
    _came.c.left.label("accepted"),
    _came.c.right.label("booked"),
).select_from(_came.outerjoin(Lot, Lot.id == _came.c.lot_id).outerjoin(Receipt, Receipt.id == Lot.receipt_id))
_HALF_POSTED = select(Receipt.receipt_no.label("receipt"), Receipt.grn_no, Receipt.posted_at).where(
    Receipt.grn_no.is_(None) != Receipt.posted_at.is_(None)
)

_BLIND = (
    select(Receipt.receipt_no.label("receipt"), Stock.lot_id.label("lot"), Stock.status, Stock.on_hand)
    .join(Lot, Lot.receipt_id == Receipt.id)
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .join(Stock, Stock.lot_id == Lot.id)
    .where(InboundNotice.is_blind.is_(true()), Stock.status.in_(sorted(SOLD)), Stock.on_hand > 0)
)

INVARIANTS = (
    Invariant("I9", "goods without an order are not for sale", rows(_BLIND), Receipt),
    Invariant("I9", "an inbound slip has its number and its time", rows(_HALF_POSTED), Receipt),
    Invariant("I11", "received = accepted + rejected", rows(_RECEIVED), ReceiptLine),
    *told(RECEIPT),
)
