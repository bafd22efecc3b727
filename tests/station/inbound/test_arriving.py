"""A truck at the dock (P1): which notice, what is typed, what is printed, what is left behind."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from station.ground.scan.codes import internal
from station.inbound.models import Receipt
from station.practice.demo import world
from station.stock.models import Location, Stock
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


# --- an order whose number nobody can scan -----------------------------------------------------------


@pytest.mark.parametrize("typed", ["O-17", "o-17", "良品", "V01", "燕麦", "S0001", "EAN"], ids=str)
def test_an_order_is_found_by_any_part_of_what_is_known(dock: Dock, typed: str) -> None:
    """A part of its number, its supplier's name or number, an article's; or an article is scanned."""
    dock.expects((OATS, 24), asn="PO-1799")
    dock.expects((OATS, 24), asn="PO-1798", warehouse="WH2")
    answer = arrive(dock, ean(OATS) if typed == "EAN" else typed)
    assert (answer.code, answer.step) == ("S-ARR-FOUND", "found")
    assert [row[:2] for row in dock.table(answer)] == [["1", "PO-1799 良品食业 05-01"]]
    chosen = arrive(dock, "1")
    assert (chosen.code, chosen.step, chosen.facts["big"]) == ("S-ARR-NOTICE", "plate", "PO-1799")
    assert dock.shown(chosen, "Supplier") == "良品食业"


def test_what_fits_no_open_order_is_refused(dock: Dock) -> None:
    """Neither a sign that databases take for "anything" nor an order that has come is found."""
    dock.posted((MUG, 24))
    dock.expects((OATS, 24), asn="PO-2")
    for typed in ("%", "PO_2", "保温杯", PO):
        assert arrive(dock, typed).code == "E-RCV-01"


def test_many_orders_are_told_to_be_more(dock: Dock) -> None:
    for number in range(7):
        dock.expects((OATS, 24), asn=f"PO-9{number}", expected_on=date(2026, 5, 9 - number))
    answer = arrive(dock, "PO-9")
    assert answer.code == "W-ARR-MANY"
    assert [row[1].split()[0] for row in dock.table(answer)] == ["PO-96", "PO-95", "PO-94", "PO-93"]
    for other in ("96", "O-90", ean(OATS)):  # before the list, or at it: what is typed is looked for
        assert arrive(dock, other).step == "found"
    assert arrive(dock, "CM-SKIP").step == "notice"
    assert arrive(dock, "PO-91").step == "plate"


def test_a_note_of_another_supplier_is_refused(dock: Dock) -> None:
    """E-RCV-02 names the order's supplier; nothing is kept, and the right order is one scan away."""
    dock.expects((MUG, 24))
    arrive(dock, PO)
    refused = arrive(dock, "CM-DAMAGE")
    assert (refused.code, refused.step, receipts(dock)) == ("E-RCV-02", "notice", 0)
    assert "良品食业" in refused.body["message"]["zh"]
    assert arrive(dock, PO).step == "plate"


def test_what_other_trucks_brought_is_shown(dock: Dock) -> None:
    """Several receipts of one order: each with what it took in, refused goods not counted."""
    first = dock.truck((MUG, 48))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.li("CM-MENU")
    answer = arrive(dock, PO)
    assert dock.shown(answer, "Came already") == f"{first} 12"


def test_a_truck_stands_at_the_dock_whose_label_was_scanned(dock: Dock) -> None:
    """Goods counted there lie there; without a scan it is the first dock; a slot is none."""
    other = internal("LC", "DOCK2")

    def second(tx: Session) -> None:
        made = {"code": "DOCK-2", "barcode": other, "kind": "DOCK", "zone": "", "pick_seq": 2}
        tx.execute(insert(Location), made | {"state": "OPEN", "label_version": 1})

    dock.floor.hub.db.write(second)
    dock.expects((MUG, 24))
    assert arrive(dock, PO, "沪A1", "张", dock.floor.slot("QUAR-1")).code == "E-LOC-03"
    said = arrive(dock, other)
    assert (said.code, dock.shown(said, "Dock")) == ("S-ARR-DOCK", "DOCK-2")
    receipt = str(arrive(dock, "2").body["message"]["en"].split()[1])
    dock.li(receipt)
    dock.line(MUG, 2)
    with dock.floor.hub.db.read() as tx:
        query = select(Location.code).join(Stock, Stock.location_id == Location.id)
        assert tx.scalars(query.where(Stock.on_hand > 0)).all() == ["DOCK-2"]
