"""The ERPs of the office: connectors, taking over, delivering, comparing."""

from __future__ import annotations

from functools import partial

from station.erp import invariants, tidying
from station.erp.outward import stocklevel
from station.ground.room import Job, Room

ROOM = Room(
    "erp",
    tables=("station.erp.models", "station.erp.compare.models"),
    pages=(
        "station.erp.pages.board",
        "station.erp.pages.differing",
        "station.erp.pages.bringing",
        "station.erp.pages.fields",
        "station.erp.pages.files",
        "station.erp.pages.keys",
        "station.erp.pages.filemaps",
        "station.erp.pages.mapping",
        "station.erp.pages.problems",
        "station.erp.pages.setup",
        "station.erp.pages.talk",
        "station.erp.pages.trying",
        "station.erp.rest.pages",
    ),
    jobs=(
        Job("levels", lambda works: partial(stocklevel.turn, works), idle_s=10.0),
        Job("tidy", lambda works: partial(tidying.turn, works), idle_s=3600.0),
    ),
    invariants=invariants.INVARIANTS,
)
