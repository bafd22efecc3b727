"""Which orders share a walk (P13)."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from station.outbound.waves.batching import Errand, batch, first_come
from station.outbound.waves.limits import Limits, Load
from station.storage.hall import rounds
from station.storage.hall.addresses import Address
from station.storage.hall.ground import Extent, Ground

GROUND = Ground({"A": Extent(1, 8, 40)}, {})
quick = settings(deadline=None, derandomize=True, max_examples=40)


def errand(order_id, *slots, **load):
    """An order for slots (aisle, bay)."""
    found = (GROUND.point(Address("A", aisle, bay, 1, 1)) for aisle, bay in slots)
    stops = tuple(point for point in found if point is not None)
    return Errand(order_id, stops, Load(1, len(slots), **load))


def metres(groups, errands):
    stops = {one.order_id: one.stops for one in errands}
    return sum(rounds.best(GROUND, [at for no in group for at in stops[no]])[0] for group in groups) // 100


def test_orders_of_the_same_aisles_share_a_walk():
    """Two far ones and two near ones, as they came: one of each."""
    orders = [errand(1, (8, 39)), errand(2, (1, 3)), errand(3, (8, 37), (7, 39)), errand(4, (1, 5), (2, 3))]
    assert batch(GROUND, orders, Limits(2)) == [[1, 3], [2, 4]]
    assert first_come(orders, Limits(2)) == [[1, 2], [3, 4]]


def test_a_cart_holds_so_much_and_no_more():
    orders = [errand(no, (1, no), volume_cm3=400, weight_g=900) for no in range(1, 5)]
    sizes = [len(group) for group in batch(GROUND, orders, Limits(9, volume_cm3=1000))]
    assert sizes == [2, 2]
    assert [len(group) for group in batch(GROUND, orders, Limits(9, weight_g=2700))] == [2, 2]
    assert [len(group) for group in batch(GROUND, orders, Limits(9, lines=1))] == [1] * 4
    assert batch(GROUND, [errand(1, (1, 1), volume_cm3=5000)], Limits(9, volume_cm3=1000)) == [[1]]


def test_nothing_to_batch():
    assert batch(GROUND, [], Limits(12)) == first_come([], Limits(12)) == []


def test_orders_that_lead_to_no_rack_share_a_walk_too():
    assert batch(GROUND, [errand(1), errand(2)], Limits(12)) == [[1, 2]]


many = st.lists(
    st.lists(st.tuples(st.integers(1, 8), st.integers(1, 40)), min_size=1, max_size=3),
    min_size=1,
    max_size=14,
)


@given(many, st.integers(1, 5))
@quick
def test_every_order_is_in_one_group_and_a_rerun_is_identical(slots, cells):
    """T38."""
    orders = [errand(no, *some) for no, some in enumerate(slots, 1)]
    groups = batch(GROUND, orders, Limits(cells))
    assert sorted(no for group in groups for no in group) == list(range(1, len(orders) + 1))
    assert all(len(group) <= cells for group in groups)
    assert groups == batch(GROUND, orders, Limits(cells))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


def test_sharing_halves_the_way():
    """120 orders of one to three lines on carts of twelve, against carts filled as they come."""
    rng = random.Random(7)
    orders = [
        errand(no, *((rng.randint(1, 8), rng.randint(1, 40)) for _ in range(rng.randint(1, 3))))
        for no in range(1, 121)
    ]
    limits = Limits(12)
    ours = metres(batch(GROUND, orders, limits), orders)
    assert ours < metres(first_come(orders, limits), orders) * 3 // 4
