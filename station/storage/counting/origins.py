"""Who must hear that a place was counted and its book is right again: whoever kept goods back until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.ground.tasks import Origin
from station.ground.work import Work
from station.storage.counting.models import CountTask


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: one lot in a place, or (no lot) the whole place."""

    task_no: str
    origin: Origin
    location_id: int
    lot_id: int | None


Heard = Callable[[Work, Counted, bool], None]
_HEARD: dict[str, Heard] = {}


def when_counted(origin_type: str) -> Callable[[Heard], Heard]:
    """Declare what happens, in the same unit of work, when what came from such a document is counted: once
    before the book is corrected (False), and once it is right (True).
    """

    def declare(function: Heard) -> Heard:
        _HEARD[origin_type] = function
        return function

    return declare


def tell(work: Work, task: CountTask, *, is_right: bool) -> None:
    """The task's place is counted."""
    heard = _HEARD.get(task.origin_type)
    if heard is not None:
        heard(work, Counted(task.task_no, task.origin, task.location_id, task.lot_id), is_right)
