"""Carriers' numbers and labels."""

from __future__ import annotations

from station.carriers import invariants, needs, port, setting_up
from station.ground.room import Room

ROOM = Room(
    "carriers",
    tables=("station.carriers.models", "station.carriers.supplied"),
    pages=(
        "station.carriers.pages",
        "station.carriers.route_pages",
    ),
    codes={"waybill": port.knows},
    setup=(setting_up.SECTION,),
    needs=(needs.of_carriers,),
    invariants=invariants.INVARIANTS,
)
