"""A run of the comparison: silence, wishes, claims, many rows."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.erp import makeup, port
from station.erp.compare import differences, reconcile, wishes
from station.erp.compare.models import Reconciliation
from station.erp.models import ErpMapping
from station.erp.rest.connector import RestConnector
from tests.patience import PATIENCE_S, beside
from tests.station.erp.compare.twin import Office, Twin


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (port.Down("no route"), "Down: no route"),
        (port.NoAccess("stock: right missing"), "NoAccess: stock: right missing"),
        (port.Unmapped("status", "坏品"), "Unmapped: status '坏品'"),
    ],
)
def test_a_silent_erp_makes_it_failed_and_changes_nothing(
    office: Office, error: Exception, text: str
) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 7))
    office.run()
    office.twin.error = error
    run = office.run()
    assert (run.state, run.error) == ("FAILED", text)
    assert [row.times for row in office.rows()] == [1]
    words = office.read(lambda tx: list(tx.scalars(select(ErpMapping.theirs))))
    assert words == (["坏品"] if isinstance(error, port.Unmapped) else [])


def test_a_fault_of_ours_is_failed_too_and_raised(office: Office) -> None:
    office.twin.error = RuntimeError("https://user:secret@erp")
    with pytest.raises(RuntimeError):
        office.run()
    (run,) = office.read(lambda tx: list(tx.scalars(select(Reconciliation))))
    assert (run.state, run.error) == ("FAILED", "RuntimeError")


def test_a_real_connector_that_tells_nothing(office: Office) -> None:
    office.yard.bring("S1", 5)
    setup = makeup.Setup(values={}, words=makeup.Words(), warehouse="WH1", timezone="Asia/Shanghai")
    run_id = reconcile.run(office.db, office.yard.clock, "erp", RestConnector(setup), asked_by="night")
    run = office.read(lambda tx: tx.get_one(Reconciliation, run_id))
    assert (run.state, run.compared, run.error) == ("DONE", 0, "NO_STOCK NO_ORDERS NO_SHIPPED")


def test_many_differences_are_written_in_short_units(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    units: list[int] = []
    whole = differences._write

    def counted(tx: Session, **given: Any) -> None:
        units.append(len(given["part"]))
        whole(tx, **given)

    monkeypatch.setattr(differences, "_write", counted)
    office.tells(*((f"S{at:03d}", "GOOD", 1) for at in range(130)))
    assert office.run().differences == 130
    assert (sum(units), max(units) * 2 <= 50) == (130, True)
    assert len(office.rows()) == 130
    office.tells()
    office.run()
    assert (len(office.rows()), len(office.rows(gone=True))) == (0, 130)


def wish(office: Office, who: str = "陈主管") -> int:
    now = office.yard.clock.now()
    return office.db.write(lambda tx: wishes.ask(tx, "erp", who, now))


def asked(office: Office) -> int | None:
    return office.read(lambda tx: wishes.asked(tx, "erp"))


def test_a_wish_is_one_and_is_worked_on_once(office: Office) -> None:
    assert asked(office) is None
    first = wish(office)
    assert wish(office, "另一位") == first == asked(office)
    run = office.run(first)
    assert (run.id, run.state, run.asked_by) == (first, "DONE", "陈主管")
    assert asked(office) is None
    connector: Any = office.twin
    again = reconcile.run(
        office.db, office.yard.clock, "erp", connector, asked_by="", reconciliation_id=first
    )
    assert again is None
    assert wish(office) != first
    with pytest.raises(LookupError):
        office.db.write(lambda tx: wishes.ask(tx, "nobody", "x", office.yard.clock.now()))


def test_two_processes_never_compare_at_once(office: Office) -> None:
    wanted = wish(office)
    found: list[Any] = []
    connector: Any = Twin()

    def other() -> None:
        found.append(asked(office))
        found.append(reconcile.run(office.db, office.yard.clock, "erp", connector, asked_by="night"))

    office.twin.meanwhile = other
    assert office.run(wanted).state == "DONE"
    assert found == [None, None]


@pytest.mark.both_databases
def test_of_many_threads_one_gets_the_wish(office: Office) -> None:
    wanted = wish(office)
    gate = threading.Barrier(6)
    connector: Any = Twin()

    def work() -> int | None:
        gate.wait(PATIENCE_S)
        return reconcile.run(
            office.db, office.yard.clock, "erp", connector, asked_by="", reconciliation_id=wanted
        )

    results = beside(*[work] * 6)
    assert sorted(results, key=str) == [wanted, *[None] * 5]


def test_one_left_over_by_a_crash_fails_after_half_an_hour(office: Office) -> None:
    class Crash(BaseException):
        pass

    def crash() -> None:
        raise Crash

    office.twin.meanwhile = crash
    with pytest.raises(Crash):
        office.run()
    office.twin.meanwhile = lambda: None
    connector: Any = office.twin
    assert reconcile.run(office.db, office.yard.clock, "erp", connector, asked_by="x") is None
    office.yard.clock.advance(minutes=31)
    wanted = wish(office)  # a wish clears it away, and waits by itself
    assert asked(office) == wanted
    assert office.run(wanted).state == "DONE"
    states = office.read(
        lambda tx: list(tx.scalars(select(Reconciliation.state).order_by(Reconciliation.id)))
    )
    assert states == ["FAILED", "DONE"]


def test_one_taken_for_left_over_writes_no_more(office: Office) -> None:
    office.tells(("S1", "GOOD", 1))

    def much_later() -> None:
        office.yard.clock.advance(minutes=31)
        wish(office)

    office.twin.meanwhile = much_later
    run = office.run()
    assert (run.state, office.rows()) == ("FAILED", [])
