"""The database's shape: declared by the models, brought about by migrations.

SQLite cannot change much of a table in place, and a batch migration that recreates one silently drops
triggers, partial CHECKs and expression indexes. Migrations here are therefore written by hand, and a test
compares the migrated schema with the declared one, triggers included.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url

from station.ground.db import Database, DatabaseUnusable, copying


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision this software knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, *, has_copy: bool = False) -> tuple[str | None, str]:
    """Bring a database to the newest revision; returns the revisions before and after.

    A SQLite file that already holds data is copied beside itself first, unless it is a copy itself
    (`has_copy`); without a whole copy the migration does not begin.
    """
    db = Database(url)
    if db.is_sqlite:
        _make_private(url)
    try:
        with db.engine.connect() as connection:
            before = current(connection)
            _refuse_unknown(before)
            connection.rollback()
            if before is not None and before != head() and db.is_sqlite and not has_copy:
                _copy_aside(db, before)
            _bring_up(connection, is_sqlite=db.is_sqlite)
            return before, head()
    finally:
        db.close()


def _bring_up(connection: Connection, *, is_sqlite: bool) -> None:
    """Run the migrations. SQLite rebuilds tables with foreign keys off, which cannot be said inside one."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    if is_sqlite:
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
    command.upgrade(_config(connection), "head")
    if is_sqlite:
        broken = raw.cursor().execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DatabaseUnusable(f"the migration left rows that point nowhere: {broken[:3]}")


def _copy_aside(db: Database, revision: str) -> None:
    """A whole copy beside the database; one that an earlier try made counts only when it is whole too."""
    path = Path(str(db.engine.url.database))
    target = path.with_name(f"{path.stem}-before-{head()}-from-{revision}.sqlite3")
    if not (target.exists() and copying.is_whole(target)):
        copying.copy_whole(db, target)


def _make_private(url: str) -> None:
    """The SQLite file can be read by its owner only: it holds names, addresses and hashes of PINs.

    A file that an older release made is closed to the others too; its log takes the file's rights over.
    """
    path = Path(str(make_url(url).database))
    with contextlib.suppress(OSError):  # it is there, or the engine says better why it cannot be
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with contextlib.suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def known() -> set[str]:
    """Every revision that this software can bring up to its own."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _refuse_unknown(revision: str | None) -> None:
    if revision is not None and revision not in known():
        raise DatabaseUnusable(
            f"the database is at revision {revision}, which this version of station does not know: "
            "install the version that wrote it, or a newer one"
        )


def require_current(url: str) -> None:
    """Refuse to start on a database that is empty, older or newer than this software."""
    db = Database(url)
    try:
        with db.engine.connect() as connection:
            revision = current(connection)
            _refuse_unknown(revision)
            is_empty = not inspect(connection).get_table_names()
    finally:
        db.close()
    if is_empty or revision != head():
        raise DatabaseUnusable("the database is not up to date: run `station migrate` first")
