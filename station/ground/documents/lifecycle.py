"""Documents change state in one way: by an event of their transition table, with a history row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from station.ground.documents.history import record, record_many
from station.ground.words.messages import Refused


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was just made, for whoever must hear of it."""

    doc_id: int
    doc_no: str
    event: str
    actor: str
    now: datetime


class Lifecycle:
    """The transition table of one kind of document: event → (states it may leave, state it enters).

    `then` names what must happen with an event in the same unit of work, whoever makes the move.
    """

    def __init__(
        self,
        doc_type: str,
        model: type[Any],
        events: Mapping[str, tuple[set[str], str]],
        refusal: str = "E-ORD-01",
        then: Mapping[str, Callable[[Session, Sequence[Step]], None]] | None = None,
    ) -> None:
        self.doc_type = doc_type
        self.model = model
        self.events = events
        self.refusal = refusal
        self.then = then or {}

    def move(
        self,
        tx: Session,
        doc_id: int,
        doc_no: str,
        event: str,
        *,
        old: str,
        actor: str,
        now: datetime,
        detail: Any = None,
        **values: Any,
    ) -> str:
        """Apply `event` to a document believed to be in `old`; set `values` beside the state.

        Refused with the lifecycle's code when the table does not allow it or when somebody else was
        faster. Returns the new state.
        """
        sources, new = self.events[event]
        if old not in sources:
            raise Refused(self.refusal, st=old)
        moved = tx.execute(
            update(self.model)
            .where(self.model.id == doc_id, self.model.state == old)
            .values(state=new, **values)
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            raise Refused(self.refusal, st=old)
        record(tx, self.doc_type, doc_no, event, old=old, new=new, actor=actor, now=now, detail=detail)
        if event in self.then:
            self.then[event](tx, [Step(doc_id, doc_no, event, actor, now)])
        return new

    def move_many(
        self,
        tx: Session,
        documents: Sequence[tuple[int, str]],
        event: str,
        *,
        old: str,
        actor: str,
        now: datetime,
    ) -> None:
        """Apply `event` to (id, number) of documents that are locked in `old`, in two statements.

        Refused with the lifecycle's code, and nothing moved, when one of them is elsewhere.
        """
        if not documents:
            return
        sources, new = self.events[event]
        if old not in sources:
            raise Refused(self.refusal, st=old)
        done = tx.execute(
            update(self.model)
            .where(self.model.id.in_([doc_id for doc_id, _ in documents]), self.model.state == old)
            .values(state=new)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != len(documents):  # type: ignore[attr-defined]
            raise Refused(self.refusal, st=old)
        numbers = [number for _, number in documents]
        record_many(tx, self.doc_type, numbers, event, old=old, new=new, actor=actor, now=now)
        if event in self.then:
            self.then[event](tx, [Step(doc_id, number, event, actor, now) for doc_id, number in documents])
