"""The list of print jobs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from printers.reasons import in_both
from printers.schema import CONFIRMED, FAILED, QUEUED, SENDING, SENT, STATES, UNKNOWN, print_job, printer
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, SERIAL, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.ground.web.i18n import gettext, language
from station.paper.board import words


def _trouble(row: Any) -> str:
    return words(row.cause) if row.cause else said(row.error or "")


def said(error: str) -> str:
    """Why a paper failed, in the person's language."""
    translated = gettext(error) if error else ""
    return translated if translated != error else in_both(error)[language()]


JOBS = Register(
    name="jobs",
    title="Papers",
    path="jobs",
    query=select(
        print_job.c.id,
        print_job.c.state,
        print_job.c.kind,
        print_job.c.subject_no,
        print_job.c.copy_no,
        printer.c.name,
        print_job.c.cause,
        print_job.c.error,
        print_job.c.created_at,
    ).join(printer, printer.c.id == print_job.c.printer_id),
    key=print_job.c.id,
    newest=print_job.c.created_at,
    columns=(
        Col("id", "Job", SERIAL, share=6),
        Col("state", "State", STATE, share=9),
        Col("kind", "Paper", of=lambda row: words(row.kind)),
        Col("subject_no", "For", share=14),
        Col("copy_no", "Copy", SERIAL, share=5),
        Col("name", "Printer", share=12),
        Col("error", "Trouble", of=_trouble, share=18),
        Col("created_at", "Queued", INSTANT),
    ),
    filters=(
        Days(print_job.c.created_at),
        State(
            print_job.c.state,
            STATES,
            open=frozenset({QUEUED, SENDING, UNKNOWN, FAILED}),
            common=frozenset({SENT, CONFIRMED}),
        ),
        Number(print_job.c.subject_no),
    ),
    roles=DESK,
    link=Link("office.job", job_id="id"),
)
