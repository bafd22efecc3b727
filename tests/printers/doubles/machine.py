"""What is inside every double: a port, a buffer, commands carried out in order, papers that come out.

One thread waits for bytes; the test's thread turns the knobs. Everything happens under one condition, so a
knob has taken effect when its method returns, and ``wait_for`` needs no sleep.
"""

import contextlib
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from PIL import Image

from tests.printers.doubles.wires import PtyWire, TcpWire, Wire


@dataclass(frozen=True, slots=True)
class Command:
    """One whole command. ``is_instant``: done when it arrives, whatever waits before it."""

    name: str
    data: bytes = b""
    is_instant: bool = False


class Machine:
    """Port, buffer and paper path. Families say how to split bytes into commands and what each does."""

    # Status questions: not counted as bytes of a job by ``after``.
    queries: tuple[bytes, ...] = ()

    def __init__(self, *, dpi: int = 203, memory: int = 64_000_000, wire: PtyWire | None = None) -> None:
        self.per_mm = {203: 8, 300: 12}[dpi]
        self.violations: list[str] = []
        self.drawer_kicks = 0
        self.connections = 0
        self.most_at_once = 0
        self.faults: set[str] = set()
        self.is_low = False
        self._memory = memory
        self._papers: list[Image.Image] = []
        self._received = bytearray()
        self._said = bytearray()
        self._pending: deque[tuple[Wire, Command]] = deque()
        self._muted: set[str] = set()
        self._junk = b""
        self._held: list[tuple[Wire, bytes]] | None = None
        self._marks: list[tuple[int, Callable[[Wire], None]]] = []
        self._job_bytes = 0
        self._is_stalled = self._is_busy = self._hangs_never = self._is_over = False
        self._changed = threading.Condition()
        self._selector = selectors.DefaultSelector()
        self._wires: list[Wire] = []
        self._bell, self._ear = socket.socketpair()
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._pty = wire
        self._port = 0
        self._listener = None if wire else self._bound()
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__)

    # --- where it stands ---------------------------------------------------------------------------

    @classmethod
    def on_pty(cls, *, dpi: int = 203) -> Self:
        """The same printer on a serial cable; ``path`` is the host's end (8N1, raw)."""
        return cls(dpi=dpi, wire=PtyWire())

    @property
    def path(self) -> str:
        assert self._pty is not None
        return self._pty.path

    @property
    def port(self) -> int:
        return self._port

    @property
    def address(self) -> str:
        return f"serial://{self.path}?baud=115200" if self._pty else f"tcp://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        with self._changed:
            if self._listener:
                self._listener.listen()
            if self._pty:
                self._plugged_in(self._pty)
            self._watch_port()
            self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._is_over = True
            self._bell.send(b"!")
        self._thread.join(10)
        assert not self._thread.is_alive()
        for wire in self._wires:
            wire.close()
        for thing in (self._listener, self._bell, self._ear, self._selector):
            if thing:
                thing.close()

    def _bound(self) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Small like a printer's, inherited by the connections.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        listener.bind(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        return listener

    # --- what came of it ---------------------------------------------------------------------------

    @property
    def papers(self) -> list[Image.Image]:
        """The papers that came out, in order."""
        with self._changed:
            return list(self._papers)

    @property
    def received(self) -> bytes:
        """Every byte the printer looked at, questions too."""
        with self._changed:
            return bytes(self._received)

    @property
    def said(self) -> bytes:
        """Every byte it answered."""
        with self._changed:
            return bytes(self._said)

    def is_alone(self) -> bool:
        """Whether nobody is connected (for ``wait_for``)."""
        return not self._wires

    def wait_for(self, is_so: Callable[[], bool], timeout: float = 60) -> None:
        """Wait until it is so; the limit is only for a broken test."""
        with self._changed:
            came = self._changed.wait_for(is_so, timeout)
            assert came, (
                f"after {timeout} s: {len(self._papers)} papers, {len(self._received)} bytes, "
                f"{self.connections} connections, waiting {len(self._pending)}, {self.violations[:3]}"
            )

    def assert_clean(self) -> None:
        """Nothing came that a printer does not know, prints as text, or opens a drawer for."""
        with self._changed:
            assert not self.violations, self.violations
            assert not self.drawer_kicks, "the drawer was opened"

    # --- for the families --------------------------------------------------------------------------

    def _split(self, buffer: bytearray) -> Command | None:
        """Take one whole command out of the buffer; None when it is not whole yet."""
        raise NotImplementedError

    def _do(self, wire: Wire, command: Command) -> None:
        """Carry out one command."""
        raise NotImplementedError

    def _ended(self, wire: Wire) -> None:
        """A host has said goodbye."""

    def _forget_settings(self) -> None:
        """Be as after switching on."""

    def _state_changed(self) -> None:
        """A cause came or went."""
        self._work()
        self._settle()

    def _is_blocked(self) -> bool:
        return bool(self.faults)

    def _violation(self, told: str) -> None:
        self.violations.append(told)

    def _out(self, paper: Image.Image) -> None:
        self._papers.append(paper)

    def _answer(self, wire: Wire, data: bytes, kind: str) -> None:
        """Answer as far as the knobs let us. ``kind``: ``status`` or a proof."""
        if kind in self._muted:
            return
        if kind == "status" and self._junk:
            data = self._junk
        if self._held is not None:
            self._held.append((wire, data))
        else:
            self._write(wire, data)

    # --- the machine -------------------------------------------------------------------------------

    def _write(self, wire: Wire, data: bytes) -> None:
        if wire.is_open:
            self._said += data
            wire.write(data)

    def _serve(self) -> None:
        while True:
            events = self._selector.select()
            with self._changed:
                if self._is_over:
                    return
                for key, _ in events:
                    self._event(key.fileobj)
                self._settle()

    def _event(self, source: object) -> None:
        if isinstance(source, Wire):
            if source.is_open and source.is_watched:
                self._read(source)
        elif self._listener and source is self._listener:
            with contextlib.suppress(OSError):
                self._plugged_in(TcpWire(self._listener.accept()[0]))

    def _plugged_in(self, wire: Wire) -> None:
        self._wires.append(wire)
        self.connections += 1
        self.most_at_once = max(self.most_at_once, len(self._wires))
        self._settle()

    def _read(self, wire: Wire) -> None:
        try:
            data = wire.read()
        except BlockingIOError:
            return
        except OSError:
            wire.close()
            return
        if data:
            self._arrived(wire, b"" if wire.is_deaf else data)
        else:
            wire.is_ended = True
            self._ended(wire)

    def _arrived(self, wire: Wire, data: bytes) -> None:
        """Take the bytes up to the next mark, then do what was marked there."""
        while data and wire.is_open and not wire.is_deaf:
            if self._is_stalled:
                wire.unread = data
                return
            is_query, piece = self._piece(wire, data)
            if not is_query and self._fire(wire):
                continue
            data = data[len(piece) :]
            self._received += piece
            self._job_bytes += 0 if is_query else len(piece)
            wire.buffer += piece
            while wire.is_open and (command := self._split(wire.buffer)):
                if command.is_instant:
                    self._do(wire, command)
                else:
                    self._pending.append((wire, command))
            self._work()
            if not is_query:
                self._fire(wire)

    def _piece(self, wire: Wire, data: bytes) -> tuple[bool, bytes]:
        """Return the next bytes to take at once, and whether they are a status question before a job."""
        if not wire.buffer:
            for query in self.queries:
                if data.startswith(query):
                    return True, query
        if self._marks:
            return False, data[: max(0, self._marks[0][0] - self._job_bytes)]
        return False, data

    def _mark(self, n: int, action: Callable[[Wire], None]) -> None:
        with self._changed:
            self._marks.append((self._job_bytes + n, action))
            self._marks.sort(key=lambda mark: mark[0])

    def _fire(self, wire: Wire) -> bool:
        if not self._marks or self._job_bytes < self._marks[0][0]:
            return False
        _, action = self._marks.pop(0)
        action(wire)
        return True

    def _stall(self) -> None:
        self._is_stalled = True

    def _work(self) -> None:
        """Carry out what waits, until something stands in the way."""
        while self._pending and not self._is_blocked():
            self._do(*self._pending.popleft())

    def _settle(self) -> None:
        """Listen to whom we should, let go of whom we can, tell who waits."""
        waiting = {id(wire) for wire, _ in self._pending} | {id(wire) for wire, _ in self._held or ()}
        is_full = sum(len(command.data) for _, command in self._pending) > self._memory
        for wire in list(self._wires):
            if wire.is_open and wire.is_ended and id(wire) not in waiting and not self._hangs_never:
                wire.close()
            wants = wire.is_open and not (wire.is_ended or self._is_stalled or is_full)
            if not wire.is_open:
                self._wires.remove(wire)
            if wants != wire.is_watched:
                wire.is_watched = wants
                if wants:
                    self._selector.register(wire, selectors.EVENT_READ)
                else:
                    self._selector.unregister(wire)
        self._changed.notify_all()

    def _watch_port(self, *, wanted: bool = True) -> None:
        if self._listener is None:
            return
        is_watched = any(key.fileobj is self._listener for key in self._selector.get_map().values())
        if wanted and not self._is_busy and not is_watched:
            self._selector.register(self._listener, selectors.EVENT_READ)
        elif is_watched and not wanted:
            self._selector.unregister(self._listener)
