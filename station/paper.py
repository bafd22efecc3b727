"""Handing documents to the printers in the unit of work that makes them (I10, design §5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from printers import queue
from printers.documents import Document
from printers.errors import NoRoute, WrongMedia
from station.scan.messages import Refused
from station.scan.workflow import Context


def print_(
    ctx: Context,
    document: Document,
    subject_type: str,
    subject_no: str,
    *,
    copies: int = 1,
    key: str = "",
) -> int:
    """Queue `document` on the printer of the worker's bench; E-PRN-05 when there is no route.

    The same subject and key is one job however often the unit runs; the job's id is returned.
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
        )
    except (NoRoute, WrongMedia):
        raise Refused("E-PRN-05") from None
