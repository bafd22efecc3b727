"""Which pick list comes next (P15): what a bench waits for, what is urgent, what must leave first.

Of lists that must leave in the same hour, a picker who stands among the shelves gets the one that begins
nearest; who was at a bench, the one that was made first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from station.ground.db import changed
from station.ground.work import Work
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.outbound.picking.models import ListState, PickList, PickTask
from station.outbound.replacing import queries as replacing
from station.stock.models import Location

LOOKED_AT = 40
"""So many of the lists that come next are compared."""


def next_list(tx: Session, user_id: int | None) -> PickList | None:
    """The open pick list to walk next, locked; None when there is none that nobody takes this moment."""
    for row in _nearest_first(tx, _first(tx), user_id):
        query = select(PickList).where(PickList.id == row.id, PickList.state == ListState.OPEN)
        pick_list = tx.scalars(query.with_for_update(skip_locked=True)).first()
        if pick_list is not None:
            return pick_list
    return None


def _first(tx: Session) -> Sequence[Any]:
    brings = replacing.brings().label("brings")
    return tx.execute(
        select(PickList.id, brings, PickList.is_urgent, PickList.due_at)
        .where(PickList.state == ListState.OPEN)
        .order_by(
            brings.desc(),
            PickList.is_urgent.desc(),
            PickList.due_at.is_(None),
            PickList.due_at,
            PickList.id,
        )
        .limit(LOOKED_AT)
    ).all()


def _nearest_first(tx: Session, rows: Sequence[Any], user_id: int | None) -> list[Any]:
    """Those that are as pressing as the first by their distance, then the others."""
    here = None if len(rows) < 2 or user_id is None else _stands_at(tx, user_id)  # noqa: PLR2004
    if here is None:
        return list(rows)
    alike = [row for row in rows if _press(row) == _press(rows[0])]
    begins = _begins(tx, [row.id for row in alike])
    alike.sort(key=lambda row: (abs(begins.get(row.id, 0) - here), row.id))
    return [*alike, *rows[len(alike) :]]


def _press(row: Any) -> tuple[bool, bool, datetime | None]:
    due = row.due_at and row.due_at.replace(minute=0, second=0, microsecond=0)
    return bool(row.brings), bool(row.is_urgent), due


def _stands_at(tx: Session, user_id: int) -> int | None:
    """The place in the fixed sequence where somebody picked last; None who brought it to a bench since."""
    last = tx.execute(
        select(PickList.id, PickList.state)
        .where(PickList.user_id == user_id)
        .order_by(PickList.id.desc())
        .limit(1)
    ).first()
    if last is None or last.state == ListState.DONE:
        return None
    return tx.scalar(
        select(Location.pick_seq)
        .join(PickTask, PickTask.location_id == Location.id)
        .where(PickTask.pick_list_id == last.id, PickTask.qty_picked > 0)
        .order_by(PickTask.seq.desc())
        .limit(1)
    )


def _begins(tx: Session, list_ids: Sequence[int]) -> dict[int, int]:
    first = (
        select(PickTask.pick_list_id, func.min(PickTask.seq).label("seq"))
        .where(PickTask.pick_list_id.in_(list_ids))
        .group_by(PickTask.pick_list_id)
        .subquery()
    )
    rows = tx.execute(
        select(first.c.pick_list_id, Location.pick_seq)
        .join(
            PickTask,
            (PickTask.pick_list_id == first.c.pick_list_id) & (PickTask.seq == first.c.seq),
        )
        .join(Location, Location.id == PickTask.location_id)
    )
    return {row.pick_list_id: row.pick_seq for row in rows}


def hurry(work: Work, order_id: int) -> None:
    """An order became urgent, or is not any more: the open lists that fetch for it come first, or no more."""
    mine = (
        select(PickTask.pick_list_id)
        .join(Allocation, Allocation.task_id == PickTask.id)
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .where(OrderLine.order_id == order_id)
    )
    urgent = exists().where(
        PickTask.pick_list_id == PickList.id,
        Allocation.task_id == PickTask.id,
        OrderLine.id == Allocation.owner_id,
        DeliveryOrder.id == OrderLine.order_id,
        DeliveryOrder.is_urgent,
    )
    work.tx.flush()
    for pick_list in work.tx.execute(
        select(PickList.id, urgent.label("is_urgent")).where(
            PickList.id.in_(mine), PickList.state == ListState.OPEN
        )
    ).all():
        change = update(PickList).where(PickList.id == pick_list.id)
        changed(work.tx, change.values(is_urgent=bool(pick_list.is_urgent)))
    work.tx.expire_all()
