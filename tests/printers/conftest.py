from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

from printers import roster, routes
from printers.documents import KINDS
from printers.media import ALLOWED
from printers.schema import metadata

T = TypeVar("T")


class Clock:
    """The test's time; moves only when told to."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def open_database(path: str) -> Engine:
    """A file, because the worker's threads and processes have connections of their own."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _own_transactions(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def writer(engine: Engine) -> Callable[[Callable[[Any], T]], T]:
    """The way to write: one committed transaction each."""

    def _write(unit: Callable[[Any], T]) -> T:
        with engine.begin() as connection:
            return unit(connection)

    return _write


@pytest.fixture
def engine(tmp_path: Any) -> Iterator[Engine]:
    engine = open_database(f"{tmp_path}/print.db")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def memory() -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def tx(memory: Engine) -> Iterator[Connection]:
    with memory.connect() as connection, connection.begin():
        yield connection


@pytest.fixture
def write(engine: Engine) -> Callable[[Callable[[Any], T]], T]:
    return writer(engine)


def virtual_printers(tx: Any) -> dict[str, int]:
    """Set up one virtual printer and an everywhere route for every kind."""
    ids = {}
    for kind in KINDS:
        ids[kind] = roster.add_printer(
            tx, code=f"PR-{kind}", name=kind, language="png", address="virtual:", media=ALLOWED[kind][0]
        )
        routes.set_route(tx, kind, ids[kind])
    return ids
