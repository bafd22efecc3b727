"""The shortest way past slots (design §9): exact where the hall allows it, never longer than the fixed one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.storage.hall import rounds, shortest
from station.storage.hall.addresses import Address
from station.storage.hall.ground import DEPOT, Extent, Ground, Measures, Point
from station.storage.hall.walks import Walk, Zone, sequence

quick = settings(deadline=None, derandomize=True, max_examples=60)
AISLES, BAYS = 5, 20


def hall(cross: int = 0, zones: str = "AB", walk: Walk = Walk.SERPENTINE) -> Ground:
    """Two zones of five aisles of twenty bays side by side; 3 m from aisle to aisle, 1.2 m a bay."""
    ways = {code: Zone(code, walk) for code in zones}
    return Ground(dict.fromkeys(zones, Extent(1, AISLES, BAYS)), ways, Measures(300, 120, cross))


def slot(text: str) -> Address:
    zone, aisle, bay = text[0], *text[1:].split("-")
    return Address(zone, int(aisle), int(bay), 1, 1)


def points(ground: Ground, *codes: str) -> list[Point]:
    return at(ground, [slot(code) for code in codes])


def at(ground: Ground, slots: Iterable[Address]) -> list[Point]:
    return [point for one in slots if (point := ground.point(one))]


def test_where_slots_lie():
    """Facing bays are reached from one spot; zone B begins where A ends."""
    ground = hall()
    assert ground.point(slot("A1-1")) == ground.point(slot("A1-2")) == Point(0, 0, 60)
    assert ground.point(slot("A3-5")) == Point(0, 600, 300)
    assert ground.point(slot("B1-1")) == Point(1, 1500, 60)
    assert ground.point(slot("C1-1")) is None
    assert ground.point(None) is None


@pytest.mark.parametrize(
    ("here", "there", "cm"),
    [
        ("A1-1", "A1-19", 1080),
        ("A1-1", "A2-1", 300 + 120),
        ("A1-19", "A2-19", 300 + 120),
        ("A1-9", "A2-9", 300 + 1080),
        ("A5-19", "B1-19", 300 + 2280),
    ],
)
def test_how_far_it_is(here, there, cm):
    """By the nearer end of the aisle; from zone to zone only in front."""
    ground = hall()
    assert ground.distance(*points(ground, here, there)) == cm
    assert ground.distance(*points(ground, there, here)) == cm


def test_a_way_across_shortens():
    ground = hall(cross=5)
    assert ground.distance(*points(ground, "A1-9", "A2-9")) == 300 + 120


spots = st.lists(
    st.builds(
        Address, st.sampled_from("AB"), st.integers(1, AISLES), st.integers(1, BAYS), st.just(1), st.just(1)
    ),
    min_size=1,
    max_size=6,
)


@given(spots)
@quick
def test_no_order_of_the_stops_is_shorter(slots):
    """Ratliff and Rosenthal against every permutation."""
    ground = hall()
    stops = at(ground, slots)
    cm, passed = shortest.walk(ground, stops)
    assert cm == min(ground.length(list(way)) for way in permutations(set(stops)))
    assert sorted(passed) == sorted(set(stops))
    assert ground.length(passed) == cm


@given(spots, st.sampled_from([0, 4]))
@quick
def test_a_round_passes_every_stop_once_and_is_never_longer_than_the_fixed_one(slots, cross):
    ground = hall(cross)
    zones = {code: Zone(code) for code in "AB"}
    fixed = sorted(slots, key=sequence(set(slots), zones).__getitem__)
    stops = at(ground, fixed)
    way = rounds.plan(ground, stops)
    assert sorted(way.order) == list(range(len(stops)))
    assert way.cm == ground.length([stops[nth] for nth in way.order]) <= way.fixed_cm == ground.length(stops)
    assert way == rounds.plan(ground, stops)


def test_twenty_stops_are_a_seventh_shorter_with_a_way_across():
    ground = hall(cross=4)
    fixed = points(ground, *(f"A{aisle}-{bay}" for aisle in range(1, 6) for bay in (1, 9, 11, 19)))
    way = rounds.plan(ground, fixed)
    assert way.cm < way.fixed_cm * 6 // 7


@pytest.mark.parametrize("walk", [Walk.ONE_WAY, Walk.BOTH_SIDES])
def test_a_zone_with_a_way_of_its_own_keeps_it(walk):
    ground = hall(walk=walk)
    stops = points(ground, "A2-19", "A1-1", "A3-3", "A1-19")
    assert rounds.plan(ground, stops).order == (0, 1, 2, 3)


def test_what_lies_in_no_rack_comes_last_and_counts_for_nothing():
    ground = hall()
    (stop,) = points(ground, "A1-3")
    assert rounds.plan(ground, [None, stop]) == rounds.Round((1, 0), 360, 360)
    nowhere = Ground({}, {})
    assert rounds.plan(nowhere, [None, None]) == rounds.Round((0, 1), 0, 0)
    assert nowhere.length([]) == nowhere.distance(DEPOT, DEPOT) == 0
