"""What must hold of putting away: the second half of I11."""

from __future__ import annotations

from sqlalchemy import case, select

from station.ground.db.invariants import Invariant, differences, rows
from station.stock.models import HandlingUnit, Movement, MovementType
from station.storage.putaway.models import PutawayTask

_stored = differences(
    select(HandlingUnit.lpn, case((PutawayTask.state == "DONE", PutawayTask.qty), else_=0)).join_from(
        PutawayTask, HandlingUnit, HandlingUnit.id == PutawayTask.hu_id
    ),
    select(
        Movement.doc_no,
        case((Movement.reverse_of.is_(None), Movement.qty), else_=-Movement.qty),
    ).where(Movement.type == MovementType.PUT_AWAY),
)

INVARIANTS = (
    Invariant(
        "I11",
        "what was put away is where its task says",
        rows(
            select(
                _stored.c.lpn.label("carton"), _stored.c.left.label("task"), _stored.c.right.label("moved")
            )
        ),
        PutawayTask,
    ),
)
