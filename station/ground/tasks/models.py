"""What every table of tasks has: state, priority, where it came from, who holds it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import CheckConstraint, ColumnElement, Index, Text, cast, literal
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import Str, is_one_of


class TaskState(StrEnum):
    """Waits, is held by somebody, is done, or is not wanted any more."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


LIVE = (TaskState.OPEN, TaskState.TAKEN)


class Origin(NamedTuple):
    """The document a task came from: its type (RC, RM, DO, …) and its number."""

    type: str
    no: str


class Task:
    """A piece of work that somebody takes, does, hands over or gives back. A mixin of a mapped class.

    Higher `priority` goes first, 0 is normal. `taken_by` is who holds it, and of a done one who did it.
    `PREFIX` stands before the id in the number that its history is kept under.
    """

    PREFIX: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Str(10), default=TaskState.OPEN)
    priority: Mapped[int] = mapped_column(default=0)
    origin_type: Mapped[str] = mapped_column(Str(10))
    origin_no: Mapped[str] = mapped_column(Str(40))
    taken_by: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @hybrid_property
    def task_no(self) -> str:
        """The task's number: what its history, and the position of whoever holds it, are called."""
        return f"{self.PREFIX}{self.id}"

    @task_no.inplace.expression
    @classmethod
    def _task_no(cls) -> ColumnElement[str]:
        return literal(cls.PREFIX) + cast(cls.id, Text)

    @property
    def origin(self) -> Origin:
        """The document it came from."""
        return Origin(self.origin_type, self.origin_no)


def constraints(table: str) -> tuple[Any, ...]:
    """What the database itself keeps of a table of tasks, and the indexes by which tasks are found."""
    return (
        Index(f"ix_{table}_state_priority", "state", "priority"),
        Index(f"ix_{table}_origin", "origin_type", "origin_no"),
        is_one_of("state", TaskState),
        CheckConstraint("state <> 'TAKEN' OR taken_by IS NOT NULL", name="taken"),
        CheckConstraint("state <> 'DONE' OR done_at IS NOT NULL", name="done"),
    )
