"""What must hold of orders and what is promised to them: I4, I5, I6; I7 is in `oldest_first`."""

from __future__ import annotations

from sqlalchemy import case, not_, select

from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.outbound import oldest_first
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.outbound.picking.models import PICK_LIST
from station.outbound.waves.models import WAVE
from station.stock import ledger
from station.stock.models import Movement, MovementType, Promise, PromiseState, Stock

_promised = differences(
    select(Stock.id.label("stock"), Stock.allocated),
    select(Promise.stock_id, Promise.qty - Promise.qty_taken).where(Promise.state == PromiseState.OPEN),
)
_PROMISED = select(
    _promised.c.stock, _promised.c.left.label("allocated"), _promised.c.right.label("promised")
)

_in_order = (
    (OrderLine.qty_shipped <= OrderLine.qty_packed)
    & (OrderLine.qty_packed <= OrderLine.qty_picked)
    & (OrderLine.qty_picked <= OrderLine.qty)
)
_OUT_OF_ORDER = (
    select(
        DeliveryOrder.order_no.label("order"),
        OrderLine.id.label("line"),
        OrderLine.qty,
        OrderLine.qty_picked.label("picked"),
        OrderLine.qty_packed.label("packed"),
        OrderLine.qty_shipped.label("shipped"),
    )
    .join_from(OrderLine, DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    .where(not_(_in_order))
)

_left = differences(
    select(DeliveryOrder.order_no, OrderLine.sku_id, OrderLine.qty_shipped).join_from(
        OrderLine, DeliveryOrder, DeliveryOrder.id == OrderLine.order_id
    ),
    select(
        Movement.doc_no,
        Movement.sku_id,
        case((Movement.to_location_id == ledger.CUSTOMER, Movement.qty), else_=-Movement.qty),
    ).where(Movement.type == MovementType.SHIP),
    key=2,
)
_SHIPPED = select(
    _left.c.order_no.label("order"),
    _left.c.sku_id.label("sku"),
    _left.c.left.label("shipped"),
    _left.c.right.label("moved"),
)

INVARIANTS = (
    Invariant("I4", "every promise has an owner", rows(_PROMISED), Promise),
    Invariant("I5", "shipped ≤ packed ≤ picked ≤ ordered", rows(_OUT_OF_ORDER), OrderLine),
    Invariant("I6", "what left is what was shipped", rows(_SHIPPED), OrderLine),
    Invariant("I7", "the oldest lot goes first", oldest_first.find, Allocation),
    *told(ORDER, WAVE, PICK_LIST),
)
