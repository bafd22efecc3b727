"""Documents change state in one way: by an event of their transition table, with a history row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from station.ground.db import changed, table
from station.ground.documents.history import record, record_many, record_those
from station.ground.words.messages import Refused
from station.ground.work import Work

AT_ONCE = 500
"""Rows of a list of which one statement tells."""


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

    `begins` are the states in which a row may be made. `number` is the column that names a document in its
    history; without a `doc_type` none is kept, because the ledger or the document around it tells the story
    already, and the events in `quiet` leave none because there would be too many rows of them. An event
    without a state to enter (None) leads where the move says. `then` names what must happen with an event in
    the same unit of work, whoever makes the move.
    """

    def __init__(
        self,
        doc_type: str,
        model: type[Any],
        events: Mapping[str, tuple[Iterable[StrEnum], StrEnum | None]],
        *,
        begins: Iterable[StrEnum],
        number: str = "",
        refusal: str = "E-ORD-01",
        column: str = "state",
        quiet: Collection[str] = (),
        then: Mapping[str, Then] | None = None,
    ) -> None:
        self.doc_type = doc_type
        self.model = model
        self.events = {name: (frozenset(sources), new) for name, (sources, new) in events.items()}
        self.begins = frozenset(begins)
        self.number = number
        self.refusal = refusal
        self.column = column
        self.quiet = frozenset(quiet) if doc_type else frozenset(self.events)
        self.then = dict(then or {})

    @property
    def states(self) -> frozenset[str]:
        """Every state that a row may be in."""
        moves = self.events.values()
        return self.begins.union(*(sources for sources, _ in moves), {new for _, new in moves if new})

    def may(self, state: str, event: str) -> bool:
        """Whether a document in `state` may take `event`."""
        return state in self.events[event][0]

    def after(self, told: str | None) -> frozenset[str]:
        """The states a row may be in of which the history says `told` last; None: it says nothing of it."""
        reached = set(self.begins) if told is None else {told}
        steps = [self.events[event] for event in self.quiet]
        while more := {str(new) for sources, new in steps if new and sources & reached} - reached:
            reached |= more
        return frozenset(reached)

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
        if event not in self.quiet:
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

    def move_many(
        self, work: Work, documents: Sequence[tuple[int, str]], event: str, *, old: str, detail: Any = None
    ) -> None:
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
        if event not in self.quiet:
            numbers = [number for _, number in documents]
            record_many(work, self.doc_type, numbers, event, old=old, new=new, detail=detail)
        if event in self.then:
            self.then[event](work, [Step(doc_id, number, event) for doc_id, number in documents])

    def move_where(
        self,
        tx: Session,
        where: ColumnElement[bool],
        event: str,
        *,
        now: datetime,
        who: str,
        **values: Any,
    ) -> int:
        """Apply `event` to all rows that `where` picks and that may take it; how many were moved.

        For what is moved by lists and outside a `Work`: each state that the event may leave costs one UPDATE
        and one INSERT for each 500 history rows. Rows elsewhere stay as they are: who must have them all
        looks at the count. Objects of them that the session holds do not notice.
        """
        sources, new = self.events[event]
        if new is None or event in self.then:
            raise ValueError(f"{event} is moved one by one")
        tx.flush()  # what the session holds of them goes before
        rows = table(self.model)
        state = rows.c[self.column]
        statement = update(rows).where(where).values({self.column: new, **values})
        if event in self.quiet:
            return changed(tx, statement.where(state.in_(sorted(sources))))
        number, moved = getattr(self.model, self.number), 0
        for old in sorted(sources, key=lambda source: source != new):  # what moved must not move again
            one = statement.where(state == old).returning(rows.c.id)
            ids = sorted(tx.connection().execute(one).scalars())
            told = {"at": now, "doc_type": self.doc_type, "event": event, "old": old, "new": new}
            told["actor"] = who[:80]
            for start in range(0, len(ids), AT_ONCE):
                record_those(tx, number, rows.c.id.in_(ids[start : start + AT_ONCE]), told)
            moved += len(ids)
        return moved
