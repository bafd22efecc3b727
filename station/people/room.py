"""People: badges, sessions, signatures' owners, the audit trail."""

from __future__ import annotations

from station.ground.room import Room
from station.ground.scan.kinds import Kind
from station.people import describe, needs, setting_up
from station.people.registers import PEOPLE, REFUSALS, WRONG_PINS

ROOM = Room(
    "people",
    tables=("station.people.models",),
    pages=(
        "station.people.refusals",
        "station.people.desk",
        "station.people.edit_pages",
        "station.people.pages",
    ),
    setup=(setting_up.SECTION,),
    needs=(needs.of_people,),
    describes={Kind.USER: describe.badge},
    registers=(
        PEOPLE,
        REFUSALS,
        WRONG_PINS,
    ),
)
