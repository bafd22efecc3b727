"""One too many on the bench (P17): where it goes, where the book had it, and the order goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from station.stock.models import Location, Movement, Stock
from tests.floor import ZHOU, Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def in_slots(floor: Floor, sku_id: int) -> int:
    """EACH of an article that stand in sellable slots."""
    query = select(func.sum(Stock.on_hand)).join(Location, Location.id == Stock.location_id)
    with floor.hub.db.read() as tx:
        return tx.scalar(query.where(Location.kind.in_(("PICK", "RSV", "NEW")), Stock.sku_id == sku_id)) or 0


@pytest.mark.parametrize(
    ("number", "code"), [(1, "E-PAK-02"), (3, "E-PAK-01")], ids=["one more", "a stranger"]
)
def test_it_goes_to_the_shelf_and_the_order_goes_on(
    at_bench: AtBench, floor: Floor, books: Books, number: int, code: str
) -> None:
    """One more of the same, or an article of another order: booked out of its slot, and packed without it."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 2)))
    before = in_slots(floor, number)
    bench.scans(tote(1), ean(1), ean(1))
    bench.wait()
    assert bench.scan(ean(number)).code == code
    asked = bench.scans("CM-SHORT", "4")
    assert asked.step == "surplus"
    where = bench.scans(ean(number))
    assert (where.step, where.facts["hint"]) == ("shelve", "INTC")
    assert bench.scan(floor.slot("LANE-ZTO")).code == "E-LOC-03"
    done = bench.scans(bench.shelf())
    assert (done.code, done.step, done.facts["big"]) == ("S-PAK-SURPLUS", "verify", "2/4")
    assert (in_slots(floor, number), bench.lies("INTC")) == (before - 1, {"GOOD": 1})
    books()
    bench.scans(ean(2), ean(2))
    bench.stick(str(bench.scans(BOX).facts["hint"]))
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    books()
    task = floor.scans(ZHOU, "putaway", ean(number))
    floor.scans(ZHOU, "putaway", task.facts["hint"], "CM-OK")
    assert (in_slots(floor, number), bench.lies("INTC")) == (before, {})
    books()


def test_it_comes_from_where_the_list_went(at_bench: AtBench, floor: Floor) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    with floor.hub.db.read() as tx:
        picked = tx.scalar(select(Movement.from_location_id).where(Movement.type == "PICK"))
    bench.scans(tote(1), "CM-SHORT", "4")
    bench.scans("CM-SKIP", ean(1), "CM-SHORT", "4")
    assert bench.scan(ean(1)).code == "E-PAK-09", "one is still wanted"
    bench.scans(ean(2), bench.shelf())
    with floor.hub.db.read() as tx:
        moves = tx.scalars(select(Movement).where(Movement.reason == "SURPLUS")).all()
    assert len(moves) == 1
    assert moves[0].from_location_id != picked, "another article has another slot"


def test_what_is_promised_to_others_is_brought_back(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """The book has it in its slot for somebody else: E-PAK-10 names the slot, nothing is booked, one goes on."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    floor.erp(order_of(2, ("S0002", 24)))
    floor.release()
    bench.scans(tote(1), "CM-SHORT", "4", ean(2))
    refused = bench.scan(bench.shelf())
    assert (refused.code, refused.step) == ("E-PAK-10", "shelve")
    assert "A-" in refused.body["message"]["zh"]
    assert bench.scans("CM-SKIP").step == "verify"
    assert bench.lies("INTC") == {}
    books()


def test_in_a_tote_of_single_items(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Two orders for one unit each: a wanted one is no surplus, a third one is."""
    bench = at_bench(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    bench.scans(tote(1), "CM-SHORT", "4")
    assert bench.scan(ean(1)).code == "E-PAK-09"
    bench.scans("CM-SKIP")
    bench.finish(bench.scans(ean(1)))
    bench.wait()
    assert bench.scans(ean(1)).step == "box"
    bench.wait()
    done = bench.scans("CM-SKIP", ean(1), bench.shelf())
    assert (done.code, done.step, bench.lies("INTC")) == ("S-PAK-SURPLUS", "box", {"GOOD": 1})
    assert bench.finish(done).step == "tote"
    books()
