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
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text

from station.clock import MovableClock
from station.ground.db import Database, schema
from station.people.pins import Pins
from station.practice.demo import world
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests import days, dialects
from tests.floor import Floor
from tests.near import NEAR

dialects.share()

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 5, 1, 9, 0, tzinfo=SHANGHAI)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What the demo people's PINs are hashed with: thousands of tests sign in, and a hash says how it is verified."""

HALL = {"hub", "floor"}
"""Fixtures whose database has the demo hall in it from the beginning."""

SHELVED = "shelved"
"""The fixture whose database has the first day's goods in their slots already (see `tests.days`)."""

SLOW = {"database_url", "sqlite_template", "chromium", "pg_url", "engine", "books", "tmp_path"}
"""Fixtures that no pure rule needs."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into its lane; the longest first, so that no worker begins one when the others are done.

    Every test runs on SQLite. On PostgreSQL the processes' scenarios run in the normal lane, and what is
    marked `both_databases` because it leans on locks, claims or the schema; all others in the long one.
    """
    for item in items:
        if item.get_closest_marker("postgresql") and not _needs_both(item):
            item.add_marker(pytest.mark.long)
        if _is_pure(item) and not item.get_closest_marker("long"):
            item.add_marker(pytest.mark.quick)
    items.sort(key=lambda item: item.get_closest_marker("tryton") is None)


def _needs_both(item: pytest.Item) -> bool:
    return "scenarios" in item.path.parts or item.get_closest_marker("both_databases") is not None


def _is_pure(item: pytest.Item) -> bool:
    """A rule of the station or of its house that needs neither database, files, browser nor another process."""
    if item.get_closest_marker("tryton"):
        return False
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder in {"architecture", "station"} and SLOW.isdisjoint(getattr(item, "fixturenames", ()))


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
    folder = Path(tempfile.mkdtemp(prefix="station-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
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


@pytest.fixture(scope="session")
def pepper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pepper of the demo people's PINs; a station that is to know them gets a copy."""
    folder = tmp_path_factory.mktemp("pepper")
    Pins.in_folder(folder)
    return folder / "pepper.key"


def _lay_out(url: str, pepper: Path) -> None:
    """People, slots, totes, benches, printers, carriers: what stands there before the first truck comes."""
    database, pins = Database(url), Pins(pepper.read_bytes(), QUICK)
    database.write(lambda tx: world.lay_out(tx, pins, MORNING))
    database.close()


@pytest.fixture(scope="session")
def sqlite_hall(sqlite_template: Path, pepper: Path) -> Path:
    """A migrated file with the demo hall, which every test of a station copies."""
    path = sqlite_template.with_name("hall.sqlite3")
    shutil.copy(sqlite_template, path)
    _lay_out(f"sqlite:///{path}", pepper)
    return path


@pytest.fixture(scope="session")
def pg_hall(pg_url: str, pg_template: str, pepper: Path) -> str:
    """A migrated database with the demo hall, which every test of a station copies."""
    _admin(pg_url, f"CREATE DATABASE station_hall TEMPLATE {pg_template}")
    _lay_out(pg_url.format(name="station_hall"), pepper)
    return "station_hall"


def _receive(url: str, data: Path, pepper: Path) -> None:
    """The first day's truck has come: its goods stand in their slots, by the scans that put them there."""
    data.mkdir()
    shutil.copy(pepper, data)
    database = Database(url)
    settings = Settings(data=data, allow_addresses=NEAR)
    floor = Floor(hubs.build(settings, db=database, clock=MovableClock(MORNING, SHANGHAI)))
    days.begin(floor).receive()
    database.close()


@pytest.fixture(scope="session")
def sqlite_shelved(sqlite_hall: Path, pepper: Path) -> Path:
    """The folder of a station whose goods have been received, which every test that needs them copies."""
    data = sqlite_hall.with_name("shelved")
    path = sqlite_hall.with_name("shelved.sqlite3")
    shutil.copy(sqlite_hall, path)
    _receive(f"sqlite:///{path}", data, pepper)
    return path


@pytest.fixture(scope="session")
def pg_shelved(pg_url: str, pg_hall: str, pepper: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same on PostgreSQL."""
    _admin(pg_url, f"CREATE DATABASE station_shelved TEMPLATE {pg_hall}")
    _receive(pg_url.format(name="station_shelved"), tmp_path_factory.mktemp("shelved") / "data", pepper)
    return "station_shelved"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of each kind; with the demo hall where a station is asked for, and
    with goods where the test begins with them."""
    stage = "template"
    if not HALL.isdisjoint(request.fixturenames):
        stage = "shelved" if SHELVED in request.fixturenames else "hall"
    if request.param == "sqlite":
        path = tmp_path / "station.sqlite3"
        shutil.copy(request.getfixturevalue(f"sqlite_{stage}"), path)
        yield f"sqlite:///{path}"
        return
    pg_url = request.getfixturevalue("pg_url")
    template = request.getfixturevalue(f"pg_{stage}")
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
    return MovableClock(MORNING, SHANGHAI)


@pytest.fixture
def hub(db: Database, clock: MovableClock, tmp_path: Path, pepper: Path) -> Hub:
    """A station with the demo hall: people, slots, totes, benches, printers, carriers."""
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    shutil.copy(pepper, data)
    return hubs.build(Settings(data=data, allow_addresses=NEAR), db=db, clock=clock)


@pytest.fixture
def floor(hub: Hub) -> Floor:
    """The floor of that station."""
    return Floor(hub)
