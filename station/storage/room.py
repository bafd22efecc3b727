"""Goods in slots: what lies there from the beginning (P29), putaway (P8), stock care (P10, P24, P27)."""

from __future__ import annotations

from station.ground.room import Job, Room
from station.storage import invariants
from station.storage.adjusting.registers import ADJUSTMENTS
from station.storage.adjusting.workflow import adjust
from station.storage.aging.job import Nightly
from station.storage.aging.registers import AGING
from station.storage.counting.registers import COUNTED
from station.storage.counting.workflow import count
from station.storage.hall.section import SECTION as HALL
from station.storage.holds.registers import HOLDS
from station.storage.lookup.workflow import lookup
from station.storage.moves.workflow import move
from station.storage.opening import invariants as opening_invariants
from station.storage.opening.registers import OPENINGS
from station.storage.opening.section import SECTION as OPENING_STOCK
from station.storage.opening.workflow import opening
from station.storage.pallets.emptying import Emptying
from station.storage.pallets.workflow import pallets
from station.storage.putaway.workflow import putaway
from station.storage.registers import SLOTS
from station.storage.settings import SETTINGS

ROOM = Room(
    "storage",
    workflows=(opening, putaway, pallets, move, lookup, count, adjust),
    tables=(
        "station.storage.putaway.models",
        "station.storage.hall.models",
        "station.storage.keeping.models",
        "station.storage.moves.models",
        "station.storage.opening.models",
        "station.storage.aging.models",
        "station.storage.adjusting.models",
        "station.storage.counting.models",
    ),
    pages=(
        "station.storage.pages",
        "station.storage.hall.pages",
        "station.storage.hall.label_pages",
        "station.storage.opening.pages",
        "station.storage.care_pages",
        "station.storage.holds.pages",
        "station.storage.holds.date_pages",
        "station.storage.aging.pages",
        "station.storage.counting.pages",
        "station.storage.adjusting.pages",
    ),
    registers=(SLOTS, OPENINGS, HOLDS, AGING, COUNTED, ADJUSTMENTS),
    jobs=(
        Job("aging", lambda works: Nightly(works).turn, idle_s=60.0),
        Job("pallets", lambda works: Emptying(works).turn, idle_s=60.0),
    ),
    invariants=(*invariants.INVARIANTS, *opening_invariants.INVARIANTS),
    setup=(HALL, OPENING_STOCK),
    settings=SETTINGS,
)
