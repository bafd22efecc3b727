"""The list of holds (P10)."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, STATE, WORDS
from station.ground.registers.register import Add, Col, Link, Register
from station.ground.web.desk import DESK, RULERS
from station.stock.holds import Hold, HoldState
from station.stock.lots import lot_no
from station.stock.models import Location, Lot

HOLDS = Register(
    name="holds",
    title="Holds",
    path="holds",
    query=select(
        Hold.hold_no,
        Hold.kind,
        Hold.state,
        Hold.lot_id,
        Hold.reason,
        Hold.at,
        Hold.by,
        Hold.ended_at,
        Hold.ended_by,
        Location.code.label("place"),
        Sku.code.label("article"),
        Sku.name_zh.label("name"),
        Lot.supplier_lot,
    )
    .outerjoin(Location, Location.id == Hold.location_id)
    .outerjoin(Sku, Sku.id == Hold.sku_id)
    .outerjoin(Lot, Lot.id == Hold.lot_id),
    key=Hold.id,
    newest=Hold.at,
    columns=(
        Col("hold_no", "Number", share=14),
        Col("state", "State", STATE),
        Col("kind", "Type", WORDS),
        Col("place", "Slot", share=12),
        Col("article", "Article", share=10),
        Col("name", "Name", share=16),
        Col("lot", "Lot", of=lambda row: row.lot_id and (row.supplier_lot or lot_no(row.lot_id)), share=10),
        Col("reason", "Reason", share=16),
        Col("at", "Since", INSTANT),
        Col("by", "Who"),
        Col("ended_at", "Until", INSTANT, share=0),
        Col("ended_by", "Released by", share=0),
    ),
    filters=(Days(Hold.at), State(Hold.state, tuple(HoldState)), Number(Hold.hold_no, Hold.reason)),
    roles=DESK,
    link=Link("office.hold_page", hold_no="hold_no"),
    add=Add("office.new_hold", RULERS),
)
