"""Every invariant sees the fault it is there for, and nothing else calls a good day broken."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from station.cli import main
from station.ground.db import Database
from station.outbound.oldest_first import _Free, _Row
from station.stock.fifo import lot_key
from station.wiring import checks


@dataclass(frozen=True)
class Fault:
    """What somebody with a database tool did, to tables that do not defend themselves any more."""

    code: str
    title: str
    loose: tuple[str, ...]
    sql: tuple[str, ...]


def fault(code: str, title: str, loose: str, *sql: str) -> object:
    return pytest.param(Fault(code, title, tuple(loose.split()), sql), id=f"{code}-{title.replace(' ', '-')}")


YOUNGER = (
    """INSERT INTO lot (id, sku_id, supplier_lot, received_on, expires_on) VALUES (900000,
    (SELECT sku_id FROM lot WHERE id = (SELECT lot_id FROM promise ORDER BY id LIMIT 1)),
    '', '2030-01-01', '2031-01-01')""",
    "UPDATE promise SET lot_id = 900000 WHERE id = (SELECT MIN(id) FROM promise)",
)
FAULTS = (
    fault("I1", "stock", "stock", "UPDATE stock SET on_hand = on_hand + 1 WHERE id = (SELECT MAX(id) FROM stock)"),
    fault("I1", "ledger", "movement", "DELETE FROM movement WHERE id = (SELECT MAX(id) FROM movement)"),
    fault("I2", "nowhere", "movement", "UPDATE movement SET to_location_id = 999999 WHERE type = 'SHIP'"),
    fault("I2", "no mirror", "movement", "UPDATE movement SET reverse_of = 1 WHERE id = (SELECT MAX(id) FROM movement)"),
    fault("I3", "negative", "stock", "UPDATE stock SET on_hand = -1 WHERE id = (SELECT MIN(id) FROM stock)"),
    fault("I4", "too much", "stock", "UPDATE stock SET allocated = on_hand + 1 WHERE id = (SELECT MIN(id) FROM stock)"),
    fault("I4", "no owner", "stock", "UPDATE stock SET allocated = 1 WHERE id = (SELECT MIN(id) FROM stock WHERE on_hand > 0)"),
    fault("I4", "not kept", "promise", "UPDATE promise SET state = 'OPEN', qty_taken = 0"),
    fault("I5", "over", "order_line", "UPDATE order_line SET qty_packed = qty + 1, qty_picked = qty + 1"),
    fault("I6", "unsigned", "manifest", "UPDATE manifest SET state = 'CLOSED'"),
    fault("I6", "two manifests", "manifest manifest_parcel",
          "INSERT INTO manifest_parcel (id, manifest_id, parcel_id, scanned_at, scanned_by) "
          "SELECT id + 1000, manifest_id, parcel_id, scanned_at, scanned_by FROM manifest_parcel"),
    fault("I6", "shipped twice", "movement",
          "UPDATE movement SET qty = qty + 1 WHERE id = (SELECT MAX(id) FROM movement WHERE type = 'SHIP')"),
    fault("I6", "no number", "", "UPDATE parcel_line SET is_numbered = (1 = 1)"),
    fault("I7", "younger", "", *YOUNGER),
    fault("I8", "parcel", "parcel", "UPDATE parcel SET order_id = (SELECT MIN(order_id) FROM parcel)"),
    fault("I8", "told twice", "outbox_message",
          "UPDATE outbox_message SET doc_no = (SELECT MIN(order_no) FROM delivery_order) "
          "WHERE kind = 'shipment_confirmation'"),
    fault("I8", "untold", "", "DELETE FROM outbox_message WHERE kind = 'shipment_confirmation'"),
    fault("I8", "receipt untold", "", "DELETE FROM outbox_message WHERE kind = 'receipt_confirmation'"),
    fault("I9", "after closing", "", "UPDATE manifest SET closed_at = '2026-01-01T00:00:00.000000+00:00'"),
    fault("I9", "half posted", "", "UPDATE receipt SET posted_at = NULL"),
    fault("I10", "unprinted", "", "DELETE FROM print_job WHERE subject_type = 'waybill'"),
    fault("I10", "uncounted", "", "UPDATE waybill SET print_count = print_count + 1"),
    fault("I11", "received", "", "UPDATE receipt_line SET qty_rejected = 1 WHERE id = (SELECT MIN(id) FROM receipt_line)"),
    fault("I11", "not put away", "", "UPDATE putaway_task SET state = 'OPEN'"),
    fault("I11", "put away twice", "movement", "UPDATE movement SET qty = qty + 1 WHERE type = 'PUT_AWAY'"),
    fault("I13", "a label of no entry", "gift_label",
          "INSERT INTO gift_label (id, label_no, entry_id, sku_id, state) VALUES (900000, 'GFX', 900000, 1, 'PRINTED')"),
    fault("I14", "stopped", "", "UPDATE delivery_order SET state = 'INTERCEPTING'"),
    fault("I15", "edited", "", "UPDATE wave SET state = 'PICKING' WHERE id = (SELECT MIN(id) FROM wave)"),
    fault("I15", "never moved", "", "UPDATE location SET state = 'CLOSED' WHERE id = (SELECT MAX(id) FROM location WHERE kind = 'PICK')"),
    fault("I15", "untold", "history", "DELETE FROM history WHERE doc_type = 'PARCEL' AND event = 'ship'"),
    fault("I15", "suppressed", "", "UPDATE outbox_message SET state = 'DROPPED', done_at = created_at"),
)  # fmt: skip


@contextmanager
def _changed(db: Database, loose: tuple[str, ...], sql: tuple[str, ...]) -> Iterator[Session]:
    """The database with this done to it, and as before afterwards."""
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if db.is_sqlite:  # outside a transaction only
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with Session(connection) as tx:
                for table in loose:  # a copy has no triggers, no constraints and no keys
                    tx.execute(text(f"CREATE TABLE loose AS SELECT * FROM {table}"))
                    tx.execute(text(f"DROP TABLE {table}{'' if db.is_sqlite else ' CASCADE'}"))
                    tx.execute(text(f"ALTER TABLE loose RENAME TO {table}"))
                for statement in sql:
                    tx.execute(text(statement))
                yield tx
                tx.rollback()
        finally:
            if db.is_sqlite:
                raw.cursor().execute("PRAGMA foreign_keys=ON")


def _named(tx: Session) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for rule in checks.invariants():
        named.setdefault(rule.code, []).extend(rule.find(tx))
    return {code: texts for code, texts in named.items() if texts}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named(done: Database, case: Fault) -> None:
    with _changed(done, case.loose, case.sql) as tx:
        named = _named(tx)
    assert case.code in named, named
    assert all(named[case.code])


def test_every_rule_has_a_fault() -> None:
    """A rule without a test may be one that never finds anything; two numbers wait for their process."""
    tried = {case.values[0].code for case in FAULTS}  # type: ignore[attr-defined]
    brought = {rule.code for rule in checks.invariants()}
    assert tried == brought
    assert brought.isdisjoint(checks.AWAITED)
    assert brought | set(checks.AWAITED) == {f"I{number}" for number in range(1, 16)}


def test_a_good_day_has_no_fault(done: Database) -> None:
    findings = list(checks.run(done))
    assert [finding.violations for finding in findings if finding.violations] == []
    (whole,) = [finding for finding in findings if finding.code == "FILE"]
    assert whole.is_empty is not done.is_sqlite  # PostgreSQL without amcheck: nobody looked, and that is said
    absent = {  # this day had neither
        "a serial number is on one order",
        "what lies in a wall cell is an order's",
    }
    empty = {finding.code for finding in findings if finding.is_empty and finding.title not in absent}
    empty -= {"FILE", "I15", "I9"}
    assert empty == {"SEAL", "I13", *checks.AWAITED}  # nothing has been sealed here yet, and no gift came


def test_a_second_parcel_of_an_order_is_no_fault(done: Database) -> None:
    """An order may leave in several parcels, each told to the office or all of them at once."""
    parcel = (
        "INSERT INTO parcel (id, parcel_no, order_id, seq, state, tote_id, pack_location_id, is_unweighed, "
        "packed_by) SELECT 900000, 'PC-SECOND', order_id, 2, 'SHIPPED', tote_id, pack_location_id, "
        "is_unweighed, '' FROM parcel WHERE id = (SELECT MIN(id) FROM parcel)"
    )
    told = (
        "INSERT INTO outbox_message (id, event_key, kind, doc_no, payload, attempts, next_at, state, last_error, "
        "created_at, done_at) SELECT 900000, 'SHIP-PC-SECOND', kind, order_no, payload, 0, next_at, 'DONE', '', "
        "m.created_at, m.created_at "
        "FROM outbox_message m JOIN delivery_order o ON o.order_no = m.doc_no "
        "WHERE o.id = (SELECT order_id FROM parcel WHERE id = 900000)"
    )
    moved = (
        "INSERT INTO history (at, doc_type, doc_no, event, old, new, actor) SELECT at, doc_type, 'PC-SECOND', "
        "event, old, new, actor FROM history WHERE id = (SELECT MAX(id) FROM history WHERE doc_type = 'PARCEL')"
    )
    for sql in ((parcel, moved), (parcel, moved, told)):
        with _changed(done, (), sql) as tx:
            assert _named(tx) == {}


def test_a_signed_override_is_no_fault(done: Database) -> None:
    allowed = "UPDATE promise SET age_override = 'E-PCK-03 陈主管' WHERE lot_id = 900000"
    with _changed(done, (), (*YOUNGER, allowed)) as tx:
        assert _named(tx) == {}


DAY = datetime(2026, 5, 10, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expires_on", "since", "is_fault"),
    [
        (date(2026, 8, 1), DAY - timedelta(days=1), True),
        (date(2026, 8, 1), DAY, True),
        (date(2026, 8, 1), DAY + timedelta(seconds=1), False),  # it came, or was given back, only afterwards
        (date(2026, 5, 9), DAY - timedelta(days=90), False),  # expired by then: nobody may have it
        (date(2026, 9, 1), DAY - timedelta(days=1), False),  # the same age or younger
        (date(2026, 9, 2), DAY - timedelta(days=1), False),
    ],
)  # fmt: skip
def test_only_what_lay_free_then_was_passed_over(
    expires_on: date, since: datetime, *, is_fault: bool
) -> None:
    """An allocation made on 10 May of a lot that expires on 1 September, and one row that is free now."""
    received = date(2026, 5, 1)
    free = _Free([_Row(lot_key(expires_on, received, 7), 7, expires_on, since)])
    free.order()
    assert (free.passed_over(lot_key(date(2026, 9, 1), received, 7), DAY) == 7) is is_fault


def _check(path: Path, *options: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setenv("STATION_DATA", str(path.parent))
    monkeypatch.setenv("STATION_DATABASE_URL", f"sqlite:///{path}")
    answer = CliRunner().invoke(main, ["check", *options])
    return answer.exit_code, answer.output


def test_the_command_says_what_is_broken(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status, JSON for machines, a line with seconds for people; SQLite's own doubts are among them."""
    path = tmp_path / "station.sqlite3"
    shutil.copy(sqlite_template, path)
    status, output = _check(path, "--json", monkeypatch=monkeypatch)
    assert status == 0
    assert not any(json.loads(output).values())
    assert json.loads(output).keys() == {"FILE", "SEAL", *(f"I{number}" for number in range(1, 16))}
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute(
            "INSERT INTO sku (id, code, name_zh, name_en, spec, unit, inner_qty, case_qty, gross_g, is_valuable, "
            "is_serial, is_lot, lot_regex, is_shelf_life, shelf_life_unit, abc, item_type, min_qty, max_qty, "
            "is_active) VALUES (1, 'S', '茶', '', '', '件', 0, 1, 1, 0, 0, 0, '', 0, 'D', 'B', 'NORMAL', 0, 0, 1)"
        )
        raw.execute("INSERT INTO lot (id, sku_id, supplier_lot, received_on) VALUES (1, 1, '', '2026-05-01')")
        raw.execute(
            "INSERT INTO stock (sku_id, lot_id, location_id, status, hu_id, on_hand, allocated) "
            "VALUES (1, 1, 1, 'GOOD', 0, -5, 0)"
        )
    raw.close()
    status, output = _check(path, monkeypatch=monkeypatch)
    assert status == 1
    assert "✘ FILE" in output
    assert "CHECK constraint failed in stock" in output
    assert "✘ I3   no place is negative (1 × stock; 0." in output
    assert "on_hand -5" in output
    status, output = _check(path, "--json", monkeypatch=monkeypatch)
    assert status == 1
    assert json.loads(output)["I3"] == ["stock 1, on_hand -5"]


_ODD = """
CREATE EXTENSION amcheck;
CREATE FUNCTION odd_cmp(int4, int4) RETURNS int LANGUAGE sql AS
 'SELECT CASE WHEN $1 = $2 THEN 0 WHEN $1 > $2 THEN 1 ELSE -1 END';
CREATE OPERATOR CLASS odd FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
 OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 odd_cmp(int4, int4);
CREATE TABLE odd_table (value int4);
INSERT INTO odd_table SELECT generate_series(1, 1000);
CREATE INDEX odd_index ON odd_table USING btree (value odd);
"""
_SWAPPED = """
CREATE OR REPLACE FUNCTION odd_cmp(int4, int4) RETURNS int LANGUAGE sql AS
 'SELECT CASE WHEN $1 = $2 THEN 0 WHEN $1 < $2 THEN 1 ELSE -1 END';
"""


@pytest.mark.both_databases
def test_postgresql_looks_at_its_indexes_where_it_can(db: Database) -> None:
    """An index whose order is not the order any more, as after a change of the system's collations."""
    if db.is_sqlite:
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(_ODD)
    whole = next(finding for finding in checks.run(db) if finding.code == "FILE")
    assert (whole.violations, whole.is_empty) == ([], False)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(_SWAPPED)
    (found,) = next(finding for finding in checks.run(db) if finding.code == "FILE").violations
    assert found.startswith("odd_index: ")
