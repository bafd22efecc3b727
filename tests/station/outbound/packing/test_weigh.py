"""The parcel on the scale (P18): what the screen says, what is refused, and no scale at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from printers.schema import print_job
from station.catalog.models import Sku
from station.ground.scan.codes import internal
from station.outbound.packing.models import Parcel
from station.practice.demo import world
from tests.floor import CHEN, QIAN, Answer, Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def _weight(bench: Bench, grams: int) -> None:
    """Every article weighs so much."""
    bench.floor.hub.db.write(lambda tx: tx.execute(update(Sku).values(gross_g=grams)))


def _lines(facts: dict[str, object]) -> dict[str, str]:
    return {line["label"]["zh"]: line["value"] for line in facts["lines"]}  # type: ignore[attr-defined]


def test_a_dead_scale_stops_nobody_for_ever(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """E-WGT-04: a supervisor lets the parcel go, flagged 未称重; the manifest says so on screen and paper."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.finish(bench.to_box(2, 2, 2))
    bench.to_weigh(1, 1, 1)
    bench.without_scale()
    refused = bench.scan("CM-OK")
    assert (refused.code, refused.step) == ("E-WGT-04", "weigh")
    done = bench.scans(world.badge(CHEN), world.PIN, "5")
    assert (done.code, done.step) == ("S-PAK-UNWEIGHED", "tote")
    assert "未称重" in done.body["message"]["zh"]
    with floor.hub.db.read() as tx:
        query = select(Parcel.is_unweighed, Parcel.weight_dg.is_(None)).order_by(Parcel.id)
        assert [tuple(row) for row in tx.execute(query)] == [(False, False), (True, True)]
    loaded = floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bench.bills)
    assert _lines(loaded.facts)["未称重"] == "1"
    floor.scans(QIAN, "dispatch", "CM-CLOSE")
    with floor.hub.db.read() as tx:
        paper = tx.scalars(select(print_job.c.data).where(print_job.c.kind == "manifest")).first()
    assert paper is not None
    assert sorted(parcel["weight_g"] > 0 for parcel in paper["parcels"]) == [False, True]
    books()


def test_the_permission_was_for_one_parcel(at_bench: AtBench, books: Books) -> None:
    """The second part of the order is asked about again."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1), "CM-FULL")
    bill = str(bench.scans(BOX).facts["hint"])
    bench.without_scale()
    bench.scans(bill)
    bench.wait()
    assert bench.scan(bill).code == "E-WGT-04"
    bench.scans(world.badge(CHEN), world.PIN, "5")
    bench.scans(ean(1))
    bench.scans(str(bench.scans(BOX).facts["hint"]))
    assert bench.scan("CM-OK").code == "E-WGT-04"
    books()


def test_a_scale_that_moves_or_was_not_zeroed(at_bench: AtBench) -> None:
    """T55 at the door: E-WGT-02 while it moves or is empty, E-WGT-03 with the last parcel's weight on it."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.to_weigh(1, 1, 1)
    bench.scale(is_stable=False)
    assert bench.scan("CM-OK").code == "E-WGT-02"
    bench.scale(is_stable=True, dg=0)
    assert bench.scan("CM-OK").code == "E-WGT-02"
    bench.floor.weigh(Answer(200, {"screen": bench.floor.look("1006", "pack")}))
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    bench.scans(bench.to_label(2, 2, 2))
    assert bench.scan("CM-OK").code == "E-WGT-03"


@pytest.mark.parametrize("says", [{"is_stable": False}, {"zero_seen": False}], ids=["moving", "no zero"])
def test_a_scale_that_never_rests_stops_nobody(
    at_bench: AtBench, books: Books, says: dict[str, bool]
) -> None:
    """It works and gives no weight: a supervisor lets the parcel go unweighed, this one only."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.to_weigh(1, 1, 1)
    bench.scale(**says)
    code = bench.scan("CM-OK").code
    assert code in {"E-WGT-02", "E-WGT-03"}
    done = bench.scans(world.badge(CHEN), world.PIN, "5")
    assert (done.code, bench.state(1)) == ("S-PAK-UNWEIGHED", "STAGED")
    bench.to_weigh(2, 2, 2)
    bench.scale(**says)
    assert bench.scan("CM-OK").code == code
    books()


def test_the_wrong_box_is_changed_with_the_label_on_it(at_bench: AtBench, books: Books) -> None:
    """Another box scanned at the label or on the scale: another expected weight, the same number and one paper."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bill = bench.to_label(1, 1, 1)
    assert bench.scan(internal("BX", "99")).code == "E-PAK-07"
    other = bench.scans(internal("BX", "01"))
    assert (other.code, other.step, other.facts["hint"]) == ("S-PAK-REBOX", "label", bill)
    answer = bench.scans(bill)
    light = _lines(answer.facts)["应重"]
    heavy = bench.scans(internal("BX", "05"))
    assert (heavy.code, heavy.step) == ("S-PAK-REBOX", "weigh")
    assert _lines(heavy.facts)["应重"] != light
    bench.floor.weigh(heavy)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    with bench.floor.hub.db.read() as tx:
        papers = list(tx.scalars(select(print_job.c.kind).where(print_job.c.subject_no == bill)))
    assert (papers, bench.waybills()) == (["waybill"], ["BOUND"])
    books()


def test_the_label_may_be_scanned_on_the_scale(at_bench: AtBench, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.finish(bench.to_box(1, 1, 1))
    bench.to_weigh(2, 2, 2)
    bench.wait()
    assert bench.scan(bench.bills[0]).code == "E-PAK-04"
    assert bench.scan(bench.bills[1]).code == "S-PAK-STAGED"
    books()


@pytest.mark.parametrize(("grams", "blind"), [(15, True), (600, False)])
def test_too_light_to_weigh_for(at_bench: AtBench, grams: int, blind: bool) -> None:
    """T56: the screen says 称重不敏感 and names the article when a unit could hide in the tolerance."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    _weight(bench, grams)
    lines = _lines(bench.to_weigh(1, 1, 1).facts)
    assert ("称重不敏感" in lines) is blind


def test_the_second_wrong_weight_shows_how_often(at_bench: AtBench, books: Books) -> None:
    """Off once: see all again. Off twice: refused at the scale, with the count; a supervisor may allow it."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.weigh(bench.scans(bench.to_label(1, 1, 1)), -4000)
    assert bench.scan("CM-OK").step == "reverify"
    assert bench.scan(ean(3)).code == "E-PAK-01"
    again = bench.scans(ean(1), ean(1))
    assert (again.step, _lines(again.facts)["称重不符次数"]) == ("weigh", "1")
    off = bench.scan("CM-OK")
    assert (off.code, off.step) == ("E-WGT-01", "weigh")
    assert "-400" in off.body["message"]["zh"]
    asked = bench.scans(world.badge(CHEN))
    assert asked.facts["banner"] == off.body["message"], "a supervisor sees by how much"
    assert bench.scans(world.PIN, "5").code == "S-PAK-STAGED"
    books()


def test_an_article_of_unknown_weight_is_not_judged(at_bench: AtBench) -> None:
    """P18: nobody knows what it should weigh: any stable weight is kept."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    _weight(bench, 0)
    answer = bench.scans(bench.to_label(1, 1, 1))
    assert _lines(answer.facts)["应重"] == "?"
    bench.scale(dg=4321, is_stable=True, zero_seen=True)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    with bench.floor.hub.db.read() as tx:
        assert tx.scalar(select(Parcel.weight_dg)) == 4321
