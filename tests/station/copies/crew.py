"""Who is known to a station: what a copy from before lacks is somebody who came since."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from station.clock import MovableClock
from station.copies import backup
from station.ground.db import Database
from station.ground.words.actor import Role
from station.people.models import User
from station.people.rules import add_user
from station.settings import Settings
from tests.commands import Station


def people(settings: Settings) -> set[str]:
    db = Database(settings.url)
    try:
        with db.read() as tx:
            return set(tx.scalars(select(User.badge)))
    finally:
        db.close()


def join(settings: Settings, clock: MovableClock, number: str) -> str:
    """Somebody new: what a copy from before does not know; the badge."""
    db = Database(settings.url)
    badge = db.write(lambda tx: add_user(tx, number, number, "x", [Role.PICKER], clock.now()).badge)
    db.close()
    return badge


def life(
    station: Station, clock: MovableClock, tmp_path: Path, photos: int = 1
) -> tuple[Path, set[str], set[str]]:
    """A copy, and who is known now and in it."""
    settings = Settings(data=station.data)
    (station.data / "photos").mkdir()
    for number in range(photos):
        (station.data / "photos" / f"S{number}.jpg").write_bytes(b"picture")
    copy = backup.make(settings, clock, tmp_path / "copy.zip").path
    new = people(settings)
    join(settings, clock, "9001")
    return copy, people(settings), new
