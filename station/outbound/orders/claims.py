"""Who waits for stock: the orders, counts and moves behind the promises of a stock row."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.words.messages import say
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.stock.models import Promise, PromiseState

SHOWN = 3
"""So many are named; the rest is an ellipsis."""
OTHERS = {"SHORT": "L-WANTS-COUNT", "MOVE": "L-WANTS-MOVE"}
"""What owners other than order lines are called."""


def wanted_by(tx: Session, stock_id: int) -> dict[str, str]:
    """Whom a stock row's open promises are for, in both languages: order numbers first."""
    owners = tx.execute(
        select(Promise.owner_type, Promise.owner_id)
        .where(Promise.stock_id == stock_id, Promise.state == PromiseState.OPEN)
        .order_by(Promise.id)
    ).all()
    lines = [row.owner_id for row in owners if row.owner_type == "LINE"]
    orders = tx.scalars(
        select(DeliveryOrder.order_no)
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .where(OrderLine.id.in_(lines))
        .distinct()
        .order_by(DeliveryOrder.order_no)
        .limit(SHOWN + 1)
    ).all()
    others = sorted({OTHERS[row.owner_type] for row in owners if row.owner_type in OTHERS})
    return {lang: _some([*orders, *(say(code)[lang] for code in others)]) for lang in ("zh", "en")}


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
