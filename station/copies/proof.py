"""Whether a copy is good: SQLite finds it whole, and the station's own rules hold in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from station.copies import rows
from station.copies.archive import BadCopy
from station.ground.db import Database
from station.ground.db.copying import require_whole
from station.ground.documents import epoch
from station.ground.seals import head
from station.wiring import checks

Heads = Callable[[Session], Mapping[str, str]]


def _seals(tx: Session) -> dict[str, str]:
    seal = head(tx)
    return {"seals": seal.hash} if seal else {}


HEADS: list[Heads] = [_seals]
"""Readers of the heads of hash chains, name to head. Whoever builds a chain adds its reader: the head then
stands in every manifest, and a restored copy must end in the same one.
"""


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """A copy as a database, without a log beside it."""
    db = Database(f"sqlite:///{path}", journal="DELETE", pool_size=2)
    try:
        yield db
    finally:
        db.close()


def broken(path: Path) -> list[str]:
    """What is wrong with the books in a copy, a line each; `DatabaseUnusable` when the file is damaged."""
    require_whole(path)
    with opened(path) as db:
        return checks.broken(db)


def heads(tx: Session) -> dict[str, str]:
    """The head of every hash chain there is."""
    return {name: head for read in HEADS for name, head in read(tx).items()}


def look(path: Path) -> tuple[dict[str, int], dict[str, str], int]:
    """Rows of each table, heads of the hash chains, and number of the epoch of a copy of today's shape."""
    with opened(path) as db, db.read() as tx:
        return rows.count(tx.connection()), heads(tx), epoch.number(tx)


def require_same(path: Path, told: Mapping[str, int], ends: Mapping[str, str]) -> None:
    """`BadCopy` unless a copy holds the rows, and ends in the heads, that its manifest tells."""
    counts, heads_found, _number = look(path)
    if counts != dict(told):
        differ = sorted(name for name in counts.keys() | told.keys() if counts.get(name) != told.get(name))
        raise BadCopy(f"the copy does not hold the rows its manifest tells: {', '.join(differ)}")
    if any(heads_found.get(name) != head for name, head in ends.items() if name in heads_found):
        raise BadCopy("the copy's hash chain does not end where its manifest tells")
