"""What must hold of quarantine: nothing leaves it without a paper, and none of it is promised to an order."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.db.invariants import Invariant, differences, rows
from station.inbound.quarantine.models import LetOut, LetOutLine, SetApart
from station.stock.models import Location, LocationKind, Movement, MovementType, Promise, PromiseState, Stock

_left = differences(
    select(LetOut.exit_no, LetOutLine.lot_id, LetOutLine.qty).join_from(
        LetOutLine, LetOut, LetOut.id == LetOutLine.let_out_id
    ),
    select(Movement.doc_no, Movement.lot_id, Movement.qty).where(
        Movement.doc_type.in_(("QL", "RV", "SC")),
        Movement.type.in_((MovementType.RELEASE, MovementType.RETURN, MovementType.SCRAP)),
    ),
    key=2,
)
_PAPERS = select(_left.c.exit_no.label("paper"), _left.c.left.label("written"), _left.c.right.label("booked"))
_came = differences(
    select(SetApart.entry_no, SetApart.qty),
    select(Movement.doc_no, Movement.qty).where(Movement.doc_type == "QR"),
)
_ENTRIES = select(
    _came.c.entry_no.label("entry"), _came.c.left.label("written"), _came.c.right.label("booked")
)
_PROMISED = (
    select(Promise.id.label("promise"), Location.code.label("place"))
    .join_from(Promise, Stock, Stock.id == Promise.stock_id)
    .join(Location, Location.id == Stock.location_id)
    .where(
        Location.kind == LocationKind.QUAR,
        Promise.owner_type == "LINE",
        Promise.state == PromiseState.OPEN,
    )
)

INVARIANTS = (
    Invariant("I9", "quarantine is left by a signed paper", rows(_PAPERS), LetOut),
    Invariant("I9", "what was set apart is booked", rows(_ENTRIES), SetApart),
    Invariant("I4", "nothing in quarantine is promised to an order", rows(_PROMISED), Promise),
)
