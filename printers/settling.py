"""The worker's side of the queue: take a job, and write down what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from printers import routes
from printers.jobs import Job, changed, move, show
from printers.media import ALLOWED
from printers.routes import Tx
from printers.schema import CONFIRMED, FAILED, QUEUED, SENDING, SENT, UNKNOWN, print_job, printer
from printers.transports import Delivery

# A second copy of these does no harm, so they may be sent again even after a byte was written.
HARMLESS = frozenset({"slot_label", "pick_list"})
# Waiting times between attempts; then a minute each, some ten minutes in all.
_BACKOFF_S = (1, 2, 5, 10, 30)
_LONG_WAIT_S = 60
_MAX_ATTEMPTS = 14
_MAX_HARMLESS_ATTEMPTS = 3
# A printer that took no byte this often gives the job to its standby.
_STANDBY_AFTER = 2
_ERROR_LENGTH = 500


def claim(tx: Tx, now: datetime) -> Job | None:
    """Turn one QUEUED job into SENDING and return it, or None.

    Each printer works its jobs in order of id: only the oldest is a candidate, also while that one waits
    for its next attempt. A printer with a SENDING job or out of service is passed over.
    """
    busy = select(print_job.c.printer_id).where(print_job.c.state == SENDING)
    heads = (
        select(func.min(print_job.c.id))
        .join(printer, print_job.c.printer_id == printer.c.id)
        .where(print_job.c.state == QUEUED, printer.c.is_active, print_job.c.printer_id.not_in(busy))
        .group_by(print_job.c.printer_id)
    )
    ready = select(print_job.c.id).where(print_job.c.id.in_(heads), print_job.c.next_at <= now)
    for job_id in tx.execute(ready.order_by(print_job.c.id)).scalars().all():
        taken = {"state": SENDING, "sending_at": now, "attempts": print_job.c.attempts + 1, "error": None}
        if move(tx, job_id, (QUEUED,), taken):
            return show(tx, job_id)
    return None


def settle(
    tx: Tx, job_id: int, delivery: Delivery, pictures: bytes | None, sha256: str | None, now: datetime
) -> str:
    """Write down the outcome of one attempt and return the job's new state.

    A late answer may still settle a job that was given up as UNKNOWN; any other state is left alone and
    returned.
    """
    job = show(tx, job_id)
    values: dict[str, Any] = {"error": _short(delivery.error), "proof": delivery.proof or job.proof}
    # An attempt without a byte must not hide that an earlier one wrote some.
    values["bytes_written"] = max(delivery.bytes_written, job.bytes_written)
    if pictures is not None:
        values |= {"pictures": pictures, "sha256": sha256}
    values |= _outcome(job, delivery, now)
    if values["state"] == QUEUED:
        values |= _failover(tx, job)
    if not move(tx, job_id, (SENDING, UNKNOWN), values):
        return job.state
    _note_printer(tx, job.printer_id, delivery, now)
    return str(values["state"])


def recover(tx: Tx, now: datetime) -> int:
    """At start: what was SENDING when the process died is UNKNOWN (CONFIRMED if proved). Return how many."""
    values = {"done_at": now, "error": "The server stopped while this was being sent."}
    stuck = update(print_job).where(print_job.c.state == SENDING)
    proved = changed(tx, stuck.where(print_job.c.proof.is_not(None)).values(state=CONFIRMED, done_at=now))
    return proved + changed(tx, stuck.values(state=UNKNOWN, **values))


def _outcome(job: Job, delivery: Delivery, now: datetime) -> dict[str, Any]:
    """The rules of P30: retry by itself only while nothing can have been printed, or when twice does no
    harm.
    """
    if delivery.proof or job.proof:
        return {"state": CONFIRMED, "done_at": now}
    if delivery.error is None:
        return {"state": SENT, "done_at": now}
    may_be_printed = delivery.bytes_written > 0
    limit = _MAX_HARMLESS_ATTEMPTS if may_be_printed else _MAX_ATTEMPTS
    is_safe = not may_be_printed or job.kind in HARMLESS
    if is_safe and not delivery.is_hopeless and job.attempts < limit:
        return {"state": QUEUED, "next_at": now + _wait(job.attempts)}
    return {"state": UNKNOWN if may_be_printed or job.bytes_written else FAILED, "done_at": now}


def _wait(attempts: int) -> timedelta:
    return timedelta(seconds=_BACKOFF_S[attempts - 1] if attempts <= len(_BACKOFF_S) else _LONG_WAIT_S)


def _failover(tx: Tx, job: Job) -> Mapping[str, Any]:
    """Hand a job of which no byte was ever written to the standby, drawn anew for its paper."""
    if job.attempts < _STANDBY_AFTER or job.bytes_written:
        return {}
    spare = routes.find_standby(tx, job.kind, job.workstation, job.printer_id)
    if spare is None or spare.media not in ALLOWED[job.kind]:
        return {}
    return {"printer_id": spare.id, "media": spare.media}


def _note_printer(tx: Tx, printer_id: int, delivery: Delivery, now: datetime) -> None:
    """Remember how the printer last behaved; a bad document says nothing about it."""
    if delivery.is_hopeless:
        return
    state = "FAILING" if delivery.error else "READY"
    values = {"state": state, "last_error": _short(delivery.error), "seen_at": now}
    tx.execute(update(printer).where(printer.c.id == printer_id).values(**values))


def _short(error: str | None) -> str | None:
    return error and error[:_ERROR_LENGTH]
