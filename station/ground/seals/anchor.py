"""The head in a file beside the database: what a database that lost its end cannot know.

The file never goes back: a chain that does not contain its head leaves it as it is, until a person who has
put back an older copy accepts that (`accept`).
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.db import Database
from station.ground.seals.chain import Head, head
from station.ground.seals.models import Seal

NAME = "seal.head"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the file says. `head` is None when there is no file; `is_unreadable` when it says nothing."""

    head: Head | None = None
    is_unreadable: bool = False


def anchor_path(folder: Path) -> Path:
    """Where the head lies in a data folder."""
    return folder / NAME


def read(folder: Path) -> Anchor:
    """What the file in this data folder says."""
    try:
        said = json.loads(anchor_path(folder).read_text())
        return Anchor(Head(int(said["number"]), str(said["hash"])))
    except FileNotFoundError:
        return Anchor()
    except (OSError, ValueError, KeyError, TypeError):
        return Anchor(is_unreadable=True)


def holds(tx: Session, wanted: Head) -> bool:
    """Whether the chain of this database has that seal."""
    return tx.scalar(select(Seal.hash).where(Seal.id == wanted.number)) == wanted.hash


def keep(db: Database, folder: Path) -> bool:
    """Let the file say the present head; False, and nothing is written, when it knows one we do not have."""
    known = read(folder)
    with db.read() as tx:
        present = head(tx)
        if known.is_unreadable or (known.head is not None and not holds(tx, known.head)):
            return False
    if present is not None and present != known.head:
        _write(folder, present)
    return True


def accept(db: Database, folder: Path) -> Head | None:
    """Let the file say the present head, whatever it said: an older copy has been put back on purpose."""
    with db.read() as tx:
        present = head(tx)
    if present is None:
        anchor_path(folder).unlink(missing_ok=True)
    else:
        _write(folder, present)
    return present


def _write(folder: Path, present: Head) -> None:
    """Whole or not at all, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{NAME}-")  # 0600
    try:
        with os.fdopen(handle, "w") as file:
            json.dump({"number": present.number, "hash": present.hash}, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(anchor_path(folder))
    finally:
        Path(name).unlink(missing_ok=True)
