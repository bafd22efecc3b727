"""An order that wants goods which keep so many days yet reserves only what does (P12, S-36)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from station import create_app
from station.outbound.orders.models import DeliveryOrder
from station.outbound.orders.shelves import Shelf, is_served
from station.stock.fifo import Candidate, plan
from tests.floor import CHEN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

TODAY = date(2026, 11, 27)
SKU = (1, False)
LOTS = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), max_size=6)
"""(days left, EACH) of some lots."""
ORDERS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 7)), max_size=8)
"""(EACH, days wanted) of some orders."""


def served(lots: list[tuple[int, int]], orders: list[tuple[int, int]]) -> list[tuple[int, int]]:
    steps = {days: sum(qty for left, qty in lots if left >= days) for _qty, days in [*orders, (0, 0)]}
    shelf = {SKU: Shelf(steps)}
    return [(qty, days) for qty, days in orders if is_served({SKU: qty}, days, shelf)]


def gathered(lots: list[tuple[int, int]], orders: list[tuple[int, int]]) -> bool:
    """Whether all of these get their goods, one after the other, oldest lots first (T33)."""
    left = {at: qty for at, (_days, qty) in enumerate(lots)}
    for wanted, days in orders:
        rows = [
            Candidate(at, at, 1, TODAY + timedelta(lots[at][0]), TODAY, at, "PICK", at, qty)
            for at, qty in left.items()
        ]
        picks = plan(wanted, rows, TODAY, days)
        if picks is None:
            return False
        for one in picks:
            left[one.stock_id] -= one.qty
    return True


@given(LOTS, ORDERS, st.randoms())
@settings(max_examples=200)
def test_whoever_reserved_gets_goods_and_whoever_could_has_reserved(
    lots: list[tuple[int, int]], orders: list[tuple[int, int]], rnd: random.Random
) -> None:
    """In whatever order the waves come; and who was refused would have left somebody without."""
    accepted = served(lots, orders)
    for refused in (one for one in orders if one not in accepted):
        assert not gathered(lots, sorted([*accepted, refused], key=lambda one: -one[1]))
    rnd.shuffle(accepted)
    assert gathered(lots, accepted)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_order_that_wants_fresh_goods_waits_for_them_and_says_so(
    shelves: Shelves, floor: Floor, books: Callable[[], None]
) -> None:
    """It used to reserve the old ones, which no wave would give it, and nobody else got them."""
    old, new = shelves.slots(2)
    shelves.put("S0001", 5, old, days=60)
    picky = replace(order_of(1, ("S0001", 3)), min_left_days=100)
    floor.erp(picky, order_of(2, ("S0001", 4)))
    floor.release()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("AUDITED", "WAVED")
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(CHEN, device="DESK"))
    with floor.hub.db.read() as tx:
        number = tx.scalars(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == "SO-1")).one()
    page = client.get(f"/desk/orders/{number}").text
    assert "缺货 S0001: 要 3 (至少剩 100 天), 可用 0" in page
    shelves.put("S0001", 3, new, days=200)
    floor.release()
    assert shelves.state("SO-1") == "WAVED"
    books()
