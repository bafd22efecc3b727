"""A frozen place takes and gives nothing; a closed month takes no posting (P10, P27, P29)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Database
from station.ground.documents.history import History
from station.ground.words.messages import Refused
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import LOCATION, ClosedMonth, Location, LocationKind, MovementType, Stock
from station.wiring import checks
from tests.works import work

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
Move = Callable[..., None]


@pytest.fixture
def here(db: Database) -> tuple[int, int]:
    """An article and its lot; ten of it stand in A-1, nothing in A-2."""

    def lay_out(tx: Session) -> tuple[int, int]:
        sku = tx.execute(insert(Sku).values(code="S", name_zh="货").returning(Sku.id)).scalar_one()
        lot = lots.make(tx, sku, received_on=date(2026, 5, 1), receipt_id=None)
        for code in ("A-1", "A-2"):
            locations.make(tx, code, LocationKind.RSV)
        return sku, lot

    found = db.write(lay_out)
    _post(db, found, "ADJUST", "A-1", 10, "first")
    return found


def _post(db: Database, goods: tuple[int, int], source: str, target: str, qty: int, key: str) -> None:
    def do(tx: Session) -> None:
        ids = {row.code: row.id for row in tx.execute(select(Location.code, Location.id))}
        ledger.post(
            work(tx, NOW),
            Posting(
                MovementType.MOVE, *goods, qty, Place(ids[source], "GOOD"), Place(ids[target], "GOOD"), "T", "1", key
            ),
        )  # fmt: skip

    db.write(do)


def _place(tx: Session, code: str) -> Location:
    return tx.scalars(select(Location).where(Location.code == code)).one()


def _freeze(db: Database, code: str) -> None:
    db.write(lambda tx: locations.freeze(work(tx, NOW, name="陈主管"), _place(tx, code), "counted"))


def _thaw(db: Database, code: str) -> None:
    db.write(lambda tx: locations.thaw(work(tx, NOW), _place(tx, code), "counted: right"))


def _left(db: Database) -> int:
    with db.read() as tx:
        query = select(Stock.on_hand).join(Location, Location.id == Stock.location_id)
        return tx.scalars(query.where(Location.code == "A-1")).one()


def test_nothing_goes_into_a_closed_place_and_what_is_there_may_leave(
    db: Database, here: tuple[int, int]
) -> None:
    """A tote closed at the desk while somebody walks with it must not swallow goods."""
    db.write(lambda tx: LOCATION.move(work(tx, NOW), _place(tx, "A-2"), "close"))
    with pytest.raises(Refused, match="E-LOC-02"):
        _post(db, here, "A-1", "A-2", 4, "into it")
    assert _left(db) == 10
    assert checks.broken(db) == []
    db.write(lambda tx: LOCATION.move(work(tx, NOW), _place(tx, "A-1"), "close"))
    assert checks.broken(db) == ["I3: place A-1, sku 1, on_hand 10"]
    db.write(lambda tx: LOCATION.move(work(tx, NOW), _place(tx, "A-2"), "reopen"))
    _post(db, here, "A-1", "A-2", 10, "out of it")
    assert checks.broken(db) == []


@pytest.mark.parametrize("frozen", ["A-1", "A-2"])
def test_nothing_goes_out_of_or_into_a_frozen_place(db: Database, here: tuple[int, int], frozen: str) -> None:
    _freeze(db, frozen)
    with pytest.raises(Refused, match="E-LOC-02"):
        _post(db, here, "A-1", "A-2", 4, "while counted")
    assert _left(db) == 10
    _thaw(db, frozen)
    _post(db, here, "A-1", "A-2", 4, "after")
    assert _left(db) == 6


def test_nothing_goes_into_a_frozen_place_where_such_goods_stand_already(
    db: Database, here: tuple[int, int]
) -> None:
    _post(db, here, "A-1", "A-2", 1, "before")
    _freeze(db, "A-2")
    with pytest.raises(Refused, match="E-LOC-02"):
        _post(db, here, "A-1", "A-2", 1, "while counted")


def test_freezing_is_in_the_places_history(db: Database, here: tuple[int, int]) -> None:
    _freeze(db, "A-1")
    _thaw(db, "A-1")
    with db.read() as tx:
        rows = tx.scalars(select(History).where(History.doc_type == "LC").order_by(History.id)).all()
        assert [(row.doc_no, row.event, row.new, row.actor) for row in rows] == [
            ("A-1", "freeze", "FROZEN", "陈主管"),
            ("A-1", "thaw", "OPEN", "test"),
        ]
        assert rows[0].detail == {"why": "counted"}


@pytest.mark.parametrize("again", [_freeze, _thaw])
def test_freezing_twice_and_thawing_what_is_open_are_refused(
    db: Database, here: tuple[int, int], again: Callable[[Database, str], None]
) -> None:
    if again is _freeze:
        _freeze(db, "A-1")
    with pytest.raises(Refused, match="E-LOC-02"):
        again(db, "A-1")


def test_what_a_scan_found_can_be_frozen(db: Database, here: tuple[int, int]) -> None:
    """The row of a look-up is as good as the object."""
    db.write(lambda tx: locations.freeze(work(tx, NOW), locations.find(tx, _place(tx, "A-1").barcode), "x"))
    with db.read() as tx:
        assert _place(tx, "A-1").state == "FROZEN"


@pytest.mark.parametrize(("month", "is_refused"), [("2026-05", True), ("2026-04", False)])
def test_a_closed_month_takes_no_posting(
    db: Database, here: tuple[int, int], month: str, is_refused: bool
) -> None:
    closed = insert(ClosedMonth).values(month=month, closed_at=NOW, closed_by="吴店主")
    db.write(lambda tx: tx.execute(closed))
    if is_refused:
        with pytest.raises(Refused, match="E-FIN-02"):
            _post(db, here, "A-1", "A-2", 4, "late")
    else:
        _post(db, here, "A-1", "A-2", 4, "in time")
    assert _left(db) == (10 if is_refused else 6)
