"""The migrated database is the declared one, triggers included; nobody can rewrite history."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from printers import queue, roster, routes
from station.ground.db import Database, DatabaseUnusable, schema
from station.wiring import tables
from tests.cluster import admin

pytestmark = pytest.mark.both_databases

APPEND_ONLY = (
    "epoch",
    "movement",
    "history",
    "audit_row",
    "signature",
    "override_row",
    "gift_issue",
    "set_apart",
    "let_out",
    "setting_change",
    "let_out_line",
    "old_label",
    "scan",
    "seal",
    "slip_reversal",
)


def _declared_sqlite(path: Path) -> Database:
    db = Database(f"sqlite:///{path}")
    with db.engine.begin() as connection:
        for metadata in tables.metadatas():
            metadata.create_all(connection)
    return db


def _normal(sql: str) -> str:
    """Table definitions without the order of constraints, which means nothing."""
    flat = re.sub(r"\s+", " ", sql).strip()
    # SQLite quotes a table's name once it was renamed.
    flat = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", flat)
    inside = re.match(r"(CREATE TABLE \"?\w+\"?) ?\((.*)\) ?(STRICT)?$", flat)
    if not inside:
        return flat
    parts = re.split(r", (?=[\"\w]+ |CONSTRAINT|UNIQUE|CHECK|FOREIGN|PRIMARY)", inside[2])
    return f"{inside[1]} ({'; '.join(sorted(part.strip().strip(',').strip() for part in parts))}) {inside[3] or ''}"


def _sqlite_shape(db: Database) -> dict[str, str]:
    with db.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
            )
        )
        return {f"{row.type} {row.name}": _normal(row.sql) for row in rows}


def test_sqlite_migrates_to_what_is_declared(sqlite_template: Path, tmp_path: Path) -> None:
    migrated = Database(f"sqlite:///{sqlite_template}")
    declared = _declared_sqlite(tmp_path / "declared.sqlite3")
    try:
        found, wanted = _sqlite_shape(migrated), _sqlite_shape(declared)
        assert found.keys() == wanted.keys()
        for name, sql in wanted.items():
            assert found[name] == sql
        assert sum(name.startswith("trigger") for name in found) == 3 * len(APPEND_ONLY)
        assert "STRICT" in found["table movement"]
        assert "on_hand >= 0" in found["table stock"]
    finally:
        migrated.close()
        declared.close()


_PG_SHAPE = """
SELECT 'column' AS kind, table_name || '.' || column_name AS name,
       data_type || coalesce(character_maximum_length::text, '') || is_nullable AS shape
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


@pytest.mark.postgresql
def test_postgresql_migrates_to_what_is_declared(pg_url: str, pg_template: str) -> None:
    names = f"d{uuid.uuid4().hex}", f"m{uuid.uuid4().hex}"
    admin(pg_url, f"CREATE DATABASE {names[0]}")
    admin(pg_url, f"CREATE DATABASE {names[1]} TEMPLATE {pg_template}")  # a template must have no guests
    declared, migrated = (create_engine(pg_url.format(name=name)) for name in names)
    try:
        with declared.begin() as connection:
            for metadata in tables.metadatas():
                metadata.create_all(connection)
        shapes = []
        for engine in (migrated, declared):
            with engine.connect() as connection:
                rows = connection.execute(text(_PG_SHAPE))
                shapes.append({(r.kind, r.name): r.shape for r in rows if "alembic" not in r.name})
        assert shapes[0] == shapes[1]
        assert sum(kind == "trigger" for kind, _name in shapes[0]) == len(APPEND_ONLY)
    finally:
        declared.dispose()
        migrated.dispose()
        for name in names:
            admin(pg_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_history_cannot_be_rewritten(db: Database, table: str, verb: str) -> None:
    """The database itself refuses, whoever asks (I9)."""
    with db.engine.begin() as connection:
        if db.is_sqlite:  # what the row names need not be there: it is taken back in the end
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        row = connection.begin_nested()
        if db.is_sqlite:  # SQLite fires its triggers per row
            columns = [
                c for c in inspect(connection).get_columns(table) if not c["nullable"] and c["name"] != "id"
            ]
            names = ", ".join(column["name"] for column in columns)
            marks = ", ".join(
                f"'{column['name'][:8]}'" if "TEXT" in str(column["type"]) else "1" for column in columns
            )
            if table == "movement":
                marks = marks.replace("1", "2", 1)
                names_list = names.split(", ")
                values = dict.fromkeys(names_list, "'x'") | {
                    "sku_id": "1", "lot_id": "1", "qty": "1", "from_location_id": "1", "to_location_id": "2",
                    "from_hu_id": "0", "to_hu_id": "0",
                }  # fmt: skip
                marks = ", ".join(values[name] for name in names_list)
            marks = marks.replace("'kind'", "'SCRAP'")
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"))
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(verb.format(table)))
        row.rollback()


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    assert schema.upgrade(database_url) == (schema.head(), schema.head())
    schema.require_current(database_url)


def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'future.sqlite3'}"
    schema.upgrade(url)
    db = Database(url)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.close()
    with pytest.raises(DatabaseUnusable, match="9999"):
        schema.require_current(url)
    with pytest.raises(DatabaseUnusable, match="9999"):
        schema.upgrade(url)


def test_an_empty_database_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="station migrate"):
        schema.require_current(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


def test_an_upgrade_keeps_printers_routes_and_papers(tmp_path: Path) -> None:
    """The 0.1.0 database of a running warehouse: nothing is lost, and the old file lies beside the new one."""
    url = f"sqlite:///{tmp_path / 'station.sqlite3'}"
    db = Database(url)
    with db.engine.connect() as connection:
        command.upgrade(schema._config(connection), "0001")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO printer (id, code, name, language, address, media, dpi, options, state) "
                "VALUES (1, 'PRWB1', '面单机', 'zpl', 'tcp://10.0.0.9:9100', 'waybill_76x130', 203, '{}', 'READY')"
            )
        )
        connection.execute(
            text("INSERT INTO print_route (kind, workstation, printer_id) VALUES ('waybill', '*', 1)")
        )
        connection.execute(
            text(
                "INSERT INTO print_job (id, idem_key, kind, subject_type, subject_no, workstation, printer_id, data, "
                "media, copies, copy_no, requested_by, state, created_at, next_at) VALUES (1, 'k', 'waybill', "
                "'waybill', 'YT1', '', 1, '{}', 'waybill_76x130', 1, 1, 'x', 'UNKNOWN', '2026-11-01', '2026-11-01')"
            )
        )
    db.close()
    assert schema.upgrade(url) == ("0001", schema.head())
    db = Database(url)
    try:
        with db.engine.connect() as connection:
            (kept,) = roster.list_printers(connection)
            assert (kept.code, kept.proof, kept.answers, kept.lang) == ("PRWB1", "none", None, "zh")
            assert [route.printer_id for route in routes.list_routes(connection)] == [1]
            assert queue.show(connection, 1).state == "UNKNOWN"
            assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
            connection.rollback()
            with pytest.raises(DBAPIError):
                connection.execute(text("DELETE FROM printer"))
    finally:
        db.close()
    assert list(tmp_path.glob("station-before-*"))


def _old_sqlite(path: Path, revision: str) -> Database:
    """A database as an older release left it."""
    db = Database(f"sqlite:///{path}")
    with db.engine.connect() as connection:
        command.upgrade(schema._config(connection), revision)
    return db


def test_connections_orders_and_notices_learn_where_they_belong(tmp_path: Path) -> None:
    """Who wants what, who is watched for cancels, and what came from whom, of a database of 0005."""
    db = _old_sqlite(tmp_path / "old.sqlite3", "0005")
    same = "is_active, is_main, created_at, failures, last_error, leased_by, name, secrets"
    with db.engine.begin() as connection:
        for code, kind, watch, at in (
            ("yes", "rest", "Yes", None),
            ("no", "rest", "no", "2026-02-01T00:00:00.000000+00:00"),
            ("books", "odoo", "", "2026-02-01T00:00:00.000000+00:00"),
        ):
            connection.execute(
                text(
                    f"INSERT INTO erp_connection (code, kind, settings, cancels_at, {same}) VALUES "
                    "(:code, :kind, :settings, :at, 1, 0, '2026-01-01T00:00:00.000000+00:00', 0, '', '', '', '')"
                ),
                {"code": code, "kind": kind, "settings": f'{{"watch_cancels": "{watch}"}}', "at": at},
            )
        connection.execute(text("INSERT INTO supplier (id, code, name) VALUES (1, 'V', 'V')"))
        for asn_no in ("PO-1", "PO-2"):
            connection.execute(
                text(
                    "INSERT INTO inbound_notice (asn_no, version, supplier_id, warehouse, is_closed) "
                    "VALUES (:asn_no, 1, 1, 'WH1', 0)"
                ),
                {"asn_no": asn_no},
            )
        connection.execute(
            text(
                "INSERT INTO inbox_document (doc_type, doc_no, version, result, file_name, source, at) "
                "VALUES ('notice', 'PO-1', 1, 'TAKEN', '', 'books', '2026-01-01T00:00:00.000000+00:00')"
            )
        )
    db.close()
    schema.upgrade(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    db = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with db.engine.connect() as connection:
        rows = {
            row.code: row
            for row in connection.execute(text("SELECT code, wants, cancels_at FROM erp_connection"))
        }
        notices = connection.execute(text("SELECT asn_no, source FROM inbound_notice"))
        sources = {row.asn_no: row.source for row in notices}
    db.close()
    assert sources == {"PO-1": "books", "PO-2": ""}
    assert (rows["books"].wants, str(rows["books"].cancels_at)[:10]) == ("stock_adjustment", "2026-02-01")
    assert "stock_change" in rows["no"].wants.split(",")
    assert rows["no"].cancels_at is None
    assert str(rows["yes"].cancels_at)[:10] == "2026-01-01"
    assert "order_state:CANCELED" in rows["folder"].wants.split(",")
    assert {code for code, row in rows.items() if "order_shortage" in row.wants.split(",")} == {
        "folder",
        "no",
        "yes",
    }
