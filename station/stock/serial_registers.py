"""Pieces with serial numbers: the list of them, by article, lot and state (S-31)."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import DAY, INSTANT, STATE
from station.ground.registers.register import Col, Register
from station.ground.web.desk import DESK
from station.stock.lots import lot_no
from station.stock.models import Lot
from station.stock.serials import IN_HOUSE, Serial, SerialState

_ARTICLE = select(Sku.code).where(Sku.id == Serial.sku_id).correlate(Serial).scalar_subquery()

SERIALS = Register(
    name="serials",
    title="Serial numbers",
    path="serials",
    query=select(
        Serial.serial_no,
        Sku.code,
        Sku.name_zh,
        Serial.state,
        Serial.lot_id,
        Lot.supplier_lot,
        Serial.carton,
        Lot.received_on,
        Serial.read_by,
        Serial.read_at,
    )
    .join(Sku, Sku.id == Serial.sku_id)
    .join(Lot, Lot.id == Serial.lot_id),
    key=Serial.id,
    newest=Serial.read_at,
    columns=(
        Col("serial_no", "Serial number", share=16),
        Col("code", "Article", share=12),
        Col("name_zh", "Name", share=18),
        Col("state", "State", STATE, share=8),
        Col("lot", "Lot", of=lambda row: row.supplier_lot or lot_no(row.lot_id), share=10),
        Col("carton", "Carton", share=6),
        Col("received_on", "Received", DAY, share=10),
        Col("read_by", "Read by", share=10),
        Col("read_at", "Time", INSTANT, share=10),
    ),
    filters=(
        Days(Serial.read_at),
        State(Serial.state, tuple(SerialState), open=frozenset(IN_HOUSE)),
        Number(Serial.serial_no, _ARTICLE),
    ),
    roles=DESK,
)
