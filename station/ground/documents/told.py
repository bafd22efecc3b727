"""I15: a document stands where its history says, so that a state edited in the database is seen.

The history is sealed; the rows it is about are not. A state that moved with no history row, or a row that was
made beyond the beginning of its life, breaks the rule as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, and_, cast, false, func, not_, null, or_, select, union_all

from station.ground.db.invariants import Invariant, rows
from station.ground.documents.history import History
from station.ground.documents.lifecycle import Lifecycle

ADOPT = "adopt"
"""The event of rows that a release without history of them had moved: where they stood, no more."""


def told(*lifecycles: Lifecycle) -> tuple[Invariant, ...]:
    """I15 of these documents: one rule for each, that reads its table and its history once."""
    return tuple(
        Invariant("I15", f"{one.model.__tablename__}: as its history says", rows(_elsewhere(one)), one.model)
        for one in lifecycles
    )


def _elsewhere(lifecycle: Lifecycle) -> Select[Any]:
    """The documents that stand elsewhere: number, state, and what the history says.

    A number that only the history knows is no document that stands anywhere, nor is a row without a number.
    """
    name, state = getattr(lifecycle.model, lifecycle.number), getattr(lifecycle.model, lifecycle.column)
    nothing = cast(null(), Text)
    events = [*lifecycle.events.keys() - lifecycle.quiet, ADOPT]
    last = (
        select(func.max(History.id))
        .where(History.doc_type == lifecycle.doc_type, History.event.in_(sorted(events)))
        .group_by(History.doc_no)
    )
    document = cast(name, Text)
    both = union_all(
        select(document.label("number"), cast(state, Text).label("state"), nothing.label("told")).where(
            document != ""
        ),
        select(History.doc_no, nothing, History.new).where(History.id.in_(last)),
    ).subquery()
    found = (
        select(both.c.number, func.max(both.c.state).label("state"), func.max(both.c.told).label("told"))
        .group_by(both.c.number)
        .subquery()
    )
    right = [and_(found.c.told.is_(None), found.c.state.in_(sorted(lifecycle.after(None))))]
    right += [
        and_(found.c.told == word, found.c.state.in_(sorted(lifecycle.after(word))))
        for word in sorted(lifecycle.states)
    ]
    query = select(found.c.number.label("document"), found.c.state, found.c.told)
    return query.where(found.c.state.is_not(None), not_(func.coalesce(or_(*right), false())))
