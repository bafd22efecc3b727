"""What a register can be asked for: some days, one state, a part of a number.

Each filter reads its part of the address (nonsense is as if nothing was asked) and gives the conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, literal, or_

from station.ground.web.desk import state_word

_TEXT_LIMIT, _STATE_LIMIT = 40, 24


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: days inclusive, in the warehouse's zone."""

    since: date | None = None
    until: date | None = None
    state: str = ""
    text: str = ""
    zone: tzinfo = UTC

    def args(self) -> dict[str, str]:
        """The same as an address."""
        days = {"from": self.since, "to": self.until}
        said = {name: day.isoformat() if day else "" for name, day in days.items()}
        return said | {"state": self.state, "q": self.text}


@dataclass(frozen=True)
class Days:
    """Rows whose moment lies in some days. `is_today`: today, as long as no day is asked for; `is_month`:
    this month.

    `column` is what the register is ordered by, newest first, and has an index.
    """

    column: ColumnElement[Any] | Any
    is_today: bool = False
    is_month: bool = False

    def read(self, args: Mapping[str, str], today: date) -> dict[str, Any]:
        """The days of the address."""
        if self.is_today and "from" not in args and "to" not in args:
            return {"since": today, "until": today}
        if self.is_month and "from" not in args and "to" not in args:
            return {"since": today.replace(day=1), "until": today}
        return {"since": _day(args.get("from", "")), "until": _day(args.get("to", ""))}

    def where(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Conditions for the days asked for."""
        conditions = []
        if asked.since:
            conditions.append(self.column >= datetime.combine(asked.since, time(), asked.zone))
        if asked.until:
            end = asked.until + timedelta(days=1)
            conditions.append(self.column < datetime.combine(end, time(), asked.zone))
        return conditions


@dataclass(frozen=True)
class State:
    """Rows in one state. `codes`: all there are (empty: any). `title` is an English message id.

    `open`: states that are counted above the list; none is counted where it is None, all when it is empty.
    `words` says a state in the person's language. `common`: states so many rows are in that the
    newest-first index finds a page sooner than the state's.
    """

    column: ColumnElement[Any] | Any
    codes: tuple[str, ...] = ()
    open: frozenset[str] | None = frozenset()
    common: frozenset[str] = frozenset()
    title: str = "State"
    words: Callable[[str], str] = state_word

    def read(self, args: Mapping[str, str], today: date) -> dict[str, Any]:  # noqa: ARG002
        """The state of the address."""
        code = _printable(args.get("state", ""), _STATE_LIMIT)
        return {"state": code if not self.codes or code in self.codes else ""}

    def where(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Conditions for the state asked for."""
        if not asked.state:
            return []
        if asked.state in self.common:
            return [self.column.concat("") == asked.state]
        return [self.column == asked.state]


@dataclass(frozen=True)
class OneOf(State):
    """Rows whose comma-separated column holds the code."""

    open: frozenset[str] | None = None

    def where(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Conditions for the code asked for."""
        if not asked.state:
            return []
        return [literal(",").concat(self.column).concat(",").contains(f",{asked.state},", autoescape=True)]


@dataclass(frozen=True, init=False)
class Number:
    """Rows with a part of a number (or a name) in one of the columns."""

    columns: tuple[Any, ...]

    def __init__(self, *columns: Any) -> None:
        object.__setattr__(self, "columns", columns)

    def read(self, args: Mapping[str, str], today: date) -> dict[str, Any]:  # noqa: ARG002
        """The text of the address."""
        return {"text": _printable(args.get("q", "").strip(), _TEXT_LIMIT)}

    def where(self, asked: Asked) -> list[ColumnElement[bool]]:
        """Conditions for the text asked for; wildcards are taken as they are."""
        if not asked.text:
            return []
        return [or_(*(column.contains(asked.text, autoescape=True) for column in self.columns))]


Filter = Days | State | Number


def read(filters: Iterable[Filter], args: Mapping[str, str], today: date, zone: tzinfo) -> Asked:
    """What an address asks for."""
    parts: dict[str, Any] = {}
    for part in filters:
        parts |= part.read(args, today)
    return Asked(**parts, zone=zone)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None  # noqa: PLR2004 — the database's and the zone's limits


def _printable(text: str, limit: int) -> str:
    return "".join(char for char in text[:limit] if char.isprintable())
