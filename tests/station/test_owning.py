"""On PostgreSQL the lock of a server is lost with its connection: it is taken again, or the server ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from station.clock import MovableClock
from station.ground.db import Database, owner
from station.ground.documents import epoch
from station.serving import owning
from station.serving.server import free_port
from tests.commands import Station, answers
from tests.patience import PROCESS_S, until

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.parametrize(
        "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
    ),
]


def cut(db: Database) -> int:
    """An administrator ends the connections on which servers hold their locks; how many."""
    ended = text(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
        " WHERE application_name LIKE 'station serve%' AND datname = current_database()"
    )
    return int(db.write(lambda tx: tx.scalar(ended)))


@pytest.fixture
def owned(database_url: str) -> Iterator[owner.Ownership]:
    with owner.own(database_url, "station serve", owner.SERVER) as held:
        yield held


def test_a_lost_lock_is_taken_again(db: Database, owned: owner.Ownership, database_url: str) -> None:
    said: list[str] = []
    keeper = owning.Keeper(owned, db, said.append)
    for _ in range(2):
        assert cut(db) == 1
        with owner.own(database_url, "station restore", alone=True):
            pass  # nothing keeps a restore out
        keeper.look()
        with pytest.raises(owner.Owned, match="station serve"):
            owner.own(database_url, "station restore", alone=True)
    assert said == []


def test_who_has_it_meanwhile_ends_the_server(
    db: Database, owned: owner.Ownership, database_url: str
) -> None:
    said: list[str] = []
    keeper = owning.Keeper(owned, db, said.append)
    cut(db)
    with owner.own(database_url, "station restore", alone=True):
        keeper.look()
    (why,) = said
    assert "lock on the database was lost" in why
    assert "station restore, process" in why


@pytest.mark.parametrize("was", ["restored", "migrated"])
def test_other_books_end_the_server(
    db: Database, owned: owner.Ownership, clock: MovableClock, was: str
) -> None:
    """A whole restore may fit between two looks."""
    said: list[str] = []
    keeper = owning.Keeper(owned, db, said.append)
    cut(db)
    if was == "restored":
        db.write(lambda tx: epoch.begin(tx, after=0, copy_of="x.zip", copied_at=clock.now(), now=clock.now()))
    else:
        db.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    keeper.look()
    (why,) = said
    assert "restored or migrated meanwhile" in why


def test_a_served_station_takes_its_lock_again_or_ends(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    station = Station(tmp_path)
    port = free_port()
    try:
        server = station.begin(
            "serve", "--port", str(port), STATION_DATABASE_URL=database_url, STATION_WORKERS="off"
        )
        until(lambda: server.poll() is not None or answers(port), "it did not start", PROCESS_S)
        assert cut(db) == 1
        until(lambda: cut(db) == 1, "it did not take its lock again")
        with _alone(db, database_url):
            until(lambda: server.poll() is not None, "it works on beside a restore", PROCESS_S)
            assert server.returncode > 0
        assert "station restore, process" in server.communicate()[1]
    finally:
        station.close()


def _alone(db: Database, url: str) -> owner.Ownership:
    """Be quicker than the server: its lock is cut until another has it."""
    held: list[owner.Ownership] = []

    def is_mine() -> bool:
        cut(db)
        try:
            held.append(owner.own(url, "station restore", alone=True))
        except owner.Owned:
            return False
        return True

    until(is_mine)
    return held[0]
