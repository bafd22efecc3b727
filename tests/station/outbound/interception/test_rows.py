"""One test for each row of the interception table (T70–T77): where the cancel catches the order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.practice.demo import world
from tests.floor import QIAN, SUN, Floor
from tests.station.outbound.bench import BENCH, Bench, ean, tote
from tests.station.scenarios.conftest import Day, order_of

AtBench = Callable[..., Bench]
Start = Callable[..., Day]
Books = Callable[[], None]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _told(bench: Bench) -> list[object]:
    return [message["state"] for message in bench.told("order_state")]


@sqlite
def test_t70_before_anything_is_reserved(start: Start, floor: Floor, books: Books) -> None:
    start(order_of(1, ("S0001", 2)))
    bench = Bench(floor)
    bench.cancel(1)
    assert (bench.state(1), _told(bench)) == ("CANCELLED", ["CANCELED"])
    books()


@sqlite
def test_t71_in_a_wave_and_not_picked(shelved: Start, floor: Floor, books: Books) -> None:
    """The list nobody took is not offered any more, and its stock is free."""
    shelved(order_of(1, ("S0001", 2))).receive()
    floor.release()
    bench = Bench(floor)
    bench.cancel(1)
    assert (bench.state(1), _told(bench)) == ("CANCELLED", ["CANCELED"])
    assert bench.totes() == ["CANCELLED"]
    books()


@sqlite
def test_t72_during_the_walk(shelved: Start, floor: Floor, books: Books) -> None:
    """What was picked goes from the tote to the shelf, the rest is never picked."""
    shelved(order_of(1, ("S0001", 2), ("S0002", 1))).receive()
    floor.release()
    bench = Bench(floor)
    at = floor.scans(SUN, "pick", "CM-OK", tote(1))
    at = floor.scans(SUN, "pick", at.facts["hint"])
    at = floor.scans(SUN, "pick", floor.barcode(at.facts["hint"]), "CM-OK")
    bench.cancel(1)
    assert floor.scan(SUN, "pick", at.facts["hint"]).code == "E-INT-01"
    floor.scans(SUN, "pick", BENCH)
    picked = sum(bench.lies("TOTE").values())
    floor.scans(QIAN, "intercept", tote(1), bench.shelf())
    assert (bench.state(1), bench.lies("INTC"), bench.lies("TOTE")) == ("CANCELLED", {"GOOD": picked}, {})
    assert _told(bench) == ["CANCELED"]
    books()


@sqlite
def test_t73_picked(at_bench: AtBench, floor: Floor, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.cancel(1)
    assert bench.state(1) == "INTERCEPTING"
    listed = floor.look(QIAN, "intercept")["facts"]
    assert listed["table"] == [[bench.order_no(1), "T001", "2"]]
    floor.scans(QIAN, "intercept", tote(1), bench.shelf())
    assert (bench.state(1), bench.totes(), bench.waybills()) == ("CANCELLED", ["EMPTY"], [])
    assert _told(bench) == ["CANCELED"]
    books()


@sqlite
@pytest.mark.parametrize("is_labelled", [False, True])
def test_t74_on_the_bench(at_bench: AtBench, floor: Floor, books: Books, is_labelled: bool) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    if is_labelled:
        bench.to_weigh(1, 1, 1)
    else:
        bench.to_box(1, 1, 1)
    bench.cancel(1)
    floor.scans(QIAN, "intercept", bench.bills[0] if is_labelled else bench.order_no(1), bench.shelf())
    assert (bench.state(1), bench.parcels(1)) == ("CANCELLED", [("1", "VOID")])
    assert bench.waybills() == (["CANCELLED"] if is_labelled else [])
    assert (bench.lies("INTC"), bench.lies("PACK"), _told(bench)) == ({"GOOD": 2}, {}, ["CANCELED"])
    books()


def test_t75_in_the_lane(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Refused at the manifest scan, pulled from the lane that the list names."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    for number in (1, 2):
        bench.finish(bench.to_box(number, number, number))
    bench.cancel(1)
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王")
    assert floor.scan(QIAN, "dispatch", bench.bills[0]).code == "E-INT-01"
    assert floor.look(QIAN, "intercept")["facts"]["table"][0][1] == "LANE-ZTO"
    floor.scans(QIAN, "intercept", bench.bills[0], bench.shelf())
    assert (bench.state(1), bench.waybills()) == ("CANCELLED", ["CANCELLED", "BOUND"])
    assert (bench.lies("INTC"), bench.lies("LANE")) == ({"GOOD": 2}, {"GOOD": 2})
    books()


@sqlite
def test_t76_on_an_open_manifest(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Brought to the shelf it is off the manifest, and the count is one less."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    for number in (1, 2):
        bench.finish(bench.to_box(number, number, number))
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bench.bills)
    bench.cancel(1)
    floor.scans(QIAN, "intercept", bench.bills[0], bench.shelf())
    assert floor.look(QIAN, "dispatch")["facts"]["big"] == "1"
    floor.scans(QIAN, "dispatch", "CM-CLOSE", world.badge(QIAN), world.PIN)
    assert [bench.state(number) for number in (1, 2)] == ["CANCELLED", "SHIPPED"]
    assert _told(bench) == ["CANCELED"]
    books()


@sqlite
def test_t77_too_late(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Shipped: the office hears CANCELEDFAIL, and nobody looks for the goods."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.finish(bench.to_box(1, 1, 1))
    floor.dispatch("ZTO", bench.bills)
    bench.cancel(1)
    assert (bench.state(1), _told(bench)) == ("SHIPPED", ["CANCELEDFAIL"])
    assert floor.scan(QIAN, "intercept", bench.bills[0]).code == "E-TSK-02"
    books()


@sqlite
def test_two_people_bring_the_same_goods(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Both scanned the tote; the second shelf scan finds it done and moves nothing."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.cancel(1)
    floor.scans(QIAN, "intercept", tote(1))
    floor.scans(SUN, "intercept", tote(1), bench.shelf())
    again = floor.scans(QIAN, "intercept", bench.shelf())
    assert (again.code, again.step) == ("S-INT-DONE", "goods")
    assert bench.lies("INTC") == {"GOOD": 2}
    books()


@sqlite
def test_ways_out_and_wrong_places(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """A lane is no shelf; whoever leaves, leaves the order on the list; a product tells nothing."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.cancel(1)
    assert floor.scan(QIAN, "intercept", ean(1)).code == "E-SCN-02"
    floor.scans(QIAN, "intercept", tote(1))
    assert floor.scan(QIAN, "intercept", floor.slot("LANE-ZTO")).code == "E-LOC-03"
    left = floor.scans(QIAN, "intercept", "CM-MENU")
    assert left.facts["hint"] == bench.order_no(1)
    books()
