"""`/health` says what is wrong; a full disk refuses new scans before anything is half done, and recovers."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from station import create_app
from station.ground.db.space import PROBE, Space, Trouble
from station.ground.scan.models import Run, Scan
from station.serving.workers import Workers
from station.wiring.hub import Hub
from tests.floor import SUN, Floor
from tests.patience import until


@pytest.fixture
def client(hub: Hub) -> FlaskClient:
    return create_app(hub=hub).test_client()


@pytest.fixture
def file(hub: Hub) -> Path:
    """The database's file; with PostgreSQL the disk is another machine's."""
    if hub.vitals.space.file is None:
        pytest.skip("the station does not see the disk of PostgreSQL")
    return hub.vitals.space.file


def later(hub: Hub, **span: int) -> None:
    hub.clock.advance(**span)  # type: ignore[attr-defined]


def problems(client: FlaskClient) -> list[str]:
    """What is wrong; the status goes with it."""
    answer = client.get("/health")
    assert answer.json is not None
    found: list[str] = answer.json["problems"]
    assert (answer.status_code, answer.json["status"]) == ((503, "failing") if found else (200, "ok"))
    return found


def books(hub: Hub) -> tuple[object, ...]:
    """What a scan would change first."""
    with hub.db.read() as tx:
        runs = tx.execute(select(Run.id, Run.version, Run.step).order_by(Run.id)).all()
        return (tx.scalar(select(func.count()).select_from(Scan)), *runs)


# --- room ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["full", "read_only"])
def test_without_room_scans_are_refused_whole_and_work_goes_on_by_itself(
    client: FlaskClient, floor: Floor, file: Path, how: str
) -> None:
    hub = floor.hub
    done = floor.scan(SUN, "pick", "CM-OK", scan_id="first-scan")
    before, reserve = books(hub), hub.vitals.space.reserve
    if how == "full":
        hub.vitals.space.reserve = 10**18
    else:
        (file.parent / PROBE).mkdir()
    later(hub, seconds=5)
    hub.vitals.look()
    refused = floor.scan(SUN, "pick", "CM-OK", scan_id="second-scan")
    assert (refused.status, refused.code, refused.step) == (422, "E-SYS-12", done.step)
    assert floor.scan(SUN, "pick", "CM-OK", scan_id="first-scan").body == done.body, "it is kept: it counts"
    assert books(hub) == before
    (problem,) = problems(client)
    assert ("disk is full" if how == "full" else "cannot be written") in problem
    hub.vitals.space.reserve = reserve
    if how == "read_only":
        (file.parent / PROBE).rmdir()
    later(hub, seconds=5)
    hub.vitals.look()
    again = floor.scan(SUN, "pick", "CM-OK", scan_id="second-scan", step_token=refused.body["step_token"])
    assert again.code not in {"E-SYS-12", "E-SYS-03"}
    assert books(hub) != before
    assert problems(client) == []


def test_a_disk_that_comes_and_goes_at_the_line_does_not_flicker(file: Path) -> None:
    space = Space(f"sqlite:///{file}", 0)
    free = space.free
    assert free is not None
    space.reserve = 2 * free
    assert space.look() == Trouble.FULL
    space.reserve = free * 95 // 100
    assert space.look() == Trouble.FULL, "a tenth more than the reserve must be free"
    space.reserve = free // 2
    assert space.look() == Trouble.NONE


def test_the_probe_leaves_nothing(file: Path) -> None:
    Space(f"sqlite:///{file}", 0).look()
    assert not (file.parent / PROBE).exists()


# --- the database --------------------------------------------------------------------------------


def test_a_database_that_refuses_to_be_read_and_written_is_told(client: FlaskClient, hub: Hub) -> None:
    hub.db.write(lambda tx: tx.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere")))
    read, written = problems(client)
    assert "the database cannot be read" in read
    assert "the database cannot be written" in written
    hub.db.write(lambda tx: tx.execute(text("ALTER TABLE elsewhere RENAME TO alembic_version")))
    assert problems(client) == []


def test_a_write_that_hangs_is_told_to_all_who_ask(client: FlaskClient, hub: Hub) -> None:
    if not hub.db.is_sqlite:
        pytest.skip("on PostgreSQL no write waits for another one's thread")
    free, holding = threading.Event(), threading.Event()

    def hold(_tx: object) -> None:
        holding.set()
        free.wait()

    blocker = threading.Thread(target=lambda: hub.db.write(hold))
    asker = threading.Thread(target=hub.vitals.tell)
    blocker.start()
    try:
        assert holding.wait(60)
        asker.start()
        until(lambda: hub.db.queued)
        assert problems(client) == []
        later(hub, seconds=16)
        assert problems(client) == ["a write waits since 16 seconds"]
    finally:
        free.set()
        blocker.join()
        asker.join()
    assert problems(client) == []


def test_a_file_that_was_replaced_is_told(client: FlaskClient, file: Path) -> None:
    copy = file.with_suffix(".copy")
    shutil.copy(file, copy)
    assert problems(client) == []
    os.replace(copy, file)  # noqa: PTH105
    assert "was replaced or removed" in problems(client)[0]


def test_many_who_ask_cost_one_write(client: FlaskClient, hub: Hub) -> None:
    written: list[int] = []
    real, hub.db.write = hub.db.write, lambda *args: written.append(1) or real(*args)  # type: ignore[method-assign, func-returns-value]
    for _ in range(20):
        problems(client)
    assert len(written) == 1
    later(hub, seconds=6)
    problems(client)
    assert len(written) == 2


# --- parts and clock -----------------------------------------------------------------------------


def test_a_loop_that_hangs_is_told(client: FlaskClient, hub: Hub) -> None:
    workers = Workers(hub)
    workers.start()
    try:
        until(lambda: {"erp", "planner"} <= set(hub.vitals._beats))
    finally:
        workers.close()
    later(hub, minutes=10)
    assert problems(client) == [], "they were asked to end"
    hub.vitals.beat("planner")
    later(hub, minutes=6)
    assert problems(client) == ["the loop planner has not come round for 360 seconds"]


def test_a_port_that_refuses_is_told(client: FlaskClient, hub: Hub) -> None:
    hub.vitals.refusing = lambda: [8080]
    assert problems(client) == ["port 8080 refuses connections"]


@pytest.mark.parametrize("hours", [-1, 24, 24 * 365])
def test_a_clock_that_was_set_is_a_warning_for_an_hour(client: FlaskClient, hub: Hub, hours: int) -> None:
    hub.vitals.look()
    hub.clock.jump(hours=hours)  # type: ignore[attr-defined]
    assert problems(client) == []
    answer = client.get("/health").json
    assert answer is not None
    assert answer["warnings"] == [
        f"the clock of this machine was set by {hours * 3600:+} seconds within the last hour"
    ]
    later(hub, minutes=61)
    answer = client.get("/health").json
    assert answer is not None
    assert answer["warnings"] == []
