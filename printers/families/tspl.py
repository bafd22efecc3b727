"""TSPL: immediate status (ESC !?, one byte) and an ordered fence (OUT behind PRINT)."""

import re

from printers.status import COVER_OPEN, FAULT, JAM, PAPER_OUT, PAUSED, RIBBON_OUT, Status, worst

# A mark no status byte has in front of digits.
_FENCE = re.compile(rb"#(\d{1,9})#\r?\n?")
_PARTIAL = re.compile(rb"#\d{0,9}#?$")


class Tspl:
    """See ``printers.families.Dialect``."""

    proofs: tuple[str, ...] = ("fence",)
    queries: tuple[bytes, ...] = (b"\x1b!?",)
    is_fence_named = True

    def __init__(self) -> None:
        self._buffer = b""
        self._bytes: list[int] = []
        self._fences: set[int] = set()
        self._token = -1

    def forget(self) -> None:
        """Start a new question."""
        self._bytes = []

    def heard(self) -> int:
        """Return 1 when the status byte came."""
        return min(len(self._bytes), 1)

    @property
    def status(self) -> Status | None:
        """The newest byte."""
        if not self._bytes:
            return None
        code = self._bytes[-1]
        return Status(
            worst(
                (bool(code & 0x01), COVER_OPEN),
                (bool(code & 0x02), JAM),
                (bool(code & 0x04), PAPER_OUT),
                (bool(code & 0x08), RIBBON_OUT),
                (bool(code & 0x80), FAULT),
                (bool(code & 0x10), PAUSED),
            )
        )

    def hear(self, data: bytes) -> None:
        """Take fences out of the stream; what is left are status bytes."""
        self._buffer += data
        while match := _FENCE.search(self._buffer):
            self._fences.add(int(match[1]))
            self._buffer = self._buffer[: match.start()] + self._buffer[match.end() :]
        held = _PARTIAL.search(self._buffer)
        end = held.start() if held else len(self._buffer)
        self._bytes += self._buffer[:end]
        self._buffer = self._buffer[end:]

    def before(self, proof: str) -> bytes:  # noqa: ARG002
        """Nothing to prepare."""
        return b""

    def is_prepared(self, proof: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def after(self, proof: str, token: int) -> bytes:
        """Return OUT with the token."""
        self._token = token
        return f'OUT "#{token}#"\r\n'.encode() if proof in {"fence", "probe"} else b""

    def again(self, proof: str) -> bytes:  # noqa: ARG002
        """Nothing: the fence comes by itself."""
        return b""

    def is_proved(self, proof: str, labels: int) -> bool:  # noqa: ARG002
        """The text came back: PRINT before it was processed."""
        return proof == "fence" and self._token in self._fences
