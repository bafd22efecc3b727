"""A commit whose answer is lost is unknown, not no: the scan counts once, and is never told as refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from station.ground.db import FateUnknown
from station.ground.scan.models import Run, Scan
from tests.floor import SUN, Floor

pytestmark = pytest.mark.both_databases


@contextmanager
def _lost_at_commit(floor: Floor, times: int, *, is_kept: bool) -> Iterator[list[str]]:
    """The database's side of the next commits is cut off: after they were made, or before they arrive."""
    db = floor.hub.db
    cuts: list[str] = []
    if db.is_sqlite:
        pytest.skip("SQLite has no connection that can be lost; its disk has a test of its own")

    def cut(connection: Any) -> None:
        raw = connection.connection.driver_connection
        if len(cuts) == times or raw.info.transaction_status.name != "INTRANS":
            return
        cuts.append("cut")
        pid = raw.info.backend_pid
        if is_kept:
            raw.commit()
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            other.rollback()

    event.listen(db.engine, "commit", cut)
    try:
        yield cuts
    finally:
        event.remove(db.engine, "commit", cut)


def _counted(floor: Floor) -> tuple[int, int]:
    with floor.hub.db.read() as tx:
        return (
            tx.scalar(select(func.count()).select_from(Scan).where(Scan.scan_id == "lost-0001")) or 0,
            tx.scalar(select(func.sum(Run.version))) or 0,
        )


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_station_asks_its_database_itself(floor: Floor, is_kept: bool) -> None:
    """One lost answer: the worker gets the scan's own, whether it had been kept or not."""
    floor.sign_in(SUN)
    with _lost_at_commit(floor, 1, is_kept=is_kept) as cuts:
        answer = floor.scan(SUN, "pick", "CM-MENU", scan_id="lost-0001")
    assert cuts
    assert answer.status in {200, 422}
    assert _counted(floor) == (1, _counted(floor)[1])
    again = floor.scan(SUN, "pick", "CM-MENU", scan_id="lost-0001")
    assert (again.status, again.code) == (answer.status, answer.code)
    assert _counted(floor)[0] == 1


def test_as_long_as_nobody_knows_the_answer_is_unknown(floor: Floor) -> None:
    floor.sign_in(SUN)
    with _lost_at_commit(floor, 99, is_kept=False):
        answer = floor.scan(SUN, "pick", "CM-MENU", scan_id="lost-0001")
    assert (answer.status, answer.code) == (503, "E-SYS-08")
    settled = floor.scan(SUN, "pick", "CM-MENU", scan_id="lost-0001")
    assert settled.status in {200, 422}
    assert _counted(floor)[0] == 1


def test_a_disk_that_fails_at_the_commit_leaves_it_unknown(floor: Floor) -> None:
    """SQLite: the log may hold the end of the transaction or not; a full disk is a plain no."""
    db = floor.hub.db
    if not db.is_sqlite:
        pytest.skip("SQLite's")

    class Broken(Exception):
        def __init__(self, code: int) -> None:
            super().__init__("disk")
            self.sqlite_errorcode = code

    for code, wanted in ((10 | 4 << 8, FateUnknown), (13, OperationalError)):

        def fail(_connection: Any, code: int = code) -> None:
            raise OperationalError("COMMIT", {}, Broken(code))

        event.listen(db.engine, "commit", fail)
        try:
            with pytest.raises(wanted):
                db.write(lambda tx: tx.execute(text("UPDATE doc_counter SET last = last")))
        finally:
            event.remove(db.engine, "commit", fail)
    assert db.write(lambda tx: tx.scalar(text("SELECT 1"))) == 1
