"""The server's readers follow the database: begun, changed, ended, and begun anew when one dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from station.devices.says import Says
from station.devices.scales import fitting, rules
from station.devices.scales.keeping import Readers
from station.devices.scales.lines import Cable, CableBroken
from station.devices.scales.telling import Line
from station.ground.work import SYSTEM, Works
from station.wiring.hub import Hub
from tests.patience import until
from tests.station.devices.wire import QUICK, Wire, wire

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STGS = Line("STGS", "9600-8N1", "kg")


class Bench:
    """A scale at PACK-1, and the readers of the server."""

    def __init__(self, hub: Hub, scale: Wire) -> None:
        self.works = Works(hub.db, hub.clock, replace(hub.settings, serial_ports=(scale.port,)))
        self.scale, self.readers = scale, Readers(self.works, QUICK)

    def put(self, line: Line) -> None:
        wanted = fitting.Wanted("PACK-1", port=self.scale.port, line=line)
        self.works.do(lambda work: fitting.put(work, wanted), SYSTEM)

    def says(self, wanted: Says) -> bool:
        self.readers()
        with self.works.db.read() as tx:
            row = rules.of(tx, "PACK-1")
        return row is not None and row.says == wanted

    def is_free(self) -> bool:
        try:
            Cable(self.scale.port, "9600-8N1").close()
        except CableBroken:
            return False
        return True


@pytest.fixture
def bench(hub: Hub) -> Iterator[Bench]:
    with wire() as scale:
        made = Bench(hub, scale)
        yield made
        made.readers.close()


@contextmanager
def failing(bench: Bench) -> Iterator[Callable[[], bool]]:
    """The present reader's thread ends; answers whether another one runs."""
    ((reader, thread),) = bench.readers._running.values()
    reader.stop()
    thread.join()
    yield lambda: bench.readers() or all(other is not thread for _r, other in bench.readers._running.values())


def test_a_scale_that_is_taken_away_frees_its_port(bench: Bench) -> None:
    bench.put(STGS)
    bench.scale.sends(b"ST,GS,+  0.000kg\r\n")
    until(lambda: bench.says(Says.EMPTY))
    assert not bench.is_free()
    bench.works.do(lambda work: fitting.remove(work, "PACK-1"), SYSTEM)
    bench.readers()
    assert bench.is_free()


def test_another_family_is_read_at_once(bench: Bench) -> None:
    """The wrong one was named: foreign; the right one: understood."""
    bench.put(Line("SICS", "9600-8N1", "g"))
    bench.scale.sends(b"ST,GS,+  0.000kg\r\n")
    until(lambda: bench.says(Says.FOREIGN))
    bench.put(STGS)
    until(lambda: bench.says(Says.EMPTY))


def test_a_reader_that_ended_is_begun_anew(bench: Bench) -> None:
    bench.put(STGS)
    bench.scale.sends(b"ST,GS,+  0.000kg\r\n")
    until(lambda: bench.says(Says.EMPTY))
    with failing(bench) as is_new:
        until(is_new)
    bench.scale.sends(b"ST,GS,+  1.234kg\r\n")
    until(lambda: bench.says(Says.STILL))


def test_an_end_lets_go_of_every_port(bench: Bench) -> None:
    bench.put(STGS)
    bench.scale.sends(b"ST,GS,+  0.000kg\r\n")
    until(lambda: bench.says(Says.EMPTY))
    bench.readers.close()
    assert bench.is_free()
