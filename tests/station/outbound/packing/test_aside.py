"""A unit is missing or broken: the order is set aside as SHORT and the packer is free (P17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.outbound.orders.models import Allocation, OrderLine
from station.outbound.waves.models import WaveOrder
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


@pytest.fixture
def at_bench(at_bench: AtBench) -> AtBench:
    """At a bench when nothing can be brought from another slot."""

    def begin(*orders: object) -> Bench:
        bench = at_bench(*orders)
        bench.nothing_elsewhere()
        return bench

    return begin


def _short_event(bench: Bench) -> dict[str, Any]:
    with bench.floor.hub.db.read() as tx:
        detail = tx.scalar(select(History.detail).where(History.event == "short"))
    assert isinstance(detail, dict)
    return detail


def _lack(bench: Bench) -> list[int]:
    lack = _short_event(bench)["lack"]
    assert isinstance(lack, dict)
    return list(lack.values())


def test_a_missing_unit_sets_the_order_aside(at_bench: AtBench, books: Books) -> None:
    """2 of 3 seen: GOOD on the shelf, the third on HOLD until somebody counts; the order wants all again."""
    bench = at_bench(order_of(1, ("S0001", 3)), order_of(2, ("S0002", 2)))
    bench.scans(tote(1), ean(1), ean(1))
    asked = bench.scans("CM-SHORT")
    assert [row[1] for row in asked.facts["table"]] == ["找不到", "数量不够", "条码不符", "多一件"]
    assert bench.scans("1").facts["big"] == "2/3"
    done = bench.scans(bench.shelf())
    assert (done.code, done.step) == ("S-PAK-ASIDE", "tote")
    assert bench.order_no(1) in done.body["message"]["zh"]
    assert bench.state(1) == "SHORT"
    assert bench.lies("INTC") == {"GOOD": 2, "HOLD": 1}
    assert (_short_event(bench)["reason"], _lack(bench)) == ("NOT_FOUND", [1])
    with bench.floor.hub.db.read() as tx:
        line = tx.scalars(select(OrderLine).order_by(OrderLine.id).limit(1)).one()
        assert (line.qty_picked, line.qty_packed) == (0, 0)
        assert tx.scalars(select(Allocation.state).order_by(Allocation.id)).first() == "RELEASED"
        assert tx.scalars(select(WaveOrder.flag).order_by(WaveOrder.id)).first() == "KICKED"
    assert bench.totes()[0] == "EMPTY"
    books()
    assert bench.finish(bench.to_box(2, 2, 2)).code == "S-PAK-STAGED"
    books()


def test_a_short_order_can_be_cancelled(at_bench: AtBench, books: Books) -> None:
    """Nothing of it is on its way any more: CANCELLED at once."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), "CM-SHORT", "2", bench.shelf())
    assert bench.lies("INTC") == {"HOLD": 2}
    bench.cancel(1)
    assert bench.state(1) == "CANCELLED"
    books()


def test_a_damaged_unit_is_a_defect(at_bench: AtBench, books: Books) -> None:
    """What was not seen is not missing: only the broken unit is set apart."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)))
    bench.scans(tote(1), ean(1), "CM-DAMAGE")
    assert bench.scan(ean(3)).code == "E-PAK-01"
    told = bench.scans(ean(2))
    assert (told.code, told.step) == ("S-PAK-DAMAGED", "aside")
    bench.scans(bench.shelf())
    assert (bench.state(1), bench.lies("INTC")) == ("SHORT", {"GOOD": 2, "DEFECT": 1})
    assert _short_event(bench)["reason"] == "DAMAGED"
    books()


def test_found_after_all(at_bench: AtBench) -> None:
    """CM-SKIP leads back to where the packer stood, with what was seen."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1))
    for way in (("CM-SHORT", "CM-SKIP"), ("CM-DAMAGE", "CM-SKIP"), ("CM-SHORT", "1", "CM-SKIP")):
        back = bench.scans(*way)
        assert (back.step, back.facts["big"]) == ("verify", "1/2")
    assert bench.scans(ean(1)).step == "box"


def test_only_the_reasons_on_the_keys(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), "CM-SHORT")
    assert bench.scan("5").code == "E-QTY-01"
    bench.scans("3")
    assert bench.scan(bench.floor.slot("LANE-ZTO")).code == "E-LOC-03"


def test_damaged_at_the_box(at_bench: AtBench, books: Books) -> None:
    """All were seen, and then one broke: the parcel is void, everything goes to the shelf."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.to_box(1, 1, 1)
    bench.scans("CM-DAMAGE", ean(1), bench.shelf())
    assert (bench.state(1), bench.parcels(1)) == ("SHORT", [("1", "VOID")])
    assert bench.lies("INTC") == {"GOOD": 1, "DEFECT": 1}
    books()


def test_missing_when_everything_is_seen_again(at_bench: AtBench, books: Books) -> None:
    """The weight was wrong because a unit is not there: the label is given up with the order."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.weigh(bench.scans(bench.to_label(1, 1, 1)), -5000)
    assert bench.scan("CM-OK").step == "reverify"
    bench.scans(ean(1), "CM-SHORT", "CM-SKIP")
    assert bench.floor.look("1006", "pack")["step"] == "reverify"
    bench.scans("CM-SHORT", "1", bench.shelf())
    assert (bench.state(1), bench.waybills()) == ("SHORT", ["CANCELLED"])
    assert bench.lies("INTC") == {"GOOD": 1, "HOLD": 1}
    books()


def test_the_tote_of_single_items_has_one_too_few(at_bench: AtBench, books: Books) -> None:
    """W1: two of three are there; the third order is SHORT and the tote can be closed."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2, 3)))
    bench.scans(tote(1))
    for _ in range(2):
        assert bench.finish(bench.scans(ean(1))).step == "item"
    assert bench.scan("CM-CLOSE").code == "E-PAK-03"
    done = bench.scans("CM-SHORT", "1", bench.shelf())
    assert (done.code, done.step) == ("S-PAK-ASIDE", "tote")
    assert sorted(bench.state(number) for number in (1, 2, 3)) == ["SHORT", "STAGED", "STAGED"]
    assert (bench.totes(), bench.lies("INTC")) == (["EMPTY"], {"HOLD": 1})
    (shortage,) = bench.told("order_shortage")
    assert shortage["lines"] == [{"line_key": "1", "sku_code": "S0001", "qty_ordered": 1, "qty_missing": 1}]
    books()


def test_a_damaged_single_item(at_bench: AtBench, books: Books) -> None:
    """W1: the broken product takes its order with it; the others are packed. Not broken after all: CM-SKIP."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2)))
    bench.scans(tote(1), "CM-DAMAGE")
    assert bench.scan(ean(2)).code == "E-PAK-01"
    assert bench.scans(ean(1), "CM-SKIP").step == "item"
    done = bench.scans("CM-DAMAGE", ean(1), bench.shelf())
    assert done.step == "item"
    assert bench.lies("INTC") == {"DEFECT": 1}
    bench.finish(bench.scans(ean(1)))
    assert sorted(bench.state(number) for number in (1, 2)) == ["SHORT", "STAGED"]
    books()


def test_cancelled_while_it_is_set_aside(at_bench: AtBench, books: Books) -> None:
    """At every one of these steps the cancel is told, and ends at the same shelf."""
    bench = at_bench(*(order_of(number, (f"S000{number}", 2)) for number in (1, 2)))
    bench.scans(tote(1), "CM-SHORT", "1")
    bench.cancel(1)
    assert bench.scan(bench.shelf()).step == "stopped"
    bench.scans(bench.shelf())
    bench.scans(tote(2), "CM-DAMAGE")
    bench.cancel(2)
    assert bench.scan(ean(2)).step == "stopped"
    bench.scans(bench.shelf())
    assert [bench.state(number) for number in (1, 2)] == ["CANCELLED", "CANCELLED"]
    books()


def test_the_office_hears_of_the_exception(at_bench: AtBench) -> None:
    """An ERP that follows the states hears EXCEPTION (§6.0)."""
    from sqlalchemy import update

    from station.exchange.models import ErpConnection

    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.hub.db.write(
        lambda tx: tx.execute(
            update(ErpConnection).where(ErpConnection.code == "folder").values(wants="order_state")
        )
    )
    bench.scans(tote(1), "CM-SHORT", "1", bench.shelf())
    (message,) = bench.told("order_state")
    assert (message["state"], message["order_no"]) == ("EXCEPTION", bench.order_no(1))
    assert bench.told("order_shortage") == [], "who does not want to hear what is missing does not"


def test_the_box_takes_no_missing_card(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.to_box(1, 1, 1)
    assert bench.scan("CM-SHORT").code == "E-CMD-01"
    assert bench.scans(BOX).step == "label"
