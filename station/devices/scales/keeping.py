"""The readers of the scales at this machine's ports: one thread each, as many as the database names."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import select

from station.devices.models import Scale, ScaleKind
from station.devices.scales import rules
from station.devices.scales.fitting import line_of
from station.devices.scales.reader import USUAL, NotTold, Reader, Times
from station.devices.scales.telling import Line, Word
from station.ground.work import SYSTEM, Work, Works

log = logging.getLogger(__name__)

JOIN_S = 5


class Teller:
    """Tells one reader's words to the database."""

    def __init__(self, works: Works, scale_id: int) -> None:
        self._works, self._scale_id = works, scale_id
        self._run = self._seq = self._zeros = 0

    def __call__(self, word: Word) -> None:
        """NotTold while the database is away, or another reader has the scale."""
        try:
            is_heard = self._works.do(lambda work: self._told(work, word), SYSTEM)
        except Exception as error:  # the database's troubles are told by those who look after it
            raise NotTold(str(error)) from error
        if not is_heard:
            self._run = 0
            raise NotTold("another reader has this scale")

    def _told(self, work: Work, word: Word) -> bool:
        if not self._run:
            self._run = rules.begin(work.tx, self._scale_id, work.now)
            self._seq, self._zeros = 0, word.zeros
        self._seq += 1
        mine = Word(word.says, word.dg, word.zeros - self._zeros, word.frame, word.found, word.guesses)
        return rules.hear(work.tx, self._scale_id, self._run, self._seq, mine, work.now)


class Readers:
    """Starts and ends readers as scales are set up and taken away; a turn looks once."""

    def __init__(self, works: Works, times: Times = USUAL) -> None:
        self._works, self._times = works, times
        self._running: dict[int, tuple[Reader, threading.Thread]] = {}

    def __call__(self) -> bool:
        """Bring the readers to what the database says; nothing more to do at once."""
        wanted = self._wanted()
        for scale_id, (reader, thread) in list(self._running.items()):
            if wanted.get(scale_id) != (reader.port, reader.line) or not thread.is_alive():
                self._end(scale_id)
        for scale_id, (port, line) in wanted.items():
            if scale_id not in self._running:
                self._begin(scale_id, port, line)
        return False

    def close(self) -> None:
        """End all readers and wait for them."""
        for reader, _thread in self._running.values():
            reader.stop()
        for scale_id in list(self._running):
            self._end(scale_id)

    def _wanted(self) -> dict[int, tuple[str, Line]]:
        with self._works.db.read() as tx:
            rows = tx.scalars(select(Scale).where(Scale.kind == ScaleKind.SERIAL)).all()
            return {row.id: (row.port, line_of(row)) for row in rows}

    def _begin(self, scale_id: int, port: str, line: Line) -> None:
        reader = Reader(port, line, Teller(self._works, scale_id), self._times)
        thread = threading.Thread(target=_run, args=(reader,), name=f"scale {port}", daemon=True)
        self._running[scale_id] = reader, thread
        thread.start()

    def _end(self, scale_id: int) -> None:
        reader, thread = self._running.pop(scale_id)
        reader.stop()
        thread.join(timeout=JOIN_S)


def _run(reader: Reader) -> None:
    try:
        reader.run()
    except Exception:
        log.exception("the reader of the scale at %s failed and is begun anew", reader.port)
