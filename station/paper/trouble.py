"""What the people at a workplace must know of its printers: causes, and papers in doubt (P30)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import routes
from printers.schema import UNKNOWN, print_job, print_route, printer
from printers.status import COVER_OPEN, OFFLINE, PAPER_OUT, RIBBON_OUT, SILENT, WRONG_MEDIA
from station.ground.words.messages import say

CODES = {
    OFFLINE: "E-PRN-01",
    SILENT: "E-PRN-01",
    PAPER_OUT: "E-PRN-02",
    RIBBON_OUT: "E-PRN-02",
    COVER_OPEN: "E-PRN-03",
    WRONG_MEDIA: "E-PRN-06",
}
OTHER = "E-PRN-08"
DOUBT = "E-PRN-04"
RECENT = timedelta(hours=12)
LIMIT = 3


def code_of(cause: str) -> str:
    """The worker message for a printer's cause."""
    return CODES.get(cause, OTHER)


def troubles(tx: Session, workstation: str, now: datetime) -> list[tuple[str, str]]:
    """(message code, printer or paper) of what keeps this workplace's papers, worst first."""
    lacking = [(code_of(row.cause), row.name) for row in _printers(tx, workstation) if row.cause]
    doubts = tx.execute(
        select(print_job.c.subject_no)
        .where(print_job.c.state == UNKNOWN, print_job.c.workstation == workstation)
        .where(print_job.c.created_at > now - RECENT)
        .order_by(print_job.c.id)
        .limit(LIMIT)
    )
    return [(DOUBT, row.subject_no) for row in doubts] + lacking


def table(tx: Session, workstation: str, lang: str) -> list[tuple[str, str, str]]:
    """(printer, ✔ or what it lacks) of a workplace, for a screen."""
    return [
        (row.name, say(code_of(row.cause))[lang] if row.cause else "✔", "")
        for row in _printers(tx, workstation)
    ]


def _printers(tx: Session, workstation: str) -> list[Any]:
    """The printers this workplace's papers go to; without routes of its own, those for everywhere."""
    for place in (workstation, routes.ANYWHERE):
        chosen = select(print_route.c.printer_id).where(print_route.c.workstation == place)
        rows = tx.execute(
            select(printer.c.name, printer.c.media, printer.c.cause)
            .where(printer.c.id.in_(chosen), printer.c.is_active)
            .order_by(printer.c.code)
        ).all()
        if rows:
            return list(rows)
    return []
