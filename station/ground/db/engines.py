"""Engines of both databases, and the refusal of a SQLite that can corrupt."""

from __future__ import annotations

import importlib
import sqlite3
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

sqlite: Any
try:  # the wheel carries a library without the WAL-reset race (3.51.3 or newer)
    sqlite = importlib.import_module("pysqlite3.dbapi2")
except ImportError:
    sqlite = sqlite3


class DatabaseUnusable(Exception):
    """The database cannot be used safely; the text says why and what to do."""


class FateUnknown(Exception):
    """The commit got no answer: the unit is there whole or not at all, and only asking again tells."""


_FIXED_BRANCHES = {(3, 44): 6, (3, 50): 7}


def has_wal_race(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the WAL-reset race that can corrupt a database (fixed in 3.51.3)."""
    fixed = _FIXED_BRANCHES.get(version[:2])
    if fixed is not None and version[2] >= fixed:
        return False
    return (3, 7, 0) <= version < (3, 51, 3)


def check_journal(module: ModuleType, journal: str) -> None:
    """Refuse WAL on a SQLite library that can corrupt it."""
    if journal == "WAL" and has_wal_race(module.sqlite_version_info):
        raise DatabaseUnusable(
            f"SQLite {module.sqlite_version} can corrupt a database in WAL mode. "
            'Install the pysqlite3 wheel (0.6.1 or newer), or set journal = "DELETE" (slower), '
            "or use PostgreSQL."
        )


def make_engine(url: str, *, journal: str, pool_size: int, read_only: bool) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=pool_size, max_overflow=16, pool_pre_ping=True, hide_parameters=True
        )
    check_journal(sqlite, journal)
    engine = create_engine(
        url,
        module=sqlite,
        pool_size=pool_size,
        max_overflow=16,
        hide_parameters=True,  # an error in the log shows no consignee
        connect_args={"check_same_thread": False, "timeout": 10, "cached_statements": 512},
    )

    def connected(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
            "cache_size=-16384",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def reason(error: BaseException) -> str:
    """What a database said, in one line without the statement it said it of."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
