"""What a label says at the dock (P2): taken, offered, doubted, and always to be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from station.exchange import documents as erp
from station.practice.demo import goods
from tests.station.inbound.dock import MUG, NUTS, OATS, Dock, article, ean

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DATED_LOT = article(9, "奶酪", is_shelf_life=True, shelf_life_n=90, is_lot=True)
OATS_BY_CASE = replace(
    OATS, barcodes=(*OATS.barcodes, erp.ProductBarcode(code=goods.case_code(1), level="CASE", qty=12))
)
HEAD = f"010{ean(OATS)}"


def test_an_impossible_date_is_named_and_typed(dock: Dock) -> None:
    """12a: 31 April is no lost separator."""
    dock.truck((OATS, 24))
    named = dock.tries(f"{HEAD}1126040117270431")
    assert (named.ok, named.code, named.step) == (True, "W-LBL-DATE", "cartons")
    assert "27-04-31" in named.body["message"]["zh"]
    assert dock.li("2", "CM-OK", "0").step == "expires"
    dock.li("20270327", "1")
    (line,) = dock.lines()
    assert (str(line.produced_on), str(line.expires_on)) == ("2026-04-01", "2027-03-27")


def test_a_month_of_production_is_its_first_day_and_can_be_changed(dock: Dock) -> None:
    """09: the present month is not the future; today is 1 May 2026."""
    dock.truck((OATS, 24))
    taken = dock.li(f"{HEAD}11260500")
    assert (taken.code, taken.step) == ("W-LBL-MONTH", "cartons")
    assert dock.li("2", "CM-OK", "0").step == "expires"
    assert dock.li("CM-SKIP").step == "produced"
    dock.li("260420", "CM-OK", "1")
    assert str(dock.lines()[0].produced_on) == "2026-04-20"


def test_a_production_in_the_future_is_doubted_at_once(dock: Dock) -> None:
    dock.truck((OATS, 24))
    assert dock.li(f"{HEAD}11260601").code == "W-LBL-FUTURE"
    assert dock.li("2", "CM-OK", "0").step == "produced"


@pytest.mark.parametrize(("label", "typed"), [("17270327", ()), ("", ("CM-SKIP", "20270327"))])
def test_an_expiry_alone_is_enough(dock: Dock, label: str, typed: tuple[str, ...]) -> None:
    """10: production follows from the shelf life of 360 days."""
    dock.truck((OATS, 24))
    screen = dock.li(f"{HEAD}{label}", "2", "CM-OK", "0")
    assert screen.step == ("expires" if label else "produced")
    dock.li(*(typed or ("CM-OK",)), "1")
    (line,) = dock.lines()
    assert (str(line.produced_on), str(line.expires_on)) == ("2026-04-01", "2027-03-27")


@pytest.mark.parametrize(
    ("expiry", "code"), [("260430", "E-EXP-04"), ("261226", "E-EXP-05"), ("261227", "S-OK")]
)
def test_an_expiry_alone_is_judged_by_what_is_left(dock: Dock, expiry: str, code: str) -> None:
    dock.truck((OATS, 24))
    dock.li(f"{HEAD}17{expiry}", "2", "CM-OK", "0")
    assert dock.tries("CM-OK").code == code


def test_an_expiry_beyond_the_shelf_life_is_taken_without_a_production(dock: Dock) -> None:
    dock.truck((OATS, 24))
    dock.li(f"{HEAD}17290101", "2", "CM-OK", "0", "CM-OK", "1")
    (line,) = dock.lines()
    assert (line.produced_on, str(line.expires_on)) == (None, "2029-01-01")


def test_what_a_label_says_of_the_quantity_is_offered(dock: Dock) -> None:
    dock.truck((OATS_BY_CASE, 96))
    asked = dock.li(f"02{goods.case_code(1)}3705")
    assert (asked.step, asked.facts["default"]) == ("cartons", "5")
    assert dock.li("CM-OK").facts["default"] == "12"
    dock.li("CM-OK", "CM-OK", "20260401", "CM-OK", "1")
    assert dock.lines()[0].qty_delivered == 60
    assert dock.li(f"02{HEAD[2:]}3706", "1").facts["default"] == "6", "a piece's label: six in this carton"


def test_two_cards_at_a_step_where_the_label_says_nothing(dock: Dock) -> None:
    dock.truck((MUG, 24))
    dock.li(ean(MUG))
    assert dock.tries("CM-OK").code == "E-CMD-01"


def test_a_slip_in_the_count_has_ways_back(dock: Dock, books: Callable[[], None]) -> None:
    """08: 100 cartons for 1 are asked twice, and every answer can be taken back, one after the other."""
    dock.truck((MUG, 120))
    asked = dock.li(ean(MUG), "100", "CM-OK", "CM-OK")
    assert (asked.code, asked.step) == ("W-ST1-ABSURD", "absurd")
    assert dock.lines() == []
    assert dock.li("CM-OK").step == "over"
    assert dock.li("CM-UNDO").step == "absurd"
    assert [dock.li("CM-UNDO").step for _ in range(3)] == ["loose", "case", "cartons"]
    dock.li("1", "CM-OK", "CM-OK", "1")
    assert [line.qty_delivered for line in dock.lines()] == [12]
    assert dock.on_hand() == 12
    books()


def test_a_count_that_is_over_can_be_taken_back(dock: Dock) -> None:
    dock.truck((MUG, 12))
    assert dock.tries(ean(MUG), "2", "CM-OK", "CM-OK").code == "E-RCV-05"
    assert dock.li("CM-UNDO").step == "loose"


def test_what_was_read_can_be_changed_before_the_line_is_written(dock: Dock) -> None:
    dock.truck((DATED_LOT, 24))
    head = f"010{ean(DATED_LOT)}"
    assert dock.li(f"{head}112604011726063010L1", "2", "CM-OK", "0", "CM-OK").step == "outer"
    menu = dock.li("6")
    assert [row[0] for row in menu.facts["table"]] == ["1", "2", "3", "4"]
    assert dock.li("4").facts["default"] == "L1"
    dock.li("L2", "6", "3", "20260701", "6", "1", "1", "CM-OK", "0", "CM-OK", "1")
    (line,) = dock.lines()
    assert (line.supplier_lot, str(line.expires_on), line.qty_delivered) == ("L2", "2026-07-01", 12)


def test_one_lot_with_two_dates_is_told(dock: Dock) -> None:
    dock.truck((DATED_LOT, 48))
    head = f"010{ean(DATED_LOT)}"
    dock.li(f"{head}112604011726063010L1", "1", "CM-OK", "0", "CM-OK", "1")
    told = dock.li(f"{head}112604021726070110L1", "1", "CM-OK", "0", "CM-OK")
    assert (told.code, told.step) == ("W-LOT-DATES", "outer")
    assert "2026-06-30" in told.body["message"]["zh"]


def test_a_second_bar_code_brings_what_the_first_did_not_say(dock: Dock) -> None:
    """Lot and dates stand in a code of their own beside the article's."""
    dock.truck((DATED_LOT, 24))
    dock.li(ean(DATED_LOT), "2", "CM-OK", "0")
    assert dock.li("]C11126040117260630\x1d10B-7").step == "expires"
    dock.li("CM-OK", "1")
    (line,) = dock.lines()
    assert (str(line.produced_on), str(line.expires_on), line.supplier_lot) == (
        "2026-04-01",
        "2026-06-30",
        "B-7",
    )


def test_label_data_where_the_article_is_wanted_is_said_to_be_that(dock: Dock) -> None:
    dock.truck((NUTS, 24))
    refused = dock.tries("]C11126040117260630")
    assert (refused.code, "批号" in refused.body["message"]["zh"]) == ("E-SCN-02", True)


def test_an_address_in_a_qr_code_is_read_like_a_label(dock: Dock) -> None:
    """14."""
    dock.truck((DATED_LOT, 24))
    url = f"https://id.example.org/01/0{ean(DATED_LOT)}/10/B%2F7?17=260630&11=260401"
    dock.li(url, "2", "CM-OK", "0", "CM-OK", "1")
    (line,) = dock.lines()
    assert (str(line.produced_on), str(line.expires_on), line.supplier_lot) == (
        "2026-04-01",
        "2026-06-30",
        "B/7",
    )


def test_a_count_can_be_changed_until_the_sheet_is_signed(dock: Dock, books: Callable[[], None]) -> None:
    """Also after the inspection, which found a bad one: the books follow, and the rest stays inspected."""
    receipt = dock.truck((MUG, 24), (OATS, 24))
    dock.line(MUG, 2)
    dock.line(OATS, 2)
    dock.li("CM-CLOSE")
    asked = dock.wang(receipt, "CM-DAMAGE", "1", "1")
    while asked.step == "sample":
        asked = dock.wang(dock.floor.barcode(asked.facts["hint"]))
    dock.wang("CM-OK")
    assert (dock.state(receipt), dock.on_hand()) == ("AWAIT_SIGN", 47)
    dock.li(receipt, "CM-OK", "CM-SKIP", "1", "CM-OK")
    assert dock.on_hand() == 24
    dock.line(MUG, 1)
    dock.close()
    assert [line.qty_delivered for line in dock.lines()] == [24, 12]
    assert dock.on_hand() == 36
    books()


def test_while_somebody_signs_the_count_stays_closed(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.li("CM-CLOSE")
    dock.floor.inspect(receipt)
    dock.signs(receipt)
    assert dock.tries(receipt).code == "E-RCV-07"


def test_the_way_back_has_an_end(dock: Dock) -> None:
    """Six answers can be taken back; the seventh says that there is nothing more."""
    dock.truck((DATED_LOT, 24))
    dock.li(ean(DATED_LOT), "2", "CM-OK", "0", "20260401", "CM-OK", "L1")
    back = [dock.tries("CM-UNDO") for _ in range(7)]
    assert [answer.step for answer in back] == [
        "lot",
        "expires",
        "produced",
        "loose",
        "case",
        "cartons",
        "cartons",
    ]
    assert [answer.code for answer in back] == ["S-UNDO"] * 6 + ["E-CMD-02"]
