"""Oldest first (I7), and the picker's walk."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from station.stock.fifo import Candidate, Pick, lot_key, plan
from station.stock.walk import walk_key

TODAY = date(2026, 11, 23)
quick = settings(deadline=None, derandomize=True)


def row(stock_id, *, lot=None, x=None, received=TODAY, kind="PICK", seq=1, available=10):
    """A stock row; `x` is the expiry in days from today, None for goods without dates."""
    expires = None if x is None else TODAY + timedelta(x)
    return Candidate(stock_id, lot or stock_id, 1, expires, received, 100 + stock_id, kind, seq, available)


def taken(picks):
    return None if picks is None else [(pick.stock_id, pick.qty) for pick in picks]


def test_an_order_of_five_takes_three_of_the_older_lot_and_two_of_the_younger():
    """T33."""
    older, younger = row(1, x=100, available=3), row(2, x=200)
    assert taken(plan(5, [younger, older], TODAY)) == [(1, 3), (2, 2)]


def test_the_older_lot_goes_first_even_from_reserve():
    """I7, T35: the caller replenishes rather than picks the younger."""
    assert taken(plan(2, [row(1, x=200), row(2, x=100, kind="RSV")], TODAY)) == [(2, 2)]


def test_goods_without_dates_go_by_receipt():
    """T36."""
    first, second = row(9, received=TODAY - timedelta(2)), row(1, received=TODAY - timedelta(1))
    assert taken(plan(12, [second, first], TODAY)) == [(9, 10), (1, 2)]


def test_goods_received_the_same_day_go_by_lot_number():
    """T36."""
    assert taken(plan(12, [row(1, lot=8), row(2, lot=7)], TODAY)) == [(2, 10), (1, 2)]


def test_the_same_expiry_goes_by_receipt_then_lot():
    assert lot_key(TODAY, TODAY, 2) < lot_key(TODAY, TODAY + timedelta(1), 1)
    assert lot_key(TODAY, TODAY, 1) < lot_key(TODAY, TODAY, 2)


def test_a_customer_who_wants_200_days_does_not_get_the_old_lot():
    """T37."""
    lots = [row(1, x=199), row(2, x=200), row(3, x=300)]
    assert taken(plan(5, lots, TODAY, min_left_days=200)) == [(2, 5)]
    assert plan(21, lots, TODAY, min_left_days=200) is None


def test_expired_lots_are_never_promised_and_the_last_day_still_is():
    assert plan(1, [row(1, x=-1)], TODAY) is None
    assert taken(plan(1, [row(1, x=0)], TODAY)) == [(1, 1)]


def test_inside_one_lot_the_pick_slot_comes_first_then_the_walk():
    rows = [row(1, lot=5, kind="RSV", seq=1), row(2, lot=5, seq=9), row(3, lot=5, seq=4)]
    assert taken(plan(25, rows, TODAY)) == [(3, 10), (2, 10), (1, 5)]


def test_an_order_is_complete_or_waits():
    assert plan(11, [row(1)], TODAY) is None
    assert plan(1, [], TODAY) is None
    assert plan(1, [row(1, available=0)], TODAY) is None
    assert plan(0, [], TODAY) == []


def test_a_pick_names_lot_and_place():
    assert plan(1, [row(1, lot=7)], TODAY) == [Pick(stock_id=1, lot_id=7, location_id=101, qty=1)]


rows_of_stock = st.lists(
    st.builds(
        row,
        st.integers(1, 30),
        lot=st.integers(1, 6),
        x=st.integers(-5, 300),
        kind=st.sampled_from(["PICK", "RSV", "NEW"]),
        seq=st.integers(1, 9),
        available=st.integers(0, 12),
    ),
    max_size=9,
    unique_by=lambda item: item.stock_id,
)


@given(rows_of_stock, st.integers(1, 60), st.integers(0, 200))
@quick
def test_a_plan_takes_exactly_what_is_wanted_and_never_skips_an_older_lot(rows, qty, min_left):
    """I7."""
    picks = plan(qty, rows, TODAY, min_left)
    fresh = [item for item in rows if item.expires_on >= TODAY + timedelta(min_left)]
    if picks is None:
        assert sum(item.available for item in fresh) < qty
        return
    got = {pick.stock_id: pick.qty for pick in picks}
    assert sum(got.values()) == qty
    assert all(0 < got[item.stock_id] <= item.available for item in fresh if item.stock_id in got)
    keys = {item.stock_id: lot_key(item.expires_on, item.received_on, item.lot_id) for item in fresh}
    youngest = max(keys[stock_id] for stock_id in got)
    left = [item for item in fresh if got.get(item.stock_id, 0) < item.available]
    assert all(keys[item.stock_id] >= youngest for item in left)


@given(rows_of_stock, st.integers(1, 30), st.randoms(use_true_random=False))
@quick
def test_the_plan_does_not_depend_on_the_order_of_the_rows(rows, qty, random):
    shuffled = random.sample(rows, len(rows))
    assert plan(qty, rows, TODAY) == plan(qty, shuffled, TODAY)


def test_the_walk_goes_by_zone_then_the_serpentine_then_the_slot():
    walk = [("B", 1, "B-01"), ("A", 10, "A-02"), ("A", 2, "A-09"), ("A", 10, "A-01")]
    assert sorted(walk, key=lambda stop: walk_key(*stop)) == [
        ("A", 2, "A-09"),
        ("A", 10, "A-01"),
        ("A", 10, "A-02"),
        ("B", 1, "B-01"),
    ]
