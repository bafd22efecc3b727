"""Goods with serial numbers (P3, T12): each piece by its number, each number once."""

from __future__ import annotations

import csv
from collections.abc import Callable

from sqlalchemy import select

from station import create_app
from station.practice.demo import world
from station.stock.serials import Serial
from tests.floor import CHEN, ZHOU
from tests.station.inbound.dock import MUG, Dock, article, ean, gs1
from tests.station.inbound.test_inspecting import inspector, opened

WATCH = article(8, "手表", is_serial=True, is_valuable=True, case_qty=1)


def numbers(dock: Dock, state: str) -> list[str]:
    with dock.floor.hub.db.read() as tx:
        return list(tx.scalars(select(Serial.serial_no).where(Serial.state == state).order_by(Serial.id)))


def test_t12_seven_valuables_are_seven_serial_scans(dock: Dock, books: Callable[[], None]) -> None:
    """T12: 7 units → 7 numbers; after 6 the inspection is not finished (E-QC-03). With the slip they are stock."""
    receipt = opened(dock, (WATCH, 7))
    for number in range(6):
        assert inspector(dock, ean(WATCH)).step == "serial"
        answer = inspector(dock, f"w-{number}")
    assert answer.facts["progress"] == [6, 7]
    assert inspector(dock, "CM-CLOSE").code == "E-QC-03"
    assert inspector(dock, ean(WATCH), "W-6").step == "finish"
    dock.wang("CM-OK")
    assert numbers(dock, "EXPECTED") == [f"W-{number}" for number in range(7)]
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert len(numbers(dock, "IN_STOCK")) == 7
    books()


def test_one_code_with_article_and_number_is_one_scan(dock: Dock) -> None:
    """AI 21; the carton that is open stays with the number."""
    opened(dock, (WATCH, 2))
    inspector(dock, "2")
    assert inspector(dock, f"{gs1(WATCH)}21A7").step == "sample"
    with dock.floor.hub.db.read() as tx:
        (row,) = tx.scalars(select(Serial)).all()
        assert (row.serial_no, row.carton, row.read_by) == ("A7", 2, "王质检")
    assert inspector(dock, ean(WATCH), f"{gs1(WATCH)}21A8").step == "finish"


def test_a_number_is_read_once(dock: Dock) -> None:
    """E-SN-02 in the same truck, in whatever letters, and in the next one; E-SN-05 of another article."""
    other = article(9, "项链", is_serial=True, case_qty=1)
    opened(dock, (WATCH, 1), (other, 1))
    inspector(dock, ean(WATCH), "A7")
    inspector(dock, ean(other))
    assert inspector(dock, "a7").code == "E-SN-05"
    assert inspector(dock, f"{gs1(WATCH)}21B1").code == "E-SN-05"
    assert inspector(dock, ean(other)).code == "E-SN-06"
    assert inspector(dock, "B1").step == "finish"
    dock.wang("CM-OK")
    dock.expects((WATCH, 1), asn="PO-2")
    receipt = dock.truck(asn="PO-2")
    dock.line(WATCH, 1)
    dock.close()
    assert inspector(dock, receipt, ean(WATCH), "A7").code == "E-SN-02"
    assert numbers(dock, "EXPECTED") == ["A7", "B1"]


def test_a_number_taken_back_may_be_read_again(dock: Dock, books: Callable[[], None]) -> None:
    """By CM-UNDO, with its line, and with the whole truck: what did not come in has no number here."""
    receipt = opened(dock, (WATCH, 2))
    inspector(dock, ean(WATCH), "A1", "CM-UNDO")
    assert numbers(dock, "WITHDRAWN") == ["A1"]
    inspector(dock, ean(WATCH), "A1", ean(WATCH), "A2", "CM-OK")
    assert numbers(dock, "EXPECTED") == ["A1", "A2"]
    dock.li(receipt, "CM-OK", "CM-SKIP", "1", "CM-OK")
    assert numbers(dock, "WITHDRAWN") == ["A1", "A2"]
    dock.line(WATCH, 1)
    dock.close()
    inspector(dock, receipt, ean(WATCH), "A2", "CM-OK")
    assert numbers(dock, "EXPECTED") == ["A2"]
    dock.li(receipt, "CM-OK", "CM-DAMAGE", "3", "CM-OK")
    assert numbers(dock, "EXPECTED") == []
    books()


def test_without_a_number_there_are_ways_on(dock: Dock) -> None:
    """Back to the sample, or the piece is bad; other goods are never asked for one."""
    opened(dock, (WATCH, 2), (MUG, 12))
    assert inspector(dock, ean(WATCH), "CM-SKIP").step == "sample"
    assert inspector(dock, ean(WATCH), "CM-DAMAGE", "6", "2").code == "W-ST2-FULL"
    assert inspector(dock, ean(WATCH), "Z1").facts["name"] == MUG.name_zh
    assert inspector(dock, f"{gs1(MUG)}21X9").step == "sample"
    assert numbers(dock, "EXPECTED") == ["Z1"]


def test_the_desk_lists_each_piece(dock: Dock) -> None:
    """On the receipt's page, and in a list by number, whose table program gets no formula."""
    receipt = opened(dock, (WATCH, 2))
    inspector(dock, "1", ean(WATCH), "=1+1")
    client = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", dock.floor.sign_in(CHEN, device="DESK"))
    assert "=1+1" in client.get(f"/desk/receipts/{receipt}").text
    rows = list(
        csv.DictReader(client.get("/desk/r/serials.csv?q=1%2B1").data.decode("utf-8-sig").splitlines())
    )
    told = {rows[0][name] for name in ("序列号", "商品", "箱", "扫码人")}
    assert len(rows) == 1
    assert {"S0008", "1", "王质检"} <= told
    assert "=1+1" not in told
    assert not list(csv.DictReader(client.get("/desk/r/serials.csv?q=none").data.decode().splitlines()))
