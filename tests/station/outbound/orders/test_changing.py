"""The office changes an order after goods were picked (P23): the bench hears of it, and nobody ships the old one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from station.exchange import documents as erp
from station.outbound.orders import auditing
from station.outbound.orders.models import DeliveryOrder
from tests.floor import Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.outbound.orders.test_deciding import _do, _to
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]
FIRST = order_of(1, ("S0001", 2))


def _moved(version: int = 2, **other: Any) -> erp.OrderDocument:
    return replace(FIRST, version=version, receiver=replace(FIRST.receiver, address="新地址8号"), **other)


def _address(floor: Floor) -> str:
    with floor.hub.db.read() as tx:
        return str(tx.scalars(select(DeliveryOrder.address).where(DeliveryOrder.erp_no == "SO-1")).one())


def test_another_address_after_picking_holds_the_order_which_then_goes_there(
    at_bench: AtBench, floor: Floor, books: Books
) -> None:
    bench = at_bench(FIRST)
    assert floor.erp(_moved()) == {"HELD": 1}
    assert bench.scan(tote(1)).code == "E-MAN-06"
    assert _do(floor, auditing.unhold) == ""
    bench.scans(tote(1), ean(1), ean(1))
    bill = str(bench.scans(BOX).facts["hint"])
    bench.stick(bill)
    assert (bench.state(1), _address(floor)) == ("PACKED", "新地址8号")
    books()


def test_while_it_is_picked_the_picker_goes_on_and_the_bench_hears(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    shelves.put("S0001", 6, shelves.slots(1)[0])
    floor.erp(FIRST)
    floor.release()
    _to(shelves, floor, "PICKING")
    assert floor.erp(_moved()) == {"HELD": 1}
    assert shelves.state() == "PICKING"
    shelves.walk()
    assert (shelves.state(), _address(floor)) == ("HOLD", "新地址8号")
    books()


def test_what_cannot_be_changed_any_more_is_held_and_set_aside(
    at_bench: AtBench, floor: Floor, books: Books
) -> None:
    """Other goods, or another address once the label is made: a person looks, and may let the old one go."""
    bench = at_bench(FIRST)
    other = replace(FIRST, version=2, lines=(replace(FIRST.lines[0], qty_each=1),))
    assert floor.erp(other) == {"LATE": 1}
    assert bench.scan(tote(1)).code == "E-MAN-06"
    _do(floor, auditing.unhold)
    bench.scans(tote(1), ean(1), ean(1))
    bench.scans(BOX)
    assert floor.erp(_moved(3)) == {"LATE": 1}
    assert (bench.state(1), _address(floor)) == ("HOLD", FIRST.receiver.address)
    books()


def test_a_version_that_says_nothing_else_stops_nobody(at_bench: AtBench, floor: Floor) -> None:
    bench = at_bench(FIRST)
    assert floor.erp(replace(FIRST, version=2)) == {"REPLACED": 1}
    assert bench.state(1) == "PICKED"
