"""One cache of compiled statements for all databases of a test run.

SQLAlchemy compiles a statement once per engine. A test has engines of its own, so each of some thousand tests
would compile the same hundred statements again, which is a third of its time. Dialects of one kind are the
same here, and so a statement that was compiled for one database serves the next.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_COMPILED: Any = LRUCache(5000)


class _Alike:
    """Equal to every other dialect of its class; its engines use the one cache."""

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class AlikeSqlite(_Alike, SQLiteDialect_pysqlite):
    """SQLite, whose statements another file's engine may use."""

    supports_statement_cache = True


class AlikePostgresql(_Alike, PGDialect_psycopg):
    """PostgreSQL by psycopg, whose statements another database's engine may use."""

    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return psycopg


def share() -> None:
    """From now on engines of this process share what they have compiled."""
    registry.register("sqlite", __name__, "AlikeSqlite")
    registry.register("postgresql.psycopg", __name__, "AlikePostgresql")
