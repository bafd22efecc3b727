"""What is kept from everybody because a picker did not find it, until somebody has looked (P15)."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Days, Number
from station.ground.registers.kinds import INSTANT, QUANTITY, WORDS
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.outbound.picking.models import ShortPick
from station.stock.models import Location

SHORTS = Register(
    name="shorts",
    title="Kept after a short pick",
    path="shorts",
    query=select(
        ShortPick.id,
        ShortPick.at,
        Location.code.label("slot"),
        Sku.code,
        Sku.name_zh,
        ShortPick.wanted,
        ShortPick.found,
        ShortPick.qty_kept,
        ShortPick.reason,
        ShortPick.by,
    )
    .join(Location, Location.id == ShortPick.location_id)
    .join(Sku, Sku.id == ShortPick.sku_id),
    key=ShortPick.id,
    newest=ShortPick.at,
    only=ShortPick.closed_at.is_(None),
    columns=(
        Col("slot", "Slot", share=14),
        Col("code", "Article", share=10),
        Col("name_zh", "Name", share=18),
        Col("qty_kept", "Kept", QUANTITY, share=6),
        Col("wanted", "Wanted", QUANTITY, share=6),
        Col("found", "Found", QUANTITY, share=6),
        Col("reason", "Reason", WORDS),
        Col("by", "Picker"),
        Col("at", "Time", INSTANT),
    ),
    filters=(Days(ShortPick.at), Number(ShortPick.by)),
    roles=DESK,
    link=Link("office.short", short_id="id"),
)
