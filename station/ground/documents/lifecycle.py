"""Documents change state in one way: by an event of their transition table, with a history row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from station.ground.db import changed
from station.ground.documents.history import record, record_many
from station.ground.words.messages import Refused
from station.ground.work import Work


@dataclass(slots=True)
class Ref:
    """A document of which only the row is at hand: all that a move needs."""

    id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was just made, for whoever must hear of it."""

    doc_id: int
    doc_no: str
    event: str


Then = Callable[[Work, Sequence[Step]], None]


class Lifecycle:
    """The transition table of one kind of document: event → (states it may leave, state it enters).

    `number` is the column that names a document in its history; without a `doc_type` none is kept, because
    the ledger or the document around it tells the story already. An event without a state to enter (None)
    leads where the move says. `then` names what must happen with an event
    in the same unit of work, whoever makes the move.
    """

    def __init__(
        self,
        doc_type: str,
        model: type[Any],
        events: Mapping[str, tuple[Iterable[StrEnum], StrEnum | None]],
        *,
        number: str = "",
        refusal: str = "E-ORD-01",
        column: str = "state",
        then: Mapping[str, Then] | None = None,
    ) -> None:
        self.doc_type = doc_type
        self.model = model
        self.events = {name: (frozenset(sources), new) for name, (sources, new) in events.items()}
        self.number = number
        self.refusal = refusal
        self.column = column
        self.then = dict(then or {})

    def may(self, state: str, event: str) -> bool:
        """Whether a document in `state` may take `event`."""
        return state in self.events[event][0]

    def move(
        self, work: Work, doc: Any, event: str, *, to: str = "", detail: Any = None, **values: Any
    ) -> None:
        """Apply `event` to a document (its row object, or a `Ref`); set `values` beside the state.

        Refused with the lifecycle's code when the table does not allow it or when somebody else was faster.
        `doc` shows the new state and values afterwards.
        """
        old = getattr(doc, "state" if isinstance(doc, Ref) else self.column)
        sources, new = self.events[event][0], self.events[event][1] or to
        if old not in sources:
            raise Refused(self.refusal, st=old)
        state = getattr(self.model, self.column)
        statement = update(self.model).where(self.model.id == doc.id, state == old)
        if changed(work.tx, statement.values({self.column: new, **values})) != 1:
            raise Refused(self.refusal, st=old)
        number = self._settle(doc, new, values)
        if self.doc_type:
            record(work, self.doc_type, number, event, old=old, new=new, detail=detail)
        if event in self.then:
            self.then[event](work, [Step(doc.id, number, event)])

    def _settle(self, doc: Any, new: str, values: Mapping[str, Any]) -> str:
        """Let the object at hand show what the database now holds; the document's number."""
        if isinstance(doc, Ref):
            doc.state = new
            return doc.number
        for name, value in {self.column: new, **values}.items():
            set_committed_value(doc, name, value)
        return str(getattr(doc, self.number)) if self.number else ""

    def move_many(self, work: Work, documents: Sequence[tuple[int, str]], event: str, *, old: str) -> None:
        """Apply `event` to (id, number) of documents that are locked in `old`, in two statements.

        Refused with the lifecycle's code, and nothing moved, when one of them is elsewhere.
        """
        if not documents:
            return
        sources, new = self.events[event]
        if old not in sources or new is None:
            raise Refused(self.refusal, st=old)
        ids = [doc_id for doc_id, _ in documents]
        state = getattr(self.model, self.column)
        statement = update(self.model).where(self.model.id.in_(ids), state == old)
        if changed(work.tx, statement.values({self.column: new})) != len(documents):
            raise Refused(self.refusal, st=old)
        if self.doc_type:
            record_many(work, self.doc_type, [number for _, number in documents], event, old=old, new=new)
        if event in self.then:
            self.then[event](work, [Step(doc_id, number, event) for doc_id, number in documents])
