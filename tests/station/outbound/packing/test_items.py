"""A tote of single items at the bench: each product finds its order (W1, P13, P17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from station.ground.knobs import changing
from station.ground.scan.codes import internal
from station.outbound.waves.models import Wave
from station.outbound.waves.settings import SETTINGS
from tests.floor import Floor
from tests.station.outbound.bench import BENCH, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]
Tote = Callable[..., Bench]


@pytest.fixture
def items(shelves: Shelves, floor: Floor) -> Tote:
    """Single units of S0001 and S0002 in one tote at the bench; `hours` are the orders' promises."""

    def begin(*hours: int | None, skus: tuple[int, ...] = ()) -> Bench:
        for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
            shelves.put(sku, 9, slot)
        now = floor.hub.clock.now()
        articles = skus or (1,) * len(hours)
        floor.erp(
            *(
                replace(
                    order_of(number, (f"S000{sku}", 1)),
                    latest_ship_at=now + timedelta(hours=late) if late else None,
                )
                for number, (late, sku) in enumerate(zip(hours, articles, strict=True), 1)
            )
        )
        floor.release()
        floor.pick_next()
        bench = Bench(floor)
        bench.scans(BENCH, tote(1))
        return bench

    return begin


def test_the_nearest_promise_gets_the_next_product(items: Tote, books: Books) -> None:
    """Oldest deadline first, without one last; each is packed before the next product is scanned."""
    bench = items(None, 8, 3)
    packed = []
    for _ in range(3):
        answer = bench.scans(ean(1))
        packed += [number for number in (1, 2, 3) if bench.state(number) == "CHECKED"]
        bench.finish(answer)
        bench.wait()
    assert packed == [3, 2, 1]
    books()


def test_each_product_goes_to_an_order_of_its_own_article(items: Tote, books: Books) -> None:
    bench = items(2, 4, skus=(1, 2))
    bench.scans(ean(2))
    assert (bench.state(1), bench.state(2)) == ("PICKED", "CHECKED")
    books()


def test_a_product_nobody_in_the_tote_wants(items: Tote, books: Books) -> None:
    """E-PAK-01 for a foreign article, E-PAK-02 when all orders of it have theirs; neither makes a parcel."""
    bench = items(2, 4, skus=(1, 2))
    assert bench.scan(ean(3)).code == "E-PAK-01"
    bench.finish(bench.scans(ean(1)))
    bench.wait()
    assert bench.scan(ean(1)).code == "E-PAK-02"
    assert bench.parcels(2) == []
    books()


def test_a_tote_with_orders_left_is_not_closed(items: Tote, books: Books) -> None:
    """E-PAK-03 tells how many; nothing changes."""
    bench = items(2, 4, 6)
    bench.finish(bench.scans(ean(1)))
    refused = bench.scan("CM-CLOSE")
    assert (refused.code, refused.step) == ("E-PAK-03", "item")
    assert "2" in refused.body["message"]["zh"]
    assert bench.totes() == ["DONE"]
    books()


def test_the_tote_is_free_with_its_last_product(items: Tote, floor: Floor, books: Books) -> None:
    """Its list is EMPTY; the next picker may take it; an empty tote at the bench is E-PAK-06."""
    bench = items(2, 4)
    for _ in range(2):
        bench.finish(bench.scans(ean(1)))
        bench.wait()
    assert bench.totes() == ["EMPTY"]
    assert bench.scan(tote(1)).code == "E-PAK-06"
    floor.erp(order_of(9, ("S0002", 2)))
    floor.release()
    assert floor.pick_next("T001").ok
    assert bench.scans(tote(1)).step == "verify"
    books()


@pytest.mark.parametrize("raw", ["LC", "BX", "WS", "5"])
def test_only_a_product_tells_whose_it_is(items: Tote, raw: str) -> None:
    """E-SCN-02 names what was scanned and what is wanted."""
    bench = items(2)
    codes = {"LC": bench.shelf(), "BX": internal("BX", "03"), "WS": BENCH, "5": "5"}
    refused = bench.scan(codes[raw])
    assert (refused.status, refused.step) == (422, "item")
    assert bench.state(1) == "PICKED"


def test_the_progress_is_of_orders(items: Tote) -> None:
    bench = items(2, 4, 6)
    assert bench.floor.look("1006", "pack")["facts"]["progress"] == [0, 3]
    bench.finish(bench.scans(ean(1)))
    assert bench.floor.look("1006", "pack")["facts"]["progress"] == [1, 3]


@pytest.mark.parametrize(
    ("kind", "setting", "lines"),
    [
        ("W2", "same_article", [(("S0001", 2),), (("S0001", 3),)]),
        ("W3", "same_basket", [(("S0001", 1), ("S0002", 2)), (("S0002", 2), ("S0001", 1))]),
    ],
)
def test_the_first_product_finds_an_order_of_several_units_and_the_others_are_seen(
    shelves: Shelves,
    floor: Floor,
    books: Books,
    kind: str,
    setting: str,
    lines: list[tuple[tuple[str, int], ...]],
) -> None:
    """W2, W3: one walk and one tote for all; nothing of an order is packed before its last unit was scanned."""
    for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
        shelves.put(sku, 9, slot)
    known = next(one for one in SETTINGS if one.name == setting)
    shelves.do(lambda work: changing.change(work, known, "2", was="10", reason="test"))
    floor.erp(*(order_of(number, *some) for number, some in enumerate(lines, 1)))
    assert floor.release().orders == 2
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(Wave.type)).all() == [kind]
    floor.pick_next()
    bench = Bench(floor)
    bench.scans(BENCH, tote(1))
    for number, some in enumerate(lines, 1):
        units = [int(sku[-1]) for sku, qty in some for _ in range(qty)]
        for unit in units[:-1]:
            assert bench.scans(ean(unit)).step == "verify"
            bench.wait()
        assert bench.scan(ean(3)).code == "E-PAK-01"
        assert bench.state(number) == "PICKED"
        bench.finish(bench.scans(ean(units[-1])))
        bench.wait()
    assert [bench.state(number) for number in (1, 2)] == ["STAGED", "STAGED"]
    assert bench.totes() == ["EMPTY"]
    books()
