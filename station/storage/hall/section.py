"""The hall's section of the set-up file."""

from __future__ import annotations

from station.ground.setup.section import Change, Parts, Section
from station.ground.work import Work
from station.storage.hall import exporting, reading, rules
from station.storage.hall.description import Hall


def apply(work: Work, hall: Hall, _parts: Parts) -> list[Change]:
    """Bring the hall to the file's description."""
    return rules.make(work, hall)


SECTION = Section("hall", reading.read, apply, exporting.export)
