"""The one list of rooms. Whoever adds a process adds a folder with a `room.py`, and its line here."""

from __future__ import annotations

from functools import partial

from station.carriers.room import ROOM as CARRIERS
from station.catalog.room import ROOM as CATALOG
from station.devices.room import ROOM as DEVICES
from station.erp.room import ROOM as ERP
from station.exchange.room import ROOM as EXCHANGE
from station.ground import seals, shop
from station.ground.knobs import invariants as knob_invariants
from station.ground.knobs.registers import SETTING_CHANGES
from station.ground.room import Job, Room
from station.inbound.room import ROOM as INBOUND
from station.office.room import ROOM as OFFICE
from station.outbound.room import ROOM as OUTBOUND
from station.paper.room import ROOM as PAPER
from station.people.room import ROOM as PEOPLE
from station.stock.room import ROOM as STOCK
from station.storage.room import ROOM as STORAGE

GROUND = Room(
    "ground",
    tables=(
        "station.ground.scan.models",
        "station.ground.documents.epoch",
        "station.ground.documents.history",
        "station.ground.documents.numbers",
        "station.ground.documents.signatures",
        "station.ground.thresholds.models",
        "station.ground.seals.models",
        "station.ground.shop",
    ),
    jobs=(Job("seals", lambda works: partial(seals.turn, works), idle_s=60.0),),
    invariants=knob_invariants.INVARIANTS,
    registers=(SETTING_CHANGES,),
    pages=("station.ground.web.scan", "station.ground.web.pwa", "station.ground.web.camera"),
    setup=(shop.SECTION,),
    needs=(shop.needs,),
)

ROOMS: tuple[Room, ...] = (
    GROUND,
    PEOPLE,
    CATALOG,
    STOCK,
    EXCHANGE,
    PAPER,
    CARRIERS,
    INBOUND,
    STORAGE,
    OUTBOUND,
    DEVICES,
    ERP,
    OFFICE,
)
"""From the ground up; the start page shows their processes in this order."""
