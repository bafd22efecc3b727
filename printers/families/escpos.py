"""ESC/POS: real-time status (DLE EOT), ordered fence (GS r), job-end echo (GS ( H).

Answers share one stream and are told apart by their fixed bits. ASB pushes four bytes of which only the
first is marked, so it must be framed before a GS r answer can be believed.
"""

from printers.status import COVER_OPEN, FAULT, NOT_READY, PAPER_OUT, Status, worst

_REALTIME_MASK, _REALTIME, _PUSHED = 0x93, 0x12, 0x10
_FENCE_MASK = 0x90
_PUSH_LENGTH = 4
_ECHO_HEAD, _ECHO_LENGTH = b"\x37\x22", 7
_XON, _XOFF = 0x11, 0x13
_TOKEN_BASE = 94


class Escpos:
    """See ``printers.families.Dialect``."""

    proofs: tuple[str, ...] = ("echo", "fence")
    queries: tuple[bytes, ...] = tuple(bytes((0x10, 0x04, n)) for n in (1, 2, 4))
    is_fence_named = False

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._bytes: list[int] = []
        self._fences = 0
        self._echoes: set[bytes] = set()
        self._token = b""

    def forget(self) -> None:
        """Start a new question."""
        self._bytes = []

    def heard(self) -> int:
        """Return how many of the three real-time queries were answered."""
        return len(self._bytes)

    @property
    def status(self) -> Status | None:
        """The three answers read together."""
        if len(self._bytes) < len(self.queries):
            return None
        online, cause, paper = self._bytes[: len(self.queries)]
        causes = worst(
            (bool(cause & 0x04), COVER_OPEN),
            (bool(cause & 0x20 or paper & 0x60), PAPER_OUT),
            (bool(cause & 0x40), FAULT),
            # Bit 3 alone: offline and no reason given (feed key held, test print).
            (bool(online & 0x08), NOT_READY),
        )
        return Status(causes, bool(paper & 0x0C))

    def hear(self, data: bytes) -> None:
        """Sort the answers."""
        self._buffer += data
        while self._buffer and (taken := self._take()):
            del self._buffer[:taken]

    def _take(self) -> int:
        """Digest one answer; return its length, 0 while it is not whole."""
        first = self._buffer[0]
        if first == _ECHO_HEAD[0]:
            return self._echo()
        if first in (_XON, _XOFF):
            return 1
        if first & _REALTIME_MASK == _PUSHED:
            return _PUSH_LENGTH if len(self._buffer) >= _PUSH_LENGTH else 0
        if first & _REALTIME_MASK == _REALTIME:
            self._bytes.append(first)
        elif first & _FENCE_MASK == 0:
            self._fences += 1
        return 1

    def _echo(self) -> int:
        if len(self._buffer) < _ECHO_LENGTH:
            return 0
        if self._buffer[1] == _ECHO_HEAD[1] and self._buffer[_ECHO_LENGTH - 1] == 0:
            self._echoes.add(bytes(self._buffer[2:6]))
            return _ECHO_LENGTH
        return 1

    def before(self, proof: str) -> bytes:  # noqa: ARG002
        """Nothing to prepare, but a fence heard before the job proves nothing about it."""
        self._fences = 0
        return b""

    def is_prepared(self, proof: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def after(self, proof: str, token: int) -> bytes:
        """Return GS ( H with the token, GS r, or both in this order."""
        self._token = _characters(token)
        echo = b"\x1d(H\x06\x00\x30\x30" + self._token
        fence = b"\x1dr\x01"
        return {"echo": echo, "fence": fence, "probe": echo + fence}.get(proof, b"")

    def again(self, proof: str) -> bytes:  # noqa: ARG002
        """Nothing: both proofs come by themselves."""
        return b""

    def is_proved(self, proof: str, labels: int) -> bool:  # noqa: ARG002
        """The echo must carry the token; a fence is one byte that anything before it cannot have sent."""
        return self._token in self._echoes if proof == "echo" else proof == "fence" and self._fences > 0


def _characters(token: int) -> bytes:
    """Write a number as four characters from ``!`` to ``~``, as the command wants."""
    digits = []
    for _ in range(4):
        token, digit = divmod(token, _TOKEN_BASE)
        digits.append(0x21 + digit)
    return bytes(digits)
