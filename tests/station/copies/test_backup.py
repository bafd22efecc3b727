"""A copy made beside the work is whole, proven, private, and holds no key."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import zipfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from station.clock import MovableClock
from station.copies import backup, proof
from station.copies.archive import BadCopy, read
from station.ground.db import Database
from station.ground.words.actor import Role
from station.people.rules import add_user
from station.settings import Settings
from tests.commands import Station
from tests.patience import beside

pytestmark = pytest.mark.both_databases


@pytest.fixture
def settings(database_url: str, tmp_path: Path, hub: object) -> Settings:
    """A station with a hall, of either database."""
    data = tmp_path / "data"
    (data / "photos").mkdir()
    (data / "photos" / "S1.jpg").write_bytes(b"picture")
    (data / "station.toml").write_text('warehouse_name = "一号仓"\n', encoding="utf-8")
    return Settings(data=data, database_url="" if database_url.startswith("sqlite:///x") else database_url)


def _inside(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as pack:
        pack.extract("station.sqlite3", folder)
    return folder / "station.sqlite3"


def _add(number: str, clock: MovableClock, tx: Session) -> None:
    add_user(tx, number, number, "x", [Role.PICKER], clock.now())


def test_a_copy_holds_the_books_settings_and_photos_and_no_key(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    made = backup.make(settings, clock, None)
    assert made.path.parent == settings.data / "backups"
    assert made.path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(made.path) as pack:
        assert set(pack.namelist()) == {"manifest.json", "station.sqlite3", "station.toml", "photos/S1.jpg"}
        told = json.loads(pack.read("manifest.json"))
    assert told["rows"]["app_user"] > 5
    assert told["database"] == settings.url.split(":")[0].split("+")[0]
    assert proof.broken(_inside(made.path, tmp_path / "out")) == []
    assert sorted(path.name for path in made.path.parent.iterdir()) == [made.path.name]


def test_copies_beside_people_who_write_are_each_of_one_moment(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    db, stop = Database(settings.url), threading.Event()

    def work() -> int:
        done = 0
        while not stop.is_set() or done < 5:
            db.write(partial(_add, f"9{done:05d}", clock))
            done += 1
        return done

    def copy() -> int:
        try:
            for turn in range(3):
                made = backup.make(settings, clock, tmp_path / f"copy-{turn}.zip")
                with sqlite3.connect(_inside(made.path, tmp_path / str(turn))) as found:
                    (people,) = found.execute("SELECT count(*) FROM app_user").fetchone()
                assert people == made.manifest.rows["app_user"]
                found.close()
        finally:
            stop.set()
        return 0

    try:
        assert beside(work, copy)[0] >= 5
    finally:
        db.close()


def test_keys_are_kept_apart_and_for_their_owner_only(settings: Settings, tmp_path: Path) -> None:
    names = backup.keep_keys(settings, tmp_path / "keys.zip")
    assert "pepper.key" in names
    assert (tmp_path / "keys.zip").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_broken_books_does_not_count_unless_it_is_wanted(worked: Station, tmp_path: Path) -> None:
    with sqlite3.connect(worked.data / "station.sqlite3") as books:
        books.execute("UPDATE stock SET on_hand = on_hand + 1")
    books.close()
    assert "station check" in worked.refusal("backup", str(tmp_path / "bad.zip"))
    assert not (tmp_path / "bad.zip").exists()
    assert worked.run("backup", "--unproven", str(tmp_path / "bad.zip"))[0] == 0
    assert not read(tmp_path / "bad.zip").is_proven


def test_no_copy_is_written_over_another(settings: Settings, clock: MovableClock, tmp_path: Path) -> None:
    backup.make(settings, clock, tmp_path / "one.zip")
    before = (tmp_path / "one.zip").read_bytes()
    with pytest.raises(BadCopy, match="exists already"):
        backup.make(settings, clock, tmp_path / "one.zip")
    assert (tmp_path / "one.zip").read_bytes() == before


def test_a_damaged_database_makes_no_copy(station: Station, clock: MovableClock, tmp_path: Path) -> None:
    path = station.data / "station.sqlite3"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4)
        file.write(b"\xff" * (path.stat().st_size // 2))  # tables too: indexes alone are made anew in a copy
    assert station.refusal("backup", str(tmp_path / "copy.zip"))
    assert not list(tmp_path.glob("*.zip"))


_FULL = """
import resource, sys
from station.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
sys.argv = ["station", "backup", sys.argv[1]]
main()
"""


def test_a_full_disk_is_one_sentence_and_leaves_nothing(station: Station, tmp_path: Path) -> None:
    status, said = station.program(_FULL, str(tmp_path / "copy.zip"))
    assert status == 2
    (sentence,) = said.strip().splitlines()
    assert "could be written" in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_a_killed_backup_left_is_removed_by_the_next(station: Station, tmp_path: Path) -> None:
    gone = station.begin("check")
    gone.communicate()
    left = tmp_path / f".station-backup-{gone.pid}"
    left.mkdir()
    alive = tmp_path / f".station-backup-{os.getppid()}"
    alive.mkdir()
    assert station.run("backup", str(tmp_path))[0] == 0
    assert not left.exists()
    assert alive.exists()
    assert len(list(tmp_path.glob("station-*.zip"))) == 1
