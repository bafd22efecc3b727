"""A weight that a person types (P18): by role or with leave, judged like any, marked M wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from printers.schema import print_job
from station.devices.models import Scale
from station.ground.documents.history import History
from station.outbound.packing.models import Parcel
from station.people.models import OverrideRow
from station.practice.demo import world
from tests.floor import CHEN, QIAN, Answer, Floor
from tests.station.outbound.bench import Bench, ean
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def without_any_scale(bench: Bench) -> None:
    """No scale was ever set up in this warehouse."""
    bench.floor.hub.db.write(lambda tx: tx.execute(delete(Scale)))


def grams(answer: Answer) -> str:
    shown = next(row["value"] for row in answer.facts["lines"] if row["label"]["en"] == "Expected")
    return str(shown).split()[0]


def parcel(bench: Bench) -> Parcel:
    with bench.floor.hub.db.read() as tx:
        return tx.scalars(select(Parcel).order_by(Parcel.id)).one()


def may_type(bench: Bench, *roles: str) -> None:
    hub = bench.floor.hub
    settings = replace(hub.settings, rules=replace(hub.settings.rules, typed_weight=roles))
    hub.settings = settings
    hub.door.settings = settings


def test_without_a_scale_a_supervisor_lets_a_weight_be_typed(
    at_bench: AtBench, floor: Floor, books: Books
) -> None:
    """No scale in the house: asked once for this parcel; history, order and manifest say M."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    without_any_scale(bench)
    answer = bench.to_weigh(1, 1, 1)
    assert bench.scan("CM-OK").code == "E-WGT-04"
    assert bench.scan("CM-QTY").code == "E-WGT-07"
    asked = bench.scans(world.badge(CHEN), world.PIN, "5")
    assert (asked.step, asked.facts["pad"]) == ("typed", "qty")
    done = bench.scans(grams(answer))
    assert (done.code, done.step) == ("S-PAK-TYPED", "tote")
    assert "(M)" in done.body["message"]["en"]
    kept = parcel(bench)
    assert (kept.weight_dg, kept.is_typed, kept.is_unweighed) == (10 * int(grams(answer)), True, False)
    with floor.hub.db.read() as tx:
        details = tx.scalars(select(History.detail).where(History.doc_type == "PARCEL")).all()
        assert [detail["mark"] for detail in details if detail and "mark" in detail] == ["M"]
        assert list(tx.scalars(select(OverrideRow.code))) == ["E-WGT-07"]
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bench.bills)
    floor.scans(QIAN, "dispatch", "CM-CLOSE")
    with floor.hub.db.read() as tx:
        paper = tx.scalars(select(print_job.c.data).where(print_job.c.kind == "manifest")).first()
    assert paper is not None
    assert [one["is_typed"] for one in paper["parcels"]] == [True]
    books()


def test_without_a_scale_a_parcel_may_go_unweighed(at_bench: AtBench, books: Books) -> None:
    """Nothing was ever set up: the supervisor's leave is reachable all the same."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    without_any_scale(bench)
    bench.to_weigh(1, 1, 1)
    assert bench.scan("CM-OK").code == "E-WGT-04"
    assert bench.scans(world.badge(CHEN), world.PIN, "5").code == "S-PAK-UNWEIGHED"
    assert (parcel(bench).weight_dg, parcel(bench).is_typed) == (None, False)
    books()


def test_who_may_type_is_not_asked(at_bench: AtBench, books: Books) -> None:
    """`typed_weight` names packers: a shop without a scale works without a supervisor at the bench."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    may_type(bench, "PACKER")
    answer = bench.to_weigh(1, 1, 1)
    assert bench.scans("CM-QTY").step == "typed"
    assert bench.scans("CM-SKIP").step == "weigh"
    bench.wait()
    bench.scans("CM-QTY")
    assert bench.scans(grams(answer)).code == "S-PAK-TYPED"
    books()


@pytest.mark.parametrize(
    ("typed", "code"), [("0", "E-QTY-01"), ("60001", "E-QTY-01"), ("-5", "E-"), ("1.5", "E-")]
)
def test_what_is_no_weight(at_bench: AtBench, typed: str, code: str) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    may_type(bench, "PACKER")
    bench.to_weigh(1, 1, 1)
    bench.scans("CM-QTY")
    refused = bench.scan(typed)
    assert not refused.ok
    assert refused.code.startswith(code)
    assert parcel(bench).weight_dg is None


def test_a_parcel_that_was_typed_may_still_lie_on_the_scale(at_bench: AtBench, books: Books) -> None:
    """Its weight is not the next one's: a zero must be seen after it, too."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    may_type(bench, "PACKER")
    answer = bench.to_weigh(1, 1, 1)
    bench.scans("CM-QTY")
    bench.scans(grams(answer))
    bench.scans(bench.to_label(2, 2, 2))
    assert bench.scan("CM-OK").code == "E-WGT-03"
    books()


def test_a_wrong_typed_weight_is_wrong(at_bench: AtBench, books: Books) -> None:
    """E-WGT-01 as from the scale: see every unit again, then type again."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    may_type(bench, "PACKER")
    answer = bench.to_weigh(1, 1, 1)
    bench.scans("CM-QTY")
    off = bench.scan(str(int(grams(answer)) + 500))
    assert (off.code, off.step) == ("E-WGT-01", "reverify")
    bench.scans(ean(1), ean(1))
    bench.scans("CM-QTY")
    assert bench.scans(grams(answer)).code == "S-PAK-TYPED"
    books()


def test_the_leave_was_for_one_parcel(at_bench: AtBench, books: Books) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    answer = bench.to_weigh(1, 1, 1)
    bench.scan("CM-QTY")
    bench.scans(world.badge(CHEN), world.PIN, "5", grams(answer))
    bench.to_weigh(2, 2, 2)
    bench.wait()
    assert bench.scan("CM-QTY").code == "E-WGT-07"
    books()
