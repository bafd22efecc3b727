"""The daily look at shelf lives (P10): what became near, locked or expired, in small pieces.

Each piece judges its goods again, so a look that is cut off, made twice or made on a wrong day is mended by
the next one. What is expired in a slot is ordered to quarantine.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import BULK
from station.ground.documents.numbers import next_no
from station.ground.tasks import Origin
from station.ground.work import By, Work, Works
from station.outbound.orders import giving_up, recalling
from station.stock.models import (
    SLOT_KINDS,
    VIRTUAL,
    Location,
    LocationState,
    Lot,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage import withdrawing
from station.storage.aging import judging
from station.storage.aging.models import AgingRun
from station.storage.holds import rules as holding
from station.storage.moves import rules as moves
from station.storage.moves.models import MOVES
from station.storage.withdrawing import OF_ORDERS

DOC = "SL"
PAGE, PIECE = 2000, 20
"""Stock rows of a look into the book, and of a unit of work."""


@dataclass
class Aged:
    """EACH that became each status."""

    qty: dict[str, int] = field(default_factory=dict)


def run(works: Works, by: By) -> str:
    """Look at everything that has a date, now; the number of the look."""
    run_no = works.do(_begin, by, priority=BULK)
    works.do(holding.sweep, by, priority=BULK)
    with works.db.read() as tx:
        due = _due(tx, works)
    for start in range(0, len(due), PIECE):
        began = time.monotonic()
        works.do(
            partial(_piece, run_no=run_no, ids=due[start : start + PIECE]), by, priority=BULK, key=f"{start}"
        )
        works.db.give_way(time.monotonic() - began)
    works.do(partial(_end, run_no=run_no), by, priority=BULK)
    return run_no


def _begin(work: Work) -> str:
    """A look of today that was cut off is taken up again."""
    open_one = work.tx.scalars(
        select(AgingRun).where(AgingRun.ended_at.is_(None), AgingRun.day == work.today).order_by(AgingRun.id)
    ).first()
    if open_one is not None:
        return open_one.run_no
    run_no = next_no(work.tx, DOC, work.today)
    work.tx.add(AgingRun(run_no=run_no, day=work.today, began_at=work.now, by=work.by.name))
    return run_no


def _end(work: Work, run_no: str) -> None:
    work.tx.execute(update(AgingRun).where(AgingRun.run_no == run_no).values(ended_at=work.now))


_ROWS = (
    select(
        Stock.id, Stock.sku_id, Stock.lot_id, Stock.location_id, Stock.status, Stock.hu_id, Location.kind,
        Lot.produced_on, Lot.expires_on, Sku.lockup_days, Sku.advent_days,
    )
    .join(Lot, Lot.id == Stock.lot_id)
    .join(Sku, Sku.id == Stock.sku_id)
    .join(Location, Location.id == Stock.location_id)
    .where(
        Stock.on_hand > 0,
        Lot.expires_on.is_not(None),
        Location.kind.not_in(sorted(OF_ORDERS | VIRTUAL)),
        Location.state != LocationState.FROZEN,
    )
    .order_by(Stock.id)
)  # fmt: skip


def _due(tx: Session, works: Works) -> list[int]:
    """Stock rows whose status is not what their dates say, those of a lot together."""
    today, sold = works.clock.today(), works.settings.rules.near_is_sold
    due: list[tuple[int, int]] = []
    last = 0
    while rows := _read(tx, Stock.id > last, limit=PAGE):
        last = rows[-1].id
        due += [
            (row.lot_id, row.id)
            for row in rows
            if judging.target(row.status, row, today, near_is_sold=sold) != row.status
        ]
    return [stock_id for _lot, stock_id in sorted(due)]


def _read(tx: Session, which: ColumnElement[bool], limit: int | None = None) -> Sequence[Any]:
    return tx.execute(_ROWS.where(which).limit(limit)).all()


def _piece(work: Work, run_no: str, ids: Sequence[int]) -> None:
    """Let some stock rows be what their dates say, and whoever counted on them look elsewhere."""
    sold, aged, again = work.settings.rules.near_is_sold, Aged(), []
    rows, expired = _read(work.tx, Stock.id.in_(ids)), set()
    for row in rows:
        status = judging.target(row.status, row, work.today, near_is_sold=sold)
        if status == row.status:
            continue
        qty = work.tx.scalar(select(Stock.on_hand).where(Stock.id == row.id)) or 0
        doc, day = (DOC, run_no), str(work.today)
        again += withdrawing.change_status(work, row, status, MovementType.AGE, doc, day)
        aged.qty[status] = aged.qty.get(status, 0) + qty
        if status == StockStatus.EXPIRED:
            expired.add(row.lot_id)
            if row.kind in SLOT_KINDS:
                _order_away(work, run_no, row)
    for later in again:
        later()
    if expired:
        recalling.recall(work, sorted(expired), f"{run_no} expired")
    for sku_id in sorted({row.sku_id for row in rows}):
        giving_up.unreserve(work, sku_id)
    _add_up(work, run_no, aged)


def _order_away(work: Work, run_no: str, row: Any) -> None:
    """What is expired in a slot goes to quarantine."""
    now = work.tx.scalars(
        select(Stock).where(
            Stock.sku_id == row.sku_id,
            Stock.lot_id == row.lot_id,
            Stock.location_id == row.location_id,
            Stock.status == StockStatus.EXPIRED,
            Stock.hu_id == row.hu_id,
        ),
        execution_options={"populate_existing": True},
    ).one()
    for task in moves.ordered_all(work.tx, now):
        MOVES.cancel(work, task, "more of it expired")
    moves.order(work, Origin(DOC, run_no), now)


def _add_up(work: Work, run_no: str, aged: Aged) -> None:
    names = {status.value: status.value.lower() for status in judging.AGED}
    values = {
        names[status]: getattr(AgingRun, names[status]) + qty
        for status, qty in aged.qty.items()
        if status in names
    }
    if values:
        work.tx.execute(update(AgingRun).where(AgingRun.run_no == run_no).values(**values))
