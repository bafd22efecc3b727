"""Which orders are worked together (P13)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.words.messages import catalogue
from station.outbound.waves.grouping import DraftWave, build
from station.outbound.waves.kinds import KINDS, Day, PacksBy, WaveOrder, kind_for, kind_of
from station.outbound.waves.limits import Limits, Load
from station.storage.hall.ground import Point

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
YTO, ZTO = 1, 2
DAY = Day()
quick = settings(deadline=None, derandomize=True)


def order(order_id, *lines, carrier=YTO, urgent=False, ship=0, paid=0):
    """An order to be shipped `ship` hours after noon (None: no promise), paid `paid` hours after."""
    at = [None if hours is None else NOON + timedelta(hours=hours) for hours in (ship, paid)]
    return WaveOrder(order_id, carrier, lines or ((5, 1),), urgent, at[0], at[1])


def test_twenty_single_units_and_five_baskets_are_two_waves():
    """T38: W1 and, with a wall, W4; without one each basket is walked by itself."""
    singles = [order(i) for i in range(1, 21)]
    baskets = [order(i, (5, 1), (6, 2)) for i in range(21, 26)]
    with_wall = replace(DAY, wall=Limits(24))
    assert build(baskets + singles, with_wall) == [
        DraftWave("W1", YTO, tuple(range(1, 21))),
        DraftWave("W4", YTO, tuple(range(21, 26))),
    ]
    assert [wave.type for wave in build(baskets + singles, DAY)] == ["W1", "W6"]


def test_carriers_are_never_mixed():
    """T38."""
    waves = build([order(1), order(2, carrier=ZTO), order(3), order(4, (5, 2), carrier=ZTO)])
    assert {(wave.type, wave.carrier_id, wave.order_ids) for wave in waves} == {
        ("W1", YTO, (1, 3)),
        ("W1", ZTO, (2,)),
        ("W6", ZTO, (4,)),
    }


@pytest.mark.parametrize("lines", [((5, 2),), ((5, 1), (6, 1)), ((5, 1), (5, 1))])
def test_only_one_line_of_one_unit_is_a_single(lines):
    assert build([order(1, *lines)])[0].type == "W6"


def test_inside_a_wave_the_promise_then_the_payment_then_the_number_decide():
    orders = [order(1, ship=5), order(2, ship=4, paid=2), order(3, ship=4, paid=1), order(4, ship=4, paid=1)]
    assert build(orders)[0].order_ids == (3, 4, 2, 1)


def test_orders_without_a_promise_come_last():
    assert build([order(1, ship=None), order(2, paid=None), order(3)])[0].order_ids == (3, 2, 1)


KIND_CASES = [
    ("one unit", order(1), "W1"),
    ("two of one article", order(1, (5, 2)), "W6"),
    ("two articles", order(1, (5, 1), (6, 1)), "W6"),
    ("urgent (T39)", order(1, urgent=True), "W7"),
    ("to be shipped in less than two hours", order(1, ship=-2), "W7"),
    ("to be shipped in two hours", order(1, ship=-1), "W1"),
    ("late already", order(1, ship=-5), "W7"),
    ("valuable", replace(order(1), is_valuable=True), "W8"),
    ("valuable and urgent (T40)", replace(order(1, urgent=True), is_valuable=True), "W8"),
    ("urgent and special", replace(order(1, urgent=True), is_special=True), "W7"),
    ("special", replace(order(1, (5, 1), (6, 1)), is_special=True), "W9"),
    ("special and big", replace(order(1), is_special=True, is_big=True), "W9"),
    ("a whole carton", replace(order(1, (5, 12)), is_big=True), "W6"),
]


@pytest.mark.parametrize(("what", "item", "kind"), KIND_CASES, ids=[case[0] for case in KIND_CASES])
def test_the_first_rule_that_holds_decides(what, item, kind):
    """T39, T40: W8 before W7, before W9, before W6, before the others."""
    assert kind_for(item, replace(DAY, now=NOON - timedelta(hours=3))).name == kind, what


def test_many_identical_baskets_share_a_wave_and_so_do_many_orders_for_one_article():
    """W3 from ten identical ones on, W2 from ten for one article; pieces with numbers are walked singly."""
    baskets = [order(i, *(((5, 1), (6, 2)) if i % 2 else ((6, 2), (5, 1)))) for i in range(1, 11)]
    assert [wave.type for wave in build(baskets, DAY)] == ["W3"]
    assert [wave.type for wave in build(baskets[:9], DAY)] == ["W6"]
    assert [wave.type for wave in build([replace(item, is_serial=True) for item in baskets], DAY)] == ["W6"]
    article = [order(i, (5, 2 + i % 3)) for i in range(1, 11)]
    assert [wave.type for wave in build(article, DAY)] == ["W2"]
    assert [wave.type for wave in build(article[:9], DAY)] == ["W6"]
    assert {
        wave.type for wave in build([replace(item, carrier_id=i) for i, item in enumerate(article)], DAY)
    } == {"W6"}


def test_what_is_urgent_leads():
    assert [wave.type for wave in build([order(1), order(2, urgent=True), order(3, (5, 9))], DAY)] == [
        "W7",
        "W1",
        "W6",
    ]


def test_labels_of_different_sources_are_never_mixed():
    """P13: the platform's own labels print elsewhere."""
    waves = build([order(1), replace(order(2), channel="supplied"), order(3)], DAY)
    assert [wave.order_ids for wave in waves] == [(1, 3), (2,)]


def test_special_goods_are_walked_zone_by_zone_and_others_where_it_is_wished():
    items = [replace(order(i), zone="AB"[i % 2], is_special=True) for i in range(1, 5)]
    assert {wave.order_ids for wave in build(items, DAY)} == {(1, 3), (2, 4)}
    plain = [replace(item, is_special=False) for item in items]
    assert [wave.order_ids for wave in build(plain, DAY)] == [(1, 2, 3, 4)]
    assert {wave.order_ids for wave in build(plain, replace(DAY, by_zone=True))} == {(1, 3), (2, 4)}


def test_a_wave_holds_no_more_than_a_cart():
    """Orders, lines, volume, weight."""
    items = [replace(order(i), load=Load(1, 1, 400, 900)) for i in range(1, 7)]
    for limits, size in (
        (Limits(4), 4),
        (Limits(9, lines=3), 3),
        (Limits(9, volume_cm3=900), 2),
        (Limits(9, weight_g=2700), 3),
    ):
        assert len(build(items, replace(DAY, cart=limits))[0].order_ids) == size


def test_an_order_too_large_for_the_wall_does_not_go_there():
    small, large = order(1, (5, 1), (6, 1)), replace(order(2, (5, 1), (6, 1)), load=Load(1, 2, 9000))
    waves = build([small, large], replace(DAY, wall=Limits(24, volume_cm3=8000)))
    assert [(wave.type, wave.order_ids) for wave in waves] == [("W4", (1,)), ("W6", (2,))]


def test_singles_that_lie_near_each_other_share_a_wave():
    near, far = Point(0, 0, 60), Point(0, 3000, 900)
    items = [replace(order(i), points=(near if i % 2 else far,)) for i in range(1, 5)]
    assert [wave.order_ids for wave in build(items, replace(DAY, cart=Limits(2)))] == [(1, 3), (2, 4)]


def test_no_order_waits_for_one_that_must_leave_an_hour_later():
    """However near it lies: an hour's orders fill waves of their own, unless all together fill none."""
    near, far = Point(0, 0, 60), Point(0, 3000, 900)
    first = [replace(order(i, ship=5), points=(near if i % 2 else far,)) for i in range(1, 4)]
    later = [replace(order(i, ship=6), points=(near,)) for i in range(4, 8)]
    waves = build(later + first, replace(DAY, cart=Limits(4)))
    assert [set(wave.order_ids) for wave in waves] == [{1, 2, 3}, {4, 5, 6, 7}]
    few = build(later[:1] + first, replace(DAY, cart=Limits(4)))
    assert [wave.order_ids for wave in few] == [(1, 2, 3, 4)]


def test_a_wave_fills_up_before_the_next_one_begins():
    waves = build([order(i) for i in range(1, 51)])
    assert [len(wave.order_ids) for wave in waves] == [24, 24, 2]
    assert waves[0].order_ids == tuple(range(1, 25))
    assert [len(wave.order_ids) for wave in build([order(1), order(2)], replace(DAY, cart=Limits(1)))] == [
        1,
        1,
    ]


def test_no_orders_no_waves():
    assert build([]) == []


many = st.lists(
    st.builds(
        order,
        st.integers(1, 99),
        st.tuples(st.integers(1, 3), st.integers(1, 2)),
        carrier=st.sampled_from([YTO, ZTO]),
        urgent=st.booleans(),
        ship=st.none() | st.integers(0, 3),
        paid=st.none() | st.integers(0, 3),
    ),
    max_size=30,
    unique_by=lambda item: item.order_id,
)


@given(many, st.integers(1, 7), st.randoms(use_true_random=False))
@quick
def test_the_same_orders_give_the_same_waves_in_whatever_order(orders, limit, random):
    """T38: rerun = identical; every order is in exactly one wave."""
    day = replace(DAY, cart=Limits(limit), wall=Limits(limit), same_basket=2, same_article=2)
    waves = build(orders, day)
    assert waves == build(random.sample(orders, len(orders)), day)
    seated = [order_id for wave in waves for order_id in wave.order_ids]
    assert sorted(seated) == sorted(item.order_id for item in orders)
    assert all(1 <= len(wave.order_ids) <= limit for wave in waves)
    carrier_of = {item.order_id: item.carrier_id for item in orders}
    assert all(carrier_of[order_id] == wave.carrier_id for wave in waves for order_id in wave.order_ids)


# --- the kinds as data -----------------------------------------------------------------------


def test_an_order_of_no_other_kind_is_walked_by_itself():
    """No order is left without a wave."""
    odd = [order(1, (5, 900)), order(2, *((sku, 1) for sku in range(1, 60)))]
    assert [kind_for(item, DAY).name for item in odd] == ["W6", "W6"]


def test_a_kind_says_who_shares_a_walk_and_what_the_packer_scans_first():
    singles, by_order = kind_of("W1"), kind_of("W6")
    assert singles.group([7, 8, 9]) == [[7, 8, 9]]
    assert by_order.group([7, 8, 9]) == [[7], [8], [9]]
    assert (singles.packs_by, by_order.packs_by) == (PacksBy.ITEM, PacksBy.ORDER)


def test_every_kind_has_a_name_of_its_own_and_a_label():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind_of(kind.name) is kind for kind in KINDS)
    assert all(catalogue()[code].zh for kind in KINDS for code in (kind.label, kind.why))


def test_no_code_compares_names_of_kinds():
    """`W1` and `W6` stand in one file: a new kind is a row there."""
    root = Path(__file__).parents[4] / "station/outbound"
    named = {
        path.name
        for room in ("waves", "picking", "orders", "interception")
        for path in (root / room).rglob("*.py")
        if re.search(r'"W\d"', path.read_text(encoding="utf-8"))
    }
    assert named == {"kinds.py"}
