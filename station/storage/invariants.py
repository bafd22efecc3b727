"""What must hold of putting away, moves and corrections: the second half of I11."""

from __future__ import annotations

from sqlalchemy import String, case, cast, literal, select

from station.ground.db import Str
from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told
from station.ground.tasks import TaskState
from station.stock import ledger
from station.stock.models import HandlingUnit, Movement, MovementType
from station.storage.adjusting.models import ADJUSTMENT, Adjustment, AdjustmentLine, AdjustmentState
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
_corrected = differences(
    select(
        Adjustment.adjustment_no.label("correction"),
        case((Adjustment.state == AdjustmentState.POSTED, AdjustmentLine.delta), else_=0),
    ).join_from(AdjustmentLine, Adjustment, Adjustment.id == AdjustmentLine.adjustment_id),
    select(
        Movement.doc_no, case((Movement.from_location_id == ledger.ADJUST, Movement.qty), else_=-Movement.qty)
    ).where(Movement.doc_type == ADJUSTMENT.doc_type),
)

INVARIANTS = (
    Invariant(
        "I11",
        "what was put away, moved or corrected is what its document says",
        rows(
            select(
                _stored.c.goods.label("goods"), _stored.c.left.label("task"), _stored.c.right.label("moved")
            ),
            select(_carried.c.move, _carried.c.left.label("task"), _carried.c.right.label("moved")),
            select(
                _corrected.c.correction, _corrected.c.left.label("signed"), _corrected.c.right.label("moved")
            ),
        ),
        PutawayTask,
    ),
    *told(PUTAWAY.lifecycle, MOVES.lifecycle, ADJUSTMENT, COUNTS.lifecycle),
)
