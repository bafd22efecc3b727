"""Does the parcel weigh what it should (P18)? Numbers are tenths of a gram."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.outbound.packing.weighing import (
    best_explanation,
    expected_dg,
    is_insensitive,
    is_stable,
    is_within,
)

quick = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("actual", "passes"), [(12_125, True), (12_124, False), (12_875, True), (12_876, False), (12_500, True)]
)
def test_a_parcel_of_1250_grams_may_be_37_and_a_half_off(actual, passes):
    """T53."""
    assert is_within(actual, 12_500) is passes


@pytest.mark.parametrize(("actual", "passes"), [(2_800, True), (2_799, False), (3_200, True), (3_201, False)])
def test_a_light_parcel_may_be_20_grams_off(actual, passes):
    """T54."""
    assert is_within(actual, 3_000) is passes


@pytest.mark.parametrize(("actual", "passes"), [(305_000, True), (305_001, False)])
def test_a_heavy_parcel_may_be_500_grams_off_and_no_more(actual, passes):
    assert is_within(actual, 300_000) is passes


@given(st.integers(0, 400_000), st.integers(0, 400_000))
@quick
def test_the_tolerance_is_exact(actual, expected):
    """The same judgement in decimal fractions of a gram."""
    tolerance = min(Decimal(500), max(Decimal(20), Decimal(expected) / 10 * 3 / 100))
    assert is_within(actual, expected) is (abs(Decimal(actual - expected)) / 10 <= tolerance)


def test_expected_is_goods_box_and_filling():
    assert expected_dg([(500, 2), (120, 1)], tare_g=115, filler_g=15) == 12_500


@pytest.mark.parametrize(("unit_g", "blind"), [(15, True), (75, True), (76, False)])
def test_a_unit_within_twice_the_tolerance_cannot_be_weighed_for(unit_g, blind):
    """T56: 15 g against 37.5 g is 称重不敏感; the border is 75 g."""
    assert is_insensitive(unit_g, 12_500) is blind


def test_the_article_nearest_to_the_difference_is_named():
    weights = {"茶叶": 250, "杯子": 120, "贴纸": 2}
    assert best_explanation(-1_180, weights) == "杯子"
    assert best_explanation(2_400, weights) == "茶叶"


def test_of_two_as_good_the_same_one_is_always_named_and_unknown_weights_never():
    assert best_explanation(100, {"b": 10, "a": 10}) == best_explanation(100, {"a": 10, "b": 10}) == "a"
    assert best_explanation(100, {"a": 0, "b": 900}) == "b"
    assert best_explanation(100, {"a": 0}) is None
    assert best_explanation(100, {}) is None


@pytest.mark.parametrize(
    ("frames", "stable"),
    [
        ([12_500, 12_500, 12_500], True),
        ([0, 9_000, 12_500, 12_510, 12_500], True),
        ([12_500, 12_511, 12_500], False),
        ([12_490, 12_500, 12_510], False),
        ([12_500, 12_500], False),
        ([0, 0, 0], False),
        ([-10, -10, -10], False),
        ([], False),
    ],
)
def test_three_equal_readings_of_something_are_stable(frames, stable):
    """T55: within one division of 1 g."""
    assert is_stable(frames, 10) is stable
