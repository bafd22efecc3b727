"""Articles, suppliers, carriers, boxes: what the office's master data say."""

from __future__ import annotations

from station.catalog import boxes, describe, needs, rules
from station.ground.room import Room
from station.ground.scan.kinds import Kind

ROOM = Room(
    "catalog",
    tables=("station.catalog.models",),
    pages=("station.catalog.pages", "station.catalog.box_pages"),
    codes={"product": rules.products_of, "lot_regex": rules.lot_regex},
    describes={Kind.PACKAGING: describe.packaging},
    setup=(boxes.SECTION,),
    needs=(needs.of_catalog,),
)
