"""Goods in slots: putaway (P8), looking up, moves (P10)."""

from __future__ import annotations

from station.ground.room import Room
from station.storage import invariants
from station.storage.hall.section import SECTION as HALL
from station.storage.lookup.workflow import lookup
from station.storage.moves.workflow import move
from station.storage.putaway.workflow import putaway
from station.storage.registers import SLOTS

ROOM = Room(
    "storage",
    workflows=(putaway, move, lookup),
    tables=(
        "station.storage.putaway.models",
        "station.storage.hall.models",
        "station.storage.moves.models",
    ),
    pages=("station.storage.pages", "station.storage.hall.pages", "station.storage.hall.label_pages"),
    registers=(SLOTS,),
    invariants=invariants.INVARIANTS,
    setup=(HALL,),
)
