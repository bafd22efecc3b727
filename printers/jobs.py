"""The job row as a value, ways to look at jobs, and the one way a job changes its state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, Update, select, update

from printers.errors import JobRefused
from printers.roster import Tx
from printers.schema import print_job, printer


@dataclass(frozen=True, slots=True)
class Job:
    """One paper on its way, with what is needed of its printer. Instants are aware UTC.

    ``copy_no`` 1 is the first print; ``reprint_of`` is the id of that first print. ``bytes_written`` counts
    the last attempt that wrote any; ``started_at`` is when the first byte of this attempt was about to leave.
    ``cause`` is why it waits, ``answered_by`` who said what became of it. The pictures are fetched apart
    (``picture``).
    """

    id: int
    idem_key: str
    kind: str
    subject_type: str
    subject_no: str
    workstation: str
    printer_id: int
    data: Mapping[str, Any]
    media: str
    copies: int
    copy_no: int
    reprint_of: int | None
    reason: str | None
    requested_by: str
    state: str
    attempts: int
    bytes_written: int
    proof: str | None
    error: str | None
    cause: str
    batch: str | None
    answered_by: str | None
    moved_from: int | None
    layout: str | None
    sha256: str | None
    created_at: datetime
    next_at: datetime
    sending_at: datetime | None
    started_at: datetime | None
    done_at: datetime | None
    printer_code: str
    language: str
    address: str
    dpi: int
    options: Mapping[str, Any]
    lang: str
    printer_proof: str
    answers: bool | None


_OF_PRINTER = {
    "printer_code": printer.c.code.label("printer_code"),
    "language": printer.c.language,
    "address": printer.c.address,
    "dpi": printer.c.dpi,
    "options": printer.c.options,
    "lang": printer.c.lang,
    "printer_proof": printer.c.proof.label("printer_proof"),
    "answers": printer.c.answers,
}


def jobs() -> Select[Any]:
    """Select all jobs with their printers, named as in ``Job``; ``as_job`` reads the rows."""
    names = Job.__dataclass_fields__
    columns = [_OF_PRINTER[name] if name in _OF_PRINTER else print_job.c[name] for name in names]
    return select(*columns).select_from(print_job.join(printer, print_job.c.printer_id == printer.c.id))


def as_job(row: Row[Any]) -> Job:
    """Return a row of ``jobs`` as a value."""
    return Job(**row._asdict())


def show(tx: Tx, job_id: int) -> Job:
    """Return one job; JobRefused if there is none."""
    row = tx.execute(jobs().where(print_job.c.id == job_id)).first()
    if row is None:
        raise JobRefused(f"There is no print job {job_id}.")
    return as_job(row)


def list_jobs(
    tx: Tx,
    *,
    states: Collection[str] = (),
    workstation: str | None = None,
    subject_type: str | None = None,
    subject_no: str | None = None,
    printer_id: int | None = None,
    batch: str | None = None,
    limit: int = 50,
) -> list[Job]:
    """Return the newest jobs first, at most ``limit``; each condition given narrows the list."""
    query = jobs().order_by(print_job.c.id.desc()).limit(limit)
    if states:
        query = query.where(print_job.c.state.in_(states))
    wanted = {
        "workstation": workstation,
        "subject_type": subject_type,
        "subject_no": subject_no,
        "printer_id": printer_id,
        "batch": batch,
    }
    for name, value in wanted.items():
        if value is not None:
            query = query.where(print_job.c[name] == value)
    return [as_job(row) for row in tx.execute(query)]


def picture(tx: Tx, job_id: int) -> bytes | None:
    """Return the PNG of what was printed (pages one below the other), None if there is none (yet, or any
    more).
    """
    value = tx.execute(select(print_job.c.pictures).where(print_job.c.id == job_id)).scalar()
    return None if value is None else bytes(value)


def changed(tx: Tx, statement: Update) -> int:
    """Execute and return how many rows changed; Session and Connection differ in their types only."""
    return cast("CursorResult[Any]", tx.execute(statement)).rowcount


def move(tx: Tx, job_id: int, states: Sequence[str], values: Mapping[str, Any]) -> bool:
    """Change the job if its state still is one of ``states``; False when it no longer is."""
    old = print_job.c.id == job_id, print_job.c.state.in_(states)
    return changed(tx, update(print_job).where(*old).values(**values)) == 1
