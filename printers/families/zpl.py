"""ZPL: host status (~HS) and the label counter of Link-OS printers.

~HS is answered at once and proves nothing about a job. Zebra's own page says that printers may not answer
it at all when media or ribbon are out or the head is open. The counter is the proof: it rose by what we
printed. It needs the printer for ourselves, which the queue sees to.
"""

import re

from printers.status import COVER_OPEN, FAULT, PAPER_OUT, PAUSED, RIBBON_OUT, Status, worst

_COUNT = b'! U1 getvar "odometer.total_label_count"\r\n'
_ODOMETER = re.compile(rb'"(\d{1,12})[^"]{0,20}"')
_FRAME = re.compile(rb"\x02([^\x02\x03]{0,200})\x03")
_FRAMES = 3
_FIELDS = (12, 11)
_MEMORY = 4096
_CORRUPT, _UNDER, _OVER = 9, 10, 11


class Zpl:
    """See ``printers.families.Dialect``."""

    proofs: tuple[str, ...] = ("counter",)
    queries: tuple[bytes, ...] = (b"~HS",)
    is_fence_named = False

    def __init__(self) -> None:
        self._buffer = b""
        self._frames: list[bytes] = []
        self._at_start: int | None = None
        self._count: int | None = None

    def forget(self) -> None:
        """Start a new question."""
        self._frames = []

    def heard(self) -> int:
        """Return 1 when all three strings of the answer came."""
        return int(len(self._frames) >= _FRAMES)

    @property
    def status(self) -> Status | None:
        """The answer, None while it is not whole or not readable."""
        if len(self._frames) < _FRAMES:
            return None
        first, second = (frame.split(b",") for frame in self._frames[:2])
        if len(first) != _FIELDS[0] or len(second) != _FIELDS[1]:
            return None
        on = b"1"
        return Status(
            worst(
                (second[2] == on, COVER_OPEN),
                (first[1] == on, PAPER_OUT),
                (second[3] == on, RIBBON_OUT),
                (on in (first[_CORRUPT], first[_UNDER], first[_OVER]), FAULT),
                (first[2] == on, PAUSED),
            )
        )

    def hear(self, data: bytes) -> None:
        """Take whole frames and counter readings out of the stream."""
        self._buffer = (self._buffer + data)[-_MEMORY:]
        while match := _FRAME.search(self._buffer):
            self._frames.append(match[1].strip())
            self._buffer = self._buffer[: match.start()] + self._buffer[match.end() :]
        while match := _ODOMETER.search(self._buffer):
            self._count = int(match[1])
            self._buffer = self._buffer[match.end() :]

    def before(self, proof: str) -> bytes:
        """Return the question for the counter."""
        self._count = None
        return _COUNT if proof in {"counter", "probe"} else b""

    def is_prepared(self, proof: str) -> bool:
        """Whether the counter was told."""
        return proof not in {"counter", "probe"} or self._count is not None

    def after(self, proof: str, token: int) -> bytes:  # noqa: ARG002
        """Return the first question for the counter; from here on it is counted."""
        self._at_start = self._count
        return self.again(proof)

    def again(self, proof: str) -> bytes:
        """Return the question for the counter."""
        return _COUNT if proof in {"counter", "probe"} and self._at_start is not None else b""

    def is_proved(self, proof: str, labels: int) -> bool:
        """The counter rose by exactly what was printed: more means that somebody else printed as well."""
        if proof != "counter" or self._at_start is None or self._count is None:
            return False
        return self._count == self._at_start + labels
