"""Setting a station up by one file: all sections or none, twice without harm; and writing that file.

The file is read whole before anything is touched. Then every section is applied in one unit of work, in the
order of the rooms; whatever is refused takes everything back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from station.ground.knobs.section import section as thresholds
from station.ground.room import Room
from station.ground.setup.section import Change, Parts, Section
from station.ground.setup.table import Table, opened
from station.ground.setup.writing import written
from station.ground.work import By, Work, Works
from station.people import trail

TITLE = "# The set-up of a station: `station setup FILE.toml` makes it, or brings it to this.\n\n"


Wanted = tuple[Section, Any]
"""A section and what it read in the file."""


class Station(Parts, Protocol):
    """What is set up; the real one is `station.wiring.hub.Hub`."""

    rooms: Sequence[Room]
    works: Works


class _Undone(Exception):
    """A rehearsal is over: nothing of it stays."""

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes


def sections(rooms: Sequence[Room]) -> list[Section]:
    """All sections, in the order in which they are done: what others judge by comes first."""
    knobs = [setting for room in rooms for setting in room.settings]
    return [thresholds(knobs), *(section for room in rooms for section in room.setup)]


def set_up(station: Station, text: str, by: By, *, is_rehearsal: bool = False) -> list[Change]:
    """Do what the file says, and tell what was new, changed or closed; nothing the second time.

    `SetupRefused` when anything of it cannot be done; then nothing was. A rehearsal only tells.
    """
    wanted = read(sections(station.rooms), text)

    def rule(work: Work) -> list[Change]:
        changes = carried_out(work, wanted, station)
        if is_rehearsal:
            raise _Undone(changes)
        if changes:
            told = {f"{change.how} {change.things}": len(change.names) for change in changes}
            trail.note(work.tx, None, "SETUP", work.by.name, work.now, **told)
        return changes

    try:
        return station.works.do(rule, by)
    except _Undone as rehearsal:
        return rehearsal.changes


def read(known: Sequence[Section], text: str) -> list[Wanted]:
    """What each section of a file wants; SetupRefused with all mistakes of all of them."""
    return read_top(known, opened(text))


def read_top(known: Sequence[Section], top: Table) -> list[Wanted]:
    """The same of a file that is open, or of values that come from none."""
    top.may_hold(section.name for section in known)
    wanted = [(section, section.read(top)) for section in known if section.name in top]
    if not wanted:
        top.wrong("", "E-SET-08", known=", ".join(section.name for section in known))
    top.settle()
    return wanted


def carried_out(work: Work, wanted: Sequence[Wanted], parts: Parts) -> list[Change]:
    """What was new, changed or closed after each section has been done, in a unit of work that has begun."""
    return [change for section, value in wanted for change in section.apply(work, value, parts)]


def exported(rooms: Sequence[Room], tx: Session) -> str:
    """The file that makes an empty station like this one."""
    content = {name: value for name, value in _exports(rooms, tx) if value}
    return TITLE + written(content)


def _exports(rooms: Sequence[Room], tx: Session) -> Iterator[tuple[str, Any]]:
    for section in sections(rooms):
        yield section.name, section.export(tx)
