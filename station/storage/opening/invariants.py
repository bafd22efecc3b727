"""What must hold of opening stock: the books have of a posted document what its lines say."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.stock.models import Movement
from station.storage.opening.models import OPENING, Opening, OpeningLine, OpeningState

_posted = Opening.state == OpeningState.POSTED, OpeningLine.qty > 0, OpeningLine.removed_at.is_(None)
_booked = differences(
    select(Opening.os_no.label("document"), OpeningLine.qty)
    .join(OpeningLine, OpeningLine.opening_id == Opening.id)
    .where(*_posted),
    select(Movement.doc_no, Movement.qty).where(Movement.doc_type == "OS"),
    # a reversal has no lines: it takes out what its original says
    select(Opening.os_no, -OpeningLine.qty)
    .join(OpeningLine, OpeningLine.opening_id == Opening.reverses_id)
    .where(*_posted),
)

INVARIANTS = (
    Invariant(
        "I9",
        "opening stock is in the books as its documents say",
        rows(select(_booked.c.document, _booked.c.left.label("said"), _booked.c.right.label("booked"))),
        Opening,
    ),
    *told(OPENING),
)
