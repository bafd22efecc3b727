"""What must hold of stock and its ledger: I1, I2, I3, and its own half of I4."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.stock.holds import HOLD, SOLD
from station.stock.models import (
    HANDLING_UNIT,
    LOCATION,
    VIRTUAL,
    Location,
    LocationState,
    Lot,
    Movement,
    Stock,
)
from station.stock.serials import SERIAL

_virtual = select(Location.id).where(Location.kind.in_(sorted(VIRTUAL)))
_book = differences(
    select(
        Stock.sku_id,
        Stock.lot_id,
        Stock.location_id.label("place"),
        Stock.status,
        Stock.hu_id,
        Stock.on_hand,
    ),
    select(
        Movement.sku_id,
        Movement.lot_id,
        Movement.to_location_id,
        Movement.to_status,
        Movement.to_hu_id,
        Movement.qty,
    ).where(Movement.to_location_id.not_in(_virtual)),
    select(
        Movement.sku_id,
        Movement.lot_id,
        Movement.from_location_id,
        Movement.from_status,
        Movement.from_hu_id,
        -Movement.qty,
    ).where(Movement.from_location_id.not_in(_virtual)),
    key=5,
)
_BALANCE = select(
    _book.c.sku_id.label("sku"),
    _book.c.lot_id.label("lot"),
    Location.code.label("place"),
    _book.c.status,
    _book.c.left.label("on_hand"),
    _book.c.right.label("ledger"),
).select_from(_book.outerjoin(Location, Location.id == _book.c.place))

_places = select(Location.id)
_NOWHERE = select(Movement.id.label("movement"), Movement.sku_id.label("sku"), Movement.qty).where(
    or_(
        Movement.from_location_id.not_in(_places),
        Movement.to_location_id.not_in(_places),
        Movement.qty <= 0,
    )
)
_back, _first = aliased(Movement), aliased(Movement)
_NO_MIRROR = (
    select(_back.id.label("movement"), _back.reverse_of)
    .outerjoin(_first, _first.id == _back.reverse_of)
    .where(
        _back.reverse_of.is_not(None),
        or_(
            _first.id.is_(None),
            _first.sku_id != _back.sku_id,
            _first.lot_id != _back.lot_id,
            _first.qty != _back.qty,
            _first.from_location_id != _back.to_location_id,
            _first.to_location_id != _back.from_location_id,
        ),
    )
)

_IN_CLOSED = (
    select(Location.code.label("place"), Stock.sku_id.label("sku"), Stock.on_hand)
    .join(Stock, Stock.location_id == Location.id)
    .where(Location.state == LocationState.CLOSED, Stock.on_hand > 0)
)

_UNDATED = (
    select(Stock.lot_id.label("lot"), Location.code.label("place"), Stock.status, Stock.on_hand)
    .join(Lot, Lot.id == Stock.lot_id)
    .join(Location, Location.id == Stock.location_id)
    .where(Lot.is_undated, Lot.expires_on.is_(None), Stock.status.in_(sorted(SOLD)), Stock.on_hand > 0)
)

INVARIANTS = (
    Invariant("I1", "stock equals the ledger", rows(_BALANCE), Stock),
    Invariant("I2", "nothing appears or vanishes", rows(_NOWHERE, _NO_MIRROR), Movement),
    Invariant(
        "I3",
        "no place is negative",
        rows(select(Stock.id.label("stock"), Stock.on_hand).where(Stock.on_hand < 0)),
        Stock,
    ),
    Invariant("I3", "nothing lies in a closed place", rows(_IN_CLOSED), Location),
    Invariant(
        "I4",
        "promised ≤ on hand",
        rows(
            select(Stock.id.label("stock"), Stock.allocated, Stock.on_hand).where(
                or_(Stock.allocated < 0, Stock.allocated > Stock.on_hand)
            )
        ),
        Stock,
    ),
    Invariant("I4", "dated goods without a date are for sale to nobody", rows(_UNDATED), Lot),
    *told(LOCATION, HANDLING_UNIT, HOLD, SERIAL),
)
