"""A restore that is killed at any moment: the old station or the new one, never half of each."""

from __future__ import annotations

import shutil
import signal
import zipfile
from pathlib import Path

import pytest

from station.clock import MovableClock
from station.copies import backup, restore, switching
from station.ground.db import Database, owner
from station.settings import Settings
from station.wiring import checks
from tests.commands import Station
from tests.patience import until
from tests.station.copies.crew import join, life, people

KILLS = 30

_KILLED = """
import os, sys
import station.copies.restore
from station.cli import main
data, at, left = os.environ["STATION_DATA"], sys.argv[1], None if sys.argv[1] == "decided" else int(sys.argv[1])
def count(event, args):
    global left
    if event not in {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "open"} or data not in str(args[0]):
        return
    if left is not None:
        left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
    if at == "decided" and event == "os.rename" and str(args[1]).endswith(".restore.ready"):
        left = 1
sys.addaudithook(count)
if sys.argv[3:]:
    from sqlalchemy import Engine, event
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, lambda *_args: count("open", [data]))
sys.argv = ["station", "restore", sys.argv[2]]
try:
    main()
finally:
    print(f"{int(at) - left} steps" if left else "", file=sys.stderr)
"""
"""Restore a copy, and die at a step on the disk: at the n-th, or at the first after the switch was decided.
With a third word what is said to a database counts as a step too.
"""


def _kill_once(station: Station, copy: Path, at: int | str, old: set[str], new: set[str]) -> bool:
    """Kill a restore at its `at`-th step at the disk; True when it came to its end before."""
    status, said = station.program(_KILLED, str(at), str(copy))
    assert status in {0, -signal.SIGKILL}, said
    settings = Settings(data=station.data)
    if (station.data / owner.CUT_SHORT).exists():
        assert "station restore" in station.refusal("serve")
        assert station.run("restore")[0] == 0
        assert people(settings) == new
    assert people(settings) in (old, new)
    if status == 0:
        assert people(settings) == new
    assert station.run("check")[0] == 0
    return status == 0


def test_killed_while_it_switches_it_is_finished(
    station: Station, clock: MovableClock, tmp_path: Path
) -> None:
    copy, old, new = life(station, clock, tmp_path)
    plan = switching.Plan(
        "replaced-x", "tag", "copy.zip", [("station.sqlite3", str(station.data / "station.sqlite3"))]
    )
    stage = switching.stage(station.data)
    with zipfile.ZipFile(copy) as pack:
        pack.extract("station.sqlite3", stage)
    switching.decide(station.data, plan)
    assert "cut short" in station.refusal("serve")
    assert "cut short" in station.refusal("check")
    (station.data / "replaced-x").mkdir()
    (station.data / "station.sqlite3").rename(
        station.data / "replaced-x" / "station.sqlite3"
    )  # and killed here
    assert "cut short" in station.refusal("migrate")
    assert station.run("restore")[0] == 0
    assert people(Settings(data=station.data)) == new
    assert (
        people(
            Settings(data=station.data, database_url=f"sqlite:///{station.data}/replaced-x/station.sqlite3")
        )
        == old
    )


@pytest.mark.parametrize("at", [pytest.param(14, marks=pytest.mark.long), 22])
def test_killed_on_the_way_it_is_the_old_one_or_the_new_one(
    station: Station, clock: MovableClock, tmp_path: Path, at: int
) -> None:
    _kill_once(station, *(copy := life(station, clock, tmp_path))[:1], at, *copy[1:])


@pytest.mark.long
def test_killed_at_every_step_on_the_disk(station: Station, clock: MovableClock, tmp_path: Path) -> None:
    copy, old, new = life(station, clock, tmp_path, photos=6)
    whole = station.data.with_name("whole")
    shutil.copytree(station.data, whole)
    kills = 0
    while not _kill_once(station, copy, kills + 1, old, new):
        kills += 1
        shutil.rmtree(station.data)
        shutil.copytree(whole, station.data)
    assert kills >= 30


@pytest.mark.long
@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_killed_thirty_times_on_the_way_postgresql_has_the_old_one_or_the_new_one(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    """At moments spread over a whole restore: the files, every statement, every commit."""
    copy = backup.make(settings, clock, tmp_path / "copy.zip").path
    new = people(settings)
    old = {*new, join(settings, clock, "9001")}
    station = Station(settings.data)
    station.environ |= {"STATION_DATABASE_URL": settings.database_url}
    words = (str(copy), "statements")
    status, said = station.program(_KILLED, str(10**9), *words)
    assert (status, people(settings)) == (0, new), said
    steps = int(said.split()[-2])
    assert steps > KILLS
    seen = set()
    for number in range(1, KILLS + 1):
        if people(settings) == new:
            join(settings, clock, "9001")
        at = steps * number // (KILLS + 1)
        status, said = station.program(_KILLED, str(at), *words)
        assert status == -signal.SIGKILL, said
        until(lambda: _is_free(settings), "the killed one's connection stays")
        is_finished = restore.finish(settings) is not None
        assert people(settings) == (new if is_finished else old), at
        seen.add(is_finished)
        books = Database(settings.url)
        assert checks.broken(books) == [], at
        books.close()
    assert seen == {True, False}


def _is_free(settings: Settings) -> bool:
    try:
        owner.own(settings.url, "station check", alone=True).close()
    except owner.Owned:
        return False
    return True


def test_killed_after_it_was_decided_it_is_finished(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    copy = backup.make(settings, clock, tmp_path / "copy.zip").path
    new = people(settings)
    join(settings, clock, "9001")
    old = people(settings)
    station = Station(settings.data)
    station.environ |= {"STATION_DATABASE_URL": settings.database_url} if settings.database_url else {}
    status, said = station.program(_KILLED, "decided", str(copy))
    assert status == -signal.SIGKILL, said
    assert people(settings) == old
    done = restore.finish(settings)
    assert done is not None
    assert people(settings) == new
    assert restore.finish(settings) is None
