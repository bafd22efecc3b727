"""A whole copy of a SQLite database, or none: written aside, looked at, flushed, and then given its name."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from station.ground.db.engines import DatabaseUnusable, reason, sqlite
from station.ground.db.writing import Database


def copy_whole(db: Database, target: Path) -> None:
    """Copy a SQLite database that may be worked on meanwhile to `target`, which only its owner may read.

    What a killed copy left half has another name and is made again. `DatabaseUnusable` in one sentence when
    the disk is full, the folder cannot be written, or the database itself is damaged; nothing is left then.
    """
    part = target.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            raw = db.engine.raw_connection()
            try:
                raw.cursor().execute("VACUUM INTO ?", (str(part),))
            finally:
                raw.close()
            require_whole(part)
            flush(part)
            part.replace(target)
            flush(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except (sqlite.Error, DBAPIError, OSError) as error:
        raise DatabaseUnusable(f"no whole copy could be written to {target}: {reason(error)}") from None


def require_whole(path: Path) -> None:
    """`DatabaseUnusable` unless SQLite itself finds every page, index and row of this file in order."""
    try:
        connection = sqlite.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            verdicts = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        finally:
            connection.close()
    except sqlite.Error as error:
        verdicts = [reason(error)]
    if verdicts != ["ok"]:
        raise DatabaseUnusable(f"{path} is damaged: {'; '.join(verdicts)}")


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with this file."""
    try:
        require_whole(path)
    except DatabaseUnusable:
        return False
    return True


def flush(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder, through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
