"""One job told to one printer: is it ready, here is the paper, did it come out, how is it now.

The rules of honesty: nothing is sent to a printer that says it cannot print; once a byte left us the outcome
is proved, or sent, or unknown, never "failed"; while the printer names a cause (paper out) we wait with the
job in its buffer, because it will print as soon as the cause is gone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from printers import transports
from printers.errors import BadPrinter
from printers.families import FENCE, NONE, PROBE, Dialect, dialect
from printers.status import GARBLED, OFFLINE, SENTENCES, SILENT, Status
from printers.transports import Delivery, Limits, Line, LineBroken
from printers.transports.line import PIECE


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told: ``labels`` pages in ``payload``; the ``proof`` this printer gives for a ``token``.

    ``answers``: whether the printer is known to speak; None: not known, so its silence means nothing.
    """

    language: str
    payload: bytes
    labels: int = 1
    proof: str = NONE
    token: int = 0
    answers: bool | None = None


def _ignore(_cause: str) -> None:
    """Nobody is interested in why we wait."""


def _go() -> bool:
    """Nothing stands against the first byte."""
    return True


def deliver(
    address: str,
    message: Message,
    limits: Limits = transports.DEFAULT,
    *,
    may_begin: Callable[[], bool] = _go,
    tell: Callable[[str], None] = _ignore,
) -> Delivery:
    """Deliver one job and return what is known about it; trouble is an answer, not an exception.

    ``may_begin`` is called right before the first byte: write down that there is no way back, or return
    False to leave it. ``tell`` hears the cause each time it changes while we wait for the proof.
    """
    try:
        transports.check(address)
        if not transports.is_line(address):
            return _dropped(address, message, limits, may_begin)
        line = transports.open_line(address, limits)
    except BadPrinter as error:
        return Delivery(0, error=str(error), is_hopeless=True)
    except LineBroken as error:
        return Delivery(0, error=str(error), cause=OFFLINE)
    try:
        return _Talk(line, message, limits, tell).run(may_begin)
    finally:
        line.close()


def look(address: str, language: str, limits: Limits = transports.DEFAULT) -> Status | None:
    """Return what an idle printer says of itself, None when it says nothing; LineBroken when it is away."""
    speaks = dialect(language)
    if speaks is None or not transports.is_line(address):
        return Status()
    line = transports.open_line(address, limits)
    try:
        talk = _Talk(line, Message(language, b""), limits, _ignore)
        status = talk.ask(speaks)
        line.finish()
        return status
    finally:
        line.close()


def _dropped(address: str, message: Message, limits: Limits, may_begin: Callable[[], bool]) -> Delivery:
    if not may_begin():
        return Delivery(0, error="The job was taken back.")
    return transports.drop(address, message.payload, limits, is_raw=message.language != "pdf")


class _Talk:
    """The course of one conversation."""

    def __init__(self, line: Line, message: Message, limits: Limits, tell: Callable[[str], None]) -> None:
        self._line = line
        self._message = message
        self._limits = limits
        self._tell = tell
        self._written = 0
        self._cause = ""
        self._answers: bool | None = None

    def run(self, may_begin: Callable[[], bool]) -> Delivery:
        """Ask, send, wait for the proof, ask again."""
        speaks = dialect(self._message.language)
        try:
            if speaks is not None and (refusal := self._ready(speaks)):
                return refusal
            proof = self._proof(speaks)
            if proof is None:
                return self._said(error=SENTENCES[SILENT], cause=SILENT)
            if not may_begin():
                return self._said(error="The job was taken back.")
            self._send(speaks, proof)
            return self._after(speaks, proof)
        except BadPrinter as error:
            return self._said(error=str(error), is_hopeless=not self._written)
        except OSError as error:
            size = len(self._message.payload)
            self._written += getattr(error, "written", 0)
            told = f"The connection broke after {min(self._written, size)} of {size} bytes: {error}."
            return self._said(error=told, cause=OFFLINE)

    def ask(self, speaks: Dialect) -> Status | None:
        """Return what the printer says of itself, None when it stays silent."""
        status = ask(self._line, speaks, self._limits)
        if speaks.heard():
            self._answers = True
        return status

    def _ready(self, speaks: Dialect) -> Delivery | None:
        """Return why nothing may be sent, None when the way is free."""
        if self._message.answers is False:
            return None
        status = self.ask(speaks)
        if status is None:
            if self._message.answers:
                return self._said(error=SENTENCES[SILENT], cause=SILENT)
            if self._answers:
                return self._said(error=SENTENCES[GARBLED], cause=GARBLED)
            self._answers = False
            return None
        if status.cause:
            return self._said(error=SENTENCES[status.cause], cause=status.cause)
        return None

    def _proof(self, speaks: Dialect | None) -> str | None:
        """Return the proof to wait for, as far as this line can give it. None: a printer known to give it
        does not, so something is wrong with it and nothing is sent.
        """
        proof = self._message.proof
        if speaks is None or (proof == FENCE and not self._line.is_private and not speaks.is_fence_named):
            return NONE
        if question := speaks.before(proof):
            say(self._line, question)
            if not self._listen(speaks, partial(speaks.is_prepared, proof), self._limits.status_s):
                return NONE if proof == PROBE else None
        return proof

    def _send(self, speaks: Dialect | None, proof: str) -> None:
        tail = speaks.after(proof, self._message.token) if speaks else b""
        self._write(self._message.payload + tail)

    def _after(self, speaks: Dialect | None, proof: str) -> Delivery:
        """Wait for the proof, look once how the printer is now, say goodbye."""
        proved = self._wait(speaks, proof) if speaks is not None and proof != NONE else ""
        trouble = self._farewell(speaks)
        if proved:
            return self._said(proof=proved)
        if proof not in (NONE, PROBE):
            return self._said(
                error=SENTENCES.get(self._cause) or "The printer gave no proof that it printed."
            )
        if self._cause:
            return self._said(error=SENTENCES[self._cause])
        return self._said(error=trouble)

    def _farewell(self, speaks: Dialect | None) -> str | None:
        """Return what spoils the delivery at its end; a printer that hangs up by itself spoils nothing."""
        try:
            if speaks is not None and self._answers:
                status = self.ask(speaks)
                self._cause = status.cause if status else SILENT
            return self._line.finish()
        except LineBroken:
            return None
        except OSError as error:
            return f"The connection broke after all bytes were sent: {error}."

    def _wait(self, speaks: Dialect, proof: str) -> str:
        """Return the proof that came, or nothing.

        The limit starts anew each time the printer has named a cause, up to ``hold_s`` in all.
        """
        wanted = speaks.proofs if proof == PROBE else (proof,)
        start = time.monotonic()
        end = start + self._limits.fence_s
        try:
            while not self._came(speaks, wanted[:1]) and (left := _left(start, end, self._limits.hold_s)) > 0:
                is_best = partial(self._came, speaks, wanted[:1])
                if self._listen(speaks, is_best, min(self._limits.poll_s, left)):
                    break
                if self._names_cause(speaks):
                    end = time.monotonic() + self._limits.fence_s
                if again := speaks.again(proof):
                    say(self._line, again)
        except OSError:
            # The bytes are out and the line is gone: a proof heard before that still counts.
            self._cause = self._cause or OFFLINE
        return self._came(speaks, wanted)

    def _came(self, speaks: Dialect, wanted: tuple[str, ...]) -> str:
        labels = self._message.labels
        return next((proof for proof in wanted if speaks.is_proved(proof, labels)), "")

    def _names_cause(self, speaks: Dialect) -> bool:
        """Ask why the proof does not come; tell who is interested when the cause has changed."""
        if not self._answers:
            return False
        status = self.ask(speaks)
        cause = status.cause if status else SILENT
        if cause != self._cause:
            self._cause = cause
            self._tell(cause)
        return bool(status and status.cause)

    def _listen(self, speaks: Dialect, is_enough: Callable[[], object], patience_s: float) -> bool:
        return listen(self._line, speaks, is_enough, patience_s)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            taken = self._line.send(bytes(rest[:PIECE]))
            rest = rest[taken:]
            self._written += taken

    def _said(
        self,
        *,
        proof: str | None = None,
        error: str | None = None,
        cause: str = "",
        is_hopeless: bool = False,
    ) -> Delivery:
        # What was appended to ask for a proof is not the job's.
        written = min(self._written, len(self._message.payload))
        return Delivery(written, proof, error, is_hopeless, cause or self._cause, self._answers)


class Listener(Protocol):
    """Digests what a printer says."""

    def hear(self, data: bytes) -> None: ...


def listen(line: Line, listener: Listener, is_enough: Callable[[], object], patience_s: float) -> bool:
    """Listen until ``is_enough``, at most so long; whether it was enough."""
    end = time.monotonic() + patience_s
    while not is_enough():
        left = end - time.monotonic()
        if left <= 0:
            return False
        listener.hear(line.receive(left))
    return True


def ask(line: Line, speaks: Dialect, limits: Limits) -> Status | None:
    """Put the family's questions one after the other; None as soon as one stays unanswered."""
    speaks.forget()
    for number, query in enumerate(speaks.queries, 1):
        say(line, query)
        if not listen(line, speaks, lambda number=number: speaks.heard() >= number, limits.status_s):  # type: ignore[misc]
            break
    return speaks.status


def say(line: Line, question: bytes) -> None:
    """Send something short and whole; LineBroken when the printer does not take it."""
    while question:
        question = question[line.send(question) :]


def _left(start: float, end: float, hold_s: float) -> float:
    """Return the seconds until the nearer of the two ends."""
    return min(end, start + hold_s) - time.monotonic()
