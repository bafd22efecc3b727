"""Printers and papers on the desk."""

from __future__ import annotations

from station.ground.room import Room
from station.paper import needs, setting_up
from station.paper.registers import JOBS

ROOM = Room(
    "paper",
    pages=(
        "station.paper.pages.jobs",
        "station.paper.pages.printers",
        "station.paper.pages.setup",
        "station.paper.pages.finding",
        "station.paper.pages.routes",
    ),
    registers=(JOBS,),
    setup=setting_up.SECTIONS,
    needs=(needs.of_paper,),
)
