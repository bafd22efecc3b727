"""A copy put back: the old station or the new one, never half of each, and nothing of the old is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert, inspect, select, text

from printers.schema import UNKNOWN, print_job
from station.clock import MovableClock
from station.copies import backup, restore, switching
from station.copies.archive import BadCopy
from station.erp.compare.models import Reconciliation
from station.exchange.models import OutboxMessage
from station.ground import seals
from station.ground.db import Database, owner, schema, table
from station.ground.documents import epoch
from station.ground.documents.numbers import DocCounter, next_no
from station.ground.scan.models import Scan
from station.ground.words.actor import Role
from station.ground.work import Works
from station.people.rules import add_user
from station.people.trail import note
from station.settings import Settings
from station.wiring import checks
from tests.commands import Station
from tests.station.copies.crew import join, life, people


@pytest.mark.both_databases
def test_the_copy_takes_the_place_and_what_was_there_is_kept(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    made = backup.make(settings, clock, tmp_path / "copy.zip")
    known = people(settings)
    clock.advance(hours=3)
    join(settings, clock, "9001")
    (settings.data / "photos" / "S1.jpg").write_bytes(b"new picture")
    assert people(settings) != known

    done = restore.restore(settings, clock, made.path)

    assert people(settings) == known
    assert (settings.data / "photos" / "S1.jpg").read_bytes() == b"old picture"
    assert (done.aside / "photos" / "S1.jpg").read_bytes() == b"new picture"
    db = Database(settings.url)
    try:
        assert checks.broken(db) == []
        with db.read() as tx:
            found = epoch.latest(tx)
            assert found is not None
            assert (found.number, found.copy_of) == (1, "copy.zip")
            assert found.began_at - found.copied_at == timedelta(hours=3)
        db.write(lambda tx: add_user(tx, "9002", "after", "x", [Role.PICKER], clock.now()))  # it goes on
        if not db.is_sqlite:
            with db.engine.connect() as connection:
                kept = done.plan.aside.replace("-", "_")
                assert "app_user" in inspect(connection).get_table_names(schema=kept)
                assert connection.scalar(text(f"SELECT count(*) FROM {kept}.app_user")) == len(known) + 1
                with pytest.raises(Exception, match="append-only"):
                    connection.execute(text("UPDATE epoch SET number = 7"))
    finally:
        db.close()
    if settings.url.startswith("sqlite"):
        old = Settings(data=settings.data, database_url=f"sqlite:///{done.aside / 'station.sqlite3'}")
        assert people(old) > known


def test_the_seals_of_the_copy_hold_and_go_on(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    """Also from PostgreSQL through the copy's SQLite and back; the head beside the database follows."""
    db = Database(settings.url)
    works = Works(db, clock, settings)
    db.write(lambda tx: note(tx, None, "first", "键", clock.now(), detail=["键", True, None, 3]))
    db.write(lambda tx: tx.execute(insert(table(Scan)), scan_row(clock)))
    seals.seal_all(works)
    made = backup.make(settings, clock, tmp_path / "copy.zip")
    with db.read() as tx:
        copied = seals.head(tx)
    db.write(lambda tx: note(tx, None, "second", "", clock.now()))
    seals.seal_all(works)
    db.close()

    assert copied is not None
    assert made.manifest.heads == {"seals": copied.hash}
    restore.restore(settings, clock, made.path)

    db = Database(settings.url)
    try:
        seen = seals.Verdict()
        assert list(seals.verify(db, settings.data, seen)) == []
        assert (seen.head, seen.rows >= 2) == (copied, True)
        seals.seal_all(Works(db, clock, settings))
        assert list(seals.verify(db, settings.data, seen := seals.Verdict())) == []
        assert seen.waiting == 0
    finally:
        db.close()


def scan_row(clock: MovableClock) -> dict[str, object]:
    return {
        "scan_id": "scan-0001", "at": clock.now(), "user_id": 1, "device": "", "workflow": "pick", "run_id": 1,
        "step": "slot", "raw": "键", "is_manual": True, "is_accepted": False, "code": "E-SYS-03", "status": 409,
        "reply": {"键": [1, 2.5, None, False]},
    }  # fmt: skip


def test_a_copy_of_one_database_goes_into_the_other(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    made = backup.make(settings, clock, tmp_path / "copy.zip")
    other = Settings(data=tmp_path / "other")
    done = restore.restore(other, clock, made.path)
    assert people(other) == people(settings)
    assert done.is_pepper_missing
    assert (other.data / "station.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_second_restore_of_the_same_copy_is_another_epoch(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    made = backup.make(settings, clock, tmp_path / "copy.zip")
    tags = set()
    for turn in (1, 2):
        clock.advance(hours=1)
        tags.add(restore.restore(settings, clock, made.path).plan.tag)
        db = Database(settings.url)
        with db.read() as tx:
            found = epoch.latest(tx)
        db.close()
        assert found is not None
        assert found.number == turn
    assert len(tags) == 2


# --- what was lost between copy and restore ------------------------------------------------------


def test_a_number_on_paper_is_not_given_again(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    if not settings.url.startswith("sqlite"):
        return
    db = Database(settings.url)
    first = db.write(lambda tx: next_no(tx, "CT", clock.today()))
    db.close()
    made = backup.make(settings, clock, tmp_path / "copy.zip")
    db = Database(settings.url)
    later = {db.write(lambda tx: next_no(tx, "CT", clock.today())) for _ in range(3)}
    db.close()
    restore.restore(settings, clock, made.path)
    db = Database(settings.url)
    after = {db.write(lambda tx: next_no(tx, "CT", clock.today())) for _ in range(5)}
    with db.read() as tx:
        last = tx.scalar(select(DocCounter.last).where(DocCounter.kind == "CT"))
    db.close()
    assert not after & {first, *later}
    assert last == 9  # the replaced station told how far it had come

    (settings.data / "station.sqlite3").write_bytes(b"burnt" * 2000)  # nobody knows what came after the copy
    restore.restore(settings, clock, made.path)
    db = Database(settings.url)
    blind = {db.write(lambda tx: next_no(tx, "CT", clock.today())) for _ in range(5)}
    db.close()
    assert not blind & {first, *later, *after}


def test_papers_that_waited_and_words_for_the_erp(worked: Station, tmp_path: Path) -> None:
    path = worked.data / "station.sqlite3"
    with sqlite3.connect(path) as books:
        books.execute("UPDATE print_job SET state = 'QUEUED' WHERE id IN (SELECT max(id) FROM print_job)")
        books.execute("UPDATE outbox_message SET state = 'LEASED', done_at = NULL WHERE id = 1")
        books.execute(
            "UPDATE erp_connection SET kind = 'rest', leased_by = 'x', leased_until = '2099-01-01T00:00:00+00:00'"
        )
        keys = books.execute("SELECT event_key FROM outbox_message ORDER BY id").fetchall()
    books.close()
    assert worked.run("backup", str(tmp_path / "copy.zip"))[0] == 0
    assert worked.run("restore", str(tmp_path / "copy.zip"))[0] == 0
    db = Database(f"sqlite:///{path}")
    with db.read() as tx:
        newest = tx.execute(
            select(print_job.c.state, print_job.c.error).order_by(print_job.c.id.desc())
        ).first()
        assert newest is not None
        assert (newest.state, "restored" in newest.error) == (UNKNOWN, True)  # nothing prints twice by itself
        told = tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [message.event_key for message in told] == [key for (key,) in keys]
        assert told[0].state == "PENDING"
        assert tx.scalar(select(Reconciliation.state).order_by(Reconciliation.id.desc())) == "ASKED"
    db.close()


# --- refusals ------------------------------------------------------------------------------------


def _refuse(settings: Settings, clock: MovableClock, file: Path, why: str) -> None:
    before = people(settings)
    with pytest.raises(BadCopy, match=why) as caught:
        restore.restore(settings, clock, file)
    assert "\n" not in str(caught.value)
    assert people(settings) == before
    assert not (settings.data / switching.STAGE).exists()
    assert not (settings.data / switching.READY).exists()
    assert not list(settings.data.glob("replaced-*"))


def _changed(copy: Path, target: Path, **changes: bytes) -> Path:
    """The same archive with other contents of some files; None leaves one out."""
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changes.get(name.replace(".", "_"), old.read(name))
            new.writestr(name, content)
    return target


def test_what_is_no_whole_copy_changes_nothing(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    if not settings.url.startswith("sqlite"):
        return
    copy = backup.make(settings, clock, tmp_path / "copy.zip").path
    content = copy.read_bytes()
    for cut in (0, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:cut])
        _refuse(settings, clock, tmp_path / "cut.zip", "no whole copy")
    _refuse(settings, clock, tmp_path / "none.zip", "there is no")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as pack:
        pack.writestr("holiday.jpg", b"x")
    _refuse(settings, clock, tmp_path / "foreign.zip", "another kind of file")
    with zipfile.ZipFile(copy) as pack:
        manifest = pack.read("manifest.json")
        database = pack.read("station.sqlite3")
    newer = manifest.replace(f'"revision": "{schema.head()}"'.encode(), b'"revision": "9999"')
    assert newer != manifest
    _refuse(settings, clock, _changed(copy, tmp_path / "newer.zip", manifest_json=newer), "newer version")
    newest = manifest.replace(b'"format": 1', b'"format": 2')
    _refuse(settings, clock, _changed(copy, tmp_path / "newest.zip", manifest_json=newest), "newer version")
    bent = bytearray(database)
    bent[len(bent) // 2] ^= 1
    _refuse(
        settings,
        clock,
        _changed(copy, tmp_path / "bent.zip", station_sqlite3=bytes(bent)),
        "not what was packed",
    )
    fewer = manifest.replace(b'"app_user": ', b'"app_user": 1')
    _refuse(settings, clock, _changed(copy, tmp_path / "fewer.zip", manifest_json=fewer), "app_user")
    outside = manifest.replace(b"photos/S1.jpg", b"../S1.jpg")
    _refuse(
        settings,
        clock,
        _changed(copy, tmp_path / "outside.zip", manifest_json=outside),
        "no copy of a station",
    )


def test_beside_a_running_server_it_is_refused(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    copy = backup.make(settings, clock, tmp_path / "copy.zip").path
    with (
        owner.own(settings.url, "station serve", owner.SERVER),
        pytest.raises(owner.Owned, match=f"station serve, process {os.getpid()}"),
    ):
        restore.restore(settings, clock, copy)


def test_a_log_left_by_a_crash_is_not_played_into_the_copy(
    worked: Station, clock: MovableClock, tmp_path: Path
) -> None:
    """The restore that README told until 0.4.0 ended in "database disk image is malformed" here."""
    settings = Settings(data=worked.data)
    assert worked.run("backup", str(tmp_path / "copy.zip"))[0] == 0
    before = people(settings)
    crash = worked.program(_CRASH, settings.url)
    assert crash[0] == -signal.SIGKILL
    assert (worked.data / "station.sqlite3-wal").stat().st_size > 0
    assert worked.run("restore", str(tmp_path / "copy.zip"))[0] == 0
    assert not (worked.data / "station.sqlite3-wal").exists()
    assert people(settings) == before
    assert worked.run("check")[0] == 0


_CRASH = """
import os, sys
from datetime import UTC, datetime
from station.ground.db import Database
from station.ground.words.actor import Role
from station.people.rules import add_user
db = Database(sys.argv[1])
for number in range(200):
    db.write(lambda tx: add_user(tx, f"8{number:04d}", "lost", "x", [Role.PICKER], datetime(2026, 5, 1, tzinfo=UTC)))
os.kill(os.getpid(), 9)
"""


_FULL = """
import resource, sys
from station.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
sys.argv = ["station", "restore", sys.argv[1]]
main()
"""


def test_without_room_the_old_station_stays(station: Station, clock: MovableClock, tmp_path: Path) -> None:
    copy, old, _new = life(station, clock, tmp_path)
    status, said = station.program(_FULL, str(copy))
    assert status == 2
    (sentence,) = said.strip().splitlines()
    assert "could not be" in sentence
    assert people(Settings(data=station.data)) == old
    assert not (station.data / switching.STAGE).exists()


def test_keys_come_back_where_they_were_lost(station: Station, tmp_path: Path) -> None:
    copy, keys = str(tmp_path / "copy.zip"), str(tmp_path / "keys.zip")
    assert station.run("backup", copy, "--keys", keys)[0] == 0
    pepper = (station.data / "pepper.key").read_bytes()
    new = Station(tmp_path / "new")
    assert new.run("restore", copy)[0] == 0
    assert "pepper.key" in new.refusal("serve")
    assert new.run("restore", copy, "--keys", keys)[0] == 0
    assert (new.data / "pepper.key").read_bytes() == pepper
    assert (new.data / "pepper.key").stat().st_mode & 0o777 == 0o600
    assert new.run("keys")[0] == 0


def test_an_older_copy_is_brought_up_before_it_counts(worked: Station, tmp_path: Path) -> None:
    assert worked.run("backup", str(tmp_path / "copy.zip"))[0] == 0
    with zipfile.ZipFile(tmp_path / "copy.zip") as pack:
        told = pack.read("manifest.json")
    old = Database(f"sqlite:///{tmp_path / 'station.sqlite3'}", journal="DELETE")
    with old.engine.connect() as connection:
        command.upgrade(schema._config(connection), "0013")
    old.close()
    was = f'"revision": "{schema.head()}"'.encode()
    _repack(tmp_path / "old.zip", told.replace(was, b'"revision": "0013"'), tmp_path)
    assert worked.run("restore", str(tmp_path / "old.zip"))[0] == 0
    assert worked.run("check")[0] == 0


def _repack(target: Path, told: bytes, folder: Path) -> None:
    import json

    from station.copies.archive import digest

    manifest = json.loads(told)
    manifest["files"] = {"station.sqlite3": digest(folder / "station.sqlite3")}
    with zipfile.ZipFile(target, "w") as pack:
        pack.writestr("manifest.json", json.dumps(manifest))
        pack.write(folder / "station.sqlite3", "station.sqlite3")
