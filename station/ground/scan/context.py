"""What a step works with: its position, its context, what it shows and what comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, update

from station.ground.db import Prepared, table
from station.ground.scan import position
from station.ground.scan.models import Run, Scan
from station.ground.scan.outcome import NO_UNDO, Outcome, Position
from station.ground.scan.services import Services
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work

UNDO, OVERRIDE, ALLOWED, PENDING, SIGNING = "_undo", "_override", "_allowed", "_pending", "_sign"
WHICH, CHOSEN = "_which", "_chosen"
ENGINE_KEYS = frozenset({UNDO, OVERRIDE, ALLOWED, PENDING, SIGNING, WHICH, CHOSEN})
"""Keys of a position that belong to the engine."""

_RECENT = Prepared(
    select(Scan.id, Scan.run_id, Scan.step, Scan.code, Scan.raw, Scan.at, Scan.is_accepted)
    .where(Scan.run_id == bindparam("run_id"))
    .order_by(Scan.id.desc())
    .limit(6)
)
_HOLDER = select(Run.id, Run.user_id, Run.step, Run.data).where(Run.subject == bindparam("subject"))
_LET_GO = (
    update(table(Run))
    .where(table(Run).c.id == bindparam("run_id"))
    .values(subject=None, step="", data={}, version=table(Run).c.version + 1, updated_at=bindparam("now"))
)

T = TypeVar("T")


@dataclass(kw_only=True)
class Context(Work):
    """All that a step may use: the unit of work, the person, the position, the services."""

    by: Actor
    run: Position
    services: Services
    raw: str = ""
    manual: bool = False
    address: str = ""
    proofs: Mapping[tuple[int, str], Refused | None] = field(default_factory=dict)
    is_plain: bool = False
    _resume_at: str = ""
    _position: Any = None

    @cached_property
    def refusals(self) -> list[Any]:
        """The refused scans since the last accepted one, newest first."""
        rows = _RECENT.all(self.tx, run_id=self.run.id)
        return list(itertools.takewhile(lambda row: not row.is_accepted, rows))

    @property
    def last(self) -> Any:
        """The last scan of this run if it was refused, else None."""
        return self.refusals[0] if self.refusals else None

    def told(self, scan: Any) -> Any:
        """The sentence that one of the `refusals` was answered with, in both languages."""
        return self.tx.scalars(select(Scan.reply).where(Scan.id == scan.id)).one()["message"]

    @property
    def actor(self) -> Actor:
        """The person who scans."""
        return self.by

    @property
    def data(self) -> dict[str, Any]:
        """Where this process stands; kept with the run, so a dead battery costs nothing."""
        return self.run.data

    def at(self, kind: type[T]) -> T:
        """The position of the process, as its own type; what is changed in it is kept with the run."""
        if self._position is None:
            self._position = position.load(kind, self.run.data)
        return self._position  # type: ignore[no-any-return]

    def begin(self, at: T) -> T:
        """A new piece of work: what was allowed or could be undone before is no more. Which article a shared
        barcode means stays known as long as the document is the same.
        """
        self.run.data = {key: value for key, value in self.run.data.items() if key == CHOSEN}
        self._position = at
        return at

    def settle(self) -> None:
        """Write the typed position into the run."""
        if self._position is not None:
            own = {key: value for key, value in self.run.data.items() if key in ENGINE_KEYS}
            self.run.data = own | position.dump(self._position)

    def forget(self) -> None:
        """The run's data were put back: the typed position is read anew."""
        self._position = None

    def go(self, step: str, code: str, /, *, undo: Any = NO_UNDO, **facts: Any) -> Outcome:
        """Accept the scan and show `step`. `undo` (JSON) is handed back to the workflow's undo."""
        return Outcome(step, code, facts, undo)

    def restart(self, code: str, /, **facts: Any) -> Outcome:
        """Accept the scan and end this piece of work: back to the first step, task released."""
        self.run.data = {}
        self.run.subject = None
        self._position = None
        return Outcome("", code, facts)

    def claim(self, subject: str) -> bool:
        """Hold the task `subject`: nobody else can work on it until this run lets go.

        It is the task's number, behind a word and a colon where several processes work on one document:
        the desk shows it.

        When another person holds it, the scan is refused with E-TSK-01; the same scan again takes the
        task over, with the other's step and data (the other's screen becomes stale). True when it was
        taken over: the caller then answers with `resumed`.
        """
        other = self.tx.connection().execute(_HOLDER, {"subject": subject}).first()
        if other is None or other.id == self.run.id:
            self.run.subject = subject
            return False
        if not self._is_insisting():
            raise Refused("E-TSK-01", who=self.services.people.name_of(self.tx, other.user_id))
        self.tx.connection().execute(_LET_GO, {"run_id": other.id, "now": self.now})
        self.services.people.record_takeover(self, subject, other.user_id)
        self.run.subject = subject
        self.run.data = {key: value for key, value in other.data.items() if key != UNDO}
        self._position = None
        self._resume_at = other.step
        return True

    def _is_insisting(self) -> bool:
        """The same thing scanned twice in a row; "next task" pressed twice does not take a task away."""
        last = self.last
        named = not self.raw.upper().startswith("CM-")
        return named and last is not None and last.code == "E-TSK-01" and last.raw == self.raw

    def resumed(self, code: str, /, **facts: Any) -> Outcome:
        """After a takeover: go on where the other person stood."""
        return Outcome(self._resume_at, code, facts, is_resumed=True)

    def _allowed(self) -> dict[str, str]:
        """What a supervisor allowed during this piece of work."""
        allowed: dict[str, str] = self.run.data.get(ALLOWED, {})
        return allowed
