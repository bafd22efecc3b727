"""Handing documents to the printers in the unit of work that makes them (I10, design §5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from printers import queue
from printers.documents import Document
from printers.errors import JobRefused, NoRoute, WrongMedia
from printers.schema import QUEUED
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused


def print_(
    ctx: Context,
    document: Document,
    subject_type: str,
    subject_no: str,
    *,
    copies: int = 1,
    key: str = "",
    batch: str = "",
) -> int:
    """Queue `document` on the printer of the worker's bench.

    The same subject and key is one job however often the unit runs; the job's id is returned. Papers of one
    `batch` are printed in order, and stop at the first doubtful one (P30). E-PRN-05 without a route, E-PRN-06
    when the printer of the route holds other paper.
    """
    return send(
        ctx.tx,
        document,
        subject_type,
        subject_no,
        workstation=ctx.actor.workstation,
        requested_by=ctx.actor.name,
        now=ctx.now,
        copies=copies,
        key=key,
        batch=batch,
    )


def send(
    tx: Session,
    document: Document,
    subject_type: str,
    subject_no: str,
    *,
    workstation: str,
    requested_by: str,
    now: datetime,
    copies: int = 1,
    key: str = "",
    batch: str = "",
) -> int:
    """Queue `document` outside a scan: from the desk or a background job."""
    try:
        return queue.add(
            tx,
            document,
            subject_type=subject_type,
            subject_no=subject_no,
            workstation=workstation,
            requested_by=requested_by,
            idem_key=f"{subject_type}:{subject_no}:{key or type(document).__name__}",
            now=now,
            copies=copies,
            batch=batch or None,
        )
    except NoRoute:
        raise Refused("E-PRN-05") from None
    except WrongMedia:
        raise Refused("E-PRN-06") from None


def withdraw(tx: Session, subject_type: str, subject_no: str, now: datetime, reason: str) -> None:
    """Cancel the papers of a subject that no printer has taken yet."""
    for job in queue.list_jobs(tx, states=(QUEUED,), subject_type=subject_type, subject_no=subject_no):
        try:
            queue.cancel(tx, job.id, now=now, reason=reason)
        except JobRefused:
            continue  # a printer took it this moment; its label will be refused at the next scan
