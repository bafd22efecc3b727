"""A copy put into PostgreSQL: loaded beside the living tables, proven there, exchanged in one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from station.copies import proof, rows
from station.copies.archive import BadCopy
from station.ground.db import Database, schema
from station.ground.documents import epoch
from station.wiring import checks

SCRATCH = "station_restoring"
FUNCTION = "refuse_change"


def load(url: str, copy: Path) -> None:
    """The rows of a copy in a schema of their own, as this version declares it, and the rules asked there."""
    db = Database(url)
    try:
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {SCRATCH}"))
    finally:
        db.close()
    beside = make_url(url).update_query_dict({"options": f"-csearch_path={SCRATCH}"})
    inside = beside.render_as_string(hide_password=False)
    schema.upgrade(inside)
    fresh = Database(inside)
    try:
        with proof.opened(copy) as source, source.engine.connect() as origin, fresh.engine.begin() as into:
            rows.copy_all(origin, into)
            if rows.count(into) != rows.count(origin):
                raise BadCopy("PostgreSQL did not take every row of the copy")
        wrong = checks.broken(fresh)
        if wrong:
            raise BadCopy(f"the restored books are not right, the old ones stay ({wrong[0]})")
    finally:
        fresh.close()


def exchange(url: str, aside: str) -> None:
    """The loaded tables take the place of the living ones, which move into the schema `aside`."""
    db = Database(url)
    try:
        with db.engine.begin() as connection:
            live = str(connection.scalar(text("SELECT current_schema()")))
            connection.execute(text(f'CREATE SCHEMA "{aside}"'))
            _move(connection, live, aside)
            _move(connection, SCRATCH, live)
            connection.execute(text(f"DROP SCHEMA {SCRATCH}"))
    finally:
        db.close()


def tag(url: str) -> str:
    """The epoch of the living books; empty when they were never restored, or there are none."""
    db = Database(url)
    try:
        with db.read() as tx:
            if not inspect(tx.connection()).has_table("epoch"):
                return ""
            last = epoch.latest(tx)
            return last.tag if last else ""
    finally:
        db.close()


def _move(connection: Connection, source: str, target: str) -> None:
    """Tables take their indexes, sequences and triggers along; the triggers' function is moved by itself."""
    ours = {one.name for one in rows.all_tables()} | {"alembic_version"}
    there = set(inspect(connection).get_table_names(schema=source))
    for name in sorted(ours & there):
        connection.execute(text(f'ALTER TABLE "{source}"."{name}" SET SCHEMA "{target}"'))
    query = (
        "SELECT count(*) FROM pg_proc WHERE proname = :name AND pronamespace = cast(:schema AS regnamespace)"
    )
    if connection.scalar(text(query), {"name": FUNCTION, "schema": f'"{source}"'}):
        connection.execute(text(f'ALTER FUNCTION "{source}".{FUNCTION}() SET SCHEMA "{target}"'))
