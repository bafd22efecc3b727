"""Scales and scanners; where a device stands."""

from __future__ import annotations

from station.devices import needs
from station.devices.scales.keeping import Readers
from station.devices.scales.setup import SECTION
from station.devices.workflow import place
from station.ground.room import Job, Room

ROOM = Room(
    "devices",
    workflows=(place,),
    tables=("station.devices.models",),
    pages=("station.devices.pages", "station.devices.scales.pages", "station.devices.scales.hearing"),
    jobs=(Job("scales", Readers, end=Readers.close),),
    setup=(SECTION,),
    needs=(needs.of_scales,),
)
