"""A pallet whose cartons are all picked empty or carried away is free again (P8).

What stands on it is what the book says: goods in its cartons, at the slot where they were put away with it.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from station.ground.tasks import TaskState
from station.ground.work import SYSTEM, Work, Works
from station.stock.models import HANDLING_UNIT, HandlingUnit, Stock, UnitState
from station.storage.pallets.rules import KIND
from station.storage.putaway.models import PutawayTask

MOST = 50
"""Pallets that one turn looks at."""


def emptied(tx: Session, limit: int = MOST, pallet_id: int | None = None) -> list[int]:
    """Pallets (ids) in their slots on which no goods stand any more, the oldest first."""
    carton, pallet = aliased(HandlingUnit), HandlingUnit
    stands = (
        select(Stock.id)
        .join(carton, carton.id == Stock.hu_id)
        .join(PutawayTask, PutawayTask.hu_id == carton.id)
        .where(
            carton.parent_id == pallet.id,
            Stock.on_hand > 0,
            PutawayTask.state == TaskState.DONE,
            PutawayTask.location_id == Stock.location_id,
        )
    )
    query = select(pallet.id).where(
        pallet.kind == KIND, pallet.state == UnitState.STORED, ~stands.correlate(pallet).exists()
    )
    if pallet_id is not None:
        query = query.where(pallet.id == pallet_id)
    return list(tx.scalars(query.order_by(pallet.id).limit(limit)))


def free(work: Work, pallet: HandlingUnit) -> bool:
    """The pallet is empty, if it is: its cartons stand by themselves, and it may be stacked again."""
    if not emptied(work.tx, 1, pallet.id):
        return False
    on_it = update(HandlingUnit).where(HandlingUnit.parent_id == pallet.id)
    work.tx.execute(on_it.values(parent_id=None), execution_options={"synchronize_session": "fetch"})
    HANDLING_UNIT.move(work, pallet, "empty")
    return True


def _free(pallet_id: int, work: Work) -> None:
    free(work, work.tx.get_one(HandlingUnit, pallet_id))


class Emptying:
    """One turn marks the pallets that were emptied since the last one."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def turn(self) -> bool:
        """Whether there may be more to do at once."""
        with self._works.db.read() as tx:
            found = emptied(tx)
        for pallet_id in found:
            self._works.do(partial(_free, pallet_id), SYSTEM)
        return len(found) == MOST
