"""Putting a copy back: proven beside the old station, told what it missed, then switched in one step.

Nothing of what is replaced is deleted: it lies in ``replaced-…`` in the data folder (SQLite, settings,
photos, keys), or in a schema of that name (PostgreSQL).
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from station.clock import Clock
from station.copies import archive, postgresql, proof, settling, switching
from station.copies.archive import DATABASE, PHOTOS, SETTINGS, BadCopy, Manifest
from station.copies.switching import Plan
from station.ground import seals
from station.ground.db import Database, owner, reason, schema
from station.people.pins import PEPPER
from station.settings import Settings


@dataclass(frozen=True)
class Restored:
    """What lies where now. `manifest` is None when a restore that was cut short was only finished."""

    plan: Plan
    aside: Path
    manifest: Manifest | None = None
    is_pepper_missing: bool = False


def restore(
    settings: Settings, clock: Clock, file: Path, *, keys: Path | None = None, with_settings: bool = False
) -> Restored:
    """Replace this station by a copy; `DatabaseUnusable` in one sentence, and then nothing has changed.

    Present settings stay unless `with_settings`; `keys` is a file of `station backup --keys`.
    """
    with owner.own(settings.url, owner.RESTORE, alone=True):
        _finish(settings)
        folder = _folder(settings)
        manifest = archive.read(file)
        try:
            stage = switching.stage(folder)
            archive.unpack(file, manifest, stage)
            items = _items(settings, stage, keys, with_settings=with_settings)
            tag = _prepare(settings, clock, stage / DATABASE, manifest, file.name)
            plan = Plan(f"replaced-{clock.now():%Y%m%d-%H%M%S}", tag, file.name, items)
            if not _is_sqlite(settings):
                postgresql.load(settings.url, stage / DATABASE)
                (stage / DATABASE).unlink()
            switching.decide(folder, plan)
        except (OSError, DBAPIError) as error:
            raise BadCopy(f"{file} could not be restored, the old station stays: {reason(error)}") from None
        finally:
            shutil.rmtree(folder / switching.STAGE, ignore_errors=True)
        return replace(_go(settings, plan), manifest=manifest)


def finish(settings: Settings) -> Restored | None:
    """Complete a restore that was cut short; None when there is none."""
    with owner.own(settings.url, owner.RESTORE, alone=True):
        return _finish(settings)


def _finish(settings: Settings) -> Restored | None:
    folder = _folder(settings)
    plan = switching.decided(folder)
    if plan is None:
        return None
    return _go(settings, plan)


def _go(settings: Settings, plan: Plan) -> Restored:
    folder = _folder(settings)
    if not _is_sqlite(settings) and postgresql.tag(settings.url) != plan.tag:
        postgresql.exchange(settings.url, plan.aside.replace("-", "_"))
    aside = switching.finish(folder, plan)
    _take_its_end(settings)
    return Restored(plan, aside, is_pepper_missing=not (settings.data / PEPPER).exists())


def _take_its_end(settings: Settings) -> None:
    """The head beside the database was the replaced one's: from here the books end where the copy ends."""
    db = Database(settings.url, journal=settings.journal, pool_size=2)
    try:
        seals.accept(db, settings.data)
    finally:
        db.close()


def _prepare(settings: Settings, clock: Clock, copy: Path, manifest: Manifest, name: str) -> str:
    """Bring a copy to today's shape, prove it, and tell it what it missed; the tag of its new epoch."""
    if manifest.revision == schema.head():
        proof.require_same(copy, manifest.rows, manifest.heads)
    else:
        schema.upgrade(f"sqlite:///{copy}", has_copy=True)
    _require_right(copy, manifest)
    past = _beyond(settings)
    with proof.opened(copy) as db:
        now, today = clock.now(), clock.today()
        tag = db.write(lambda tx: settling.settle(tx, manifest, name, past, now, today))
    _require_right(copy, manifest)
    return tag


def _require_right(copy: Path, manifest: Manifest) -> None:
    faults = proof.broken(copy)
    if faults and manifest.is_proven:
        raise BadCopy(f"the books in the copy are not right, the old station stays ({faults[0]})")


def _beyond(settings: Settings) -> settling.Beyond:
    if _is_sqlite(settings) and not _sqlite_file(settings).exists():
        return settling.Beyond()
    db = Database(settings.url, journal=settings.journal, pool_size=2)
    try:
        return settling.beyond(db)
    finally:
        db.close()


def _items(
    settings: Settings, stage: Path, keys: Path | None, *, with_settings: bool
) -> Sequence[tuple[str, str]]:
    """What is to be switched, the database last: once it is there, everything is."""
    items: list[tuple[str, str]] = []
    if (stage / PHOTOS).is_dir():
        items.append((PHOTOS, str(settings.data / PHOTOS)))
    if (stage / SETTINGS).is_file() and (with_settings or not (settings.data / SETTINGS).exists()):
        items.append((SETTINGS, str(settings.data / SETTINGS)))
    if keys is not None:
        items += [(name, str(settings.data / name)) for name in _unpack_keys(keys, stage)]
    if _is_sqlite(settings):
        items.append((DATABASE, str(_sqlite_file(settings))))
    return items


def _unpack_keys(file: Path, stage: Path) -> list[str]:
    """The names of the keys, and of the folder with certificates, once they are in the stage."""
    try:
        with zipfile.ZipFile(file) as pack:
            names = pack.namelist()
            if not names or any(not _is_key(name) for name in names):
                raise BadCopy(f"{file} is no file of keys of a station")
            for name in names:
                target = stage / name
                target.parent.mkdir(mode=0o700, exist_ok=True)
                target.touch(mode=0o600)
                target.write_bytes(pack.read(name))
    except (zipfile.BadZipFile, FileNotFoundError):
        raise BadCopy(f"{file} is no file of keys of a station") from None
    return sorted({name.split("/")[0] for name in names})


def _is_key(name: str) -> bool:
    folder, _slash, rest = name.rpartition("/")
    return (not folder and rest.endswith(".key")) or (folder == "tls" and rest not in {"", ".."})


def _is_sqlite(settings: Settings) -> bool:
    return settings.url.startswith("sqlite")


def _sqlite_file(settings: Settings) -> Path:
    return Path(str(make_url(settings.url).database)).resolve()


def _folder(settings: Settings) -> Path:
    """Where a switch is made ready: a rename must reach every place from there."""
    settings.data.mkdir(parents=True, exist_ok=True)
    folder = _sqlite_file(settings).parent if _is_sqlite(settings) else settings.data.resolve()
    if folder.stat().st_dev != settings.data.stat().st_dev:
        raise BadCopy(f"{folder} and {settings.data} must lie on one disk to be replaced in one step")
    return folder
