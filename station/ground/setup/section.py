"""A section of the set-up file: what a room brings so that its part of a station can be set up by a file.

A room declares its sections in `room.py`; they are done in the order of the rooms, in one unit of work, so
that a later section finds what an earlier one has just made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from station.ground.setup.table import Table
from station.ground.work import Work

T = TypeVar("T")


class How(StrEnum):
    """What is done to a thing."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"


@dataclass(frozen=True, slots=True)
class Change:
    """Things of one kind that were or would be new, changed or closed: their names, and a note on them.

    `things` is a page text ("slots"), which the catalogue of page texts translates.
    """

    how: How
    things: str
    names: Sequence[str]
    note: str = ""


class Parts(Protocol):
    """The station's own parts: its PINs, its vault, its settings."""

    def part(self, kind: type[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Section:
    """One top-level key of the set-up file.

    `read` asks the top of the file for its key and notes mistakes (pure; no database). What it answers is
    handed to `apply`, which brings the station to it and answers what was changed: nothing the second time.
    It may raise `SetupRefused`, and then nothing of the whole file is done; a rehearsal applies and takes
    everything back. `export` gives the value of the key for the station as it is, so that an empty station
    becomes the same by it; None when there is nothing to tell.
    """

    name: str
    read: Callable[[Table], Any]
    apply: Callable[[Work, Any, Parts], Sequence[Change]]
    export: Callable[[Session], Mapping[str, Any] | Sequence[Mapping[str, Any]] | None]
