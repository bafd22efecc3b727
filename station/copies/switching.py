"""Putting files in the place of others so that a kill at any moment leaves the old ones or the new ones.

What is to come is made ready in a folder of its own; the moment that folder gets its last name, the switch
is decided. From then on it only goes forward: each file that is replaced is moved aside, then the new one
takes its place, and whoever finds the folder goes on where it was left.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from station.ground.db import owner
from station.ground.db.copying import flush

STAGE, READY = ".restore.part", owner.CUT_SHORT
PLAN = "plan.json"
LOGS = ("-wal", "-shm", "-journal")
"""Beside a SQLite file: they belong to it, and would be played into whatever takes its place."""


@dataclass(frozen=True)
class Plan:
    """A decided switch. `items` are (name in the ready folder, name of the file or folder it replaces)."""

    aside: str
    tag: str
    copy_of: str
    items: Sequence[tuple[str, str]]


def stage(folder: Path) -> Path:
    """An empty folder for what is to come; what an earlier try left undecided is thrown away."""
    path = folder / STAGE
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700, parents=True)
    return path


def decide(folder: Path, plan: Plan) -> None:
    """Everything is in the stage and proven: from here on it only goes forward."""
    written = folder / STAGE / PLAN
    written.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    for path in sorted((folder / STAGE).rglob("*")):
        flush(path)
    flush(folder / STAGE)
    (folder / STAGE).replace(folder / READY)
    flush(folder)


def decided(folder: Path) -> Plan | None:
    """The switch that was decided and is not finished; None when there is none."""
    path = folder / READY / PLAN
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return Plan(told["aside"], told["tag"], told["copy_of"], [(new, old) for new, old in told["items"]])


def finish(folder: Path, plan: Plan) -> Path:
    """Do what is left of a decided switch; the folder with what was replaced."""
    aside = folder / plan.aside
    aside.mkdir(mode=0o700, exist_ok=True)
    for name, place in plan.items:
        staged, target = folder / READY / name, Path(place)
        if not staged.exists():
            continue  # done before a kill
        for suffix in (*LOGS, ""):
            _move_aside(target.with_name(target.name + suffix), aside)
        flush(aside)
        flush(target.parent)
        staged.replace(target)
        flush(target.parent)
    (folder / READY).replace(folder / STAGE)  # in one step: half removed, it would look decided for ever
    flush(folder)
    shutil.rmtree(folder / STAGE)
    return aside


def _move_aside(path: Path, aside: Path) -> None:
    """What lies there again after it was moved once came from somebody who looked in between."""
    if not path.exists():
        return
    place = aside / path.name
    path.replace(place if not place.exists() else place.with_name(f"{place.name}.stray"))
