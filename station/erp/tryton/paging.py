"""Reading a model in the order of its last modification, losing nothing.

`last_modified_at` is exact to the microsecond, but many rows share one: a transaction stamps all it writes
alike. The cursor is therefore the time and the id (`station.erp.inward.watermark`); what is written late is
found by the overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from station.erp import port
from station.erp.inward.watermark import Watermark
from station.erp.tryton.model import Row
from station.erp.tryton.wire import Wire

STAMP = "last_modified_at"
WAY = ((STAMP, "ASC"), ("id", "ASC"))


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

    rows: Sequence[Row]
    cursor: Mapping[str, Any]
    more: bool
    total: int | None


def start(wire: Wire) -> dict[str, Any]:
    """A cursor that reads only what is changed from now on, by Tryton's clock."""
    return Watermark(top=_now(wire)).kept() | {"is_first": False}


def read(wire: Wire, look: Look, cursor: Mapping[str, Any], limit: int) -> Rows:
    """The next page of a model."""
    is_first = bool(cursor.get("is_first", not cursor))
    domain = [*look.domain, *(look.first if is_first else ())]
    total = None if cursor else _count(wire, look.model, domain)
    mark = Watermark.read(cursor)
    if mark.began is None:
        mark = mark.begin(_now(wire))
    fields = [*dict.fromkeys([*look.fields, STAMP])]
    rows = wire.search_read(look.model, [*domain, *_behind(mark)], fields, limit=limit, order=WAY)
    for row in rows:
        mark = mark.after(_stamp(row), row["id"])
    if len(rows) == limit:
        return Rows(rows, mark.kept() | {"is_first": is_first}, more=True, total=total)
    return Rows(rows, _ended(mark, is_first=is_first).kept() | {"is_first": False}, more=False, total=total)


def _behind(mark: Watermark) -> list[Any]:
    """The domain of what comes behind a watermark."""
    if mark.at is None:
        return []
    return [["OR", [[STAMP, ">", mark.at]], [[STAMP, "=", mark.at], ["id", ">", mark.row_id]]]]


def _ended(mark: Watermark, *, is_first: bool) -> Watermark:
    """The end of a sweep. The first one skips what is closed, so go on from when it began: what was closed
    meanwhile is still to be told.
    """
    began = mark.began
    mark = mark.end()
    if is_first and began is not None and (mark.top is None or mark.top > began):
        return replace(mark, top=began, top_id=0, is_settled=False)
    return mark


def _count(wire: Wire, model: str, domain: Sequence[Any]) -> int | None:
    found = wire.call(f"{model}.search_count", list(domain))
    return found if isinstance(found, int) else None


def _now(wire: Wire) -> datetime:
    """Tryton's clock; it stands in every answer, so one was there before."""
    if wire.server_now is None:
        wire.version()
    if wire.server_now is None:
        raise port.Down("the answer has no date")
    return wire.server_now


def _stamp(row: Mapping[str, Any]) -> datetime:
    found = row[STAMP]
    if not isinstance(found, datetime):
        raise port.Down(f"a row without {STAMP}: Tryton 8.0 or later is needed")
    return found
