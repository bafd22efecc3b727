"""Printers and papers on the desk."""

from __future__ import annotations

from station.ground.room import Room

ROOM = Room(
    "paper",
    pages=("station.paper.pages.printers", "station.paper.pages.setup", "station.paper.pages.routes"),
)
