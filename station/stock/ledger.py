"""The only code that changes stock (design §4).

`post` writes one movement and updates the balances it explains, in the caller's unit of work.
Taking is a conditional update whose row count is checked: what is not there, or is promised to
somebody else, cannot be taken (I3, I4; E-STK-02). Virtual places have no balance: theirs is the
ledger itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from station.ground.db import Prepared, table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import LOOSE, ClosedMonth, Location, LocationState, Movement, MovementType, Stock

SUPPLIER, CUSTOMER, ADJUST, SCRAP = 1, 2, 3, 4
"""Ids of the virtual locations, laid down by the first migration."""

_VIRTUAL_IDS = frozenset({SUPPLIER, CUSTOMER, ADJUST, SCRAP})


@dataclass(frozen=True, slots=True)
class Place:
    """Where stock is, in which status, in which handling unit."""

    location_id: int
    status: str
    hu_id: int = LOOSE


@dataclass(frozen=True, slots=True)
class Posting:
    """A proposed movement of `qty` EACH.

    `uses_allocated` of them were promised and are now taken; `keeps_allocated` are promised again at
    the target (only when a pick is undone).
    """

    type: MovementType
    sku_id: int
    lot_id: int
    qty: int
    source: Place
    target: Place
    doc_type: str
    doc_no: str
    idem_key: str
    reason: str = ""
    uses_allocated: int = 0
    keeps_allocated: int = 0
    reverse_of: int | None = None


_T = table(Stock)
_KEY = (
    (_T.c.sku_id == bindparam("k_sku"))
    & (_T.c.lot_id == bindparam("k_lot"))
    & (_T.c.location_id == bindparam("k_loc"))
    & (_T.c.status == bindparam("k_status"))
    & (_T.c.hu_id == bindparam("k_hu"))
)
_L = table(Location)
_IS_FROZEN = select(_L.c.id).where(_L.c.id == bindparam("k_loc"), _L.c.state == LocationState.FROZEN)
_NOT_FROZEN = ~_IS_FROZEN.exists()
_FROZEN = Prepared(_IS_FROZEN)
_IS_SHUT = select(_L.c.id).where(_L.c.id == bindparam("k_loc"), _L.c.state != LocationState.OPEN)
_IS_OPEN = ~_IS_SHUT.exists()
_SHUT = Prepared(_IS_SHUT)
_CLOSED = Prepared(select(ClosedMonth.id).where(ClosedMonth.month == bindparam("month")))
_TAKE = Prepared(
    update(_T)
    .where(
        _KEY,
        _NOT_FROZEN,
        _T.c.on_hand >= bindparam("q"),
        _T.c.allocated >= bindparam("a"),
        _T.c.on_hand - _T.c.allocated >= bindparam("q") - bindparam("a"),
    )
    .values(on_hand=_T.c.on_hand - bindparam("q"), allocated=_T.c.allocated - bindparam("a"))
)
_GIVE = Prepared(
    update(_T)
    .where(_KEY, _IS_OPEN)
    .values(on_hand=_T.c.on_hand + bindparam("q"), allocated=_T.c.allocated + bindparam("a"))
)
_NEW = Prepared(insert(_T), ("sku_id", "lot_id", "location_id", "status", "hu_id", "on_hand", "allocated"))
_APPEND = Prepared(
    insert(table(Movement)),
    (
        "at",
        "user_id",
        "device",
        "type",
        "sku_id",
        "lot_id",
        "qty",
        "from_location_id",
        "from_status",
        "from_hu_id",
        "to_location_id",
        "to_status",
        "to_hu_id",
        "doc_type",
        "doc_no",
        "reason",
        "idem_key",
        "reverse_of",
    ),
)
_FIND = select(table(Movement)).where(table(Movement).c.idem_key == bindparam("idem_key"))


def post(work: Work, posting: Posting) -> None:
    """Write one movement.

    Refused with E-STK-02 when the source has not enough free stock, with E-LOC-02 when either place is
    frozen (being counted, P27) or the target is closed (P28), with E-FIN-02 when the month is closed.
    """
    if _CLOSED.first(work.tx, month=f"{work.today:%Y-%m}") is not None:
        raise Refused("E-FIN-02")
    tx, source, target = work.tx, posting.source, posting.target
    if source.location_id not in _VIRTUAL_IDS:
        values = _key(posting, source) | {"q": posting.qty, "a": posting.uses_allocated}
        if _TAKE.run(tx, **values) != 1:
            if _FROZEN.first(tx, k_loc=source.location_id) is not None:
                raise Refused("E-LOC-02")
            raise Refused("E-STK-02")
    if target.location_id not in _VIRTUAL_IDS:
        values = _key(posting, target) | {"q": posting.qty, "a": posting.keeps_allocated}
        if _GIVE.run(tx, **values) == 0:
            if _SHUT.first(tx, k_loc=target.location_id) is not None:
                raise Refused("E-LOC-02")
            _NEW.run(
                tx,
                sku_id=posting.sku_id,
                lot_id=posting.lot_id,
                location_id=target.location_id,
                status=target.status,
                hu_id=target.hu_id,
                on_hand=posting.qty,
                allocated=posting.keeps_allocated,
            )
    _APPEND.run(tx, **_row(posting, work))


def post_new(work: Work, postings: Sequence[Posting]) -> None:
    """Write many movements at once, of goods that come out of a virtual place in lots that lie nowhere yet:
    no balance has to be found, so that thousands take a second.

    Refused like `post`, as a whole. The caller keeps the places from others.
    """
    if _CLOSED.first(work.tx, month=f"{work.today:%Y-%m}") is not None:
        raise Refused("E-FIN-02")
    balances: dict[tuple[Any, ...], int] = {}
    for posting in postings:
        target = posting.target
        if posting.source.location_id not in _VIRTUAL_IDS or target.location_id in _VIRTUAL_IDS:
            raise ValueError("goods that are new come from a virtual place to a real one")
        key = (posting.sku_id, posting.lot_id, target.location_id, target.status, target.hu_id)
        balances[key] = balances.get(key, 0) + posting.qty
    connection = work.tx.connection()
    for place_id in {key[2] for key in balances}:
        if _SHUT.first(work.tx, k_loc=place_id) is not None:
            raise Refused("E-LOC-02")
    names = ("sku_id", "lot_id", "location_id", "status", "hu_id")
    rows = [
        dict(zip(names, key, strict=True)) | {"on_hand": qty, "allocated": 0} for key, qty in balances.items()
    ]
    if rows:
        connection.execute(insert(_T), rows)
        connection.execute(insert(table(Movement)), [_row(posting, work) for posting in postings])


def reverse(work: Work, idem_key: str, new_key: str, *, allocated: int = 0, doc_no: str = "") -> None:
    """Mirror the movement posted under `idem_key`; `allocated` of it become promised again.

    `doc_no` is the reversing document's number where it has one of its own (I9). A movement can be reversed
    once (unique `reverse_of`).
    """
    row = work.tx.connection().execute(_FIND, {"idem_key": idem_key}).one()
    post(
        work,
        Posting(
            type=MovementType(row.type),
            sku_id=row.sku_id,
            lot_id=row.lot_id,
            qty=row.qty,
            source=Place(row.to_location_id, row.to_status, row.to_hu_id),
            target=Place(row.from_location_id, row.from_status, row.from_hu_id),
            doc_type=row.doc_type,
            doc_no=doc_no or row.doc_no,
            idem_key=new_key,
            reason="UNDO",
            keeps_allocated=allocated,
            reverse_of=row.id,
        ),
    )


def _key(posting: Posting, place: Place) -> dict[str, Any]:
    return {
        "k_sku": posting.sku_id,
        "k_lot": posting.lot_id,
        "k_loc": place.location_id,
        "k_status": place.status,
        "k_hu": place.hu_id,
    }


def _row(posting: Posting, work: Work) -> dict[str, Any]:
    return {
        "at": work.now,
        "user_id": work.by.user_id,
        "device": work.by.device,
        "type": posting.type.value,
        "sku_id": posting.sku_id,
        "lot_id": posting.lot_id,
        "qty": posting.qty,
        "from_location_id": posting.source.location_id,
        "from_status": posting.source.status,
        "from_hu_id": posting.source.hu_id,
        "to_location_id": posting.target.location_id,
        "to_status": posting.target.status,
        "to_hu_id": posting.target.hu_id,
        "doc_type": posting.doc_type,
        "doc_no": posting.doc_no,
        "reason": posting.reason,
        "idem_key": posting.idem_key,
        "reverse_of": posting.reverse_of,
    }
