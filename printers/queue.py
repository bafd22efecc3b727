"""Durable print jobs with honest states.

``QUEUED → SENDING → SENT → CONFIRMED | UNKNOWN | FAILED``, and ``CANCELLED``. SENT: all bytes were taken,
nothing more is known. CONFIRMED: something proved that the paper came out. UNKNOWN: bytes left us and then
something broke; only a person or a scan of the paper can tell, so it is never sent again by itself.

Every function works inside the caller's transaction. Every print and every reprint is a row.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from printers import routes
from printers.documents import Document, from_data, kind_of, to_data
from printers.errors import JobRefused
from printers.jobs import Job, changed, list_jobs, move, picture, show
from printers.media import suited
from printers.routes import Tx
from printers.schema import CANCELLED, CONFIRMED, FAILED, QUEUED, SENDING, SENT, UNKNOWN, print_job
from printers.settling import HARMLESS, claim, recover, settle

__all__ = [
    "HARMLESS",
    "Job",
    "add",
    "cancel",
    "claim",
    "confirm",
    "deny",
    "forget_pictures",
    "list_jobs",
    "picture",
    "recover",
    "reprint",
    "retry",
    "settle",
    "show",
]


def add(
    tx: Tx,
    document: Document,
    *,
    subject_type: str,
    subject_no: str,
    workstation: str,
    requested_by: str,
    idem_key: str,
    now: datetime,
    copies: int = 1,
    copy_no: int = 1,
    reprint_of: int | None = None,
    reason: str | None = None,
) -> int:
    """Queue ``document`` for the printer of ``workstation`` and return the job id.

    The same ``idem_key`` again returns the job that already stands for it, whatever the other arguments say.
    ``subject_type`` and ``subject_no`` name the thing the paper is about (``"waybill", "YT123"``).
    Raises NoRoute, WrongMedia (the printer holds other paper), BadDocument.
    """
    known = _known(tx, idem_key)
    if known is not None:
        return known
    kind = kind_of(document)
    chosen = routes.find_printer(tx, kind, workstation)
    values = {
        "idem_key": idem_key,
        "kind": kind,
        "subject_type": subject_type,
        "subject_no": subject_no,
        "workstation": workstation,
        "printer_id": chosen.id,
        "data": to_data(document),
        "media": suited(kind, chosen.media).name,
        "copies": copies,
        "copy_no": copy_no,
        "reprint_of": reprint_of,
        "reason": reason,
        "requested_by": requested_by,
        "state": QUEUED,
        "created_at": now,
        "next_at": now,
    }
    return _insert(tx, values)


def reprint(
    tx: Tx,
    job_id: int,
    *,
    reason: str,
    requested_by: str,
    now: datetime,
    idem_key: str | None = None,
    workstation: str | None = None,
) -> int:
    """Queue the same content once more, marked 补打, and return the new job's id.

    The copy number counts on over all prints of this paper; the route is looked up afresh. Give
    ``idem_key`` (the scan's id) so that a double click asks for one copy. JobRefused while the paper is
    still on its way.
    """
    known = _known(tx, idem_key) if idem_key else None
    if known is not None:
        return known
    job = show(tx, job_id)
    if job.state in {QUEUED, SENDING}:
        raise JobRefused(f"Print job {job_id} is still {job.state}; it cannot be reprinted yet.")
    first = job.reprint_of or job.id
    family = or_(print_job.c.id == first, print_job.c.reprint_of == first)
    copy_no = 1 + tx.execute(select(func.max(print_job.c.copy_no)).where(family)).scalar_one()
    return add(
        tx,
        from_data(job.kind, job.data),
        subject_type=job.subject_type,
        subject_no=job.subject_no,
        workstation=workstation or job.workstation,
        requested_by=requested_by,
        idem_key=idem_key or f"reprint:{first}:{copy_no}",
        now=now,
        copy_no=copy_no,
        reprint_of=first,
        reason=reason,
    )


def confirm(
    tx: Tx, subject_type: str, subject_no: str, *, now: datetime, proof: str, kind: str | None = None
) -> int | None:
    """The paper of this subject was seen (its label scanned back): mark its newest open print CONFIRMED.

    Open is SENT, UNKNOWN or SENDING (the scan may be faster than the printer's goodbye; such a job becomes
    CONFIRMED when it is settled). Returns the job id, None when nothing was open. ``kind`` narrows a
    subject with many papers.
    """
    newest = (
        select(print_job.c.id)
        .where(print_job.c.subject_type == subject_type, print_job.c.subject_no == subject_no)
        .where(print_job.c.state.in_((SENDING, SENT, UNKNOWN)))
        .order_by(print_job.c.id.desc())
        .limit(1)
    )
    if kind is not None:
        newest = newest.where(print_job.c.kind == kind)
    job_id = tx.execute(newest).scalar()
    if job_id is None:
        return None
    if not move(tx, job_id, (SENT, UNKNOWN), {"state": CONFIRMED, "proof": proof, "done_at": now}):
        move(tx, job_id, (SENDING,), {"proof": proof})
    return int(job_id)


def deny(tx: Tx, job_id: int, *, now: datetime, by: str) -> None:
    """A person looked and nothing came out: UNKNOWN or SENT becomes FAILED. JobRefused in any other state."""
    values = {"state": FAILED, "done_at": now, "error": f"{by} saw no paper."}
    _demand(tx, job_id, (UNKNOWN, SENT), values, "denied")


def cancel(tx: Tx, job_id: int, *, now: datetime, reason: str) -> None:
    """Take a job out of the queue before it is sent; JobRefused when it is no longer QUEUED."""
    _demand(tx, job_id, (QUEUED,), {"state": CANCELLED, "done_at": now, "reason": reason}, "cancelled")


def retry(tx: Tx, job_id: int, *, now: datetime) -> None:
    """Queue a FAILED job of which no byte was ever written once more, same row; else JobRefused (reprint
    it).
    """
    if show(tx, job_id).bytes_written:
        raise JobRefused(f"Bytes of print job {job_id} left for the printer; reprint it instead.")
    values = {"state": QUEUED, "attempts": 0, "next_at": now, "done_at": None}
    _demand(tx, job_id, (FAILED,), values, "queued again")


def forget_pictures(tx: Tx, before: datetime) -> int:
    """Drop the pictures of finished jobs created before this instant; the rows stay. Return how many."""
    old = print_job.c.created_at < before, print_job.c.pictures.is_not(None)
    rows = update(print_job).where(*old, print_job.c.state.not_in((QUEUED, SENDING)))
    return changed(tx, rows.values(pictures=None))


def _demand(tx: Tx, job_id: int, states: tuple[str, ...], values: Mapping[str, Any], verb: str) -> None:
    if not move(tx, job_id, states, values):
        raise JobRefused(f"Print job {job_id} is {show(tx, job_id).state}; it cannot be {verb}.")


def _insert(tx: Tx, values: Mapping[str, Any]) -> int:
    """Insert unless another transaction was faster with the same key; return the id that stands."""
    dialect = (tx.connection() if isinstance(tx, Session) else tx).dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(print_job).values(**values).on_conflict_do_nothing(index_elements=["idem_key"])
    job_id = tx.execute(row.returning(print_job.c.id)).scalar()
    if job_id is None:
        job_id = _known(tx, values["idem_key"])
    assert job_id is not None, "whoever was faster has committed its row"
    return int(job_id)


def _known(tx: Tx, idem_key: str) -> int | None:
    job_id = tx.execute(select(print_job.c.id).where(print_job.c.idem_key == idem_key)).scalar()
    return None if job_id is None else int(job_id)
