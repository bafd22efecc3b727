"""A unit is broken or missing at the bench, and another slot has one (P17): it is brought, the order waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.outbound.orders.models import OrderLine
from tests.floor import QIAN, SUN, ZHOU, Answer
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]
WAITING, BROUGHT = 8, 9


def bring(bench: Bench, number: int = BROUGHT) -> Answer:
    """A picker walks the next list into a tote, and to the bench."""
    return bench.floor.pick_next(f"T{number:03d}", SUN)


def waiting(bench: Bench) -> int:
    """How many totes the start page says are to be packed."""
    with bench.floor.hub.db.read() as tx:
        return bench.floor.hub.workflows["pack"].count_waiting(tx, bench.floor.hub.settings)


def picked(bench: Bench) -> list[tuple[int, int]]:
    with bench.floor.hub.db.read() as tx:
        return [(line.qty, line.qty_picked) for line in tx.scalars(select(OrderLine).order_by(OrderLine.id))]


def test_a_broken_unit_is_replaced_and_the_order_goes_on_where_it_stopped(
    at_bench: AtBench, books: Books
) -> None:
    """The packer packs the next order meanwhile; of the broken article every unit is seen again."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 2)), order_of(2, ("S0003", 2)))
    bench.scans(tote(1), ean(2), ean(2), ean(1), "CM-DAMAGE")
    told = bench.scans(ean(1))
    assert (told.code, told.step) == ("S-PAK-APART", "apart")
    done = bench.scans(bench.floor.slot("QUAR-1"))
    assert (done.code, done.step) == ("S-PAK-WAITS", "tote")
    assert (bench.state(1), bench.lies("QUAR"), picked(bench)[:2]) == (
        "PICKING",
        {"DEFECT": 1},
        [(2, 1), (2, 2)],
    )
    books()
    assert (bench.scan(tote(1)).code, waiting(bench)) == ("E-PAK-11", 1)
    assert bench.finish(bench.to_box(2, 3, 3)).code == "S-PAK-STAGED"
    assert waiting(bench) == 0
    bring(bench)
    assert (bench.state(1), waiting(bench)) == ("PICKED", 2)
    on = bench.scans(tote(BROUGHT))
    assert (on.step, on.facts["big"]) == ("verify", "2/4")
    assert bench.finish(bench.scans(ean(1), ean(1))).code == "S-PAK-STAGED"
    assert (bench.state(1), set(bench.totes())) == ("STAGED", {"EMPTY"})
    books()


@pytest.mark.parametrize("way", ["its own tote", "the order"])
def test_the_order_is_found_again_by_whatever_is_at_hand(at_bench: AtBench, books: Books, way: str) -> None:
    bench = at_bench(order_of(1, ("S0001", 3)))
    bench.scans(tote(1), ean(1), "CM-DAMAGE", ean(1), bench.shelf())
    assert bench.lies("INTC") == {"DEFECT": 1}
    assert bench.scan(bench.order_no(1)).code == "E-PAK-11"
    bring(bench)
    on = bench.scans(tote(1) if way == "its own tote" else bench.order_no(1))
    assert (on.step, on.facts["big"]) == ("verify", "0/3")
    assert bench.finish(bench.scans(ean(1), ean(1), ean(1))).code == "S-PAK-STAGED"
    books()


def test_a_missing_unit_is_counted_by_others_and_another_is_brought(at_bench: AtBench, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 3)))
    bench.scans(tote(1), ean(1), ean(1))
    asked = bench.scans("CM-SHORT", "1")
    assert (asked.step, asked.facts["big"]) == ("fetch", "2/3")
    assert bench.scans("CM-OK").code == "S-PAK-WAITS"
    assert bench.lies("INTC") == {"HOLD": 1}
    assert bench.floor.look(ZHOU, "count")["facts"]["table"]
    bring(bench)
    on = bench.scans(tote(BROUGHT))
    assert on.facts["big"] == "2/3"
    bench.finish(bench.scans(ean(1)))
    assert bench.state(1) == "STAGED"
    books()


def test_what_waits_is_walked_first_and_says_where_it_is_wanted(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.erp(order_of(2, ("S0002", 2)))
    bench.floor.release()
    bench.scans(tote(1), "CM-SHORT", "1", "CM-OK")
    floor = bench.floor
    answer = floor.scans(SUN, "pick", "CM-OK", tote(BROUGHT))
    while answer.step in {"slot", "product", "qty"}:
        answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    shown = {row["label"]["en"]: row["value"] for row in answer.facts["lines"]}
    assert shown == {"Bring it to": "PACK-1"}
    floor.scans(SUN, "pick", BENCH)
    assert (bench.state(1), bench.state(2)) == ("PICKED", "WAVED")


def test_a_parcel_that_is_closed_already_is_opened_again(at_bench: AtBench, books: Books) -> None:
    """At the box, and after a wrong weight: the units lie in their tote again, number and label stay."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)), order_of(2, ("S0003", 2)))
    bench.to_box(1, 1, 1, 2)
    bench.scans("CM-DAMAGE", ean(1), bench.shelf())
    assert (bench.state(1), bench.parcels(1), bench.lies("TOTE")) == ("PICKING", [("1", "OPEN")], {"GOOD": 4})
    bill = bench.to_label(2, 3, 3)
    bench.floor.weigh(bench.scans(bill), -5000)
    assert bench.scan("CM-OK").step == "reverify"
    bench.scans(ean(3), "CM-DAMAGE", ean(3), bench.shelf())
    assert (bench.state(2), bench.parcels(2), bench.waybills()) == ("PICKING", [("1", "OPEN")], ["BOUND"])
    assert bench.floor.look("1006", "pack")["facts"].get("table", []) == []
    books()
    bring(bench, WAITING)
    bring(bench, BROUGHT)
    on = bench.scans(bench.order_no(1))
    assert on.facts["big"] == "1/3"
    bench.finish(bench.scans(ean(1), ean(1)))
    again = bench.scans(bench.order_no(2), ean(3), ean(3), BOX)
    assert (again.step, again.facts["hint"]) == ("label", bill)
    bench.stick(bill)
    bench.scans("CM-OK")
    assert [bench.state(number) for number in (1, 2)] == ["STAGED", "STAGED"]
    assert (bench.parcels(1), bench.parcels(2)) == ([("1", "STAGED")], [("1", "STAGED")])
    books()


@pytest.mark.parametrize("how", ["cancelled", "not found"])
def test_a_parcel_that_was_opened_again_is_given_up_with_its_order(
    at_bench: AtBench, books: Books, how: str
) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.weigh(bench.scans(bench.to_label(1, 1, 1)), -5000)
    bench.scan("CM-OK")
    bench.scans(ean(1), "CM-DAMAGE", ean(1), bench.shelf())
    if how == "cancelled":
        bench.cancel(1)
    else:
        bench.nothing_elsewhere()
        bench.floor.scans(SUN, "pick", "CM-OK", tote(BROUGHT), "CM-SHORT", "1", "0", "0")
    bench.wait()
    bench.floor.scans(QIAN, "intercept", tote(1), bench.shelf())
    assert (bench.parcels(1), bench.waybills(), bench.lies("TOTE")) == ([("1", "VOID")], ["CANCELLED"], {})
    books()


def test_nobody_has_to_wait(at_bench: AtBench, books: Books) -> None:
    """The packer sets the order aside instead, as where no slot has another."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.scans(tote(1), "CM-SHORT", "1", "CM-SHORT", bench.shelf())
    bench.scans(tote(2), "CM-DAMAGE", ean(2), "CM-SHORT", bench.shelf())
    assert [bench.state(number) for number in (1, 2)] == ["SHORT", "SHORT"]
    books()


def test_not_broken_after_all(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1))
    for way in (("CM-DAMAGE", ean(1), "CM-SKIP"), ("CM-SHORT", "1", "CM-SKIP")):
        back = bench.scans(*way)
        assert (back.step, back.facts["big"]) == ("verify", "1/2")


def test_the_last_unit_elsewhere_went_to_somebody_else(at_bench: AtBench, books: Books) -> None:
    """It was there when the packer was told so, and is not any more: the order is set aside after all."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), "CM-DAMAGE", ean(1))
    bench.nothing_elsewhere()
    told = bench.scans(bench.shelf())
    assert (told.code, told.step) == ("W-PAK-NOWHERE", "aside")
    bench.wait()
    bench.scans(bench.shelf())
    assert (bench.state(1), bench.lies("INTC")) == ("SHORT", {"GOOD": 1, "DEFECT": 1})
    books()


@pytest.mark.parametrize("when", ["before it is picked", "when it is picked"])
def test_cancelled_while_it_waits(at_bench: AtBench, books: Books, when: str) -> None:
    """All its goods, in whatever tote, are pulled like those of any stopped order."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)))
    bench.scans(tote(1), "CM-DAMAGE", ean(1), bench.shelf())
    if when == "when it is picked":
        bring(bench)
    bench.cancel(1)
    bench.floor.scans(SUN, "intercept", tote(1), bench.shelf())
    assert bench.state(1) == "CANCELLED"
    assert bench.lies("TOTE") == {}
    assert bench.lies("INTC") == {"GOOD": 2 if when == "before it is picked" else 3, "DEFECT": 1}
    books()


def test_it_is_not_there_either(at_bench: AtBench, books: Books) -> None:
    """The picker finds no other: the order is SHORT, its goods wait in their tote to be pulled."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1), "CM-DAMAGE", ean(1), bench.shelf())
    floor = bench.floor
    answer = floor.scans(SUN, "pick", "CM-OK", tote(BROUGHT))
    bench.nothing_elsewhere(but=str(answer.facts["big"]))
    floor.scans(SUN, "pick", answer.facts["hint"], "CM-SHORT", "1", "0", "0")
    assert bench.state(1) == "SHORT"
    floor.scans(SUN, "pick", "CM-OK")
    floor.scans(SUN, "intercept", tote(1), bench.shelf())
    assert bench.lies("TOTE") == {}
    books()


def test_single_items_get_another_one_too(at_bench: AtBench, books: Books) -> None:
    """W1: the tote of single items is one too few, and one breaks; both orders get theirs in another tote."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2, 3)))
    bench.scans(tote(1), "CM-DAMAGE", ean(1))
    done = bench.scans(bench.shelf())
    assert (done.code, done.step) == ("S-PAK-WAITS", "item")
    assert bench.finish(bench.scans(ean(1))).step == "item"
    assert bench.scans("CM-SHORT", "1").step == "fetch"
    assert bench.scans("CM-OK").code == "S-PAK-FETCH"
    assert sorted(bench.state(number) for number in (1, 2, 3)) == ["STAGED", "WAVED", "WAVED"]
    books()
    for number in (WAITING, BROUGHT):
        bring(bench, number)
        bench.finish(bench.scans(tote(number), ean(1)))
    assert {bench.state(number) for number in (1, 2, 3)} == {"STAGED"}
    books()


def test_a_second_one_breaks_before_the_first_is_replaced(at_bench: AtBench, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 2)))
    bench.scans(tote(1), "CM-DAMAGE", ean(1), bench.shelf())
    bring(bench, WAITING)
    bench.scans(tote(WAITING), ean(1), "CM-DAMAGE", ean(2), bench.shelf())
    bring(bench, BROUGHT)
    on = bench.scans(tote(BROUGHT))
    assert on.facts["big"] == "1/4"
    bench.finish(bench.scans(ean(1), ean(2), ean(2)))
    assert (bench.state(1), set(bench.totes())) == ("STAGED", {"EMPTY"})
    books()


def test_what_was_seen_counts_for_one_parcel_only(at_bench: AtBench, books: Books) -> None:
    """After the replaced order was split, its rest is seen from the beginning by whoever takes it up."""
    bench = at_bench(order_of(1, ("S0001", 4)))
    bench.scans(tote(1), ean(1), ean(1), "CM-SHORT", "1", "CM-OK")
    bring(bench)
    assert bench.scans(tote(BROUGHT)).facts["big"] == "2/4"
    bench.scans("CM-FULL", BOX, "CM-MENU")
    bench.stick(str(bench.scans(bench.order_no(1)).facts["hint"]))
    rest = bench.scans("CM-OK")
    assert (rest.step, rest.facts["big"]) == ("verify", "0/2")
    bench.scans("CM-MENU")
    assert bench.scans(bench.order_no(1)).facts["big"] == "0/2"
    bench.finish(bench.scans(ean(1), ean(1)))
    assert bench.state(1) == "STAGED"
    books()


def test_the_history_says_what_was_replaced_and_why(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), "CM-DAMAGE", ean(1), bench.shelf())
    with bench.floor.hub.db.read() as tx:
        detail = tx.scalar(select(History.detail).where(History.event == "repick"))
    assert isinstance(detail, dict)
    assert (detail["reason"], detail["qty"]) == ("DAMAGED", 1)
