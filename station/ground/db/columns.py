"""Column types that mean the same on both databases, the declarative base, append-only tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Connection,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase

M = TypeVar("M", bound="Base")

Id = BigInteger().with_variant(Integer, "sqlite")


class Str(TypeDecorator[str]):
    """Text with a limit on PostgreSQL; TEXT on SQLite, so that tables can be STRICT."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(String(self.length))

    @property
    def length(self) -> int | None:
        return self.impl_instance.length  # type: ignore[attr-defined, no-any-return]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always UTC: TIMESTAMPTZ on PostgreSQL, sortable ISO text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = Text() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Day(TypeDecorator[date]):
    """A warehouse-local date: DATE on PostgreSQL, ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]
        return date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no: BOOLEAN on PostgreSQL, 0/1 in a STRICT table on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002
        return None if value is None else bool(value)


class Json(TypeDecorator[Any]):
    """A JSON document: JSON on PostgreSQL, compact text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if value is not None and dialect.name == "sqlite" else value


class Base(DeclarativeBase):
    """All tables of the warehouse; STRICT on SQLite, constraints named by rule."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: Id, bool: Flag, datetime: UtcDateTime, date: Day, str: Str(200)}  # noqa: RUF012


STRICT: dict[str, Any] = {"sqlite_strict": True}


def is_one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The database itself keeps `column` to the values of an enum."""
    names = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({names})", name=column)


# --- append-only tables ----------------------------------------------------------------------


def append_only_ddl(name: str, dialect: str) -> list[str]:
    """Statements that make the database itself refuse UPDATE and DELETE on table `name`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    return [function, trigger]


def unreplaceable_ddl(name: str, keys: Iterable[str], dialect: str) -> list[str]:
    """Statements that refuse ``INSERT OR REPLACE`` of a row of `name` that has one of these unique `keys`.

    SQLite deletes the old row then without firing a DELETE trigger (unless a connection asks for it), so the
    insert itself must be refused. PostgreSQL takes ``ON CONFLICT DO UPDATE`` for the UPDATE it is.
    """
    if dialect != "sqlite":
        return []
    same = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in key.split()) + ")" for key in keys
    )
    condition = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608 — our own names
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    return [f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} WHEN {condition} {refuse}"]


def table(model: type[Base]) -> Table:
    """The Core table behind a model, for statements of the hot path."""
    clause = model.__table__
    assert isinstance(clause, Table)
    return clause


def _keys(declared: Table) -> list[str]:
    """What only one row may have: the primary key first, then each unique constraint by its columns."""
    unique = [c for c in declared.constraints if isinstance(c, UniqueConstraint)]
    return ["id", *sorted(" ".join(c.columns.keys()) for c in unique)]


def append_only(model: type[M]) -> type[M]:
    """Class decorator: rows of this table are written once and never changed (I9)."""
    declared = table(model)

    def create(_target: object, connection: Connection, **_kw: object) -> None:
        name, dialect = model.__tablename__, connection.dialect.name
        for statement in (
            *append_only_ddl(name, dialect),
            *unreplaceable_ddl(name, _keys(declared), dialect),
        ):
            connection.execute(text(statement))

    event.listen(declared, "after_create", create)
    declared.info["append_only"] = True
    return model
