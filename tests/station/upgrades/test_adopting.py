"""What older releases moved without a history is written down as it stands, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from station.ground.db import Database, schema
from station.wiring import checks
from tests import cluster

pytestmark = pytest.mark.both_databases

AT = "'2026-05-01T00:00:00.000000+00:00'"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database as it was before."""
    pg_url, name = "", f"o{uuid.uuid4().hex}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    else:
        pg_url = request.getfixturevalue("pg_url")
        cluster.admin(pg_url, f"CREATE DATABASE {name}")
        url = pg_url.format(name=name)
    db = Database(url)
    with db.engine.connect() as connection:
        command.upgrade(schema._config(connection), "0020")
    db.close()
    yield url
    if pg_url:
        cluster.admin(pg_url, f"DROP DATABASE {name} WITH (FORCE)")


def _history(event: str, old: str, new: str) -> str:
    return (
        "INSERT INTO history (at, doc_type, doc_no, event, old, new, actor) "
        f"VALUES ({AT}, 'LC', 'A-2', '{event}', '{old}', '{new}', 'x')"
    )


def _place(code: str, state: str) -> str:
    return (
        "INSERT INTO location (code, barcode, kind, zone, pick_seq, state, label_version) "
        f"VALUES ('{code}', '{code}', 'PICK', '', 0, '{state}', 1)"
    )


def _message(number: int, state: str, done_at: str) -> str:
    return (
        "INSERT INTO outbox_message (id, event_key, kind, doc_no, payload, state, attempts, next_at, last_error, "
        f"created_at, done_at) VALUES ({number}, 'k{number}', 'order_state', 'DO1', '{{}}', '{state}', 0, {AT}, '', "
        f"{AT}, {done_at})"
    )


OLD = (
    _place("A-1", "CLOSED"),
    _place("A-2", "FROZEN"),
    _history("freeze", "OPEN", "FROZEN"),
    _history("relabel", "1", "2"),
    _place("A-3", "OPEN"),
    _message(1, "DONE", "NULL"),
    _message(2, "DEAD", AT),
    _message(3, "DROPPED", AT),
    _message(4, "PENDING", "NULL"),
)


def test_what_stands_elsewhere_is_adopted_and_nothing_else(older: str) -> None:
    db = Database(older)
    with db.engine.begin() as connection:
        for statement in OLD:
            connection.execute(text(statement))
    db.close()
    schema.upgrade(older)
    db = Database(older)
    try:
        assert [line for line in checks.broken(db) if line.startswith("I15")] == []
        with db.read() as tx:
            told = tx.execute(
                text("SELECT doc_type, doc_no, old, new FROM history WHERE event = 'adopt' ORDER BY id")
            )
            assert [tuple(row) for row in told] == [
                ("LC", "A-1", "", "CLOSED"),
                ("OUTBOX", "2", "", "DEAD"),
                ("OUTBOX", "3", "", "DROPPED"),
            ]
            ended = tx.execute(text("SELECT id FROM outbox_message WHERE done_at IS NOT NULL ORDER BY id"))
            assert list(ended.scalars()) == [1, 3]
    finally:
        db.close()
