"""Rows of an ERP's models, page by page: what to look for, what a page is, how the first sweep ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from station.erp import port
from station.erp.inward.watermark import Watermark


@dataclass(frozen=True)
class Look:
    """Where to read: rows of `model` that fit `domain`; `first` narrows the very first reading."""

    model: str
    domain: Sequence[Any]
    fields: Sequence[str] = ()
    first: Sequence[Any] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of one page, the cursor behind them, and whether there are more."""

    rows: Sequence[dict[str, Any]]
    cursor: Mapping[str, Any]
    more: bool
    total: int | None

    def page(self, items: Sequence[port.Item]) -> port.Page:
        """The page with what was made of the rows."""
        return port.Page(items, self.cursor, more=self.more, total=self.total)


class Clocked(Protocol):
    """A line whose answers bear the time of the other side."""

    @property
    def server_now(self) -> datetime | None:
        """As of the last answer."""
        ...

    def version(self) -> str:
        """Any answer at all."""
        ...


def now(wire: Clocked) -> datetime:
    """The ERP's clock; it stands in every answer, so one was there before."""
    if wire.server_now is None:
        wire.version()
    if wire.server_now is None:
        raise port.Down("the answer has no date")
    return wire.server_now


def start(wire: Clocked) -> dict[str, Any]:
    """A cursor that reads only what is changed from now on, by the ERP's clock."""
    return Watermark(top=now(wire)).kept() | {"is_first": False}


def begun(wire: Clocked, cursor: Mapping[str, Any]) -> Watermark:
    """The watermark of a cursor, its sweep begun."""
    mark = Watermark.read(cursor)
    return mark if mark.began is not None else mark.begin(now(wire))


def page_of(
    rows: Sequence[dict[str, Any]], mark: Watermark, *, is_first: bool, more: bool, total: int | None
) -> Rows:
    """Rows read up to a watermark; without more of them the sweep is over."""
    if more:
        return Rows(rows, mark.kept() | {"is_first": is_first}, more=True, total=total)
    return Rows(rows, _ended(mark, is_first=is_first).kept() | {"is_first": False}, more=False, total=total)


def _ended(mark: Watermark, *, is_first: bool) -> Watermark:
    """The end of a sweep. The first one skips what is closed, so go on from when it began: what was closed
    meanwhile is still to be told.
    """
    began = mark.began
    mark = mark.end()
    if is_first and began is not None and (mark.top is None or mark.top > began):
        return replace(mark, top=began, top_id=0, is_settled=False)
    return mark
