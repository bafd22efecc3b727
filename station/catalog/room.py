"""Articles, suppliers, carriers, boxes: what there is to sell, and who is known."""

from __future__ import annotations

from station.catalog import binding, boxes, describe, needs, rules, section
from station.catalog.models import UNKNOWN_CODE
from station.catalog.registers import ARTICLES, UNKNOWN_CODES
from station.ground.documents.told import told
from station.ground.room import Room
from station.ground.scan.kinds import Kind

ROOM = Room(
    "catalog",
    tables=("station.catalog.models",),
    pages=(
        "station.catalog.pages",
        "station.catalog.box_pages",
        "station.catalog.article_pages",
        "station.catalog.file_pages",
        "station.catalog.unknown_pages",
    ),
    codes={
        "product": rules.products_of,
        "lot_regex": rules.lot_regex,
        "unknown": binding.was_scanned,
        "named": rules.named,
    },
    registers=(ARTICLES, UNKNOWN_CODES),
    invariants=told(UNKNOWN_CODE),
    describes={Kind.PACKAGING: describe.packaging},
    setup=(boxes.SECTION, section.SECTION),
    needs=(needs.of_catalog,),
)
