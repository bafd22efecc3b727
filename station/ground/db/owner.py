"""Who works on a database: one server and one set of loops, and nobody beside a migration or a restore.

On SQLite the proof is a lock of the system on a file beside the database (``station.lock`` for the
server, ``station.loops.lock`` for the loops): it is gone the moment its process is gone, so nothing is
ever left over. The text in the file only names the owner. On PostgreSQL several servers may share a
database; they hold an advisory lock together, which a migration or a restore wants alone. That lock goes
with its connection, so whoever holds it for long asks now and then whether it still does (`Ownership.keep`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from station.ground.db.engines import DatabaseUnusable

try:
    import fcntl
except ImportError:  # not on this system: then nothing is guarded
    fcntl = None  # type: ignore[assignment]

SERVER, LOOPS = "server", "loops"
"""Parts of a station that exist once for each SQLite file."""

PASSING = ("station migrate", "station restore", "station demo")
"""Owners beside which nobody may even add a person: they replace what is written."""

RESTORE, CUT_SHORT = "station restore", ".restore.ready"
"""Who may go on with a restore that was cut short, and the folder by which one is known."""

_KEY = 0x57A7_1014
"""The number of the advisory lock on PostgreSQL; any other program's is another."""


class Owned(DatabaseUnusable):
    """Another process works on this database."""


class Ownership:
    """Held until closed, or until the process ends, however it ends."""

    def __init__(self, files: Sequence[int] = (), lock: Callable[[], Connection] | None = None) -> None:
        self._files, self._lock = list(files), lock
        self._connection = lock() if lock else None

    def keep(self) -> bool:
        """Whether it was held without a break; what was lost with its connection is taken again.

        `Owned` when somebody else has taken it meanwhile, `DBAPIError` while the database does not answer.
        """
        if self._lock is None:
            return True
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.execute(text("SELECT 1"))
                return True
            self._hang_up()
        self._connection = self._lock()
        return False

    def close(self) -> None:
        """Let others work on it."""
        while self._files:
            os.close(self._files.pop())
        self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # it was cut off
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def own(url: str, who: str, *parts: str, alone: bool = False) -> Ownership:
    """Become the owner of these parts, or all of it with `alone`; `Owned` says who is before us.

    `who` names the command, e.g. ``station serve``.
    """
    if not url.startswith("sqlite"):
        return _own_postgresql(url, who, alone=alone)
    if who != RESTORE:
        _refuse_cut_short(url)
    held = Ownership()
    try:
        for part in (SERVER, LOOPS) if alone else parts:
            held._files.append(_lock(lock_file(url, part), who))  # noqa: SLF001 — its own maker
    except BaseException:
        held.close()
        raise
    return held


def refuse_while_replaced(url: str) -> None:
    """`Owned` while a migration or a restore works on this SQLite file; a running server does not mind."""
    if not url.startswith("sqlite"):
        return
    _refuse_cut_short(url)
    path = lock_file(url, SERVER)
    if path.exists() and path.read_text(errors="replace").startswith(PASSING):
        own(url, "station", SERVER).close()


def _refuse_cut_short(url: str) -> None:
    if (database_file(url).parent / CUT_SHORT).exists():
        raise Owned("a restore was cut short: run `station restore` to finish it")


def lock_file(url: str, part: str) -> Path:
    """The file beside a SQLite database whose lock is the proof."""
    return database_file(url).with_suffix(".lock" if part == SERVER else f".{part}.lock")


def database_file(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(str(make_url(url).database))


def _lock(path: Path, who: str) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnusable(f"{path} cannot be written: {error.strerror}") from None
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{who}, process {os.getpid()}\n".encode(), 0)
    except BlockingIOError:
        owner = os.pread(file, 200, 0).decode(errors="replace").strip() or "another process"
        os.close(file)
        raise Owned(
            f"{owner} works on {path.with_suffix('').stem}.sqlite3 in {path.parent}: stop it first"
        ) from None
    except OSError as error:
        os.close(file)
        raise DatabaseUnusable(
            f"{path} cannot be locked: {error.strerror}; is it on a network share?"
        ) from None
    return file


# --- PostgreSQL ----------------------------------------------------------------------------------

_SOON = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
"""A network that swallows everything is noticed within seconds (s, ms)."""


def _own_postgresql(url: str, who: str, *, alone: bool) -> Ownership:
    engine: Engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"application_name": _name(who), **_SOON},
    )
    return Ownership(lock=partial(_locked, engine, alone=alone))


def _locked(engine: Engine, *, alone: bool) -> Connection:
    connection = engine.connect()
    kind = "" if alone else "_shared"
    try:
        if connection.scalar(text(f"SELECT pg_try_advisory_lock{kind}({_KEY})")):
            return connection
        holder = connection.scalar(
            text(
                "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
                " WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :key"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
            ),
            {"key": _KEY},
        )
    except BaseException:
        connection.close()
        raise
    connection.close()
    raise Owned(f"{holder or 'another process'} works on this database: stop it first")


def _name(who: str) -> str:
    return f"{who}, process {os.getpid()}"[:60]
