"""Goods in slots: what lies there from the beginning (P29), putaway (P8), looking up, moves (P10)."""

from __future__ import annotations

from station.ground.room import Room
from station.storage import invariants
from station.storage.hall.section import SECTION as HALL
from station.storage.lookup.workflow import lookup
from station.storage.moves.workflow import move
from station.storage.opening import invariants as opening
from station.storage.opening.registers import OPENINGS
from station.storage.putaway.workflow import putaway
from station.storage.registers import SLOTS

ROOM = Room(
    "storage",
    workflows=(putaway, move, lookup),
    tables=(
        "station.storage.putaway.models",
        "station.storage.hall.models",
        "station.storage.moves.models",
        "station.storage.opening.models",
    ),
    pages=(
        "station.storage.pages",
        "station.storage.hall.pages",
        "station.storage.hall.label_pages",
        "station.storage.opening.pages",
    ),
    registers=(SLOTS, OPENINGS),
    invariants=(*invariants.INVARIANTS, *opening.INVARIANTS),
    setup=(HALL,),
)
