"""An order that does not fit into one box goes in several parcels, and is shipped with the last (P17, P21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from printers.schema import print_job
from station.outbound.orders.models import OrderLine
from station.practice.demo import world
from tests.floor import QIAN, Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

AtBench = Callable[..., Bench]
Books = Callable[[], None]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _two_parcels(at_bench: AtBench) -> Bench:
    """Order SO-1 of three and one, in two parcels in the lane."""
    bench = at_bench(order_of(1, ("S0001", 3), ("S0002", 1)))
    bench.scans(tote(1), ean(1), ean(1))
    first = bench.scans("CM-FULL")
    assert (first.code, first.step) == ("S-PAK-SPLIT", "box")
    rest = bench.finish(first)
    assert (rest.step, rest.facts["big"]) == ("verify", "0/2")
    done = bench.finish(bench.scans(ean(1), ean(2)))
    assert (done.code, done.step) == ("S-PAK-STAGED", "tote")
    return bench


def _hand_over(floor: Floor, *bills: str) -> str:
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)
    answer = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    if answer.step == "left":
        floor.scans(QIAN, "dispatch", "CM-OK")
    return floor.scans(QIAN, "dispatch", world.badge(QIAN), world.PIN).code


def test_two_parcels_leave_on_two_manifests(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """The order is CHECKED with its last unit and SHIPPED with its last parcel; the office hears of both."""
    bench = _two_parcels(at_bench)
    assert bench.parcels(1) == [("1", "STAGED"), ("2", "STAGED")]
    assert (bench.state(1), len(set(bench.bills))) == ("STAGED", 2)
    assert _hand_over(floor, bench.bills[1]) == "S-DSP-SHIPPED"
    assert (bench.state(1), bench.parcels(1)) == ("STAGED", [("1", "STAGED"), ("2", "SHIPPED")])
    books()
    assert _hand_over(floor, bench.bills[0]) == "S-DSP-SHIPPED"
    assert bench.state(1) == "SHIPPED"
    told = bench.told("shipment_confirmation")
    assert [(message["waybill_no"], message["is_last"]) for message in told] == [
        (bench.bills[1], False),
        (bench.bills[0], True),
    ]
    assert [[line["qty_each"] for line in message["lines"]] for message in told] == [[1, 1], [2]]  # type: ignore[attr-defined]
    assert len({message["event_key"] for message in told}) == 2
    with floor.hub.db.read() as tx:
        assert list(tx.scalars(select(OrderLine.qty_shipped).order_by(OrderLine.id))) == [3, 1]
    books()


@sqlite
def test_both_parcels_on_one_manifest(at_bench: AtBench, floor: Floor, books: Books) -> None:
    bench = _two_parcels(at_bench)
    assert _hand_over(floor, *bench.bills) == "S-DSP-SHIPPED"
    assert (bench.state(1), bench.parcels(1)) == ("SHIPPED", [("1", "SHIPPED"), ("2", "SHIPPED")])
    assert [message["is_last"] for message in bench.told("shipment_confirmation")] == [False, True]
    books()


@sqlite
def test_each_parcel_lists_its_own_contents(at_bench: AtBench, floor: Floor) -> None:
    bench = _two_parcels(at_bench)
    with floor.hub.db.read() as tx:
        slips = list(
            tx.scalars(
                select(print_job.c.data).where(print_job.c.kind == "packing_slip").order_by(print_job.c.id)
            )
        )
        labels = list(
            tx.scalars(select(print_job.c.data).where(print_job.c.kind == "waybill").order_by(print_job.c.id))
        )
    assert [[line["qty"] for line in slip["lines"]] for slip in slips] == [[2], [1, 1]]
    assert [label["parcel_i"] for label in labels] == [1, 2]
    assert [label["goods"] for label in labels] == [["S0001×2"], ["S0001×1", "S0002×1"]]
    assert bench.waybills() == ["BOUND", "BOUND"]


@sqlite
def test_a_parcel_waits_for_the_rest_of_its_order(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """E-MAN-03: the first parcel does not leave while the second is being packed."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.finish(bench.to_box(2, 2, 2))
    bench.scans(tote(1), ean(1))
    bench.finish(bench.scans("CM-FULL"))
    assert bench.state(1) == "PICKED"
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王")
    assert floor.scan(QIAN, "dispatch", bench.bills[1]).code == "E-MAN-03"
    bench.finish(bench.scans(ean(1)))
    assert floor.scan(QIAN, "dispatch", bench.bills[1]).code == "S-DSP-PARCEL"
    books()


@sqlite
def test_an_empty_box_is_no_parcel(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1))
    assert bench.scan("CM-FULL").code == "E-PAK-08"
    assert bench.parcels(1) == []


@sqlite
def test_interception_takes_every_parcel(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """One in the lane, one on the bench, one unit in the tote: all on the shelf by one scan."""
    bench = at_bench(order_of(1, ("S0001", 3)))
    bench.scans(tote(1), ean(1))
    bench.finish(bench.scans("CM-FULL"))
    bench.scans(ean(1), "CM-FULL", BOX)
    assert bench.parcels(1) == [("1", "STAGED"), ("2", "LABELLED")]
    bench.cancel(1)
    answer = floor.scans(QIAN, "intercept", bench.bills[0])
    assert {row[1] for row in answer.facts["table"]} == {"LANE-ZTO", "PACK-1", "T001"}
    floor.scans(QIAN, "intercept", bench.shelf())
    assert (bench.state(1), bench.parcels(1)) == ("CANCELLED", [("1", "VOID"), ("2", "VOID")])
    assert (bench.waybills(), bench.lies("INTC")) == (["CANCELLED", "CANCELLED"], {"GOOD": 3})
    books()


@sqlite
def test_the_rest_is_missing(at_bench: AtBench, books: Books) -> None:
    """The first parcel comes back from the lane with the rest of its order."""
    bench = at_bench(order_of(1, ("S0001", 3)))
    bench.scans(tote(1), ean(1))
    bench.finish(bench.scans("CM-FULL"))
    bench.scans(ean(1), "CM-SHORT", "1", "CM-SHORT", bench.shelf())
    assert (bench.state(1), bench.parcels(1)) == ("SHORT", [("1", "VOID")])
    assert bench.lies("INTC") == {"GOOD": 2, "HOLD": 1}
    books()


@sqlite
def test_a_cancel_is_too_late_once_a_parcel_has_left(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """The office hears CANCELEDFAIL, and the other parcel follows."""
    bench = _two_parcels(at_bench)
    _hand_over(floor, bench.bills[0])
    bench.cancel(1)
    assert bench.state(1) == "STAGED"
    assert [message["state"] for message in bench.told("order_state")] == ["CANCELEDFAIL"]
    _hand_over(floor, bench.bills[1])
    assert bench.state(1) == "SHIPPED"
    books()


@sqlite
def test_the_same_article_in_many_parcels(at_bench: AtBench, books: Books) -> None:
    """Three units, three parcels; the weight of each is its own."""
    bench = at_bench(order_of(1, ("S0001", 3)))
    bench.scans(tote(1))
    for _ in range(2):
        bench.scans(ean(1))
        assert bench.finish(bench.scans("CM-FULL")).step == "verify"
    assert bench.finish(bench.scans(ean(1))).step == "tote"
    assert bench.parcels(1) == [("1", "STAGED"), ("2", "STAGED"), ("3", "STAGED")]
    assert bench.totes() == ["EMPTY"]
    books()


@sqlite
def test_the_wrong_label_of_the_same_order(at_bench: AtBench) -> None:
    """Parcel 1's label on parcel 2 is as wrong as anybody's."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1))
    bench.finish(bench.scans("CM-FULL"))
    bench.scans(ean(1), BOX)
    assert bench.scan(bench.bills[0]).code == "E-PAK-04"
