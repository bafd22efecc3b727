"""What goes into a parcel and onto it (P14, P19, P20, T60, T62), and that its number is taken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from printers.schema import print_job, print_route
from station.carriers.models import Waybill, WaybillRange
from tests.floor import Floor
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]
Boxed = Callable[..., Bench]


@pytest.fixture
def boxed(shelves: Shelves, floor: Floor) -> Boxed:
    """Two of S0001 and one of S0002 were seen; the packer takes a box."""

    def begin(**values: Any) -> Bench:
        for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
            shelves.put(sku, 9, slot)
        invoice = bool(values.pop("invoice", False))
        floor.erp(replace(order_of(1, ("S0001", 2), ("S0002", 1), wants_invoice=invoice), **values))
        floor.release()
        floor.pick_next()
        bench = Bench(floor)
        if bench.scans(BENCH, tote(1)).step == "note":
            bench.scans("CM-OK")
        bench.scans(ean(1))
        bench.wait()
        bench.scans(ean(1), ean(2))
        return bench

    return begin


def _papers(floor: Floor, kind: str) -> list[dict[str, Any]]:
    query = select(print_job.c.data).where(print_job.c.kind == kind).order_by(print_job.c.id)
    with floor.hub.db.read() as tx:
        return list(tx.scalars(query))


def _count(floor: Floor, *kinds: str) -> int:
    query = select(func.count()).select_from(print_job).where(print_job.c.kind.in_(kinds))
    with floor.hub.db.read() as tx:
        return tx.scalar(query) or 0


def test_the_waybill_hides_whose_it_is(boxed: Boxed, floor: Floor) -> None:
    """T60: at least one character of the name, six digits, unit and room; contents by short code."""
    bill = str(boxed().scans(BOX).facts["hint"])
    (paper,) = _papers(floor, "waybill")
    assert paper["waybill_no"] == bill
    assert paper["receiver_name"] == "张*丰"
    assert paper["receiver_phone"] == "138******78"
    for secret in ("502", "2单元", "3幢"):
        assert secret not in paper["receiver_address"]
    assert paper["goods"] == ["S0001×2", "S0002×1"]
    assert paper["route_code"], "T62: no label without the sorting code"


def test_the_slip_lists_the_parcel_and_no_price(boxed: Boxed, floor: Floor) -> None:
    """P14: article, spec, quantity, the buyer's words without telephone numbers."""
    boxed(buyer_note="放门口 13800001111").scans(BOX)
    (paper,) = _papers(floor, "packing_slip")
    assert [line["qty"] for line in paper["lines"]] == [2, 1]
    assert "13800001111" not in paper["buyer_note"]
    assert paper["shows_prices"] is False


@pytest.mark.parametrize("invoice", [True, False])
def test_an_invoice_copy_only_on_request(boxed: Boxed, floor: Floor, invoice: bool) -> None:
    """S-32: for customers who asked; the number is the tax system's."""
    boxed(invoice=invoice).scans(BOX)
    papers = _papers(floor, "invoice_copy")
    assert [paper["invoice_no"] for paper in papers] == ["26332000001234567890"] * invoice


def test_a_second_parcel_has_slip_and_label_but_no_second_invoice(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """P20 with 分包: one copy lies in the first parcel; each slip lists its own units."""
    shelves.put("S0001", 9, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3), wants_invoice=True))
    floor.release()
    floor.pick_next()
    bench = Bench(floor)
    bench.finish(bench.scans(BENCH, tote(1), ean(1), "CM-FULL"))
    bench.wait()
    bench.scans(ean(1))
    bench.wait()
    bench.finish(bench.scans(ean(1)))
    assert (_count(floor, "waybill"), _count(floor, "invoice_copy")) == (2, 1)
    slips = _papers(floor, "packing_slip")
    assert [(slip["parcel_i"], slip["lines"][0]["qty"]) for slip in slips] == [(1, 1), (2, 2)]
    books()


def test_a_box_nobody_has_costs_no_number(boxed: Boxed, floor: Floor) -> None:
    """E-PAK-07: neither waybill nor paper; the right box goes on."""
    from station.ground.scan.codes import internal

    bench = boxed()
    assert bench.scan(internal("BX", "99")).code == "E-PAK-07"
    assert (bench.waybills(), _count(floor, "waybill", "packing_slip")) == ([], 0)
    assert bench.scans(BOX).step == "label"


def test_a_carrier_without_numbers_stops_at_the_box(boxed: Boxed, floor: Floor, books: Books) -> None:
    """The range is used up: refused, nothing half done; with new numbers the same scan goes through."""
    bench = boxed()
    used = update(WaybillRange).values(next_serial=WaybillRange.last_serial + 1)
    floor.hub.db.write(lambda tx: tx.execute(used))
    refused = bench.scan(BOX)
    assert (refused.status, refused.step) == (422, "box")
    assert refused.code.startswith("E-WB-")
    assert (bench.state(1), _count(floor, "waybill", "packing_slip")) == ("CHECKED", 0)
    more = update(WaybillRange).values(last_serial=WaybillRange.next_serial + 9)
    floor.hub.db.write(lambda tx: tx.execute(more))
    bench.wait()
    assert bench.scans(BOX).step == "label"
    books()


def test_without_a_label_printer_no_number_is_taken(boxed: Boxed, floor: Floor, books: Books) -> None:
    """E-PRN-05 at the box: the order is as it was (one unit of work)."""
    bench = boxed()
    floor.hub.db.write(lambda tx: tx.execute(delete(print_route).where(print_route.c.kind == "waybill")))
    assert bench.scan(BOX).code == "E-PRN-05"
    assert (bench.waybills(), bench.state(1), _count(floor, "packing_slip")) == ([], "CHECKED", 0)
    books()


@pytest.mark.parametrize(("key", "why"), [("2", "卡纸"), ("3", "模糊"), ("4", "破损")])
def test_a_reprint_says_why_and_which(boxed: Boxed, floor: Floor, key: str, why: str) -> None:
    """I10, P19: same number, 补打 1 with its reason; the parcel is bound once."""
    bench = boxed()
    bill = str(bench.scans(BOX).facts["hint"])
    _printed(floor)
    answer = bench.scans("CM-REPRINT", key)
    assert (answer.code, answer.step) == ("S-PAK-REPRINT", "label")
    query = select(print_job.c.reason, print_job.c.subject_no, print_job.c.copy_no).where(
        print_job.c.kind == "waybill"
    )
    with floor.hub.db.read() as tx:
        rows = tx.execute(query.order_by(print_job.c.id)).all()
    assert [row.subject_no for row in rows] == [bill, bill]
    assert rows[1].reason == why
    assert rows[1].copy_no > rows[0].copy_no
    assert bench.stick(bill).step == "weigh"
    assert len(bench.waybills()) == 1


def test_no_reprint_after_all(boxed: Boxed, floor: Floor) -> None:
    """CM-SKIP: the paper was there; nothing is printed twice."""
    bench = boxed()
    bench.scans(BOX, "CM-REPRINT", "CM-SKIP")
    assert _count(floor, "waybill") == 1


def test_the_same_box_twice_is_one_number(boxed: Boxed, floor: Floor, books: Books) -> None:
    """T57's two clicks: the same scan sent five times takes one number and prints one label."""
    bench = boxed()
    token = floor.token_of("1006", "pack")
    answers = [floor.scan("1006", "pack", BOX, scan_id="box-once", step_token=token) for _ in range(5)]
    assert {answer.code for answer in answers} == {"S-PAK-LABEL"}
    assert (len(bench.waybills()), _count(floor, "waybill")) == (1, 1)
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(Waybill.print_count)) == 1
    books()


def _printed(floor: Floor) -> None:
    """Every waiting paper went to its printer."""
    done = update(print_job).where(print_job.c.state == "QUEUED").values(state="SENT")
    floor.hub.db.write(lambda tx: tx.execute(done))
