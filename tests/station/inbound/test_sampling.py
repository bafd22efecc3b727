"""How much the inspector opens (P3)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.inbound.stage2.sampling import Plan, draw_cartons, escalate, sample_size, shares

quick = settings(deadline=None, derandomize=True)


def size(units, inner=0, cartons=1, *, valuable=False, first=False):
    return sample_size(
        units=units, inner_packs=inner, cartons=cartons, is_valuable=valuable, is_first_delivery=first
    )


def test_240_inner_packs_in_10_cartons_mean_48_from_2_cartons():
    """T10."""
    assert size(2400, 240, 10) == Plan(48, "INNER", 2, is_full=False)


@pytest.mark.parametrize(("inner", "n"), [(5, 1), (6, 2), (1, 1), (3, 1), (10, 2), (11, 3)])
def test_a_fifth_is_rounded_up_and_never_nothing(inner, n):
    """T10."""
    assert size(inner * 4, inner).n == n


def test_goods_without_inner_packs_are_sampled_by_the_unit():
    assert size(100, 0, 10) == Plan(20, "EACH", 2, is_full=False)
    assert size(1).n == 1


@pytest.mark.parametrize("why", ["valuable", "first"])
def test_valuables_and_first_deliveries_are_inspected_one_by_one(why):
    """T12."""
    assert size(7, 0, 3, **{why: True}) == Plan(7, "EACH", 3, is_full=True)
    assert size(7, 2, 3, **{why: True}).n == 7


def test_one_defect_makes_the_plan_the_whole_lot():
    """T13."""
    full = escalate(size(2400, 240, 10), units=2400, inner_packs=240, cartons=10)
    assert full == Plan(240, "INNER", 10, is_full=True)
    assert escalate(size(100, 0, 10), units=100, inner_packs=0, cartons=10).n == 100


def test_reopening_a_receipt_names_the_same_cartons():
    """T11."""
    assert draw_cartons(10, 2, seed=4711) == draw_cartons(10, 2, seed=4711)


def test_the_draw_is_the_same_on_every_machine_and_python():
    """T11: frozen numbers; when this fails, stored draws no longer match their seeds."""
    assert [draw_cartons(10, 3, seed) for seed in (1, 2, 3)] == [(1, 5, 7), (1, 3, 5), (3, 6, 10)]


def test_no_carton_is_forgotten_over_many_receipts():
    drawn = [carton for seed in range(1, 501) for carton in draw_cartons(10, 2, seed)]
    assert all(60 <= drawn.count(carton) <= 140 for carton in range(1, 11))


@given(st.integers(1, 300), st.data(), st.integers(0, 2**70))
@quick
def test_a_draw_names_different_cartons_that_exist(cartons, data, seed):
    k = data.draw(st.integers(0, cartons))
    drawn = draw_cartons(cartons, k, seed)
    assert len(set(drawn)) == k
    assert list(drawn) == sorted(drawn)
    assert all(1 <= carton <= cartons for carton in drawn)


@given(st.integers(1, 5000), st.integers(0, 500), st.integers(1, 100), st.booleans())
@quick
def test_a_plan_never_asks_for_more_than_there_is(units, inner, cartons, valuable):
    plan = size(units, inner, cartons, valuable=valuable)
    population = inner if plan.unit == "INNER" else units
    assert 1 <= plan.n <= population
    assert 1 <= plan.cartons_to_open <= cartons
    assert plan.is_full or 100 * plan.n >= 20 * population


@pytest.mark.parametrize(
    ("n", "holds", "each"),
    [
        (48, {3: 24, 7: 24}, {3: 24, 7: 24}),
        (5, {1: 12, 2: 12}, {1: 3, 2: 2}),
        (13, {2: 12, 6: 1}, {2: 12, 6: 1}),
        (3, {1: 1, 2: 1}, {1: 2, 2: 1}),
        (0, {1: 5}, {1: 0}),
    ],
    ids=["even", "one over", "one nearly empty", "too few for all", "nothing"],
)
def test_every_carton_gives_its_share_and_no_more_than_it_holds(n, holds, each):
    assert shares(n, holds) == each
