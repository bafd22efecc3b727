"""What must hold of gifts: every label is accounted for (I13), and every gift lies apart."""

from __future__ import annotations

from sqlalchemy import case, literal, select

from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.inbound.gifts.models import (
    ENTRY,
    LABEL,
    EntryState,
    GiftEntry,
    GiftIssue,
    GiftLabel,
    GiftLabelState,
)
from station.stock import ledger
from station.stock.models import Movement, MovementType

_labels = differences(select(GiftEntry.id, GiftEntry.labels), select(GiftLabel.entry_id, literal(1)))
_PRINTED = select(
    _labels.c.id.label("entry"), _labels.c.left.label("issued"), _labels.c.right.label("labels")
)
_stuck = differences(
    select(GiftEntry.id, GiftEntry.qty).where(GiftEntry.labels > 0, GiftEntry.state != EntryState.CANCELLED),
    select(GiftLabel.entry_id, literal(1)).where(GiftLabel.state != GiftLabelState.SPOILED),
)
_ONE_EACH = select(
    GiftEntry.entry_no.label("entry"), _stuck.c.left.label("gifts"), _stuck.c.right.label("labels")
).join_from(_stuck, GiftEntry, GiftEntry.id == _stuck.c.id)
_UNSTUCK = (
    select(GiftEntry.entry_no.label("entry"), GiftLabel.label_no.label("label"))
    .join_from(GiftLabel, GiftEntry, GiftEntry.id == GiftLabel.entry_id)
    .where(
        GiftLabel.state == GiftLabelState.PRINTED,
        GiftEntry.state != EntryState.LABELLING,
    )
)
_books = differences(
    select(GiftEntry.lot_id, case((GiftEntry.state == EntryState.SHELVED, GiftEntry.qty), else_=0)),
    select(
        Movement.lot_id,
        Movement.qty,
    ).where(Movement.type == MovementType.GIFT, Movement.from_location_id == ledger.SUPPLIER),
)
_BOOKED = select(
    _books.c.lot_id.label("lot"), _books.c.left.label("registered"), _books.c.right.label("booked")
)
_given = differences(
    select(GiftIssue.issue_no, GiftIssue.lot_id, GiftIssue.qty),
    select(Movement.doc_no, Movement.lot_id, Movement.qty).where(
        Movement.type == MovementType.GIFT, Movement.to_location_id == ledger.CUSTOMER
    ),
    key=2,
)
_GIVEN = select(
    _given.c.issue_no.label("issue"), _given.c.left.label("signed"), _given.c.right.label("booked")
)

INVARIANTS = (
    Invariant(
        "I13",
        "gift labels issued = used + spoiled + on hand",
        rows(_PRINTED, _ONE_EACH, _UNSTUCK),
        GiftLabel,
    ),
    Invariant("I13", "gifts registered are gifts booked", rows(_BOOKED), GiftEntry),
    Invariant("I13", "gifts given out were signed for", rows(_GIVEN), GiftIssue),
    *told(ENTRY, LABEL),
)
