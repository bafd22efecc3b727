"""From the order to the handover (P11–P24)."""

from __future__ import annotations

from station.ground.room import Job, Room
from station.ground.scan.kinds import Kind
from station.outbound import describe, invariants
from station.outbound.dispatch import invariants as dispatch_invariants
from station.outbound.dispatch.workflow import dispatch
from station.outbound.interception.workflow import intercept
from station.outbound.orders.planner import Planner
from station.outbound.orders.registers import ORDERS
from station.outbound.packing import invariants as packing_invariants
from station.outbound.packing.numbers import Numbers
from station.outbound.packing.settings import SETTINGS as PACKING_SETTINGS
from station.outbound.packing.workflow import pack
from station.outbound.picking.registers import SHORTS
from station.outbound.picking.workflow import pick
from station.outbound.pieces.registers import PIECES
from station.outbound.sorting import invariants as sorting_invariants
from station.outbound.sorting.settings import SETTINGS as SORTING_SETTINGS
from station.outbound.sorting.workflow import sort
from station.outbound.waves.registers import WAVES
from station.outbound.waves.running import Releasing
from station.outbound.waves.settings import SETTINGS as WAVE_SETTINGS

ROOM = Room(
    "outbound",
    workflows=(pick, sort, pack, dispatch, intercept),
    tables=(
        "station.outbound.orders.models",
        "station.outbound.waves.models",
        "station.outbound.picking.models",
        "station.outbound.sorting.models",
        "station.outbound.packing.models",
        "station.outbound.replacing.models",
        "station.outbound.pieces.models",
        "station.outbound.dispatch.models",
    ),
    pages=(
        "station.outbound.orders.pages",
        "station.outbound.orders.decision_pages",
        "station.outbound.orders.label_pages",
        "station.outbound.waves.pages",
        "station.outbound.picking.pages",
        "station.outbound.packing.pages",
        "station.outbound.packing.photo_pages",
    ),
    describes={
        Kind.ORDER: describe.order,
        Kind.WAVE: describe.wave,
        Kind.PICK_LIST: describe.pick_list,
        Kind.MANIFEST: describe.manifest,
        Kind.WAYBILL: describe.waybill,
    },
    jobs=(
        Job("planner", lambda works: Planner(works).turn),
        Job("waybills", lambda works: Numbers(works).turn),
        Job("waves", lambda works: Releasing(works).turn, idle_s=0.5),
    ),
    invariants=(
        *invariants.INVARIANTS,
        *sorting_invariants.INVARIANTS,
        *packing_invariants.INVARIANTS,
        *dispatch_invariants.INVARIANTS,
    ),
    registers=(ORDERS, WAVES, SHORTS, PIECES),
    settings=(*WAVE_SETTINGS, *SORTING_SETTINGS, *PACKING_SETTINGS),
)
