"""Which piece left with which order: the list of them, by number, article and order (S-31)."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Number
from station.ground.registers.kinds import INSTANT, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.outbound.packing.models import Parcel
from station.outbound.pieces.models import OrderSerial
from station.stock.serials import Serial

_ORDER = select(OrderLine.order_id).where(OrderLine.id == OrderSerial.order_line_id).correlate(OrderSerial)
_NUMBER = select(Serial.serial_no).where(Serial.id == OrderSerial.serial_id).correlate(OrderSerial)
_ORDER_NO = select(DeliveryOrder.order_no).where(DeliveryOrder.id == _ORDER.scalar_subquery())

PIECES = Register(
    name="pieces",
    title="Pieces of orders",
    path="pieces",
    query=select(
        Serial.serial_no,
        Sku.code,
        Sku.name_zh,
        Serial.state,
        DeliveryOrder.order_no,
        DeliveryOrder.erp_no,
        Parcel.parcel_no,
        DeliveryOrder.shipped_at,
    )
    .join(Serial, Serial.id == OrderSerial.serial_id)
    .join(OrderLine, OrderLine.id == OrderSerial.order_line_id)
    .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    .join(Sku, Sku.id == Serial.sku_id)
    .outerjoin(Parcel, Parcel.id == OrderSerial.parcel_id),
    key=OrderSerial.id,
    columns=(
        Col("serial_no", "Serial number", share=16),
        Col("code", "Article", share=12),
        Col("name_zh", "Name", share=18),
        Col("state", "State", STATE, share=8),
        Col("order_no", "Order", share=14),
        Col("erp_no", "ERP number", share=14),
        Col("parcel_no", "Parcel", share=14),
        Col("shipped_at", "Shipped", INSTANT, share=12),
    ),
    filters=(Number(_NUMBER.scalar_subquery(), _ORDER_NO.scalar_subquery()),),
    roles=DESK,
    link=Link("office.order", order_no="order_no"),
)
