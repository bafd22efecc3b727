"""When the comparison of the night is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from station.erp.compare import wishes
from station.erp.models import ErpFeed
from station.exchange.models import ErpConnection
from tests.station.erp.compare.twin import ZONE, Office


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


LONG_AGO = at(1, 12)


FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 — hypothesis adds the zone


def due(now: datetime, *runs: tuple[str, datetime], created_at: datetime = LONG_AGO) -> bool:
    return wishes.is_due(now, ZONE, created_at, runs)


def test_every_night_at_three_and_once() -> None:
    assert not due(at(3, 2, 59), ("DONE", at(2, 3)))
    assert due(at(3, 3), ("DONE", at(2, 3)))
    assert not due(at(3, 9), ("DONE", at(3, 3)))
    assert due(at(4, 3), ("DONE", at(3, 3)))


def test_an_outage_is_caught_up_in_the_day() -> None:
    assert due(at(3, 16), ("DONE", at(2, 3)))
    failed = ("FAILED", at(3, 3))
    assert not due(at(3, 3, 59), failed)
    assert due(at(3, 4), failed)
    assert not due(at(3, 23), failed, ("DONE", at(3, 16)))
    assert not due(at(3, 3, 29), ("RUNNING", at(3, 3)))
    assert due(at(3, 3, 31), ("RUNNING", at(3, 3)))


def test_a_new_connection_waits_for_its_first_night() -> None:
    assert not due(at(3, 16), created_at=at(3, 10))
    assert due(at(4, 3), created_at=at(3, 10))


@given(st.datetimes(FIRST, FIRST.replace(year=2028), timezones=st.just(UTC)), st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]
))  # fmt: skip
def test_the_last_night_is_at_three_and_at_most_a_day_ago(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    night = wishes.nightly_before(now, zone)
    assert night <= now < night + timedelta(hours=25)
    assert night.astimezone(zone).hour == 3


def test_the_night_of_a_connection(office: Office) -> None:
    clock = office.yard.clock

    def nightly(code: str = "erp") -> bool:
        return office.read(lambda tx: wishes.due_nightly(tx, code, clock.now(), ZONE))

    assert (nightly(), nightly("folder")) == (False, False)  # set up this morning
    clock.advance(days=1)
    assert (nightly(), nightly("folder")) == (True, False)
    assert office.run().state == "DONE"
    assert not nightly()
    clock.advance(days=1)
    now = clock.now()
    connection = office.read(
        lambda tx: tx.scalar(select(ErpConnection.id).where(ErpConnection.code == "erp"))
    )
    feed: dict[str, Any] = {"connection_id": connection, "feed": "orders", "cursor": {}, "at": now}
    office.db.write(lambda tx: tx.execute(insert(ErpFeed).values(**feed)))
    assert not nightly()  # the first import is not finished
    office.db.write(lambda tx: tx.execute(update(ErpFeed).values(finished_at=now)))
    assert nightly()
    newest = office.read(lambda tx: wishes.last(tx, "erp"))
    assert newest is not None
    assert (newest.state, newest.asked_by) == ("DONE", "陈主管")
