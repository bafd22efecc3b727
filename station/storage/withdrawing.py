"""Stock changes its status, or its place is closed: whoever it was promised to gives it up first (P10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from station.ground.work import Work
from station.outbound.orders import giving_up
from station.outbound.picking import kept
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType, Promise, PromiseState, Stock, StockStatus
from station.storage import telling
from station.storage.moves import rules as moves
from station.storage.putaway import rules as putaway
from station.storage.telling import Told

Again = Callable[[], None]
OWNERS: dict[str, Callable[[Work, int], Again]] = {
    "LINE": giving_up.give_up,
    "SHORT": kept.give_up,
    "MOVE": moves.give_up,
}
"""Who may have a promise, and what becomes of it."""

OF_ORDERS = frozenset({LocationKind.TOTE, LocationKind.WALL, LocationKind.PACK, LocationKind.LANE})
"""What lies there was picked: its order is stopped, and the goods change on the intercept shelf."""


def withdraw(work: Work, stock_id: int) -> list[Again]:
    """Nobody counts on a stock row any more. What comes back is to be called when the stock has changed."""
    work.tx.execute(select(Stock.id).where(Stock.id == stock_id).with_for_update())
    owners = work.tx.scalars(
        select(Promise.owner_type)
        .where(Promise.stock_id == stock_id, Promise.state == PromiseState.OPEN)
        .distinct()
        .order_by(Promise.owner_type)
    ).all()
    return [OWNERS[owner](work, stock_id) for owner in owners]


def change_status(
    work: Work, row: Any, status: str, kind: MovementType, doc: tuple[str, str], reason: str
) -> list[Again]:
    """All of a stock row (id, sku_id, lot_id, location_id, status, hu_id) has another status from now on.

    What it was promised to is withdrawn; call what comes back when everything that changes has changed.
    E-LOC-02 where the place is frozen.
    """
    again = withdraw(work, row.id)
    qty = work.tx.scalar(select(Stock.on_hand).where(Stock.id == row.id)) or 0
    if qty:
        ledger.post(
            work,
            Posting(
                kind,
                row.sku_id,
                row.lot_id,
                qty,
                Place(row.location_id, row.status, row.hu_id),
                Place(row.location_id, status, row.hu_id),
                *doc,
                f"{doc[0]}:{doc[1]}:{row.id}:{kind}:{work.now.isoformat()}",
                reason=reason[:60],
            ),
        )
        putaway.follow(work, row, status)
        _tell(work, row, status, qty, doc, reason)
        moves.follow(work, row, status)
    return again


def _tell(work: Work, row: Any, status: str, qty: int, doc: tuple[str, str], reason: str) -> None:
    """The office hears of the new status."""
    kind = "EXPIRE" if status == StockStatus.EXPIRED else "STATUS"
    told = [Told(row.sku_id, row.lot_id, qty, row.status, status)]
    telling.tell(work, f"{doc[1]}-{row.id}-{status}-{work.now:%H%M%S%f}", doc[1], kind, reason, told)
