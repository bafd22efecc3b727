"""What must hold of putting away and of moves: the second half of I11."""

from __future__ import annotations

from sqlalchemy import String, case, cast, literal, select

from station.ground.db import Str
from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.ground.tasks import TaskState
from station.stock.models import HandlingUnit, Movement, MovementType
from station.storage.adjusting.models import ADJUSTMENT
from station.storage.counting.models import COUNTS
from station.storage.moves.models import MOVES, MoveTask
from station.storage.putaway.models import PUTAWAY, PutawayTask

_document = case(
    (HandlingUnit.lpn.is_not(None), HandlingUnit.lpn),
    else_=literal(PutawayTask.PREFIX, Str(40)).concat(cast(PutawayTask.id, String(20))),
)
"""What a task's movement is booked under: the carton, or the task itself when the goods are loose."""
_stored = differences(
    select(
        _document.label("goods"), case((PutawayTask.state == TaskState.DONE, PutawayTask.qty), else_=0)
    ).outerjoin_from(PutawayTask, HandlingUnit, HandlingUnit.id == PutawayTask.hu_id),
    select(
        Movement.doc_no,
        case((Movement.reverse_of.is_(None), Movement.qty), else_=-Movement.qty),
    ).where(Movement.type == MovementType.PUT_AWAY),
)

_carried = differences(
    select(MoveTask.task_no.label("move"), case((MoveTask.state == TaskState.DONE, MoveTask.qty), else_=0)),
    select(Movement.doc_no, Movement.qty).where(Movement.doc_type == MoveTask.PREFIX),
)

INVARIANTS = (
    Invariant(
        "I11",
        "what was put away or moved is where its task says",
        rows(
            select(
                _stored.c.goods.label("goods"), _stored.c.left.label("task"), _stored.c.right.label("moved")
            ),
            select(_carried.c.move, _carried.c.left.label("task"), _carried.c.right.label("moved")),
        ),
        PutawayTask,
    ),
    *told(PUTAWAY.lifecycle, MOVES.lifecycle, ADJUSTMENT, COUNTS.lifecycle),
)
