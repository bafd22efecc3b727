"""A scale on a cable at the packing bench: from the frames to the parcel's weight, through the scan door (P18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from station.devices.models import Scale
from station.devices.says import Says
from station.devices.scales import fitting
from station.devices.scales.keeping import Readers
from station.devices.scales.telling import Line
from station.ground.work import SYSTEM, Works
from station.outbound.packing.models import Parcel
from station.practice.demo import world
from tests.floor import CHEN
from tests.patience import until
from tests.station.devices.wire import QUICK, Wire, wire
from tests.station.outbound.bench import Bench
from tests.station.outbound.packing.test_typed_weight import grams
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def frame(grams: int, status: str = "ST") -> bytes:
    return f"{status},GS,+{grams // 1000:3d}.{grams % 1000:03d}kg\r\n".encode()


@contextmanager
def served(bench: Bench, scale: Wire, family: str = "STGS") -> Iterator[Callable[..., bool]]:
    """The scale stands at PACK-1 and is read; answers whether it says something now."""
    hub = bench.floor.hub
    works = Works(hub.db, hub.clock, replace(hub.settings, serial_ports=(scale.port,)))
    line = Line(family, "9600-8N1", "kg") if family else Line(line="9600-8N1")
    works.do(lambda work: fitting.put(work, fitting.Wanted("PACK-1", port=scale.port, line=line)), SYSTEM)
    readers = Readers(works, QUICK)

    def says(*wanted: object) -> bool:
        readers()
        with hub.db.read() as tx:
            row = tx.scalars(select(Scale).where(Scale.workstation == "PACK-1")).one()
            is_present = row.read_at == hub.clock.now()
            return is_present and (Says(row.says), row.dg)[: len(wanted)] == wanted

    try:
        yield says
    finally:
        readers.close()


def weights(bench: Bench) -> list[int | None]:
    with bench.floor.hub.db.read() as tx:
        return list(tx.scalars(select(Parcel.weight_dg).order_by(Parcel.id)))


def test_two_parcels_on_a_real_scale(at_bench: AtBench, books: Books) -> None:
    """Empty, moving, still, taken; the same weight never serves a second parcel; zero in between, and the next."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    with wire() as scale, served(bench, scale) as says:
        scale.sends(frame(0))
        until(lambda: says(Says.EMPTY))
        answer = bench.to_weigh(1, 1, 1)
        assert bench.scan("CM-OK").code == "E-WGT-02"
        first = int(grams(answer))
        scale.sends(frame(first, "US"))
        until(lambda: says(Says.MOVING, 10 * first))
        assert bench.scan("CM-OK").code == "E-WGT-02"
        scale.sends(frame(first))
        until(lambda: says(Says.STILL, 10 * first))
        assert bench.scans("CM-OK").code == "S-PAK-STAGED"
        answer = bench.to_weigh(2, 2, 2)
        bench.wait()
        until(lambda: says(Says.STILL, 10 * first))
        assert bench.scan("CM-OK").code == "E-WGT-03"
        second = int(grams(answer))
        scale.sends(frame(second))
        until(lambda: says(Says.STILL, 10 * second))
        assert bench.scan("CM-OK").code == "E-WGT-03"
        scale.sends(frame(0))
        until(lambda: says(Says.EMPTY))
        scale.sends(frame(second))
        until(lambda: says(Says.STILL, 10 * second))
        assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    assert weights(bench) == [10 * first, 10 * second]
    books()


def test_a_scale_that_is_begun_with_a_parcel_on_it(at_bench: AtBench) -> None:
    """No zero was seen: whatever lies there may be the last parcel."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    answer = bench.to_weigh(1, 1, 1)
    with wire() as scale, served(bench, scale) as says:
        scale.sends(frame(int(grams(answer))))
        until(lambda: says(Says.STILL))
        assert bench.scan("CM-OK").code == "E-WGT-03"


def test_a_dead_cable_a_tare_and_too_much(at_bench: AtBench, books: Books) -> None:
    """E-WGT-05, -06; out: E-WGT-04, and a supervisor lets the parcel go unweighed."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.to_weigh(1, 1, 1)
    with wire() as scale, served(bench, scale) as says:
        scale.sends(b"ST,NT,+  1.000kg\r\n")
        until(lambda: says(Says.TARED))
        assert bench.scan("CM-OK").code == "E-WGT-05"
        scale.sends(b"OL,GS,+  9.000kg\r\n")
        until(lambda: says(Says.OUTSIDE))
        assert bench.scan("CM-OK").code == "E-WGT-06"
        scale.sends(b"")
        until(lambda: says(Says.SILENT))
        assert bench.scan("CM-OK").code == "E-WGT-04"
        scale.pull()
        until(lambda: says(Says.LOST))
        assert bench.scan("CM-OK").code == "E-WGT-04"
        assert bench.scans(world.badge(CHEN), world.PIN, "5").code == "S-PAK-UNWEIGHED"
    books()


def test_a_word_of_the_past_does_not_count(at_bench: AtBench) -> None:
    """The server that read the scale is gone: seconds later its last word is no weight any more."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    answer = bench.to_weigh(1, 1, 1)
    with wire() as scale, served(bench, scale) as says:
        scale.sends(frame(0))
        until(lambda: says(Says.EMPTY))
        scale.sends(frame(int(grams(answer))))
        until(lambda: says(Says.STILL))
    bench.wait()
    assert bench.scan("CM-OK").code == "E-WGT-04"


def test_the_family_is_found_and_kept(at_bench: AtBench) -> None:
    """Set up by its port alone; what was found stands in the database, so the next start need not look."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    with wire() as scale, served(bench, scale, family="") as says:
        scale.sends(b"S S     250.00 g\r\n")
        until(lambda: says(Says.STILL, 2_500))
        with bench.floor.hub.db.read() as tx:
            row = tx.scalars(select(Scale).where(Scale.workstation == "PACK-1")).one()
            assert fitting.line_of(row) == Line("SICS", "9600-8N1", "g")
