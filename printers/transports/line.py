"""An open two-way connection to one printer, and how long anything on it may take."""

from dataclasses import dataclass
from typing import Protocol

from printers.reach import STRICT, Reach

PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds, and which addresses may be reached (``reach``).

    ``connect_s`` to connect, ``write_s`` without progress while writing, ``drain_s`` for the printer's
    goodbye, ``status_s`` for an answer about itself, ``fence_s`` for the proof after the last byte,
    ``hold_s`` for the proof while the printer names a cause (paper out), ``poll_s`` between questions.
    """

    connect_s: float = 3
    write_s: float = 10
    drain_s: float = 2
    status_s: float = 1
    fence_s: float = 10
    hold_s: float = 600
    poll_s: float = 0.5
    reach: Reach = STRICT


DEFAULT = Limits()


class LineBroken(OSError):
    """The printer hung up, took nothing for too long, or the cable is out.

    ``written``: how many bytes of the piece being sent may have left us all the same.
    """

    def __init__(self, sentence: str, written: int = 0) -> None:
        super().__init__(sentence)
        self.written = written


class Line(Protocol):
    """A connection. ``is_private``: what we hear can only answer this conversation, not an earlier one."""

    is_private: bool

    def send(self, data: bytes) -> int:
        """Wait until the printer takes some of ``data`` and return how much; LineBroken when it does not.

        What the printer says meanwhile is kept for ``receive``: left unread it may cut the job in half.
        """

    def receive(self, patience_s: float) -> bytes:
        """Return what was heard, waiting at most so long; empty on silence, LineBroken on a hang-up."""

    def finish(self) -> str | None:
        """Say goodbye in order. Return a sentence when bytes were still not accepted, else None."""

    def close(self) -> None:
        """Let go, whatever state the line is in."""
