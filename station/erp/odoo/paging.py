"""Reading a model in the order of `write_date`, losing nothing.

Odoo keeps `write_date` to the microsecond but tells it to the second. A row can therefore not be asked for
by its own time: ``=`` never fits, and ``>`` gives rows of that second again and again. So a second is
read as a whole, by rising id, and the next look begins with the next second; what changes meanwhile gets
a newer time and comes later. A page never ends in the middle of a second unless that second alone fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from station.erp import port
from station.erp.inward.watermark import Watermark
from station.erp.odoo.wire import Wire
from station.erp.paging import Look, Rows, begun, page_of

SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 2000, 2100
FORMAT = "%Y-%m-%d %H:%M:%S"


def told(at: datetime) -> str:
    """An instant as Odoo writes it: UTC without a zone."""
    return at.astimezone(UTC).strftime(FORMAT)


def heard(text: Any) -> datetime:
    """An instant Odoo wrote; ValueError for anything else."""
    return datetime.strptime(str(text)[:19], FORMAT).replace(tzinfo=UTC)


def read(wire: Wire, look: Look, cursor: Mapping[str, Any], limit: int) -> Rows:
    """The next page of a model."""
    look = replace(look, fields=[*dict.fromkeys([*look.fields, "write_date"])])
    is_first = bool(cursor.get("is_first", not cursor))
    if is_first:
        look = replace(look, domain=[*look.domain, *look.first])
    total = None if cursor else _count(wire, look)
    mark = begun(wire, cursor)
    rows, is_full = _rows(wire, look, mark, limit)
    for row in rows:
        mark = mark.after(_stamp(row), row["id"])
    return page_of(rows, mark, is_first=is_first, more=is_full, total=total)


def _count(wire: Wire, look: Look) -> int | None:
    count = wire.call(look.model, "search_count", domain=list(look.domain))
    return count if isinstance(count, int) else None


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
        at = heard(row.get("write_date"))
    except ValueError:
        raise port.Down("a row without write_date") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise port.Down(f"a row written in the year {at.year}")
    return at


def _of_second(wire: Wire, look: Look, at: datetime, after_id: int, limit: int) -> list[dict[str, Any]]:
    span = [["write_date", ">=", told(at)], ["write_date", "<", told(at + SECOND)], ["id", ">", after_id]]
    return wire.search_read(look.model, [*look.domain, *span], look.fields, order="id asc", limit=limit)


def _since(wire: Wire, look: Look, at: datetime | None, limit: int) -> list[dict[str, Any]]:
    span = [] if at is None else [["write_date", ">=", told(at)]]
    order = "write_date asc, id asc"
    rows = wire.search_read(look.model, [*look.domain, *span], look.fields, order=order, limit=limit)
    return sorted(rows, key=lambda row: (str(row["write_date"]), row["id"]))
