"""Reading one scale for as long as its cable and its owner live.

The reader opens the port, finds the family when it is not known, hears frames, and tells. A cable that is
out is tried again; noise is heard and forgotten; whoever is told may be slow or away, and then what came
meanwhile is dropped: only the present counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from station.devices.says import Says
from station.devices.scales.cutting import Family, Framer
from station.devices.scales.families import BY_CODE, FAMILIES
from station.devices.scales.finding import Finder, Guess
from station.devices.scales.judging import Judge
from station.devices.scales.lines import LINES, Cable, CableBroken
from station.devices.scales.telling import Line, Pace, Word, shown

ACK = 0x06
ANSWER_S = 1.0
"""A question without an answer is asked again after so long."""
Tell = Callable[[Word], None]
"""Tells a word; raises `NotTold` when it could not."""


class NotTold(Exception):
    """Whoever is told is away; the present will be told again."""


@dataclass(frozen=True)
class Times:
    """Seconds: patience for bytes, between two askings, until silence is silence, for one setting,
    between two tries of a port, and how late a telling may be before what came meanwhile is dropped.
    """

    patience: float = 0.1
    ask: float = 0.2
    quiet: float = 2.0
    listen: float = 1.5
    answer: float = 0.4
    again: tuple[float, float] = (1.0, 10.0)
    late: float = 1.0


USUAL = Times()


class Reader:
    """One scale's line."""

    def __init__(self, port: str, line: Line, tell: Tell, times: Times = USUAL) -> None:
        self.port, self.line = port, line
        self._tell, self._times = tell, times
        self._pace = Pace()
        self._stop = threading.Event()
        self._judge: Judge | None = None
        self._zeros, self._tail = 0, b""
        self._retry_at = 0.0

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def run(self) -> None:
        """Read until stopped."""
        wait_s = self._times.again[0]
        while not self._stop.is_set():
            try:
                if self.line.family:
                    self._listen()
                else:
                    self._find()
                wait_s = self._times.again[0]
            except CableBroken:
                self._lost()
                self._stop.wait(wait_s)
                wait_s = min(2 * wait_s, self._times.again[1])

    # --- telling ----------------------------------------------------------------------------------

    def _say(self, word: Word) -> bool:
        """Tell what is due; False when that took so long that what came meanwhile is of the past."""
        now_s = time.monotonic()
        if now_s < self._retry_at or not self._pace.is_due(word, now_s):
            return True
        try:
            self._tell(word)
            self._pace.told(word, now_s)
        except NotTold:
            self._retry_at = time.monotonic() + self._times.again[0]
            self._pace = Pace()
        return time.monotonic() - now_s < self._times.late

    def _lost(self) -> None:
        if self._judge is not None:
            self._judge.quiet(Says.LOST)
        self._say(Word(Says.LOST, zeros=self._zeros))

    # --- a family that is known ---------------------------------------------------------------------

    def _listen(self) -> None:
        family = BY_CODE[self.line.family]
        judge = self._judge = self._judge or Judge(family)
        with closing(Cable(self.port, self.line.line or LINES[0], self._times.patience)) as cable:
            asker = Asker(cable, family, self._times.ask) if self.line.is_asked else None
            framer = self._framer(family)
            heard_at = understood_at = time.monotonic()
            while not self._stop.is_set():
                data = asker.turn() if asker else cable.read()
                now_s = time.monotonic()
                heard_at = now_s if data else heard_at
                for piece in framer.feed(data):
                    judge.hear(piece)
                    self._tail = piece.raw
                    understood_at = understood_at if piece.reading is None else now_s
                if now_s - understood_at > self._times.quiet:
                    is_silent = now_s - heard_at > self._times.quiet
                    judge.quiet(Says.SILENT if is_silent else Says.FOREIGN)
                    self._tail = b"" if is_silent else self._tail
                self._zeros = judge.zeros
                if not self._say(Word(judge.says, judge.dg, judge.zeros, shown(self._tail))):
                    cable.drop()
                    judge.quiet()
                    framer = self._framer(family)

    def _framer(self, family: Family) -> Framer:
        return Framer(family, self.line.unit, from_start=self.line.is_asked)

    # --- a family that is not -----------------------------------------------------------------------

    def _find(self) -> None:
        """Listen at every setting; when nobody speaks, ask at every setting; then begin anew."""
        lines = (self.line.line,) if self.line.line else LINES
        has_heard = False
        for line in lines:
            finder = self._hear(line, b"", FAMILIES, self._times.listen)
            has_heard = has_heard or bool(finder and finder.heard)
            if finder is not None and self._settle(line, finder, is_asked=False):
                return
        for line in () if has_heard else lines:
            for command in dict.fromkeys(family.ask for family in FAMILIES if family.ask):
                families = tuple(family for family in FAMILIES if family.ask == command)
                finder = self._hear(line, command[0], families, self._times.answer, command[1:])
                if finder is not None and self._settle(line, finder, is_asked=True):
                    return

    def _hear(
        self,
        line: str,
        command: bytes,
        families: tuple[Family, ...],
        wait_s: float,
        further: tuple[bytes, ...] = (),
    ) -> Finder | None:
        """What the families make of what comes at one setting; None when stopped or it cannot be set."""
        finder = Finder(self.line.unit, families, asked=bool(command))
        try:
            with closing(Cable(self.port, line, self._times.patience)) as cable:
                return self._heard(cable, finder, line, command, wait_s, further)
        except CableBroken:
            if line == LINES[0] or self.line.line:
                raise
            return None

    def _heard(
        self,
        cable: Cable,
        finder: Finder,
        line: str,
        command: bytes,
        wait_s: float,
        further: tuple[bytes, ...],
    ) -> Finder | None:
        if command:
            cable.ask(command)
        end_s = time.monotonic() + wait_s
        while time.monotonic() < end_s and not finder.is_full:
            if self._stop.is_set():
                return None
            data = cable.read()
            if further and data[:1] == bytes((ACK,)):
                cable.ask(further[0])
                data, further = data[1:], further[1:]
            finder.feed(data)
            self._say(Word(Says.FINDING, frame=f"{line} {shown(finder.last)}"[:160]))
            if len(finder.guesses()) == 1:
                break
        return finder

    def _settle(self, line: str, finder: Finder, *, is_asked: bool) -> bool:
        """Take the one family that fits; with several ask a person, until the line is set otherwise."""
        guesses = finder.guesses()
        if not guesses:
            return False
        if len(guesses) == 1:
            guess = guesses[0]
            unit = guess.piece.reading.unit if guess.family.has_unit and guess.piece.reading else ""
            found = Line(guess.family.code, line, unit or self.line.unit or "kg", is_asked)
            self._say(Word(Says.FINDING, frame=shown(guess.piece.raw), found=found))
            self.line = found
            return True
        narrowed = None if self.line.line else replace(self.line, line=line)
        self._say(Word(Says.UNCLEAR, frame=shown(finder.last), found=narrowed, guesses=told(guesses)))
        self.line = narrowed or self.line
        return True


def told(guesses: list[Guess]) -> str:
    """Guesses as a scale's row keeps them."""
    return " ".join(
        f"{guess.family.code}:{guess.piece.reading.dg or 0}" for guess in guesses if guess.piece.reading
    )[:160]


class Asker:
    """Asks a scale that does not speak by itself, again when it has answered or been silent."""

    def __init__(self, cable: Cable, family: Family, every_s: float) -> None:
        self._cable, self._commands, self._every_s = cable, family.ask, every_s
        self._rest: tuple[bytes, ...] = ()
        self._next_s = 0.0

    def turn(self) -> bytes:
        """Ask when it is time, and what came of it."""
        if time.monotonic() >= self._next_s:
            self._send(self._commands)
        data = self._cable.read()
        if self._rest and data[:1] == bytes((ACK,)):
            self._send(self._rest)
            return data[1:]
        if data:
            self._next_s = time.monotonic() + self._every_s
        return data

    def _send(self, commands: tuple[bytes, ...]) -> None:
        self._cable.ask(commands[0])
        self._rest, self._next_s = commands[1:], time.monotonic() + ANSWER_S
