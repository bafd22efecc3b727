"""Durable print jobs with honest states.

``QUEUED → SENDING → SENT → CONFIRMED | UNKNOWN | FAILED``, and ``CANCELLED``. SENT: all bytes were taken,
nothing more is known. CONFIRMED: something proved that the paper came out. UNKNOWN: bytes left us and then
something broke; only a person or a scan of the paper can tell, so it is never sent again by itself.

Every function works inside the caller's transaction. Every print and every reprint is a row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from printers import passing, roster, routes
from printers.documents import Document, from_data, kind_of, routed_as, to_data
from printers.errors import JobRefused
from printers.jobs import Job, changed, list_jobs, move, picture, show
from printers.media import suited
from printers.roster import Tx
from printers.schema import CANCELLED, CONFIRMED, FAILED, QUEUED, SENDING, SENT, UNKNOWN, print_job
from printers.settling import HARMLESS, STOPPING, begin, claim, note_cause, recover, settle

__all__ = [
    "HARMLESS",
    "Job",
    "Progress",
    "add",
    "add_all",
    "answer",
    "begin",
    "cancel",
    "claim",
    "confirm",
    "deny",
    "forget_pictures",
    "hand_over",
    "list_jobs",
    "note_cause",
    "picture",
    "progress",
    "recover",
    "reprint",
    "retry",
    "settle",
    "show",
    "vouch",
]


class Progress(NamedTuple):
    """``done`` of ``total`` papers of a batch are printed; ``stopped_at`` is the job that stops the rest."""

    done: int
    total: int
    stopped_at: int | None


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
    batch: str | None = None,
    printer_id: int | None = None,
) -> int:
    """Queue ``document`` for the printer of ``workstation`` (or this very printer) and return the job id.

    The same ``idem_key`` again returns the job that already stands for it, whatever the other arguments say.
    ``subject_type`` and ``subject_no`` name the thing the paper is about (``"waybill", "YT123"``).
    Raises NoRoute, WrongMedia (the printer holds other paper), BadDocument.
    """
    known = _known(tx, idem_key)
    if known is not None:
        return known
    common = _common(tx, document, workstation, printer_id, now)
    return _insert(
        tx,
        common
        | {
            "idem_key": idem_key,
            "subject_type": subject_type,
            "subject_no": subject_no,
            "data": to_data(document),
            "copies": copies,
            "copy_no": copy_no,
            "reprint_of": reprint_of,
            "reason": reason,
            "batch": batch,
            "requested_by": requested_by,
        },
    )


def add_all(
    tx: Tx,
    papers: Sequence[tuple[Document, str, str]],
    *,
    subject_type: str,
    workstation: str,
    requested_by: str,
    now: datetime,
) -> None:
    """Queue many papers of one kind, each with its subject's number and its ``idem_key``, in two statements.

    A key that stands for a job already makes no other. Raises as ``add`` does, and then queues none.
    """
    same = _common(tx, papers[0][0], workstation, None, now) | {
        "subject_type": subject_type,
        "copies": 1,
        "copy_no": 1,
        "requested_by": requested_by,
    }
    rows = [
        same | {"idem_key": idem_key, "subject_no": subject_no, "data": to_data(document)}
        for document, subject_no, idem_key in papers
    ]
    tx.execute(_inserted(tx), rows)


def _common(
    tx: Tx, document: Document, workstation: str, printer_id: int | None, now: datetime
) -> dict[str, Any]:
    """What a new job of this kind has, whatever it is about: where it prints, on what, since when."""
    kind = _checked_kind(document)
    chosen = _printer_for(tx, kind, workstation, printer_id)
    return {
        "kind": kind,
        "workstation": workstation,
        "printer_id": chosen.id,
        "media": suited(routed_as(kind), chosen.media).name,
        "state": QUEUED,
        "created_at": now,
        "next_at": now,
    }


def _printer_for(tx: Tx, kind: str, workstation: str, printer_id: int | None) -> Any:
    """The printer asked for, or the one that the routes name for the workstation; NoRoute without one."""
    if printer_id is not None:
        return roster.show_printer(tx, printer_id)
    return routes.find_printer(tx, routed_as(kind), workstation)


def _checked_kind(document: Document) -> str:
    """The kind of a document; BadDocument when a supplied one cannot be printed."""
    if isinstance(document, passing.Supplied):
        passing.content(document)
    return kind_of(document)


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
    still on its way. Who asks for an UNKNOWN paper again says by this that it did not come out.
    """
    known = _known(tx, idem_key) if idem_key else None
    if known is not None:
        return known
    job = show(tx, job_id)
    if job.state in {QUEUED, SENDING}:
        raise JobRefused(f"Print job {job_id} is still {job.state}; it cannot be reprinted yet.")
    if job.state == UNKNOWN:
        deny(tx, job_id, now=now, by=requested_by)
    answer(tx, job_id, by=requested_by)
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
        batch=job.batch,
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
    values = {"state": FAILED, "done_at": now, "error": f"{by} saw no paper.", "answered_by": by}
    _demand(tx, job_id, (UNKNOWN, SENT), values, "denied")


def vouch(tx: Tx, job_id: int, *, now: datetime, by: str) -> None:
    """A person looked and the paper is there: UNKNOWN or SENT becomes CONFIRMED; else JobRefused."""
    values = {"state": CONFIRMED, "done_at": now, "proof": "person", "answered_by": by}
    _demand(tx, job_id, (UNKNOWN, SENT), values, "confirmed")


def answer(tx: Tx, job_id: int, *, by: str) -> None:
    """Somebody took note of a FAILED paper and goes on without it: its batch may go on."""
    move(tx, job_id, (FAILED,), {"answered_by": by})


def cancel(tx: Tx, job_id: int, *, now: datetime, reason: str) -> None:
    """Take a job out of the queue before it is sent; JobRefused when it is no longer QUEUED."""
    _demand(tx, job_id, (QUEUED,), {"state": CANCELLED, "done_at": now, "reason": reason}, "cancelled")


def retry(tx: Tx, job_id: int, *, now: datetime) -> None:
    """Queue a FAILED job of which no byte was ever written once more, same row; else JobRefused (reprint
    it).
    """
    if show(tx, job_id).bytes_written:
        raise JobRefused(f"Bytes of print job {job_id} left for the printer; reprint it instead.")
    values = {"state": QUEUED, "attempts": 0, "next_at": now, "done_at": None, "answered_by": None}
    _demand(tx, job_id, (FAILED,), values, "queued again")


def hand_over(tx: Tx, job_id: int, printer_id: int, *, now: datetime) -> None:
    """Give a waiting paper to another printer. JobRefused unless QUEUED with no byte written; WrongMedia."""
    job, other = show(tx, job_id), roster.show_printer(tx, printer_id)
    if job.bytes_written:
        raise JobRefused(f"Bytes of print job {job_id} left for the printer; reprint it instead.")
    medium = suited(routed_as(job.kind), other.media).name
    values = {
        "printer_id": other.id,
        "media": medium,
        "moved_from": job.printer_id,
        "next_at": now,
        "cause": "",
    }
    _demand(tx, job_id, (QUEUED,), values, "moved")


def progress(tx: Tx, batch: str) -> Progress:
    """How far a batch is, and which of its papers stops it."""
    rows = tx.execute(
        select(print_job.c.id, print_job.c.state, print_job.c.answered_by)
        .where(print_job.c.batch == batch, print_job.c.reprint_of.is_(None))
        .order_by(print_job.c.id)
    ).all()
    done = sum(row.state in {SENT, CONFIRMED} or row.answered_by is not None for row in rows)
    stopped = next((row.id for row in rows if row.state in STOPPING and row.answered_by is None), None)
    return Progress(done, len(rows), stopped)


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
    row = _inserted(tx).values(**values)
    job_id = tx.execute(row.returning(print_job.c.id)).scalar()
    if job_id is None:
        job_id = _known(tx, values["idem_key"])
    assert job_id is not None, "whoever was faster has committed its row"
    return int(job_id)


def _inserted(tx: Tx) -> Any:
    """An INSERT of jobs that leaves out those whose key is there."""
    dialect = (tx.connection() if isinstance(tx, Session) else tx).dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(print_job).on_conflict_do_nothing(index_elements=["idem_key"])


def _known(tx: Tx, idem_key: str) -> int | None:
    job_id = tx.execute(select(print_job.c.id).where(print_job.c.idem_key == idem_key)).scalar()
    return None if job_id is None else int(job_id)
