"""The declaration of a register, and how its rows are found.

A page is found first, by the base table alone and its index; only then are the other tables joined for the
rows of that page. So a list costs the same however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from station.ground.registers.filters import Asked, Days, Filter, State
from station.ground.registers.kinds import TEXT, Kind
from station.ground.words.actor import Role

COUNT_LIMIT = 1000
"""Rows are counted up to here; a page says "more than" beyond."""


@dataclass(frozen=True)
class Col:
    """One column: `key` names the query's column, `title` is an English message id.

    `of` makes the value from the whole row where it is more than one column's. `share` is the width on
    paper; a column without is only on the screen and in files.
    """

    key: str
    title: str
    kind: Kind = TEXT
    of: Callable[[Any], Any] | None = None
    share: int = 10

    def value(self, row: Any) -> Any:
        """What stands in this column of `row`."""
        return self.of(row) if self.of else getattr(row, self.key)


@dataclass(frozen=True, init=False)
class Link:
    """The page a row leads to: an endpoint, and which of the row's columns each of its values is."""

    endpoint: str
    values: tuple[tuple[str, str], ...]

    def __init__(self, endpoint: str, **values: str) -> None:
        object.__setattr__(self, "endpoint", endpoint)
        object.__setattr__(self, "values", tuple(values.items()))

    def of(self, row: Any) -> dict[str, Any]:
        """The address's values for `row`."""
        return {name: getattr(row, key) for name, key in self.values}


@dataclass(frozen=True, slots=True)
class Add:
    """Where a new row is made, and who may."""

    endpoint: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Register:
    """A list that people look at, filter, take away as a file and print.

    `query` selects the columns and joins what they need; `key` is the base table's id and `newest` the
    indexed moment it is ordered by (the id alone when there is none). `only` limits the base table.
    `path` is the page's own address under ``/desk/`` beside ``/desk/r/<name>``. `add` leads to the page that
    makes a new row.
    """

    name: str
    title: str
    query: Any
    key: Any
    columns: tuple[Col, ...]
    filters: tuple[Filter, ...]
    roles: tuple[Role, ...]
    newest: Any = None
    only: ColumnElement[bool] | None = None
    link: Link | None = None
    path: str = ""
    add: Add | None = None

    @property
    def state(self) -> State | None:
        """Its filter by state."""
        return next((part for part in self.filters if isinstance(part, State)), None)

    def keys(self, asked: Asked) -> Select[Any]:
        """The ids of the rows asked for, newest first; touches the base table only."""
        query = select(self.key)
        if self.only is not None:
            query = query.where(self.only)
        for part in self.filters:
            query = query.where(*part.where(asked))
        order = [] if self.newest is None else [self.newest.desc()]
        return query.order_by(*order, self.key.desc())

    def ids(self, tx: Session, asked: Asked, *, skip: int = 0, limit: int) -> list[int]:
        """At most `limit` ids after the first `skip`."""
        return [row[0] for row in tx.execute(self.keys(asked).offset(skip).limit(limit))]

    def page(self, tx: Session, asked: Asked, *, skip: int = 0, limit: int) -> list[Any]:
        """At most `limit` rows after the first `skip`."""
        return self.rows(tx, self.ids(tx, asked, skip=skip, limit=limit))

    def rows(self, tx: Session, ids: Sequence[int]) -> list[Any]:
        """The rows with these ids, in their order."""
        if not ids:
            return []
        query = self.query.add_columns(self.key.label("row_key")).where(self.key.in_(ids))
        rows = {row.row_key: row for row in tx.execute(query)}
        return [rows[number] for number in ids if number in rows]

    def total(self, tx: Session, asked: Asked) -> int:
        """How many rows there are, counted to one beyond COUNT_LIMIT."""
        some = self.keys(asked).order_by(None).limit(COUNT_LIMIT + 1).subquery()
        return tx.scalar(select(func.count()).select_from(some)) or 0

    def counts(self, tx: Session, asked: Asked) -> list[tuple[str, int]]:
        """How many rows of the days asked for are in each state that is still open."""
        state = self.state
        if state is None or state.open is None:
            return []
        query = select(state.column, func.count()).group_by(state.column).order_by(state.column)
        if self.only is not None:
            query = query.where(self.only)
        if state.open:
            query = query.where(state.column.in_(sorted(state.open)))
        for part in self.filters:
            if isinstance(part, Days):
                query = query.where(*part.where(asked))
        return [(row[0], row[1]) for row in tx.execute(query)]


@dataclass(frozen=True)
class Summary(Register):
    """A list whose rows are sums over the days asked for, such as all that a supplier brought. `query` is
    grouped; `key` is what its rows are told apart and ordered by. A row is no document, so each stands for
    itself.
    """

    def asked_for(self, asked: Asked) -> Select[Any]:
        """The sums over what was asked for."""
        query = self.query
        for part in self.filters:
            query = query.where(*part.where(asked))
        return query  # type: ignore[no-any-return]

    def ids(self, tx: Session, asked: Asked, *, skip: int = 0, limit: int) -> list[Any]:
        """At most `limit` rows after the first `skip`."""
        return list(tx.execute(self.asked_for(asked).order_by(self.key).offset(skip).limit(limit)))

    def rows(self, tx: Session, ids: Sequence[Any]) -> list[Any]:  # noqa: ARG002
        """They are rows already."""
        return list(ids)

    def total(self, tx: Session, asked: Asked) -> int:
        """How many rows there are, counted to one beyond COUNT_LIMIT."""
        some = self.asked_for(asked).limit(COUNT_LIMIT + 1).subquery()
        return tx.scalar(select(func.count()).select_from(some)) or 0


def pieces(ids: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    """Ids in pieces that one statement takes."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
