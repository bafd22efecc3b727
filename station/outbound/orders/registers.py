"""The list of delivery orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from station.catalog.models import Carrier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.ground.web.i18n import pick
from station.ground.words.causes import told
from station.outbound.orders.masking import mask_name
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState

ENDED = frozenset({OrderState.SHIPPED, OrderState.CANCELLED, OrderState.INTERCEPTED})
"""States nothing is left to do in; they fill up with the years, so they are not counted on the page."""


def _receiver(row: Any) -> str:
    """Whom it goes to, masked, and the town: enough to know an order by."""
    return f"{mask_name(row.receiver_name)} {row.city}".strip()


def _why(row: Any) -> str:
    """Why it waits, in the reader's language."""
    return pick(told(row.hold_reason))


ORDERS = Register(
    name="orders",
    title="Orders",
    path="orders",
    query=select(
        DeliveryOrder.order_no,
        DeliveryOrder.state,
        DeliveryOrder.erp_no,
        DeliveryOrder.shop,
        DeliveryOrder.receiver_name,
        DeliveryOrder.city,
        select(func.sum(OrderLine.qty))
        .where(OrderLine.order_id == DeliveryOrder.id)
        .correlate(DeliveryOrder)
        .scalar_subquery()
        .label("pieces"),
        Carrier.name,
        DeliveryOrder.latest_ship_at,
        DeliveryOrder.hold_reason,
        DeliveryOrder.created_at,
    ).join(Carrier, Carrier.id == DeliveryOrder.carrier_id),
    key=DeliveryOrder.id,
    newest=DeliveryOrder.created_at,
    columns=(
        Col("order_no", "Order", share=16),
        Col("state", "State", STATE, share=8),
        Col("erp_no", "ERP number", share=14),
        Col("shop", "Shop", share=12),
        Col("receiver_name", "Ship to", of=_receiver, share=10),
        Col("pieces", "Pieces", QUANTITY, share=6),
        Col("name", "Carrier", share=8),
        Col("latest_ship_at", "Ship before", INSTANT, share=10),
        Col("hold_reason", "Why it waits", of=_why, share=10),
        Col("created_at", "Came in", INSTANT, share=10),
    ),
    filters=(
        Days(DeliveryOrder.created_at),
        State(
            DeliveryOrder.state,
            tuple(OrderState),
            open=frozenset(OrderState) - ENDED,
            common=frozenset({OrderState.SHIPPED}),
        ),
        Number(DeliveryOrder.order_no, DeliveryOrder.erp_no, DeliveryOrder.platform_no),
    ),
    roles=DESK,
    link=Link("office.order", order_no="order_no"),
)
