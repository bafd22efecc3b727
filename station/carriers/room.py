"""Carriers' numbers and labels."""

from __future__ import annotations

from station.carriers import invariants, port
from station.ground.room import Room

ROOM = Room(
    "carriers",
    tables=("station.carriers.models", "station.carriers.supplied"),
    codes={"waybill": port.knows},
    invariants=invariants.INVARIANTS,
)
