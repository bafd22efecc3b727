"""Fixtures: a migrated database of each kind, a clock that stands still, a hall with its people."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from station.clock import MovableClock
from station.ground.db import Database, schema
from station.practice.demo import world
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import Floor

SHANGHAI = ZoneInfo("Asia/Shanghai")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first, so that no worker begins one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("tryton") is None)


def missing(what: str) -> None:
    """Skip with a reason on a desk machine; fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not installed on this machine")


# --- PostgreSQL ----------------------------------------------------------------------------------


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    """A throw-away cluster on a socket in a temporary folder; the URL without a database name."""
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL (initdb)")
        return
    folder = Path(tempfile.mkdtemp(prefix="station-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    user = "postgres" if as_user else getpass.getuser()
    if as_user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    subprocess.run(
        [
            *as_user,
            str(binaries / "initdb"),
            "-D",
            str(data),
            "--no-sync",
            "-A",
            "trust",
            "-U",
            user,
            "-E",
            "UTF8",
        ],
        check=True,
        capture_output=True,
        cwd="/",
    )
    options = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
    )
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data)]
    subprocess.run(
        [*control, "-w", "-o", options, "-l", str(folder / "log"), "start"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    try:
        yield f"postgresql+psycopg://{user}@/{{name}}?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_template(pg_url: str) -> str:
    """A migrated database that every test copies."""
    _admin(pg_url, "CREATE DATABASE station_template")
    schema.upgrade(pg_url.format(name="station_template"))
    return "station_template"


def _admin(pg_url: str, statement: str) -> None:
    engine = create_engine(pg_url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


# --- a database for each test --------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that every test copies."""
    path = tmp_path_factory.mktemp("template") / "station.sqlite3"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "station.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    pg_url = request.getfixturevalue("pg_url")
    template = request.getfixturevalue("pg_template")
    name = f"t{uuid.uuid4().hex}"
    _admin(pg_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield pg_url.format(name=name)
    _admin(pg_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def clock() -> MovableClock:
    """First of May 2026, nine in the morning in Shanghai."""
    return MovableClock(datetime(2026, 5, 1, 9, 0, tzinfo=SHANGHAI), SHANGHAI)


@pytest.fixture
def hub(db: Database, clock: MovableClock, tmp_path: Path) -> Hub:
    """A station with the demo hall: people, slots, totes, benches, printers, carriers."""
    station = hubs.build(Settings(data=tmp_path / "data"), db=db, clock=clock)
    db.write(lambda tx: world.lay_out(tx, station.pins, clock.now()))
    return station


@pytest.fixture
def floor(hub: Hub) -> Floor:
    """The floor of that station."""
    return Floor(hub)
