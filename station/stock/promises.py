"""Promising stock: whoever reserves some owns a promise, and the books add them up (I4)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from station.ground.db import table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import PROMISE, Promise, PromiseState, Stock

_T = table(Stock)
_P = table(Promise)
_HOLD = (
    update(_T)
    .where(_T.c.id == bindparam("stock_id"), _T.c.on_hand - _T.c.allocated >= bindparam("q"))
    .values(allocated=_T.c.allocated + bindparam("q"))
)
_LET_GO = (
    update(_T)
    .where(_T.c.id == bindparam("stock_id"), _T.c.allocated >= bindparam("q"))
    .values(allocated=_T.c.allocated - bindparam("q"))
)


def hold(tx: Session, stock_id: int, qty: int) -> bool:
    """Keep `qty` EACH of one stock row for somebody; False when it was taken meanwhile."""
    return tx.connection().execute(_HOLD, {"stock_id": stock_id, "q": qty}).rowcount == 1


def hold_all(tx: Session, parts: Mapping[int, int]) -> None:
    """Keep EACH of many stock rows (id → EACH) that were looked at under lock; E-STK-02 when one has not as
    much.
    """
    rows = [{"stock_id": stock_id, "q": qty} for stock_id, qty in sorted(parts.items())]
    if rows and tx.connection().execute(_HOLD, rows).rowcount != len(rows):
        raise Refused("E-STK-02")


def let_go(tx: Session, stock_id: int, qty: int) -> None:
    """What was kept of a stock row is free again."""
    if tx.connection().execute(_LET_GO, {"stock_id": stock_id, "q": qty}).rowcount != 1:
        raise AssertionError(f"stock row {stock_id} has no {qty} allocated to release")


def promise(work: Work, owner_type: str, owner_id: int, stock_id: int, qty: int) -> int:
    """Promise `qty` EACH of a stock row to an owner; E-STK-02 when it was taken meanwhile. Its id."""
    if not hold(work.tx, stock_id, qty):
        raise Refused("E-STK-02")
    values = {
        "owner_type": owner_type,
        "owner_id": owner_id,
        "stock_id": stock_id,
        "lot_id": work.tx.scalar(select(Stock.lot_id).where(Stock.id == stock_id)),
        "qty": qty,
        "qty_taken": 0,
        "state": PromiseState.OPEN,
        "age_override": "",
        "made_at": work.now,
    }
    made = work.tx.connection().execute(_P.insert(), values)
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def release(work: Work, owner_type: str, owner_id: int) -> None:
    """The owner needs no more: what it has not taken is free again."""
    rows = work.tx.connection().execute(
        select(_P.c.id, _P.c.stock_id, _P.c.qty, _P.c.qty_taken).where(
            _P.c.owner_type == owner_type, _P.c.owner_id == owner_id, _P.c.state == PromiseState.OPEN
        )
    )
    for row in rows.all():
        let_go(work.tx, row.stock_id, row.qty - row.qty_taken)
        end(work, row.id, PromiseState.PICKED if row.qty_taken else PromiseState.RELEASED)


def end(work: Work, promise_id: int, state: PromiseState, **values: int) -> None:
    """A promise is over, with these values in its row; refused with E-STK-02 when it was over before."""
    event = "take" if state == PromiseState.PICKED else "release"
    is_it = Promise.id == promise_id
    if not PROMISE.move_where(
        work.tx, is_it, event, now=work.now, who=work.by.name, ended_at=work.now, **values
    ):
        raise Refused("E-STK-02")
