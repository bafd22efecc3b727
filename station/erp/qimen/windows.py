"""Reading lists that are cut into windows of time and pages, losing nothing.

A document that is changed while its window is read leaves it, and all behind it move up: reading the
pages from first to last would skip one. So the first answer only tells how many there are, and the pages
are read from the last to the first; what moves up is then read twice, never skipped. When the total has grown
by the end, something was written late, and the window is read again. A window ends at the platform's own
*now* at the latest; the next look begins a span before that, for what it writes late.

The cursor is plain data: ``begin`` and ``end`` of the window, the ``page`` to read next (none: ask first),
the ``total`` of the first answer. It moves only with pages that are safely ours, so a crash repeats a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from station.erp import port
from station.erp.qimen.wire import Wire, told
from station.erp.qimen.xml import Node

OVERLAP = timedelta(seconds=300)
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Span:
    """How far back the very first reading goes, how long a window is, how large a page."""

    first_days: int
    window: timedelta
    page_size: int


def read(
    wire: Wire, span: Span, cursor: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], Node]
) -> tuple[Node, Mapping[str, Any], bool, bool]:
    """The next answer, the cursor behind it, whether there is more, and whether its rows count.

    The rows of a first answer do not count when the window has several pages: they are read again last.
    """
    begin, end = _window(wire, span, cursor)
    page = int(cursor.get("page") or 0)
    answer = ask(_asked(begin, end, page or 1, span))
    total = _total(answer)
    end = min(end, wire.now()) if not page else end
    pages = -(-total // span.page_size)
    if not page and pages > 1:
        return answer, _at(begin, end, min(pages, MOST_PAGES), total), True, False
    if page > 1:
        return answer, _at(begin, end, page - 1, int(cursor.get("total") or total)), True, True
    if page == 1 and total > int(cursor.get("total") or total):
        return answer, _at(begin, end, 0, 0), True, True
    settled = wire.now() - OVERLAP
    is_past = end < settled
    return answer, {"begin": max(begin, min(end, settled)).isoformat()}, is_past, True


def _window(wire: Wire, span: Span, cursor: Mapping[str, Any]) -> tuple[datetime, datetime]:
    now = wire.now()
    if not cursor.get("begin"):
        begin = now - timedelta(days=span.first_days)
    else:
        begin = datetime.fromisoformat(cursor["begin"]).astimezone(UTC)
    if cursor.get("end") and cursor.get("page"):
        return begin, datetime.fromisoformat(cursor["end"]).astimezone(UTC)
    return begin, max(begin, min(begin + span.window, now))


def _at(begin: datetime, end: datetime, page: int, total: int) -> dict[str, Any]:
    return {"begin": begin.isoformat(), "end": end.isoformat(), "page": page, "total": total}


def _asked(begin: datetime, end: datetime, page: int, span: Span) -> dict[str, Any]:
    return {"startTime": told(begin), "endTime": told(end), "page": page, "pageSize": span.page_size}


def _total(answer: Node) -> int:
    text = answer.get("totalCount")
    if not text.isdecimal():
        raise port.Down("the answer has no totalCount")
    return int(text)
