"""Carries queued jobs to the printers: claim and settle are transactions, the waiting is done outside."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from PIL import Image

from printers import conversation, foreign, languages, layouts, queue, roster, transports
from printers.apart import NotNow
from printers.documents import SUPPLIED, from_data
from printers.errors import PrintError
from printers.families import PROBE
from printers.jobs import Job
from printers.languages import png
from printers.media import dots_per_mm
from printers.roster import Printer
from printers.settling import TEST_PAGE
from printers.status import OFFLINE, SILENT, Status
from printers.transports import DEFAULT, Delivery, Limits

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_SETTLE_AGAIN_S = 1
# An idle printer is looked at this often, so that the board knows of empty paper before the next label.
_LOOK_EVERY_S = 20
# Tokens in printers' answers are shorter than job ids may become.
_TOKENS = 2**26


class Write(Protocol):
    """Run a function inside one committed transaction and return its result."""

    def __call__(self, unit: Callable[[Any], _T], /) -> _T: ...


class Outcome(NamedTuple):
    """What one attempt left behind: the delivery, the PNG of the pages and the SHA-256 of the bytes sent."""

    delivery: Delivery
    pictures: bytes | None = None
    sha256: str | None = None


class Drawn(NamedTuple):
    """A paper ready to send: ``labels`` is how many pages or labels the payload makes the printer count."""

    payload: bytes
    pictures: bytes | None
    labels: int


class PrintWorker:
    """Prints what the queue holds. ``zone`` is the local time printed on papers; ``limits`` all time limits.

    One process per database runs it. What happens to a job is in its row; kept in memory is only which idle
    printers are being looked at, and when they were last.
    """

    def __init__(
        self,
        write: Write,
        now: Callable[[], datetime],
        *,
        zone: tzinfo = UTC,
        limits: Limits = DEFAULT,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._write = write
        self._now = now
        self._zone = zone
        self._limits = limits
        self._look_every_s = look_every_s
        self._looked: dict[int, float] = {}
        self._looking: set[int] = set()

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
        helpers: list[threading.Thread] = []
        self._guarded(self.recover)
        while not stop.is_set():
            helpers = [helper for helper in helpers if helper.is_alive()]
            wake.clear()
            job = self._guarded(self._claim)
            if job is None:
                helpers += self._guarded(partial(self._start_looking, wake)) or []
                wake.wait(idle_s)
            elif transports.is_instant(job.address):
                self._finish(job, stop, wake)
            else:
                name = f"print-{job.printer_code}"
                helpers.append(threading.Thread(target=self._finish, args=(job, stop, wake), name=name))
                helpers[-1].start()
        for helper in helpers:
            helper.join()

    def _start_looking(self, wake: threading.Event) -> list[threading.Thread]:
        """Ask idle printers how they are, each in a thread of its own; jobs wait until they have answered."""
        now = time.monotonic()
        threads = []
        for printer in self._write(roster.idle_printers):
            is_due = now - self._looked.get(printer.id, -self._look_every_s) >= self._look_every_s
            if is_due and transports.is_line(printer.address) and printer.answers:
                self._looking.add(printer.id)
                self._looked[printer.id] = now
                threads.append(
                    threading.Thread(target=self._look, args=(printer, wake), name=f"look-{printer.code}")
                )
        for thread in threads:
            thread.start()
        return threads

    def _look(self, printer: Printer, wake: threading.Event) -> None:
        try:
            status = conversation.look(printer.address, printer.language, self._limits)
        except OSError:
            status = Status((OFFLINE,))
        except PrintError as error:
            _log.warning("Printer %s cannot be asked: %s", printer.code, error)
            status = None
        told = status or Status((SILENT,))
        if told.cause != printer.cause or told.is_low != printer.is_low:
            self._guarded(
                lambda: self._write(lambda tx: roster.note_status(tx, printer.id, told, self._now()))
            )
        self._looking.discard(printer.id)
        wake.set()

    def _finish(self, job: Job, stop: threading.Event, wake: threading.Event) -> None:
        """Print, insist on writing the outcome down, then wake the loop for this printer's next job."""
        outcome = self._deliver(job)
        while self._guarded(lambda: self._settle(job, outcome)) is None and not stop.wait(_SETTLE_AGAIN_S):
            pass
        wake.set()

    def _claim(self) -> Job | None:
        return self._write(lambda tx: queue.claim(tx, self._now(), tuple(self._looking)))

    def _settle(self, job: Job, outcome: Outcome) -> str:
        if outcome.delivery.error:
            reason = outcome.delivery.error
            _log.warning("Print job %s (%s) at %s: %s", job.id, job.kind, job.printer_code, reason)
        return self._write(lambda tx: queue.settle(tx, job.id, *outcome, self._now(), layouts.VERSION))

    def _deliver(self, job: Job) -> Outcome:
        """Draw, encode and send. Whatever fails before the first byte is a failure with 0 bytes."""
        try:
            drawn = self._drawn(job)
        except PrintError as error:
            return Outcome(Delivery(0, error=str(error), is_hopeless=True))
        except NotNow as error:
            return Outcome(Delivery(0, error=str(error)))
        except Exception:  # noqa: BLE001 - a fault of ours in one paper must not stop the others
            _log.exception("Print job %s could not be drawn", job.id)
            sentence = "The paper could not be drawn; the server's log says why."
            return Outcome(Delivery(0, error=sentence, is_hopeless=True))
        return Outcome(self._send(job, drawn), drawn.pictures, hashlib.sha256(drawn.payload).hexdigest())

    def _drawn(self, job: Job) -> Drawn:
        options = {**job.options, "copies": job.copies, "dots_per_mm": dots_per_mm(job.dpi)}
        if job.kind in SUPPLIED:
            return _passed(job, options)
        images = self._draw(job)
        payload = languages.encode(job.language, images, options)
        return Drawn(payload, png.encode(images, {}), len(images) * job.copies)

    def _send(self, job: Job, drawn: Drawn) -> Delivery:
        message = conversation.Message(
            job.language,
            drawn.payload,
            labels=drawn.labels,
            proof=PROBE if job.kind == TEST_PAGE else job.printer_proof,
            token=job.id % _TOKENS,
            answers=None if job.kind == TEST_PAGE else job.answers,
        )
        try:
            return conversation.deliver(
                job.address,
                message,
                self._limits,
                may_begin=lambda: self._may_begin(job),
                tell=lambda cause: self._tell(job, cause),
            )
        except Exception:  # noqa: BLE001 - as above
            # Nobody knows how far it came, so it must not be sent again by itself: count all as written.
            _log.exception("Print job %s was interrupted", job.id)
            return Delivery(len(drawn.payload), error="Sending was interrupted; the server's log says why.")

    def _may_begin(self, job: Job) -> bool:
        """No byte leaves before this is written down; with the database away the paper stays queued."""
        return bool(self._guarded(lambda: self._write(lambda tx: queue.begin(tx, job.id, self._now()))))

    def _tell(self, job: Job, cause: str) -> None:
        self._guarded(lambda: self._write(lambda tx: queue.note_cause(tx, job, cause)))

    def _draw(self, job: Job) -> Sequence[Image.Image]:
        printed_at = self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        return layouts.render(
            from_data(job.kind, job.data),
            job.media,
            job.dpi,
            copy_no=job.copy_no,
            printed_at=printed_at,
            is_again=job.bytes_written > 0,
            lang=job.lang,
        )

    def _guarded(self, step: Callable[..., _T], *args: Any) -> _T | None:
        """Keep the loop alive: a database that is away for a moment must not end printing for good."""
        try:
            return step(*args)
        except Exception:  # noqa: BLE001 - the reason stands in the docstring
            _log.exception("The print worker stumbled and goes on")
            return None


def _passed(job: Job, options: Mapping[str, Any]) -> Drawn:
    """A paper somebody else made, ready to send."""
    drawn = foreign.draw(job.kind, job.data, job.media, job.dpi, job.language, options)
    return Drawn(drawn.payload, drawn.shown, drawn.labels * job.copies)
