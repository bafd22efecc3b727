"""A truck at the dock (P1): which notice, what is typed, what is printed, what is left behind."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from station.inbound.models import Receipt
from station.practice.demo import world
from tests.floor import LI, Answer
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean


def arrive(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=LI, flow="arrive")


def receipts(dock: Dock) -> int:
    with dock.floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(Receipt)) or 0


@pytest.mark.parametrize("asn", ["PO-NOBODY", "随便写的"])
def test_a_number_of_no_notice_is_refused(dock: Dock, asn: str) -> None:
    dock.expects((MUG, 24))
    assert arrive(dock, asn).code == "E-RCV-01"


def test_a_notice_of_another_house_is_refused(dock: Dock) -> None:
    dock.expects((MUG, 24))
    dock.expects((MUG, 24), asn="PO-2", warehouse="WH2")
    assert arrive(dock, "PO-2").code == "E-RCV-01"
    assert arrive(dock, PO).code == "S-ARR-NOTICE"


def test_a_notice_that_has_come_is_closed_and_refused(dock: Dock) -> None:
    dock.posted((MUG, 24))
    assert arrive(dock, PO).code == "E-RCV-01"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 4, 1), "S-ARR-NOTICE"),
        (date(2026, 3, 31), "W-RCV-03"),
        (date(2026, 5, 9), "S-ARR-NOTICE"),
    ],
    ids=["30 days late", "31 days late", "early"],
)
def test_a_late_truck_is_pointed_out_and_may_be_received(dock: Dock, day: date, code: str) -> None:
    """W-RCV-03 warns from the 31st day; it refuses nothing."""
    dock.expects((MUG, 24), expected_on=day)
    answer = arrive(dock, PO)
    assert (answer.code, answer.step, answer.ok) == (code, "plate", True)


def test_what_is_typed_stays_on_the_screen_until_the_receipt_is_opened(dock: Dock) -> None:
    dock.expects((MUG, 24))
    answer = arrive(dock, PO, "沪A12345", "张师傅")
    assert answer.facts["big"] == PO
    assert dock.shown(answer, "Plate") == "沪A12345"
    assert dock.shown(answer, "Driver") == "张师傅"


@pytest.mark.parametrize(
    ("typed", "raw", "code"),
    [
        ((), "车" * 21, "E-TXT-01"),
        (("沪A1",), "名" * 61, "E-TXT-01"),
        (("沪A1", "张"), "0", "E-QTY-01"),
        (("沪A1", "张"), "10000", "E-QTY-01"),
    ],
    ids=["plate", "driver", "no carton", "too many cartons"],
)
def test_impossible_entries_are_refused(dock: Dock, typed: tuple[str, ...], raw: str, code: str) -> None:
    dock.expects((MUG, 24))
    assert arrive(dock, PO, *typed, raw).code == code
    assert receipts(dock) == 0


@pytest.mark.parametrize(
    ("typed", "back"),
    [((), "notice"), (("沪A1",), "plate"), (("沪A1", "张"), "driver")],
    ids=["notice", "plate", "driver"],
)
def test_the_last_entry_can_be_taken_back(dock: Dock, typed: tuple[str, ...], back: str) -> None:
    dock.expects((MUG, 24))
    answer = arrive(dock, PO, *typed, "CM-UNDO")
    assert (answer.code, answer.step) == ("S-UNDO", back)


@pytest.mark.parametrize("typed", [(), ("沪A1",), ("沪A1", "张")], ids=["plate", "driver", "cartons"])
def test_who_leaves_leaves_no_receipt_behind(dock: Dock, typed: tuple[str, ...]) -> None:
    dock.expects((MUG, 24))
    left = arrive(dock, PO, *typed, "CM-MENU")
    assert (left.code, left.step) == ("S-LEFT", "notice")
    assert receipts(dock) == 0


@pytest.mark.parametrize("typed", [(), ("沪A1",), ("沪A1", "张")], ids=["plate", "driver", "cartons"])
def test_every_entry_goes_on_with_another_device(dock: Dock, typed: tuple[str, ...]) -> None:
    dock.expects((MUG, 24))
    arrive(dock, PO, *typed)
    left = ["沪A1", "张", "2"][len(typed) :]
    for raw in left:
        answer = dock.floor.scan(LI, "arrive", raw, device="HH-2")
        assert answer.ok
    assert answer.code == "S-ARR-DONE"
    assert receipts(dock) == 1


def test_the_draft_names_the_articles_and_no_quantity(dock: Dock) -> None:
    """S-01: the driver gets it at the dock; the count is blind, and its time is the wall clock's."""
    dock.expects((OATS, 24), (MUG, 48))
    dock.floor.arrive(PO, 6)
    (sheet,) = dock.papers("acceptance_sheet")
    assert sheet["is_draft"] is True
    assert sheet["arrived_at"] == "2026-05-01 09:00"
    assert (sheet["supplier_name"], sheet["vehicle_no"], sheet["driver_name"]) == (
        "良品食业",
        "沪A12345",
        "张师傅",
    )
    assert [line["product_name"] for line in sheet["lines"]] == ["燕麦片", "保温杯"]
    assert {line.get("ordered_qty", 0) for line in sheet["lines"]} == {0}


def test_the_list_shows_what_is_still_to_come(dock: Dock) -> None:
    """A notice hides while its truck stands at the dock, and shows again when goods are still missing."""
    dock.expects((MUG, 48))

    def listed() -> list[str]:
        return [row[0] for row in dock.floor.look(LI, "arrive")["facts"].get("table", [])]

    assert listed() == [PO]
    receipt = dock.truck()
    assert listed() == []
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    assert listed() == [PO], "24 of 48 came"


def test_a_refused_truck_leaves_its_notice_to_the_next(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    dock.close()
    dock.inspect(receipt)
    assert arrive(dock, "CM-MENU").facts.get("table", []) == []
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK")
    assert dock.state(receipt) == "REJECTED_ALL"
    assert [row[0] for row in dock.floor.look(LI, "arrive")["facts"]["table"]] == [PO]
