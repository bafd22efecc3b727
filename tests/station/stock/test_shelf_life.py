"""Shelf life at the dock and on the shelf (P2, P10), with the exact numbers of domain §13."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.stock.shelf_life import LifeRule, expiry, judge_receipt, sales_state

MADE = date(2026, 1, 1)
ELAPSED, REMAINING = LifeRule.ELAPSED, LifeRule.REMAINING
days = st.dates(date(2000, 1, 1), date(2080, 1, 1))
quick = settings(deadline=None, derandomize=True)


def judge(life, used, rule=ELAPSED, reject_days=None):
    """Goods with `life` days in all arrive when `used` are gone."""
    return judge_receipt(MADE, MADE + timedelta(life), MADE + timedelta(used), rule, reject_days)


def test_360_days_from_new_year_end_on_27_december():
    """T1."""
    assert expiry(MADE, 360, "D") == date(2026, 12, 27)


def test_goods_are_taken_up_to_a_third_of_their_life():
    """T1."""
    expires = expiry(MADE, 360, "D")
    assert judge_receipt(MADE, expires, date(2026, 5, 1), ELAPSED, None) is None
    assert judge_receipt(MADE, expires, date(2026, 5, 2), ELAPSED, None) == "E-EXP-05"


@pytest.mark.parametrize(
    ("rule", "life", "used", "code"),
    [
        (ELAPSED, 360, 120, None),
        (ELAPSED, 360, 121, "E-EXP-05"),
        (ELAPSED, 100, 33, None),
        (ELAPSED, 100, 34, "E-EXP-05"),
        (REMAINING, 360, 240, None),
        (REMAINING, 360, 241, "E-EXP-05"),
    ],
)
def test_the_third_is_counted_without_fractions(rule, life, used, code):
    """T1, T2, T3."""
    assert judge(life, used, rule) == code


@pytest.mark.parametrize(
    ("made", "months", "expires"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 15, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(made, months, expires):
    """T4."""
    assert expiry(made, months, "M") == expires


@pytest.mark.parametrize(("n", "unit"), [(360, "D"), (12, "M")])
def test_when_the_production_day_is_the_first_day_life_ends_one_day_earlier(n, unit):
    assert expiry(MADE, n, unit, day0=False) == expiry(MADE, n, unit) - timedelta(1)


def test_on_the_expiry_day_goods_are_not_expired_and_the_day_after_they_are():
    """T5."""
    assert judge(100, 100) == "E-EXP-05"
    assert judge(100, 101) == "E-EXP-04"
    assert sales_state(MADE, date(2026, 4, 1), date(2026, 4, 1), 0, 0) == "NEAR"
    assert sales_state(MADE, date(2026, 4, 1), date(2026, 4, 2), 0, 0) == "EXPIRED"


def test_goods_from_the_future_are_refused():
    """T6."""
    assert judge(360, -1) == "E-EXP-01"
    assert judge(360, 0) is None


@pytest.mark.parametrize("life", [0, -1])
def test_goods_that_expire_before_they_are_made_are_refused(life):
    assert judge(life, 0) == "E-EXP-02"


def test_the_stricter_of_the_third_and_the_receiving_limit_wins():
    """T7."""
    assert judge(400, 101, reject_days=300) == "E-EXP-06"
    assert judge(400, 100, reject_days=300) is None
    assert judge(360, 121, reject_days=10) == "E-EXP-05"


def test_the_first_failing_rule_speaks():
    assert judge(-5, -1) == "E-EXP-01"
    assert judge(100, 101, reject_days=300) == "E-EXP-04"


@given(days, days, days, st.sampled_from(LifeRule), st.none() | st.integers(0, 400))
@quick
def test_fresher_goods_are_never_judged_worse(made, expires, today, rule, reject_days):
    """What is taken today would have been taken every day since it was made."""
    if judge_receipt(made, expires, today, rule, reject_days) is None and today > made:
        assert judge_receipt(made, expires, today - timedelta(1), rule, reject_days) is None


@pytest.mark.parametrize(
    ("left", "state"),
    [(121, "GOOD"), (120, "NEAR"), (60, "NEAR"), (59, "LOCKED"), (0, "LOCKED"), (-1, "EXPIRED")],
)
def test_goods_of_360_days_go_near_at_a_third_and_lock_under_a_sixth(left, state):
    assert sales_state(MADE, MADE + timedelta(360), MADE + timedelta(360 - left), None, None) == state


@pytest.mark.parametrize(("left", "state"), [(34, "GOOD"), (33, "NEAR"), (17, "NEAR"), (16, "LOCKED")])
def test_a_third_and_a_sixth_of_100_days_are_not_rounded_the_wrong_way(left, state):
    assert sales_state(MADE, MADE + timedelta(100), MADE + timedelta(100 - left), None, None) == state


def test_short_lived_goods_lock_seven_days_before_the_end():
    assert sales_state(MADE, MADE + timedelta(30), MADE + timedelta(23), None, None) == "NEAR"
    assert sales_state(MADE, MADE + timedelta(30), MADE + timedelta(24), None, None) == "LOCKED"


def test_without_a_production_date_goods_still_lock_seven_days_before_the_end():
    expires = date(2026, 4, 30)
    assert sales_state(None, expires, date(2026, 4, 23), None, None) == "GOOD"
    assert sales_state(None, expires, date(2026, 4, 24), None, None) == "LOCKED"


def test_the_articles_own_days_win_over_the_defaults():
    expires = MADE + timedelta(360)
    assert sales_state(MADE, expires, expires - timedelta(100), 101, 200) == "LOCKED"
    assert sales_state(MADE, expires, expires - timedelta(100), 100, 99) == "GOOD"
    assert sales_state(MADE, expires, expires, 0, 0) == "NEAR"
