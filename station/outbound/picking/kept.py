"""What is kept after a short pick when the stock becomes something else (P10, P15): it stays kept."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from station.ground.work import Work
from station.outbound.picking.models import Kept, ShortPick
from station.stock import promises
from station.stock.models import PromiseState, Stock


def give_up(work: Work, stock_id: int) -> Callable[[], None]:
    """Let go what short picks keep of a stock row. Call what comes back when the stock has become what it
    is: then the same units are kept, until somebody has counted them.
    """
    rows = work.tx.execute(
        select(Kept.owner_id, Kept.qty).where(Kept.stock_id == stock_id, Kept.state == PromiseState.OPEN)
    ).all()
    owner = str(Kept.__mapper__.polymorphic_identity)
    for row in rows:
        promises.release(work, owner, row.owner_id)
    was = work.tx.execute(
        select(Stock.sku_id, Stock.lot_id, Stock.location_id, Stock.hu_id).where(Stock.id == stock_id)
    ).one()

    def again() -> None:
        for row in rows:
            stock = work.tx.execute(
                select(Stock.id, Stock.on_hand, Stock.allocated)
                .where(
                    Stock.sku_id == was.sku_id,
                    Stock.lot_id == was.lot_id,
                    Stock.location_id == was.location_id,
                    Stock.hu_id == was.hu_id,
                )
                .order_by((Stock.on_hand - Stock.allocated).desc(), Stock.id)
                .limit(1)
            ).one()
            qty = min(row.qty, stock.on_hand - stock.allocated)
            if qty > 0:
                promises.promise(work, owner, row.owner_id, stock.id, qty)
            work.tx.get_one(ShortPick, row.owner_id).stock_id = stock.id

    return again
