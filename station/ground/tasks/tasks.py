"""Taking, doing, handing over and giving back one kind of task; every change leaves a history row.

Two things say who is at a task: the task's own state, for lists, counts and the desk, and the `subject`
of a worker's position, which sends a second person away (E-TSK-01) and lets them take over. `claim` sets
both in one unit of work, `let_go` takes both back. The position decides: a task that is TAKEN but in
nobody's position (its holder's was lost) goes to whoever scans it next. When a supervisor releases a
worker, the engine calls the process's leave handler, and that calls `let_go`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from station.ground.documents.lifecycle import Lifecycle, Then
from station.ground.scan.context import Context
from station.ground.tasks.models import LIVE, Origin, Task, TaskState
from station.ground.words.messages import Refused
from station.ground.work import Work

T = TypeVar("T", bound=Task)
Queue = Callable[[Select[Any]], Select[Any]]
Where = ColumnElement[bool]

_S = TaskState
_EVENTS = {
    "take": ({_S.OPEN}, _S.TAKEN),
    "hand_over": ({_S.TAKEN}, _S.TAKEN),
    "give_back": ({_S.TAKEN}, _S.OPEN),
    "finish": ({_S.TAKEN}, _S.DONE),
    "cancel": ({_S.OPEN, _S.TAKEN}, _S.CANCELLED),
}


class Tasks(Generic[T]):
    """One kind of task. `queue` joins and orders what waits, below the priority; by default the oldest first.

    `then` names what must happen with an event in the same unit of work, as in a `Lifecycle`.
    """

    def __init__(
        self, model: type[T], *, queue: Queue = lambda query: query, then: Mapping[str, Then] | None = None
    ) -> None:
        self.model = model
        self.lifecycle = Lifecycle(
            model.PREFIX,
            model,
            _EVENTS,
            begins={_S.OPEN},
            number="task_no",
            refusal="E-TSK-03",
            then=then,
        )
        self._queue = queue

    # --- what waits ---------------------------------------------------------------------------

    def waiting(self, *what: Any, where: tuple[Where, ...] = ()) -> Select[Any]:
        """What nobody has taken, in the order of work: the tasks, or these columns of them."""
        query = select(*(what or (self.model,))).where(self.model.state == _S.OPEN, *where)
        return self._queue(query.order_by(self.model.priority.desc())).order_by(self.model.id)

    def count_waiting(self, tx: Session, _settings: object = None) -> int:
        """How many nobody has taken."""
        query = select(func.count()).select_from(self.model).where(self.model.state == _S.OPEN)
        return tx.scalar(query) or 0

    def next_open(self, tx: Session, *where: Where) -> T:
        """The first that waits, kept from others in this unit of work; E-TSK-02 when none does."""
        query = self.waiting(where=where).limit(1).with_for_update(of=self.model, skip_locked=True)
        task: T | None = tx.scalars(query).first()
        if task is None:
            raise Refused("E-TSK-02")
        return task

    def left(self, tx: Session, origin: Origin) -> int:
        """How many tasks of a document are neither done nor cancelled."""
        model = self.model
        query = select(func.count()).select_from(model)
        return tx.scalar(query.where(*_of(model, origin), model.state.in_(LIVE))) or 0

    def load(self, tx: Session, task_id: int) -> T:
        """The task as it is now, kept from others in this unit of work."""
        return tx.get_one(self.model, task_id, with_for_update=True, populate_existing=True)

    def held(self, work: Work, task_id: int) -> T:
        """The task this person holds: done → E-TSK-03, cancelled → E-TSK-04, somebody else's → E-TSK-05."""
        task = self.load(work.tx, task_id)
        _refuse_dead(task)
        if task.state != _S.TAKEN or task.taken_by != work.by.user_id:
            raise Refused("E-TSK-05")
        return task

    # --- moving it ----------------------------------------------------------------------------

    def take_next(self, work: Work, *where: Where) -> T:
        """Take the first that waits; E-TSK-02 when none does."""
        task = self.next_open(work.tx, *where)
        self.take(work, task)
        return task

    def take(self, work: Work, task: T) -> None:
        """Whoever does this has it now: done before → E-TSK-03, cancelled → E-TSK-04, taken → E-TSK-05."""
        _refuse_dead(task)
        if task.state != _S.OPEN:
            raise Refused("E-TSK-05")
        self.lifecycle.move(work, task, "take", taken_by=work.by.user_id, taken_at=work.now)

    def hand_over(self, work: Work, task: T, to_user: int) -> None:
        """Another person has it now."""
        _refuse_dead(task)
        detail = {"from": task.taken_by, "to": to_user}
        self.lifecycle.move(work, task, "hand_over", detail=detail, taken_by=to_user, taken_at=work.now)

    def give_back(self, work: Work, task: T, *, later: bool = False, **values: Any) -> None:
        """It waits again, with these values in its row; `later`: behind those that were beside it."""
        values |= {"taken_by": None, "taken_at": None, "priority": task.priority - later}
        self.lifecycle.move(work, task, "give_back", **values)

    def finish(self, work: Work, task: T, **values: Any) -> None:
        """It is done, with these values in its row; only by who holds it (E-TSK-05)."""
        _refuse_dead(task)
        if task.taken_by != work.by.user_id:
            raise Refused("E-TSK-05")
        self.lifecycle.move(work, task, "finish", done_at=work.now, **values)

    def cancel(self, work: Work, task: T, why: str) -> None:
        """It is not wanted any more, whoever holds it; done or cancelled before: E-TSK-03, E-TSK-04."""
        _refuse_dead(task)
        self.lifecycle.move(work, task, "cancel", detail={"why": why})

    # --- by a scan ----------------------------------------------------------------------------

    def claim(self, ctx: Context, task: T) -> bool:
        """The worker's position and the task's state both say that it is theirs.

        Another person works on it: E-TSK-01, and the same scan again takes it over; then True, and the
        caller answers with `ctx.resumed`. Done → E-TSK-03, cancelled → E-TSK-04.
        """
        task = self.load(ctx.tx, task.id)
        _refuse_dead(task)
        is_taken_over = ctx.claim(task.task_no)
        if task.state == _S.OPEN:
            self.take(ctx, task)
        elif task.taken_by != ctx.by.user_id:
            self.hand_over(ctx, task, ctx.by.user_id)
        return is_taken_over

    def let_go(self, work: Work, task_id: int, *, later: bool = False, **values: Any) -> None:
        """What a worker who leaves holds waits again (0: nothing); what is theirs no more stays as it is."""
        if not task_id:
            return
        task = self.load(work.tx, task_id)
        if task.state == _S.TAKEN and task.taken_by == work.by.user_id:
            self.give_back(work, task, later=later, **values)


def _of(model: type[Task], origin: Origin) -> tuple[Where, Where]:
    return model.origin_type == origin.type, model.origin_no == origin.no


def _refuse_dead(task: Task) -> None:
    if task.state == _S.DONE:
        raise Refused("E-TSK-03")
    if task.state == _S.CANCELLED:
        raise Refused("E-TSK-04")
