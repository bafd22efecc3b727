"""What the printers' board shows: how each printer is, what waits for it, and which papers are in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from printers import queue, roster, routes
from printers.media import MEDIA
from printers.schema import FAILED, QUEUED, SENDING, UNKNOWN, print_job
from printers.status import OFFLINE
from station.ground.web.i18n import gettext
from station.stock.models import Location, LocationKind

LIMIT = 50
RECENT = timedelta(hours=24)

# Every code of the printing package that a page shows, as an English message id.
WORDS = {
    "carton_label": "Carton label",
    "temp_label": "Temporary carton label",
    "reject_label": "Reject label",
    "dock_label": "Dock label",
    "pallet_label": "Pallet label",
    "gift_label": "Gift label",
    "gift_register": "Gift register",
    "slot_label": "Slot label",
    "thing_label": "Label of a tote, bench or box",
    "label_sheet": "Sheet of labels",
    "return_label": "Return label",
    "acceptance_sheet": "Acceptance sheet",
    "inbound_slip": "Inbound slip",
    "pick_list": "Pick list",
    "sort_sheet": "Sort sheet",
    "packing_slip": "Packing slip",
    "waybill": "Waybill label",
    "supplied_waybill": "Carrier's own label",
    "invoice_copy": "Invoice copy",
    "supplied_invoice": "Invoice as supplied",
    "manifest": "Manifest",
    "count_sheet": "Count sheet",
    "adjustment": "Adjustment",
    "register_sheet": "Register",
    "test_page": "Test page",
    "OFFLINE": "Offline",
    "SILENT": "Does not answer",
    "COVER_OPEN": "Cover open",
    "PAPER_OUT": "Out of paper",
    "RIBBON_OUT": "Out of ribbon",
    "JAM": "Paper jam",
    "PAUSED": "Paused",
    "FAULT": "Fault",
    "NOT_READY": "Not ready",
    "GARBLED": "Answers make no sense",
    "WRONG_MEDIA": "Wrong paper",
    "none": "No proof: a paper is sent, never confirmed",
    "fence": "Ordered answer behind the job",
    "echo": "Answer when the job is finished",
    "counter": "The printer's label counter",
    "picture": "Kept picture",
    "scan": "Scanned",
    "person": "Seen by a person",
    "UNTRIED": "Never tried",
    "READY": "Ready",
    "FAILING": "Failing",
}
# What a person does about it.
HELP = {
    "OFFLINE": "Look at power and network cable; papers wait.",
    "SILENT": "Look at paper, cover and power; papers wait.",
    "COVER_OPEN": "Close the cover; printing goes on by itself.",
    "PAPER_OUT": "Put in paper; printing goes on by itself.",
    "RIBBON_OUT": "Put in a ribbon; printing goes on by itself.",
    "JAM": "Take out the jammed paper, then feed one label.",
    "PAUSED": "Press the printer's pause key.",
    "FAULT": "Read the printer's display; switch it off and on when it is cool.",
    "NOT_READY": "Look at the printer's display.",
    "GARBLED": "Check the printer's language in its settings.",
    "WRONG_MEDIA": "Put in the paper it is set up for, or change the setting.",
}


def words(code: str) -> str:
    """A code of the printing package in the person's language."""
    return gettext(WORDS.get(code, code))


def size(name: str) -> str:
    """A paper as people call it."""
    medium = MEDIA[name]
    if medium.height_mm is None:
        return f"{gettext('Roll')} {medium.width_mm} mm"
    return name.upper() if name in {"a4", "a5"} else f"{medium.width_mm}×{medium.height_mm}"


def advice(cause: str) -> str:
    """What to do about a cause, in the person's language."""
    return gettext(HELP[cause]) if cause in HELP else ""


@dataclass(frozen=True)
class Row:
    """One printer of the board; `waiting` papers, the oldest since `since`; `job` is being sent."""

    printer: roster.Printer
    waiting: int
    since: datetime | None
    job: int | None
    cause: str

    @property
    def advice(self) -> str:
        """What to do now."""
        return advice(self.cause)


def printers(tx: Session) -> list[Row]:
    """All printers, those that need somebody first."""
    waiting = {
        row.printer_id: row
        for row in tx.execute(
            select(
                print_job.c.printer_id,
                func.count().label("n"),
                func.min(print_job.c.created_at).label("since"),
            )
            .where(print_job.c.state == QUEUED)
            .group_by(print_job.c.printer_id)
        )
    }
    sending = dict(
        tx.execute(select(print_job.c.printer_id, print_job.c.id).where(print_job.c.state == SENDING)).all()
    )
    rows = []
    for printer in roster.list_printers(tx):
        mine = waiting.get(printer.id)
        cause = printer.cause or (OFFLINE if printer.state == "FAILING" else "")
        rows.append(
            Row(
                printer,
                mine.n if mine else 0,
                mine.since if mine else None,
                sending.get(printer.id),
                cause if printer.is_active else "",
            )
        )
    return sorted(rows, key=lambda row: (not row.cause, not row.waiting, row.printer.code))


def questions(tx: Session) -> list[queue.Job]:
    """Papers of which only a person can say what became of them, oldest first."""
    jobs = queue.list_jobs(tx, states=(UNKNOWN, FAILED), limit=LIMIT)
    return sorted((job for job in jobs if job.answered_by is None), key=lambda job: job.id)


def workstations(tx: Session) -> list[str]:
    """Places a route may name."""
    fixed = (LocationKind.PACK, LocationKind.DOCK, LocationKind.LANE)
    known = tx.scalars(select(Location.code).where(Location.kind.in_(fixed)).order_by(Location.code))
    return sorted({*known, *(route.workstation for route in routes.list_routes(tx))} - {routes.ANYWHERE})
