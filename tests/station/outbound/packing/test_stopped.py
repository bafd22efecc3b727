"""An order is cancelled under the packer's hands: at whatever step, the packer brings the goods and is free."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.ground.scan.codes import internal
from tests.floor import QIAN, Floor
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]

NEXT_SCAN = {
    "verify": ean(1),
    "close": "CM-CLOSE",
    "split": "CM-FULL",
    "short": "CM-SHORT",
    "damage": "CM-DAMAGE",
    "box": BOX,
    "label": "",
    "foreign": "NOT-OURS-77",
    "reprint": "CM-REPRINT",
    "why": "1",
    "weigh": "CM-OK",
    "reverify": ean(1),
}


def _stand(bench: Bench, where: str) -> str:
    """Go to the place; the waybill when there is one."""
    if where in {"verify", "close", "split", "short", "damage"}:
        bench.scans(tote(1), ean(1))
        return ""
    if where == "box":
        bench.to_box(1, 1, 1)
        return ""
    bill = bench.to_label(1, 1, 1)
    if where == "why":
        bench.scans("CM-REPRINT")
    if where in {"weigh", "reverify"}:
        bench.floor.weigh(bench.scans(bill), 5000 if where == "reverify" else 0)
    if where == "reverify":
        assert bench.scan("CM-OK").step == "reverify"
    return bill


@pytest.mark.parametrize("where", NEXT_SCAN)
def test_the_packer_brings_the_goods_and_is_free(at_bench: AtBench, books: Books, where: str) -> None:
    """⛔ at the next scan, whatever it is; the shelf ends it; the next order is packed."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bill = _stand(bench, where)
    bench.cancel(1)
    stopped = bench.scan(NEXT_SCAN[where] or bill)
    assert (stopped.status, stopped.code, stopped.step) == (422, "E-INT-01", "stopped")
    assert stopped.body["tone"] == "intercept"
    assert stopped.facts["hint"] == "INTC"
    assert sum(int(row[2]) for row in stopped.facts["table"]) == 2
    done = bench.scans(bench.shelf())
    assert (done.code, done.step) == ("S-INT-DONE", "tote")
    assert (bench.state(1), bench.lies("INTC")) == ("CANCELLED", {"GOOD": 2})
    assert set(bench.waybills()) <= {"CANCELLED"}
    assert {state for _no, state in bench.parcels(1)} <= {"VOID"}
    books()
    assert bench.finish(bench.to_box(2, 2, 2)).code == "S-PAK-STAGED"
    books()


@pytest.mark.parametrize("where", ["box", "label", "weigh", "why"])
def test_others_may_have_brought_them(at_bench: AtBench, floor: Floor, books: Books, where: str) -> None:
    """The goods went to the shelf behind the packer's back: a screen without a waybill, and no error."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bill = _stand(bench, where)
    bench.cancel(1)
    floor.scans(QIAN, "intercept", bench.order_no(1), bench.shelf())
    assert floor.look("1006", "pack")["step"] in {"box", "label", "weigh", "reprint"}
    assert bench.scan(NEXT_SCAN[where] or bill).step == "stopped"
    assert bench.scans(bench.shelf()).code == "S-INT-DONE"
    assert bench.to_box(2, 2, 2).step == "box"
    books()


def test_the_tote_of_a_stopped_order_leads_to_the_shelf(at_bench: AtBench, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.cancel(1)
    stopped = bench.scan(tote(1))
    assert (stopped.code, stopped.step) == ("E-INT-01", "stopped")
    assert bench.scan(bench.floor.slot("LANE-ZTO")).code == "E-LOC-03"
    assert bench.scans(bench.shelf()).step == "tote"
    assert bench.totes() == ["EMPTY"]
    books()


def test_the_next_tote_waits_until_the_goods_are_away(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """A stopped order cannot be walked away from by scanning on; once others brought it, one can."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.scans(tote(1))
    bench.cancel(1)
    bench.scan(ean(1))
    assert bench.scan(tote(2)).code == "E-INT-01"
    assert bench.scan(BENCH).code == "E-INT-01"
    floor.scans(QIAN, "intercept", bench.order_no(1), bench.shelf())
    assert bench.scans(tote(2)).step == "verify"
    books()


def test_the_bench_may_be_scanned_after_others_brought_them(at_bench: AtBench, floor: Floor) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1))
    bench.cancel(1)
    bench.scan(ean(1))
    floor.scans(QIAN, "intercept", tote(1), bench.shelf())
    assert bench.scans(BENCH).code == "S-PAK-BENCH"


def test_leaving_keeps_the_order_for_the_intercept_list(
    at_bench: AtBench, floor: Floor, books: Books
) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1))
    bench.cancel(1)
    bench.scan(ean(1))
    assert bench.scans("CM-MENU").step == "tote"
    assert floor.look(QIAN, "intercept")["facts"]["hint"] == bench.order_no(1)
    books()


def test_a_single_item_of_a_stopped_order(at_bench: AtBench, books: Books) -> None:
    """W1: the others are packed; the product that no living order wants goes to the shelf, then the tote is empty."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2)))
    bench.cancel(1)
    bench.scans(tote(1), ean(1), BOX)
    answer = bench.stick(str(bench.floor.look("1006", "pack")["facts"]["hint"]))
    assert answer.step == "weigh"
    assert bench.scans("CM-OK").step == "tote"
    stopped = bench.scans(tote(1))
    assert stopped.step == "item"
    assert bench.scan(ean(1)).step == "stopped"
    assert bench.scans(bench.shelf()).step == "tote"
    assert (bench.state(1), bench.state(2), bench.totes()) == ("CANCELLED", "STAGED", ["EMPTY"])
    books()


def test_a_single_item_stopped_in_hand(at_bench: AtBench, books: Books) -> None:
    """W1: stopped between the product and its box; the packer goes on with the next product of the tote."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2)))
    bench.scans(tote(1), ean(1))
    bench.cancel(1)
    assert bench.scan(BOX).step == "stopped"
    assert bench.scans(bench.shelf()).step == "item"
    assert bench.scans(ean(1)).step == "box"
    books()


def test_an_order_that_is_not_stopped_stays_off_the_shelf(at_bench: AtBench) -> None:
    """The intercept list knows nothing of it, and a foreign order number leads nowhere."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    assert bench.floor.scan(QIAN, "intercept", bench.order_no(1)).code == "E-TSK-02"
    assert bench.scan(internal("TT", "T009")).code == "E-PAK-06"
