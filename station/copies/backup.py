"""Making a copy of a station while it works.

SQLite writes a whole copy of one moment (``VACUUM INTO``); from PostgreSQL every table is read in one
snapshot and written into a SQLite file of the same shape. So a copy is always the same file, can be proven
without a second server, and goes back into either database. `pg_dump` is not used: it is often not where
the station runs, or older than the server, and what it writes can be proven only by a PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from station.clock import Clock
from station.copies import archive, proof, rows
from station.copies.archive import DATABASE, PHOTOS, SETTINGS, BadCopy, Manifest
from station.ground.db import Database, copying, schema
from station.ground.vault import SECRETS
from station.people.pins import PEPPER
from station.settings import Settings

ASIDE = ".station-backup-"
TLS = "tls"


@dataclass(frozen=True)
class Made:
    """A copy that counts: where it lies, and what its manifest tells."""

    path: Path
    manifest: Manifest


def make(settings: Settings, clock: Clock, target: Path | None, *, is_unproven: bool = False) -> Made:
    """Copy the station beside its work; `DatabaseUnusable` in one sentence when no whole copy came of it.

    `target` is a file, or a folder for a file named by the moment; ``DATA/backups`` without. `is_unproven`
    keeps a copy of books that `station check` calls broken, too.
    """
    schema.require_current(settings.url)
    path = _file(settings, clock, target)
    with _aside(path.parent) as aside:
        copy, made_at = aside / DATABASE, clock.now()
        kind = take(settings, copy)
        faults = proof.broken(copy)
        if faults and not is_unproven:
            raise BadCopy(
                f"the books in the copy are not right, nothing was kept ({faults[0]}): `station check`"
            )
        counted, ends, number = proof.look(copy)
        files = {DATABASE: copy, **_beside(settings)}
        manifest = Manifest(
            version=version("warehouse-station"),
            revision=schema.head(),
            database=kind,
            warehouse=settings.warehouse_code,
            made_at=made_at.isoformat(),
            epoch=number,
            is_proven=not faults,
            rows=counted,
            heads=ends,
            files={name: archive.digest(file) for name, file in files.items()},
        )
        archive.write(path, files, manifest)
    return Made(path, manifest)


def take(settings: Settings, target: Path) -> str:
    """The database as one SQLite file of one moment, whole; which kind it was taken from."""
    db = Database(settings.url, journal=settings.journal, pool_size=2)
    try:
        if db.is_sqlite:
            copying.copy_whole(db, target)
            return "sqlite"
        schema.upgrade(f"sqlite:///{target}", has_copy=True)
        once = db.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with once.connect() as source, proof.opened(target) as fresh, fresh.engine.begin() as into:
            rows.copy_all(source, into)
        return "postgresql"
    finally:
        db.close()


def keep_keys(settings: Settings, target: Path) -> list[str]:
    """The keys that lie apart from a copy, in a file of their own; their names."""
    files = {name: settings.data / name for name in (PEPPER, SECRETS) if (settings.data / name).exists()}
    files |= {str(file.relative_to(settings.data)): file for file in _files(settings.data / TLS)}
    archive.write(target, files, None)
    return sorted(files)


def _file(settings: Settings, clock: Clock, target: Path | None) -> Path:
    folder = target or settings.data / "backups"
    if target is not None and not target.is_dir() and target.suffix:
        if not target.parent.is_dir():
            raise BadCopy(f"there is no folder {target.parent}")
        return target
    try:
        folder.mkdir(mode=0o700, parents=target is None, exist_ok=True)
    except OSError as error:
        raise BadCopy(f"{folder} cannot be written: {error.strerror}") from None
    return folder / f"station-{clock.now():%Y%m%d-%H%M%SZ}.zip"


def _beside(settings: Settings) -> dict[str, Path]:
    """Settings and photos, by their names in the archive."""
    photos = {f"{PHOTOS}/{file.relative_to(settings.data / PHOTOS).as_posix()}": file
             for file in _files(settings.data / PHOTOS)}  # fmt: skip
    toml = settings.data / SETTINGS
    return {SETTINGS: toml, **photos} if toml.is_file() else photos


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder of this process for what is not yet a copy; those of processes that are gone are removed."""
    for old in folder.glob(f"{ASIDE}*"):
        if not _is_alive(old.name.removeprefix(ASIDE)):
            shutil.rmtree(old, ignore_errors=True)
    aside = folder / f"{ASIDE}{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(mode=0o700)
    except OSError as error:
        raise BadCopy(f"{folder} cannot be written: {error.strerror}") from None
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
