"""Parcels of one order that share a number: one more renames all of them (T59)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from printers.schema import print_job
from station.carriers.children import base_of, child
from station.catalog.models import Carrier
from tests.floor import QIAN, Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

AtBench = Callable[..., Bench]
Books = Callable[[], None]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("number", "base"), [("JD1", "JD1"), ("JD1-1-2", "JD1"), ("JD-1", "JD-1"), ("A-B-2-3", "A-B")]
)
def test_the_number_that_all_share(number: str, base: str) -> None:
    assert base_of(number) == base
    assert base_of(child(base, 2, 3)) == base


def _jd(at_bench: AtBench, floor: Floor, qty: int) -> Bench:
    """An order of `qty` whose carrier is JD, its first parcel in the lane."""
    bench = at_bench(order_of(1, ("S0001", qty)))
    floor.hub.db.write(lambda tx: tx.execute(update(Carrier).where(Carrier.code == "ZTO").values(code="JD")))
    bench.scans(tote(1), ean(1))
    bench.finish(bench.scans("CM-FULL"))
    return bench


def _another(bench: Bench, *, last: bool) -> None:
    """One more unit, box, and every new label stuck and scanned."""
    bench.wait()
    answer = bench.scans(ean(1))
    if not last:
        answer = bench.scans("CM-FULL")
    answer = bench.scans(BOX)
    while answer.step == "label":
        bench.bills.append(str(answer.facts["hint"]))
        answer = bench.scans(bench.bills[-1])
    bench.floor.weigh(answer)
    bench.scans("CM-OK")


def _labels(floor: Floor) -> list[str]:
    with floor.hub.db.read() as tx:
        query = select(print_job.c.subject_no).where(print_job.c.kind == "waybill").order_by(print_job.c.id)
        return list(tx.scalars(query))


@sqlite
def test_t59_one_more_parcel_renames_all(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """T59: from two parcels to three: three new numbers, two old ones VOID, three prints; all leave by them."""
    bench = _jd(at_bench, floor, 3)
    (base,) = bench.bills
    _another(bench, last=False)
    assert _labels(floor) == [base, f"{base}-1-2", f"{base}-2-2"]
    _another(bench, last=True)
    names = [f"{base}-{nth}-3" for nth in (1, 2, 3)]
    assert sorted(_labels(floor)[3:]) == names
    assert bench.waybills() == ["VOID", "VOID", "VOID", "BOUND", "BOUND", "BOUND"]
    assert (bench.state(1), bench.parcels(1)) == ("STAGED", [(str(nth), "STAGED") for nth in (1, 2, 3)])
    books()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王")
    assert floor.scan(QIAN, "dispatch", f"{base}-1-2").code == "E-MAN-03"
    assert floor.scans(QIAN, "dispatch", *names).code == "S-DSP-PARCEL"


@sqlite
def test_old_labels_are_covered_first(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """E-PAK-13 until the new label of the first parcel was scanned; cancelled meanwhile, all numbers are given up."""
    bench = _jd(at_bench, floor, 2)
    (base,) = bench.bills
    bench.wait()
    shown = bench.scans(ean(1), BOX)
    assert shown.facts["table"] == [[f"{base}-1-2", "", ""]]
    assert (shown.facts["big"], shown.facts["banner"]["en"]) == (
        f"{base}-1-2"[-6:],
        "New labels on the other parcels first",
    )
    assert bench.scan(f"{base}-2-2").code == "E-PAK-13"
    assert bench.scan(base).code == "E-PAK-04"
    bench.cancel(1)
    assert bench.scan(f"{base}-1-2").code == "E-INT-01"
    bench.scans(bench.shelf())
    assert bench.waybills() == ["VOID", "CANCELLED", "CANCELLED"]
    books()
