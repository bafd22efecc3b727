"""Reading a model in the order of its last modification, losing nothing.

`last_modified_at` is exact to the microsecond, but many rows share one: a transaction stamps all it writes
alike. The cursor is therefore the time and the id (`station.erp.inward.watermark`); what is written late is
found by the overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from station.erp import port
from station.erp.inward.watermark import Watermark
from station.erp.paging import Look, Rows, begun, page_of
from station.erp.tryton.wire import Wire

STAMP = "last_modified_at"
WAY = ((STAMP, "ASC"), ("id", "ASC"))


def read(wire: Wire, look: Look, cursor: Mapping[str, Any], limit: int) -> Rows:
    """The next page of a model."""
    is_first = bool(cursor.get("is_first", not cursor))
    domain = [*look.domain, *(look.first if is_first else ())]
    total = None if cursor else _count(wire, look.model, domain)
    mark = begun(wire, cursor)
    fields = [*dict.fromkeys([*look.fields, STAMP])]
    rows = wire.search_read(look.model, [*domain, *_behind(mark)], fields, limit=limit, order=WAY)
    for row in rows:
        mark = mark.after(_stamp(row), row["id"])
    return page_of(rows, mark, is_first=is_first, more=len(rows) == limit, total=total)


def _behind(mark: Watermark) -> list[Any]:
    """The domain of what comes behind a watermark."""
    if mark.at is None:
        return []
    return [["OR", [[STAMP, ">", mark.at]], [[STAMP, "=", mark.at], ["id", ">", mark.row_id]]]]


def _count(wire: Wire, model: str, domain: Sequence[Any]) -> int | None:
    count = wire.call(f"{model}.search_count", list(domain))
    return count if isinstance(count, int) else None


def _stamp(row: Mapping[str, Any]) -> datetime:
    at = row[STAMP]
    if not isinstance(at, datetime):
        raise port.Down(f"a row without {STAMP}: Tryton 8.0 or later is needed")
    return at
