"""What lies where: the list of all stock, by article, lot, place and status."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Number, State
from station.ground.registers.kinds import DAY, QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.stock.lots import lot_no
from station.stock.models import LOOSE, HandlingUnit, Location, Lot, Stock, StockStatus

_ARTICLE = select(Sku.code).where(Sku.id == Stock.sku_id).scalar_subquery()
_NAME = select(Sku.name_zh).where(Sku.id == Stock.sku_id).scalar_subquery()
_PLACE = select(Location.code).where(Location.id == Stock.location_id).scalar_subquery()
_LOT = select(Lot.supplier_lot).where(Lot.id == Stock.lot_id).scalar_subquery()

STOCK = Register(
    name="stock",
    title="Stock",
    path="stock",
    query=select(
        Sku.code.label("article"),
        Sku.name_zh.label("name"),
        Location.code.label("place"),
        Stock.status.label("state"),
        Stock.lot_id,
        Lot.supplier_lot,
        Lot.produced_on,
        Lot.expires_on,
        Lot.received_on,
        Stock.hu_id,
        HandlingUnit.lpn,
        Stock.on_hand,
        Stock.allocated,
    )
    .join(Sku, Sku.id == Stock.sku_id)
    .join(Location, Location.id == Stock.location_id)
    .join(Lot, Lot.id == Stock.lot_id)
    .join(HandlingUnit, HandlingUnit.id == Stock.hu_id),
    key=Stock.id,
    only=Stock.on_hand > 0,
    columns=(
        Col("place", "Slot", share=14),
        Col("article", "Article", share=12),
        Col("name", "Name", share=18),
        Col("state", "State", STATE, share=8),
        Col("lot", "Lot", of=lambda row: row.supplier_lot or lot_no(row.lot_id), share=12),
        Col("produced_on", "Produced", DAY, share=10),
        Col("expires_on", "Expires", DAY, share=10),
        Col("received_on", "Received", DAY, share=10),
        Col("carton", "Carton", of=lambda row: "" if row.hu_id == LOOSE else row.lpn, share=0),
        Col("on_hand", "Quantity", QUANTITY, share=8),
        Col("allocated", "Promised", QUANTITY, share=8),
    ),
    filters=(
        State(Stock.status, tuple(StockStatus), open=None),
        Number(_ARTICLE, _NAME, _PLACE, _LOT),
    ),
    roles=DESK,
    link=Link("office.slot", code="place"),
)
