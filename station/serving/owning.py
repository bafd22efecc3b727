"""A process that works on a PostgreSQL database notices when it no longer owns it.

Its lock lives on one connection, and that can be cut: by an administrator, a failover, a network. A restore
or a migration could begin then, beside a server that goes on writing into tables about to be replaced. So the
lock is looked at each second and taken again; where somebody else has it, or the books are others since, the
process ends with a sentence, and the service manager starts it on what is there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.ground.db import Database, owner, reason
from station.ground.documents import epoch
from station.serving import watch

log = logging.getLogger(__name__)

LOOK_S = 1.0


class Keeper:
    """Holds on to the ownership of one process."""

    def __init__(
        self, owned: owner.Ownership, db: Database, on_end: Callable[[str], object] = watch.end
    ) -> None:
        self._owned, self._db, self._on_end = owned, db, on_end
        self._books = _which(db)
        self._is_sure, self._is_told = True, False

    def look(self) -> None:
        """Look once: everything is as it was, or was taken again, or this process must end."""
        try:
            self._is_sure &= self._owned.keep()
            if self._is_sure:
                return
            books = _which(self._db)
        except owner.Owned as error:
            self._on_end(f"the lock on the database was lost, and {error}; the station ends")
            return
        except DBAPIError as error:
            if not self._is_told:
                log.warning("the lock on the database is lost: %s", reason(error))
            self._is_told = True
            return
        if books != self._books:
            self._on_end(
                "the lock on the database was lost, and it was restored or migrated meanwhile; the station"
                " ends, to be started again"
            )
            return
        log.warning("the lock on the database was lost with its connection, and is held again")
        self._is_sure, self._is_told = True, False

    def run(self) -> None:
        """Look until the process ends."""
        pause = threading.Event()
        while True:
            pause.wait(LOOK_S)
            self.look()


def look_after(owned: owner.Ownership, db: Database) -> None:
    """Keep what this process owns, as long as it lives; on SQLite the system itself holds its lock."""
    if not db.is_sqlite:
        watch.guarded("owner", Keeper(owned, db).run)


def _which(db: Database) -> tuple[str, int]:
    """Which books these are: the revision of their tables, and their epoch, which a restore begins."""
    with db.read() as tx:
        return str(tx.scalar(text("SELECT version_num FROM alembic_version"))), epoch.number(tx)
