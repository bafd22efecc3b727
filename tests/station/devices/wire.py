"""A scale on a pseudo-terminal: what it sends, what it was asked, and waiting for what comes of it."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from station.devices.scales.reader import NotTold, Reader, Times
from station.devices.scales.telling import Line, Word

UNKNOWN = Line()
PATIENCE_S = 60
QUICK = Times(patience=0.02, ask=0.02, quiet=0.4, listen=0.4, answer=0.1, again=(0.05, 0.2))


class Wire:
    """The far end of the cable: a scale that sends `frame` again and again, or answers when it is asked."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._frame = b""
        self._answers: dict[bytes, bytes] = {}
        self.asked: list[bytes] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def sends(self, frame: bytes) -> None:
        """From now on this, some thirty times a second; empty: silence."""
        self._frame = frame

    def answers(self, **commands: bytes) -> None:
        """Silent until asked: command (``SI``, ``ENQ``) to answer."""
        names = {"ENQ": b"\x05", "DC1": b"\x11", "SI": b"SI\r\n"}
        self._answers = {names[name]: answer for name, answer in commands.items()}

    def _send(self) -> None:
        while not self._stop.is_set():
            if self._frame:
                self._write(self._frame)
            ready, _w, _x = select.select([self._master], [], [], 0.03)
            if ready:
                self._hear(os.read(self._master, 64))

    def _hear(self, command: bytes) -> None:
        self.asked.append(command)
        if command in self._answers:
            self._write(self._answers[command])

    def _write(self, data: bytes) -> None:
        _r, ready, _x = select.select([], [self._master], [], 0.01)
        if ready:
            os.write(self._master, data)

    def pull(self) -> None:
        """The cable is out."""
        self._stop.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)


@contextmanager
def wire() -> Iterator[Wire]:
    """A cable with a scale at its end."""
    made = Wire()
    try:
        yield made
    finally:
        if not made._stop.is_set():
            made.pull()


class Heard:
    """A reader in a thread, and all that it told."""

    def __init__(self, port: str, line: Line, times: Times = QUICK) -> None:
        self.words: list[Word] = []
        self.is_away = False
        self.reader = Reader(port, line, self._take, times)
        self._thread = threading.Thread(target=self.reader.run, daemon=True)
        self._thread.start()

    def _take(self, word: Word) -> None:
        if self.is_away:
            raise NotTold
        self.words.append(word)

    @property
    def last(self) -> Word | None:
        return self.words[-1] if self.words else None

    def says(self, *wanted: object) -> bool:
        """Whether the last word is (says, dg) or says alone."""
        word = self.last
        return word is not None and (word.says, word.dg)[: len(wanted)] == wanted

    def close(self) -> None:
        self.reader.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@contextmanager
def heard(port: str, line: Line = UNKNOWN, times: Times = QUICK) -> Iterator[Heard]:
    """A reader that is ended."""
    made = Heard(port, line, times)
    try:
        yield made
    finally:
        made.close()
