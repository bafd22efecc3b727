"""Fixtures: a migrated database of each kind, a clock that stands still, a hall with its people."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher

from station.clock import MovableClock
from station.ground.db import Database, schema
from station.people.pins import Pins
from station.practice.demo import world
from station.settings import Rules, Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests import cluster, days, dialects, routing
from tests.floor import Floor
from tests.near import NEAR
from tests.once import common_folder, once

dialects.share()
routing.share()

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 5, 1, 9, 0, tzinfo=SHANGHAI)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What the demo people's PINs are hashed with: thousands of tests sign in, and a hash says how it is verified."""

RULES = Rules(first_delivery_full=False)
"""Every article of a test is here for the first time; looking at each piece of it would prove nothing more."""

HALL = {"hub", "floor"}
"""Fixtures whose database has the demo hall in it from the beginning."""

SHELVED = "shelved"
"""The fixture whose database has the first day's goods in their slots already (see `tests.days`)."""

SLOW = {"database_url", "sqlite_template", "chromium", "pg_url", "engine", "books", "tmp_path"}
"""Fixtures that no pure rule needs."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Put each test into its lane; the longest first, so that no worker begins one when the others are done.

    Every test runs on SQLite. On PostgreSQL the processes' scenarios run in the normal lane, and what is
    marked `both_databases` because it leans on locks, claims or the schema; all others in the long one.
    """
    for item in items:
        if item.get_closest_marker("postgresql") and not _needs_both(item):
            item.add_marker(pytest.mark.long)
        if _is_pure(item) and not item.get_closest_marker("long"):
            item.add_marker(pytest.mark.quick)
    yield
    items[:] = _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The shuffled tests, each worker's part with its share of the long ones in front. Those beside Tryton are
    all of the first worker, because each that has some starts a Tryton of its own.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    fronts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    fronts[0] = [item for item in items if _is_beside_tryton(item)]
    for number, item in enumerate(item for item in items if item.get_closest_marker("whole")):
        fronts[number % workers if workers == 1 else 1 + number % (workers - 1)].append(item)
    begun = {item for front in fronts for item in front}
    others = [item for item in items if item not in begun]
    found: list[pytest.Item] = []
    for number, front in enumerate(fronts, 1):
        end = number * len(items) // workers
        taken = max(0, end - len(found) - len(front))
        found += front + others[:taken]
        del others[:taken]
    return found + others


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: the collector of garbage need not look at it again,
    which it would do some thousand times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


def _is_beside_tryton(item: pytest.Item) -> bool:
    return "tryton" in item.path.parts


def _needs_both(item: pytest.Item) -> bool:
    return "scenarios" in item.path.parts or item.get_closest_marker("both_databases") is not None


def _is_pure(item: pytest.Item) -> bool:
    """A rule of the station or of its house that needs neither database, files, browser nor another process."""
    if _is_beside_tryton(item):
        return False
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder in {"architecture", "station"} and SLOW.isdisjoint(getattr(item, "fixturenames", ()))


def missing(what: str) -> None:
    """Skip with a reason on a desk machine; fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not installed on this machine")


# --- what all tests of a run copy -----------------------------------------------------------------

CLUSTER = "cluster"
"""The file in the run's folder that says where its PostgreSQL is."""


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run."""
    return common_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def pg_url(common: Path) -> str:
    """A throw-away cluster for the run; the URL without a database name."""
    binaries = cluster.binaries()
    if binaries is None:
        missing("PostgreSQL (initdb)")
        return ""
    said = once(common / CLUSTER, lambda path: path.write_text(str(cluster.start(binaries))))
    return cluster.url(Path(said.read_text()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The run's PostgreSQL goes when the last worker has gone."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    binaries = cluster.binaries()
    if binaries is None or factory is None or hasattr(session.config, "workerinput"):
        return
    said = factory.getbasetemp() / CLUSTER
    if said.exists():
        cluster.stop(binaries, Path(said.read_text()))


@pytest.fixture(scope="session")
def pepper(common: Path) -> Path:
    """The pepper of the demo people's PINs; a station that is to know them gets a copy."""

    def make(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        Pins.in_folder(folder)

    return once(common / "pepper", make) / "pepper.key"


@pytest.fixture(scope="session")
def sqlite_template(common: Path) -> Path:
    """A migrated file that every test copies."""
    return once(common / "template.sqlite3", lambda path: schema.upgrade(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def sqlite_hall(sqlite_template: Path, common: Path, pepper: Path) -> Path:
    """A migrated file with the demo hall, which every test of a station copies."""

    def make(path: Path) -> None:
        shutil.copy(sqlite_template, path)
        _lay_out(f"sqlite:///{path}", pepper)

    return once(common / "hall.sqlite3", make)


@pytest.fixture(scope="session")
def sqlite_shelved(sqlite_hall: Path, common: Path, pepper: Path) -> Path:
    """The file of a station whose goods have been received, which every test that needs them copies."""

    def make(path: Path) -> None:
        shutil.copy(sqlite_hall, path)
        _receive(f"sqlite:///{path}", common / "shelved", pepper)

    return once(common / "shelved.sqlite3", make)


@pytest.fixture(scope="session")
def pg_template(pg_url: str, common: Path) -> str:
    """A migrated database that every test copies."""

    def make(_path: Path) -> None:
        cluster.admin(pg_url, "CREATE DATABASE station_template")
        schema.upgrade(pg_url.format(name="station_template"))

    once(common / "pg_template", make)
    return "station_template"


@pytest.fixture(scope="session")
def pg_hall(pg_url: str, pg_template: str, common: Path, pepper: Path) -> str:
    """A migrated database with the demo hall, which every test of a station copies."""

    def make(_path: Path) -> None:
        cluster.admin(pg_url, f"CREATE DATABASE station_hall TEMPLATE {pg_template}")
        _lay_out(pg_url.format(name="station_hall"), pepper)

    once(common / "pg_hall", make)
    return "station_hall"


@pytest.fixture(scope="session")
def pg_shelved(pg_url: str, pg_hall: str, common: Path, pepper: Path) -> str:
    """A database with the goods in their slots."""

    def make(_path: Path) -> None:
        cluster.admin(pg_url, f"CREATE DATABASE station_shelved TEMPLATE {pg_hall}")
        _receive(pg_url.format(name="station_shelved"), common / "pg_shelved_data", pepper)

    once(common / "pg_shelved", make)
    return "station_shelved"


def _lay_out(url: str, pepper: Path) -> None:
    """People, slots, totes, benches, printers, carriers: what stands there before the first truck comes."""
    database, pins = Database(url), Pins(pepper.read_bytes(), QUICK)
    database.write(lambda tx: world.lay_out(tx, pins, MORNING))
    database.close()


def _receive(url: str, data: Path, pepper: Path) -> None:
    """The first day's truck has come: its goods stand in their slots, by the scans that put them there."""
    data.mkdir()
    shutil.copy(pepper, data)
    database = Database(url)
    settings = Settings(data=data, allow_addresses=NEAR, rules=RULES)
    floor = Floor(hubs.build(settings, db=database, clock=MovableClock(MORNING, SHANGHAI)))
    days.begin(floor).receive()
    database.close()


# --- a database for each test --------------------------------------------------------------------


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
    cluster.admin(pg_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield pg_url.format(name=name)
    cluster.admin(pg_url, f"DROP DATABASE {name} WITH (FORCE)")


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
    return hubs.build(Settings(data=data, allow_addresses=NEAR, rules=RULES), db=db, clock=clock)


@pytest.fixture
def floor(hub: Hub) -> Floor:
    """The floor of that station."""
    return Floor(hub)
