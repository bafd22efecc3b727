"""Carriers' numbers and labels."""

from __future__ import annotations

from station.carriers import invariants, needs, port, setting_up
from station.carriers.service.asking import Asking
from station.ground.room import Job, Room

ROOM = Room(
    "carriers",
    tables=(
        "station.carriers.models",
        "station.carriers.supplied",
        "station.carriers.refused",
        "station.carriers.service.models",
    ),
    pages=(
        "station.carriers.pages",
        "station.carriers.route_pages",
        "station.carriers.service.pages",
    ),
    jobs=(Job("numbers", lambda works: Asking(works).turn),),
    codes={"waybill": port.knows},
    setup=(setting_up.SECTION,),
    needs=(needs.of_carriers,),
    invariants=invariants.INVARIANTS,
)
