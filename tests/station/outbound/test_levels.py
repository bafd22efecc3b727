"""The code of a case is not a piece (§4.2): refused where one is wanted, counted as its quantity where more are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.practice.demo import goods
from tests.floor import SUN, Floor
from tests.station.outbound.bench import BENCH, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CASE = goods.case_code(1)
Books = Callable[[], None]


def begin(shelves: Shelves, floor: Floor, *pieces: int) -> Bench:
    """Orders for so many of the first article each, their list open."""
    shelves.put("S0001", 40, shelves.slots(1)[0])
    floor.erp(*(order_of(number, ("S0001", qty)) for number, qty in enumerate(pieces, 1)))
    floor.release()
    return Bench(floor)


def test_a_case_for_a_single_item_is_refused_with_what_it_would_be(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    bench = begin(shelves, floor, 1)
    floor.pick_next()
    bench.scans(BENCH, tote(1))
    refused = bench.scan(CASE)
    assert (refused.code, refused.step, "12" in refused.body["message"]["zh"]) == ("E-LVL-01", "item", True)
    assert bench.state(1) == "PICKED"
    pallet = bench.scan(f"020{ean(1)}3730")
    assert (pallet.code, "30" in pallet.body["message"]["en"]) == ("E-LVL-01", True)
    bench.finish(bench.scans(ean(1)))
    assert bench.state(1) != "PICKED"
    books()


def test_a_picker_takes_a_case_only_where_as_many_are_wanted(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    begin(shelves, floor, 3)
    shelves.begin()
    shelves.at_product()
    refused = floor.scan(SUN, "pick", CASE)
    assert (refused.code, refused.step) == ("E-LVL-02", "product")
    assert "12" in refused.body["message"]["zh"]
    assert "3" in refused.body["message"]["zh"]
    assert floor.scans(SUN, "pick", ean(1)).step == "qty"
    assert floor.scan(SUN, "pick", CASE).code == "E-LVL-02"
    books()


def test_a_case_counts_as_its_pieces_at_the_shelf_and_at_the_bench(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    bench = begin(shelves, floor, 14)
    shelves.begin()
    shelves.at_product()
    taken = floor.scans(SUN, "pick", CASE)
    assert taken.step == "qty"
    assert any(line["value"].startswith("12") for line in taken.facts["lines"])
    floor.scans(SUN, "pick", "CM-OK", BENCH)
    bench.scans(BENCH, tote(1))
    assert bench.scans(CASE).facts["big"] == "12/14"
    bench.wait()
    refused = bench.scan(CASE)
    assert (refused.code, "2" in refused.body["message"]["zh"]) == ("E-LVL-02", True)
    books()
