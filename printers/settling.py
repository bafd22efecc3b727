"""The worker's side of the queue: take a job, and write down what became of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select, update

from printers import routes
from printers.documents import routed_as
from printers.families import PICTURE, PROOFS
from printers.jobs import Job, changed, move, show
from printers.media import ALLOWED
from printers.roster import Tx
from printers.schema import CONFIRMED, FAILED, QUEUED, SENDING, SENT, UNKNOWN, print_job, printer
from printers.status import OFFLINE
from printers.transports import Delivery

# A second copy of these does no harm, so they may be sent again even after a byte was written.
HARMLESS = frozenset({"slot_label", "pick_list"})
# A paper in one of these states stops the rest of its batch until somebody answers.
STOPPING = (UNKNOWN, FAILED)
TEST_PAGE = "test_page"
# Waiting times between attempts, then half a minute each.
_BACKOFF_S = (1, 2, 5, 10)
_LONG_WAIT_S = 30
# A printer that told what it lacks is being looked after: be quick when it is ready again.
_CLOSE_WAIT_S = 5
# Without a byte written a job waits a whole shift; then it is history.
_KEEP = timedelta(hours=24)
_LEAST_ATTEMPTS = 14
_MAX_HARMLESS_ATTEMPTS = 3
# A printer that took no byte this often gives the job to its standby.
_STANDBY_AFTER = 2
_ERROR_LENGTH = 500


def claim(tx: Tx, now: datetime, passed_over: Collection[int] = ()) -> Job | None:
    """Turn one QUEUED job into SENDING and return it, or None.

    Each printer works its jobs in order of id: only the oldest is a candidate, also while that one waits
    for its next attempt. Passed over are printers with a SENDING job, out of service or ``passed_over``, and
    jobs whose batch stands still.
    """
    busy = select(print_job.c.printer_id).where(print_job.c.state == SENDING)
    heads = (
        select(func.min(print_job.c.id))
        .join(printer, print_job.c.printer_id == printer.c.id)
        .where(print_job.c.state == QUEUED, printer.c.is_active, print_job.c.printer_id.not_in(busy))
        .where(~_is_held(), print_job.c.printer_id.not_in(passed_over))
        .group_by(print_job.c.printer_id)
    )
    ready = select(print_job.c.id).where(print_job.c.id.in_(heads), _is_due(now))
    taken = {
        "state": SENDING,
        "sending_at": now,
        "started_at": None,
        "attempts": print_job.c.attempts + 1,
        "error": None,
    }
    for job_id in tx.execute(ready.order_by(print_job.c.id)).scalars().all():
        if move(tx, job_id, (QUEUED,), taken):
            return show(tx, job_id)
    return None


def _is_due(now: datetime) -> Any:
    """Its wait is over, or lies further ahead than any does: then it was set while the clock was wrong."""
    return (print_job.c.next_at <= now) | (print_job.c.next_at > now + timedelta(seconds=_LONG_WAIT_S))


def _is_held() -> Any:
    """Whether an earlier paper of the same batch waits for somebody's answer."""
    earlier = print_job.alias("earlier")
    return exists().where(
        earlier.c.batch == print_job.c.batch,
        earlier.c.id < print_job.c.id,
        earlier.c.state.in_(STOPPING),
        earlier.c.answered_by.is_(None),
    )


def begin(tx: Tx, job_id: int, now: datetime) -> bool:
    """Write down that the first byte is about to leave; False when the job is no longer ours to send."""
    return move(tx, job_id, (SENDING,), {"started_at": now, "cause": ""})


def note_cause(tx: Tx, job: Job, cause: str) -> None:
    """The printer names a reason why the paper does not come: tell people while we wait."""
    move(tx, job.id, (SENDING,), {"cause": cause})
    tx.execute(update(printer).where(printer.c.id == job.printer_id).values(cause=cause))


def settle(
    tx: Tx,
    job_id: int,
    delivery: Delivery,
    pictures: bytes | None,
    sha256: str | None,
    now: datetime,
    layout: str | None = None,
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
        values |= {"pictures": pictures, "sha256": sha256, "layout": layout}
    values |= _outcome(job, delivery, now)
    values["cause"] = delivery.cause if values["state"] == QUEUED else ""
    if values["state"] == QUEUED:
        values |= _failover(tx, job)
    if not move(tx, job_id, (SENDING, UNKNOWN), values):
        return job.state
    _note_printer(tx, job, delivery, now)
    return str(values["state"])


def recover(tx: Tx, now: datetime) -> int:
    """At start: settle what was SENDING when the process died, and return how many jobs that were.

    Before its first byte it is QUEUED again, with a proof CONFIRMED, and otherwise UNKNOWN.
    """
    values = {"done_at": now, "error": "The server stopped while this was being sent."}
    stuck = update(print_job).where(print_job.c.state == SENDING)
    proved = changed(tx, stuck.where(print_job.c.proof.is_not(None)).values(state=CONFIRMED, done_at=now))
    unsent = changed(tx, stuck.where(print_job.c.started_at.is_(None)).values(state=QUEUED, next_at=now))
    return proved + unsent + changed(tx, stuck.values(state=UNKNOWN, **values))


def _outcome(job: Job, delivery: Delivery, now: datetime) -> dict[str, Any]:
    """The rules of P30: retry by itself only while nothing can have been printed, or when twice does no
    harm.
    """
    if delivery.proof or job.proof:
        return {"state": CONFIRMED, "done_at": now}
    if delivery.error is None:
        return {"state": SENT, "done_at": now}
    if _may_go_again(job, delivery, now):
        return {"state": QUEUED, "next_at": now + _wait(job.attempts, delivery.cause)}
    may_be_printed = delivery.bytes_written or job.bytes_written
    return {"state": UNKNOWN if may_be_printed else FAILED, "done_at": now}


def _may_go_again(job: Job, delivery: Delivery, now: datetime) -> bool:
    if delivery.is_hopeless:
        return False
    if delivery.bytes_written:
        return job.kind in HARMLESS and job.attempts < _MAX_HARMLESS_ATTEMPTS
    return job.attempts < _LEAST_ATTEMPTS or now - job.created_at < _KEEP


def _wait(attempts: int, cause: str) -> timedelta:
    seconds = _BACKOFF_S[attempts - 1] if attempts <= len(_BACKOFF_S) else _LONG_WAIT_S
    return timedelta(seconds=min(seconds, _CLOSE_WAIT_S) if cause not in {"", OFFLINE} else seconds)


def _failover(tx: Tx, job: Job) -> Mapping[str, Any]:
    """Hand a job of which no byte was ever written to the standby, drawn anew for its paper."""
    if job.attempts < _STANDBY_AFTER or job.bytes_written or job.kind == TEST_PAGE:
        return {}
    kind = routed_as(job.kind)
    spare = routes.find_standby(tx, kind, job.workstation, job.printer_id)
    if spare is None or spare.media not in ALLOWED[kind]:
        return {}
    return {"printer_id": spare.id, "media": spare.media, "moved_from": job.printer_id, "cause": ""}


def _note_printer(tx: Tx, job: Job, delivery: Delivery, now: datetime) -> None:
    """Remember how the printer last behaved; a bad document says nothing about it."""
    if delivery.is_hopeless:
        return
    values: dict[str, Any] = {
        "state": "FAILING" if delivery.error else "READY",
        "cause": delivery.cause,
        "last_error": _short(delivery.error),
        "seen_at": now,
    }
    if delivery.answers:
        values["answers"] = True
    if job.kind == TEST_PAGE and not delivery.error:
        values |= _shown_by_test_page(delivery, now)
    tx.execute(update(printer).where(printer.c.id == job.printer_id).values(**values))


def _shown_by_test_page(delivery: Delivery, now: datetime) -> Mapping[str, Any]:
    """A test page asks for every proof; the one that came is what this printer gives from now on."""
    proof = delivery.proof if delivery.proof in PROOFS else "none"
    told = {} if delivery.proof == PICTURE else {"answers": bool(delivery.answers)}
    return {"proof": proof, "probed_at": now, **told}


def _short(error: str | None) -> str | None:
    return error and error[:_ERROR_LENGTH]
