"""Reading a model in the order of `write_date`, losing nothing.

Odoo keeps `write_date` to the microsecond but tells it to the second. A row can therefore not be asked for
by its own time: ``=`` never fits, and ``>`` gives rows of that second again and again. So a second is
read as a whole, by rising id, and the next look begins with the next second; what changes meanwhile gets
a newer time and comes later. A page never ends in the middle of a second unless that second alone fills it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from station.erp import port
from station.erp.inward.watermark import Watermark
from station.erp.odoo.wire import Wire

SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 2000, 2100
FORMAT = "%Y-%m-%d %H:%M:%S"


def told(at: datetime) -> str:
    """An instant as Odoo writes it: UTC without a zone."""
    return at.astimezone(UTC).strftime(FORMAT)


def heard(text: Any) -> datetime:
    """An instant Odoo wrote; ValueError for anything else."""
    return datetime.strptime(str(text)[:19], FORMAT).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Look:
    """Where to read: rows of `model` that fit `domain`; `first` narrows the very first reading."""

    model: str
    domain: Sequence[Any]
    fields: Sequence[str]
    first: Sequence[Any] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of one page, the cursor behind them, and whether there are more."""

    rows: Sequence[dict[str, Any]]
    cursor: Mapping[str, Any]
    more: bool
    total: int | None


def read(wire: Wire, look: Look, cursor: Mapping[str, Any], limit: int) -> Rows:
    """The next page of a model."""
    look = replace(look, fields=[*dict.fromkeys([*look.fields, "write_date"])])
    is_first = cursor.get("is_first", not cursor)
    if is_first:
        look = replace(look, domain=[*look.domain, *look.first])
    total = None if cursor else _count(wire, look)
    mark = Watermark.read(cursor)
    if mark.began is None:
        mark = mark.begin(_now(wire))
    rows, is_full = _rows(wire, look, mark, limit)
    for row in rows:
        mark = mark.after(_stamp(row), row["id"])
    if is_full:
        return Rows(rows, mark.kept() | {"is_first": is_first}, more=True, total=total)
    return Rows(rows, _ended(mark, is_first=is_first).kept() | {"is_first": False}, more=False, total=total)


def start(wire: Wire) -> dict[str, Any]:
    """A cursor that reads only what is changed from now on, by Odoo's clock."""
    return Watermark(top=_now(wire)).kept() | {"is_first": False}


def _ended(mark: Watermark, *, is_first: bool) -> Watermark:
    """The end of a sweep. The first one skips what is closed, so go on from when it began: what was closed
    meanwhile is still to be told.
    """
    began = mark.began
    mark = mark.end()
    if is_first and began is not None and (mark.top is None or mark.top > began):
        return replace(mark, top=began, top_id=0, is_settled=False)
    return mark


def _count(wire: Wire, look: Look) -> int | None:
    found = wire.call(look.model, "search_count", domain=list(look.domain))
    return found if isinstance(found, int) else None


def _now(wire: Wire) -> datetime:
    """Odoo's clock; it stands in every answer, so one was there before."""
    if wire.server_now is None:
        wire.version()
    if wire.server_now is None:
        raise port.Down("the answer has no date")
    return wire.server_now


def _rows(wire: Wire, look: Look, mark: Watermark, limit: int) -> tuple[list[dict[str, Any]], bool]:
    rows: list[dict[str, Any]] = []
    since: datetime | None = None
    if mark.at is not None:
        rows = _of_second(wire, look, mark.at, mark.row_id, limit)
        if len(rows) == limit:
            return rows, True
        since = mark.at + SECOND
    later = _since(wire, look, since, limit)
    if len(later) < limit:
        return rows + later, False
    last = later[-1]["write_date"]
    whole = [row for row in later if row["write_date"] != last]
    return rows + (whole or _of_second(wire, look, _stamp(later[-1]), 0, limit)), True


def _stamp(row: Mapping[str, Any]) -> datetime:
    try:
        found = heard(row.get("write_date"))
    except ValueError:
        raise port.Down("a row without write_date") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise port.Down(f"a row written in the year {found.year}")
    return found


def _of_second(wire: Wire, look: Look, at: datetime, after_id: int, limit: int) -> list[dict[str, Any]]:
    span = [["write_date", ">=", told(at)], ["write_date", "<", told(at + SECOND)], ["id", ">", after_id]]
    return wire.search_read(look.model, [*look.domain, *span], look.fields, order="id asc", limit=limit)


def _since(wire: Wire, look: Look, at: datetime | None, limit: int) -> list[dict[str, Any]]:
    span = [] if at is None else [["write_date", ">=", told(at)]]
    order = "write_date asc, id asc"
    found = wire.search_read(look.model, [*look.domain, *span], look.fields, order=order, limit=limit)
    return sorted(found, key=lambda row: (str(row["write_date"]), row["id"]))
