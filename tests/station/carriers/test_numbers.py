"""Waybill numbers: taken once, counted, given up; used-up ranges (P19)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.carriers import port, ranges
from station.carriers.models import WAYBILL, Waybill, WaybillRange, WaybillState
from station.catalog.models import Carrier
from station.ground.db import Database
from station.ground.words.messages import Refused
from station.wiring import checks
from tests.works import work

NOW = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def carrier(db: Database) -> int:
    """A carrier with three numbers in two ranges."""

    def begin(tx: Session) -> int:
        made = Carrier(code="ZTO", name="中通")
        tx.add(made)
        tx.flush()
        for first, last in ((7, 8), (100, 100)):
            values = {"carrier_id": made.id, "prefix": "ZT", "width": 4, "next_serial": first}
            tx.execute(insert(WaybillRange), values | {"last_serial": last})
        return made.id

    return db.write(begin)


def _take(db: Database, carrier: int, key: str) -> str:
    def take(tx: Session) -> str:
        consignment = port.Consignment(key, carrier, "ZTO", "浙江", "杭州市", "西湖区")
        bill = port.acquire(work(tx, NOW), ranges.RangeService(), consignment, 1)
        return bill.number

    return db.write(take)


def test_numbers_come_in_order_and_end(db: Database, carrier: int) -> None:
    """E-WB-09 when the last range is used up; how many are left is known before."""
    left, numbers = [], []
    for key in ("a", "b", "c"):
        with db.read() as tx:
            left.append(ranges.left(tx, carrier))
        numbers.append(_take(db, carrier, key))
    assert numbers == ["ZT0007", "ZT0008", "ZT0100"]
    assert left == [3, 2, 1]
    with pytest.raises(Refused) as refused:
        _take(db, carrier, "d")
    assert refused.value.code == "E-WB-09"
    with db.read() as tx:
        assert ranges.left(tx, carrier) == 0
        assert len(tx.scalars(select(Waybill.id)).all()) == 3


def test_the_same_request_gets_the_same_number(db: Database, carrier: int) -> None:
    assert _take(db, carrier, "one") == _take(db, carrier, "one") == "ZT0007"
    with db.read() as tx:
        assert ranges.left(tx, carrier) == 2
        assert port.knows(tx, "ZT0007")
        assert not port.knows(tx, "ZT0008")


def test_a_stranger_has_no_numbers(db: Database, carrier: int) -> None:
    with db.read() as tx:
        assert ranges.left(tx, carrier + 1) == 0


def test_prints_are_counted_in_one_place(db: Database, carrier: int) -> None:
    """The first makes it PRINTED; every further one only counts. Without papers the books object (I10)."""
    number = _take(db, carrier, "one")

    def print_(tx: Session) -> tuple[str, int]:
        bill = tx.scalars(select(Waybill).where(Waybill.waybill_no == number)).one()
        port.note_print(work(tx, NOW), bill)
        return bill.state, bill.print_count

    assert [db.write(print_) for _ in range(3)] == [("PRINTED", 1), ("PRINTED", 2), ("PRINTED", 3)]
    broken = [finding for finding in checks.run(db) if finding.violations]
    assert {finding.code for finding in broken} == {"I10"}


def test_a_number_without_an_answer_is_named_by_its_request() -> None:
    assert Waybill(request_key="DO1-1/1").number == "DO1-1/1"
    assert Waybill(request_key="DO1-1/1", waybill_no="ZT1").number == "ZT1"


S = WaybillState
STEPS = (
    (S.NONE, "request", S.REQUESTED),
    (S.REQUESTED, "lose_sight", S.REQ_UNKNOWN),
    (S.REQ_UNKNOWN, "acquire", S.ACQUIRED),
    (S.REQUESTED, "acquire", S.ACQUIRED),
    (S.ACQUIRED, "print", S.PRINTED),
    (S.PRINTED, "bind", S.BOUND),
    (S.BOUND, "hand_over", S.HANDED),
    (S.ACQUIRED, "cancel", S.CANCELLED),
    (S.PRINTED, "cancel", S.CANCELLED),
    (S.BOUND, "cancel", S.CANCELLED),
    (S.PRINTED, "void", S.VOID),
    (S.BOUND, "void", S.VOID),
)


@pytest.mark.parametrize(("state", "event", "then"), STEPS)
def test_the_lives_of_a_number(db: Database, carrier: int, state: str, event: str, then: str) -> None:
    number = _take(db, carrier, "one")

    def move(tx: Session) -> str:
        tx.execute(update(Waybill).where(Waybill.waybill_no == number).values(state=state))
        tx.expire_all()
        bill = tx.scalars(select(Waybill)).one()
        WAYBILL.move(work(tx, NOW), bill, event)
        return str(bill.state)

    assert db.write(move) == then


@pytest.mark.parametrize("state", list(WaybillState))
def test_nothing_else_happens_to_a_number(state: WaybillState) -> None:
    """What is handed over or given up is never taken back; a number is never printed before it is there."""
    allowed = {event for old, event, _new in STEPS if old == state}
    assert {event for event in WAYBILL.events if WAYBILL.may(state, event)} == allowed
