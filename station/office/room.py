"""The desk: start page, lists, cards."""

from __future__ import annotations

from station.ground.room import Room

ROOM = Room(
    "office",
    pages=(
        "station.office.pages",
        "station.office.shop",
        "station.office.settings",
        "station.office.lists",
        "station.office.first",
        "station.office.overview",
        "station.office.article",
        "station.office.positions",
        "station.office.cards",
        "station.office.design",
    ),
)
