"""Which orders are worked together (P13)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.words.messages import catalogue
from station.outbound.waves.grouping import DraftWave, build
from station.outbound.waves.kinds import KINDS, PacksBy, WaveOrder, kind_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
YTO, ZTO = 1, 2
quick = settings(deadline=None, derandomize=True)


def order(order_id, *lines, carrier=YTO, urgent=False, ship=0, paid=0):
    """An order to be shipped `ship` hours after noon (None: no promise), paid `paid` hours after."""
    at = [None if hours is None else NOON + timedelta(hours=hours) for hours in (ship, paid)]
    return WaveOrder(order_id, carrier, lines or ((5, 1),), urgent, at[0], at[1])


def test_twenty_single_units_and_five_baskets_are_two_waves():
    """T38 (until W4 exists, baskets are W6)."""
    singles = [order(i) for i in range(1, 21)]
    baskets = [order(i, (5, 1), (6, 2)) for i in range(21, 26)]
    waves = build(baskets + singles)
    assert waves == [
        DraftWave("W1", YTO, tuple(range(1, 21))),
        DraftWave("W6", YTO, tuple(range(21, 26))),
    ]


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


def test_urgent_orders_lead_their_wave():
    assert build([order(1), order(2, ship=9, urgent=True)])[0].order_ids == (2, 1)


def test_a_wave_fills_up_before_the_next_one_begins():
    waves = build([order(i) for i in range(1, 51)])
    assert [len(wave.order_ids) for wave in waves] == [24, 24, 2]
    assert waves[0].order_ids == tuple(range(1, 25))
    assert [len(wave.order_ids) for wave in build([order(1), order(2)], max_orders=1)] == [1, 1]


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
    waves = build(orders, limit)
    assert waves == build(random.sample(orders, len(orders)), limit)
    seated = [order_id for wave in waves for order_id in wave.order_ids]
    assert sorted(seated) == sorted(item.order_id for item in orders)
    assert all(1 <= len(wave.order_ids) <= limit for wave in waves)
    carrier_of = {item.order_id: item.carrier_id for item in orders}
    assert all(carrier_of[order_id] == wave.carrier_id for wave in waves for order_id in wave.order_ids)


# --- the kinds as data -----------------------------------------------------------------------


def test_the_last_kind_holds_for_every_order():
    """No order is left without a wave."""
    odd = [order(1, (5, 900)), order(2, *((sku, 1) for sku in range(1, 60))), order(3, urgent=True)]
    assert all(KINDS[-1].holds(item) for item in odd)


def test_a_kind_says_who_shares_a_walk_and_what_the_packer_scans_first():
    singles, by_order = kind_of("W1"), kind_of("W6")
    assert singles.group([7, 8, 9]) == [[7, 8, 9]]
    assert by_order.group([7, 8, 9]) == [[7], [8], [9]]
    assert (singles.packs_by, by_order.packs_by) == (PacksBy.ITEM, PacksBy.ORDER)


def test_every_kind_has_a_name_of_its_own_and_a_label():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind_of(kind.name) is kind and catalogue()[kind.label].zh for kind in KINDS)


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
