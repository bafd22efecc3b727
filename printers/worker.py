"""Carries queued jobs to the printers: claim and settle are transactions, the waiting is done outside."""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple, Protocol, TypeVar

from PIL import Image

from printers import languages, layouts, queue, transports
from printers.documents import from_data
from printers.errors import PrintError
from printers.jobs import Job
from printers.languages import png
from printers.transports import Delivery
from printers.transports.tcp import DEFAULT, Limits

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_SETTLE_AGAIN_S = 1


class Write(Protocol):
    """Run a function inside one committed transaction and return its result."""

    def __call__(self, unit: Callable[[Any], _T], /) -> _T: ...


class Outcome(NamedTuple):
    """What one attempt left behind: the delivery, the PNG of the pages and the SHA-256 of the bytes sent."""

    delivery: Delivery
    pictures: bytes | None = None
    sha256: str | None = None


class PrintWorker:
    """Prints what the queue holds. ``zone`` is the local time printed on papers; ``limits`` the TCP timeouts.

    One process per database runs it. Nothing is kept in memory: whatever happens is in the job row.
    """

    def __init__(
        self, write: Write, now: Callable[[], datetime], *, zone: tzinfo = UTC, limits: Limits = DEFAULT
    ) -> None:
        self._write = write
        self._now = now
        self._zone = zone
        self._limits = limits

    def recover(self) -> int:
        """Settle what a dead process left SENDING, once at start. Return how many jobs that were."""
        return self._write(lambda tx: queue.recover(tx, self._now()))

    def run_once(self) -> bool:
        """Print one job here and now; False when none is due."""
        job = self._claim()
        if job is None:
            return False
        self._settle(job, self._deliver(job))
        return True

    def run(self, stop: threading.Event, wake: threading.Event | None = None, *, idle_s: float = 1) -> None:
        """Print until ``stop``; look into the queue when ``wake`` is set and at least every ``idle_s``
        seconds.

        Virtual printers are served in this thread. Each job for a real one gets a thread of its own, of
        which there are never more than printers (one SENDING job each), so that a dead printer keeps nobody
        waiting.
        """
        wake = wake or threading.Event()
        senders: list[threading.Thread] = []
        self._guarded(self.recover)
        while not stop.is_set():
            senders = [sender for sender in senders if sender.is_alive()]
            wake.clear()
            job = self._guarded(self._claim)
            if job is None:
                wake.wait(idle_s)
            elif transports.is_instant(job.address):
                self._finish(job, stop, wake)
            else:
                name = f"print-{job.printer_code}"
                senders.append(threading.Thread(target=self._finish, args=(job, stop, wake), name=name))
                senders[-1].start()
        for sender in senders:
            sender.join()

    def _finish(self, job: Job, stop: threading.Event, wake: threading.Event) -> None:
        """Print, insist on writing the outcome down, then wake the loop for this printer's next job."""
        outcome = self._deliver(job)
        while self._guarded(lambda: self._settle(job, outcome)) is None and not stop.wait(_SETTLE_AGAIN_S):
            pass
        wake.set()

    def _claim(self) -> Job | None:
        return self._write(lambda tx: queue.claim(tx, self._now()))

    def _settle(self, job: Job, outcome: Outcome) -> str:
        if outcome.delivery.error:
            reason = outcome.delivery.error
            _log.warning("Print job %s (%s) at %s: %s", job.id, job.kind, job.printer_code, reason)
        return self._write(lambda tx: queue.settle(tx, job.id, *outcome, self._now()))

    def _deliver(self, job: Job) -> Outcome:
        """Draw, encode and send. Whatever fails before the first byte is a failure with 0 bytes."""
        try:
            images = self._draw(job)
            payload = languages.encode(job.language, images, {**job.options, "copies": job.copies})
            pictures = png.encode(images, {})
        except PrintError as error:
            return Outcome(Delivery(0, error=str(error), is_hopeless=True))
        except Exception:  # noqa: BLE001 - a fault of ours in one paper must not stop the others
            _log.exception("Print job %s could not be drawn", job.id)
            sentence = "The paper could not be drawn; the server's log says why."
            return Outcome(Delivery(0, error=sentence, is_hopeless=True))
        return Outcome(self._send(job, payload), pictures, hashlib.sha256(payload).hexdigest())

    def _send(self, job: Job, payload: bytes) -> Delivery:
        try:
            return transports.deliver(job.address, payload, self._limits)
        except Exception:  # noqa: BLE001 - as above
            # Nobody knows how far it came, so it must not be sent again by itself: count all as written.
            _log.exception("Print job %s was interrupted", job.id)
            return Delivery(len(payload), error="Sending was interrupted; the server's log says why.")

    def _draw(self, job: Job) -> Sequence[Image.Image]:
        printed_at = self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        return layouts.render(
            from_data(job.kind, job.data),
            job.media,
            job.dpi,
            copy_no=job.copy_no,
            printed_at=printed_at,
            is_again=job.bytes_written > 0,
        )

    def _guarded(self, step: Callable[..., _T], *args: Any) -> _T | None:
        """Keep the loop alive: a database that is away for a moment must not end printing for good."""
        try:
            return step(*args)
        except Exception:  # noqa: BLE001 - the reason stands in the docstring
            _log.exception("The print worker stumbled and goes on")
            return None
