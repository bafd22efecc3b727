"""The database: column types, the engine, read sessions, and the one way to write.

Every difference between SQLite and PostgreSQL lives in this file.

Writing means handing `Database.write` a function and waiting for its answer. On SQLite one writer
thread takes what is queued, opens one transaction, gives each unit a savepoint of its own, commits
(synchronous=FULL) and only then answers: many handhelds share one disk flush. On PostgreSQL every
unit is its own transaction, repeated when the database asks for it. A unit must therefore be a
function of its session alone: it may run more than once, and only its last run counts.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import queue
import sqlite3
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

sqlite: Any
try:  # the wheel carries a library without the WAL-reset race (3.51.3 or newer)
    sqlite = importlib.import_module("pysqlite3.dbapi2")
except ImportError:
    sqlite = sqlite3

T = TypeVar("T")
M = TypeVar("M", bound="Base")
Work = Callable[[Session], T]

SCAN, DESK, BULK = 0, 1, 2
"""Priorities of a write: a worker waits, a person at a desk waits, nobody waits."""

BATCH = 64
"""Most units that share one commit."""

Id = BigInteger().with_variant(Integer, "sqlite")


class DatabaseUnusable(Exception):
    """The database cannot be used safely; the text says why and what to do."""


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


@dataclass(order=True)
class _Unit:
    priority: int
    order: int
    work: Work[Any] = field(compare=False)
    answer: Future[Any] = field(compare=False)


class Database:
    """One database of one warehouse: `read()` for looking, `write(work)` for changing.

    `commit_delay_ms` lengthens every commit: the bench uses it to stand for an ordinary disk.
    """

    def __init__(
        self, url: str, *, journal: str = "WAL", commit_delay_ms: int = 0, pool_size: int = 16
    ) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _engine(url, journal=journal, pool_size=pool_size, read_only=False)
        if self.is_sqlite:
            self._readers = _engine(url, journal=journal, pool_size=pool_size, read_only=True)
            self._writer: _GroupWriter | None = _GroupWriter(self.engine, commit_delay_ms)
        else:
            self._readers = self.engine.execution_options(postgresql_readonly=True)
            self._writer = None
        self._delay_s = commit_delay_ms / 1000

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write."""
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def write(self, work: Work[T], priority: int = DESK) -> T:
        """Run `work` in one transaction and return its answer once that is durable."""
        if self._writer is not None:
            answer: T = self._writer.submit(work, priority).result()
            return answer
        return self._write_alone(work)

    def _write_alone(self, work: Work[T], tries: int = 8) -> T:
        for attempt in itertools.count(1):
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    answer = work(session)
                    session.flush()
                    if self._delay_s:
                        time.sleep(self._delay_s)
                return answer  # noqa: TRY300 — after the commit, which may still fail
            except DBAPIError as error:
                if attempt >= tries or not _worth_repeating(error):
                    raise
                time.sleep(0.002 * attempt)
        raise AssertionError

    @property
    def queued(self) -> int:
        """How many units wait for the writer."""
        return self._writer.waiting if self._writer else 0

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        if self._writer is not None:
            self._writer.close()
        self._readers.dispose()
        self.engine.dispose()


def _worth_repeating(error: DBAPIError) -> bool:
    """Serialisation failure, deadlock, or a unique key taken meanwhile (PostgreSQL)."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40001", "40P01"} or (isinstance(error, IntegrityError) and state == "23505")


class _GroupWriter:
    """The only thread that writes to SQLite (design §4, "group commit")."""

    def __init__(self, engine: Engine, commit_delay_ms: int) -> None:
        self._engine = engine
        self._delay_s = commit_delay_ms / 1000
        self._queue: queue.PriorityQueue[_Unit] = queue.PriorityQueue()
        self._order = itertools.count()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def submit(self, work: Work[Any], priority: int) -> Future[Any]:
        if self._stop.is_set():
            raise DatabaseUnusable("the database is closed")
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work must not write through the database again")
        self._start()
        unit = _Unit(priority, next(self._order), work, Future())
        self._queue.put(unit)
        return unit.answer

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if batch:
                self._commit(batch)
            elif self._stop.is_set():
                return

    def _next_batch(self) -> list[_Unit]:
        """What is queued now, scans first; bulk work only one piece at a time, so scans get in."""
        try:
            batch = [self._queue.get(timeout=0.5)]
        except queue.Empty:
            return []
        while len(batch) < BATCH and batch[-1].priority < BULK:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return [unit for unit in batch if unit.order >= 0]

    def _commit(self, batch: list[_Unit]) -> None:
        """Run the units in one transaction and answer after its commit.

        When one raises, nothing of the batch has happened; each unit is then run on its own, so that
        a failure is its caller's and nobody else's.
        """
        answers: list[Any] = []
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                for unit in batch:
                    answers.append(unit.work(session))
                    session.flush()
                    session.expunge_all()
            if self._delay_s:
                time.sleep(self._delay_s)
        except BaseException as error:  # noqa: BLE001 — the waiting thread must hear of it
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for unit in batch:
                self._commit([unit])
            return
        for unit, answer in zip(batch, answers, strict=True):
            unit.answer.set_result(answer)

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            # a unit that does nothing wakes the thread; negative order keeps it out of a batch
            self._queue.put(_Unit(BULK, -1, lambda _tx: None, Future()))
            self._thread.join()


@contextlib.contextmanager
def savepoint(tx: Session, *undo_on: type[Exception]) -> Iterator[None]:
    """What happens inside is undone when it raises one of `undo_on`; what came before stays.

    Any other exception is a failure of the whole unit, which is rolled back as such.
    """
    tx.flush()
    execute = _driver(tx).execute
    execute("SAVEPOINT step")
    try:
        yield
        tx.flush()
    except undo_on:
        tx.expunge_all()
        execute("ROLLBACK TO SAVEPOINT step")
        execute("RELEASE SAVEPOINT step")
        raise
    execute("RELEASE SAVEPOINT step")


def _driver(tx: Session) -> Any:
    """The driver's connection of this unit of work; looking it up each time would cost more than a
    statement.
    """
    driver = tx.info.get("driver")
    if driver is None:
        driver = tx.info["driver"] = tx.connection().connection.driver_connection
    return driver


class Prepared:
    """A Core statement of the hot path, compiled once.

    On SQLite it goes straight to the driver (about a tenth of the cost of `Session.execute`), with the
    same bind and result conversions; on PostgreSQL it is executed as it is. `columns` names what an
    INSERT fills. No expanding parameters (``IN``).
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self._columns = columns
        self._plan: _Plan | None = None

    def all(self, tx: Session, **values: Any) -> list[Any]:
        """Every row, as named tuples."""
        cursor = self._cursor(tx, values)
        if cursor is None:
            return list(tx.connection().execute(self.statement, values))
        assert self._plan is not None
        return [self._plan.row(found) for found in cursor.fetchall()]

    def first(self, tx: Session, **values: Any) -> Any:
        """The first row as a named tuple, or None."""
        cursor = self._cursor(tx, values)
        if cursor is None:
            return tx.connection().execute(self.statement, values).first()
        assert self._plan is not None
        found = cursor.fetchone()
        return None if found is None else self._plan.row(found)

    def scalar(self, tx: Session, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.first(tx, **values)
        return None if found is None else found[0]

    def run(self, tx: Session, **values: Any) -> int:
        """Execute a change; how many rows it touched."""
        cursor = self._cursor(tx, values)
        if cursor is None:
            return tx.connection().execute(self.statement, values).rowcount
        return int(cursor.rowcount)

    def _cursor(self, tx: Session, values: dict[str, Any]) -> Any:
        driver = _driver(tx)
        if not isinstance(driver, sqlite.Connection):
            return None
        plan = self._plan
        if plan is None:
            plan = self._plan = _Plan(self.statement, tx.connection().dialect, self._columns)
        try:
            return driver.execute(plan.sql, plan.bind(values))
        except sqlite.IntegrityError as error:
            raise IntegrityError(plan.sql, values, error) from error


class _Plan:
    """SQL text, parameter order and converters of one statement for one dialect."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
        self.sql = str(compiled)
        self._defaults = dict(compiled.params)
        self._order = [
            (name, compiled.binds[name].type._cached_bind_processor(dialect))  # noqa: SLF001
            for name in compiled.positiontup or ()
        ]
        entries = compiled._result_columns or []  # noqa: SLF001 — no public way to a result's types
        self._converters = [entry.type._cached_result_processor(dialect, None) for entry in entries]  # noqa: SLF001
        names = [entry.keyname for entry in entries]
        self._row = cast("Any", namedtuple)("Row", names, rename=True)  # noqa: PYI024 — known at run time

    def bind(self, values: dict[str, Any]) -> list[Any]:
        merged = self._defaults | values
        return [merged[name] if process is None else process(merged[name]) for name, process in self._order]

    def row(self, found: Any) -> Any:
        return self._row._make(
            value if convert is None else convert(value)
            for value, convert in zip(found, self._converters, strict=True)
        )


# --- engines ---------------------------------------------------------------------------------

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


def _engine(url: str, *, journal: str, pool_size: int, read_only: bool) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=pool_size, max_overflow=16, pool_pre_ping=True)
    check_journal(sqlite, journal)
    engine = create_engine(
        url,
        module=sqlite,
        pool_size=pool_size,
        max_overflow=16,
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


def table(model: type[Base]) -> Table:
    """The Core table behind a model, for statements of the hot path."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


def append_only(model: type[M]) -> type[M]:
    """Class decorator: rows of this table are written once and never changed (I9)."""
    declared = table(model)

    def create(_target: object, connection: Connection, **_kw: object) -> None:
        for statement in append_only_ddl(model.__tablename__, connection.dialect.name):
            connection.execute(text(statement))

    event.listen(declared, "after_create", create)
    declared.info["append_only"] = True
    return model
