"""A carton's own number at the count (P2): an SSCC, or one of our labels, finds its goods or is kept with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from station.exchange import documents as erp
from station.ground.scan import sscc
from tests.floor import WANG
from tests.station.inbound.dock import MUG, OATS, PO, SPOON, Dock, ean

BOX, PALLET, STRANGE = "340123450000000017", "340123450000000024", "340123450000000031"


def advised(dock: Dock, *lines: tuple[erp.Product, int, str], asn: str = PO) -> None:
    """A notice that says in which cartons its articles come."""
    dock.floor.erp(*(item for item, _qty, _numbers in lines))
    made = tuple(
        erp.NoticeLine(line_key=str(i), sku_code=item.code, qty_each=qty, sscc=numbers)
        for i, (item, qty, numbers) in enumerate(lines, 1)
    )
    notice = erp.NoticeDocument(
        asn_no=asn, supplier_code="V01", warehouse="WH1", lines=made, expected_on=date(2026, 5, 1)
    )
    assert "PROBLEM" not in dock.floor.erp(notice)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f"{BOX} {PALLET}", [BOX, PALLET]),
        (f"(00){BOX};00{BOX}，{PALLET}", [BOX, PALLET]),
        ("340123450000000018", []),
        ("", []),
        ("34012345000000001７", []),
    ],
)
def test_a_list_of_numbers_is_read(text: str, numbers: list[str]) -> None:
    assert sscc.listed(text) == numbers
    assert sscc.is_list(text) == (bool(numbers) or not text)


def test_an_announced_carton_says_its_article_and_is_kept(dock: Dock, books: Callable[[], None]) -> None:
    """It never says how many: a person counts. The inspector opens the carton by the same number."""
    advised(dock, (MUG, 24, BOX), (SPOON, 12, PALLET))
    receipt = dock.truck()
    answer = dock.li(f"00{BOX}")
    assert (answer.code, answer.step, answer.facts["name"]) == ("S-ST1-IN-CARTON", "cartons", MUG.name_zh)
    assert (answer.facts.get("default", ""), dock.shown(answer, "Carton code")) == ("", BOX)
    dock.li("1", "CM-FULL")
    dock.li(ean(SPOON), f"(00){PALLET}", "1", "CM-FULL")
    dock.line(MUG, 1)
    assert [line.carton_code for line in dock.lines()] == [BOX, PALLET, ""]
    dock.close()
    dock.wang(receipt)
    opened = dock.tries(f"00{PALLET}", number=WANG, flow="stage2")
    assert (opened.code, opened.facts["name"]) == ("S-ST2-CARTON", SPOON.name_zh)
    assert dock.tries(f"00{STRANGE}", number=WANG, flow="stage2").code == "E-LBL-02"
    books()


def test_what_nobody_announced_is_kept_for_the_next_product(dock: Dock) -> None:
    """No dead end: the screen asks for the product, and another number takes the place of the first."""
    dock.truck((MUG, 24))
    answer = dock.li(f"00{STRANGE}")
    assert (answer.code, answer.step, dock.shown(answer, "Carton code")) == (
        "S-ST1-NUMBER",
        "product",
        STRANGE,
    )
    assert dock.shown(dock.li(f"00{BOX}"), "Carton code") == BOX
    assert dock.shown(dock.li("CM-UNDO"), "Carton code") == STRANGE
    dock.li(ean(MUG), "1", "CM-FULL")
    assert [line.carton_code for line in dock.lines()] == [STRANGE]
    assert dock.shown(dock.li(ean(MUG)), "Carton code") == ""


def test_a_carton_that_is_counted_already_is_told_and_may_hold_more(dock: Dock) -> None:
    """Oats of another date in it are counted into the same carton without being asked."""
    advised(dock, (OATS, 24, BOX), (MUG, 12, ""))
    dock.truck()
    dock.li(f"00{BOX}", "0", "CM-OK", "6", "260401", "CM-OK", "1")
    dock.line(MUG, 1)
    again = dock.li(f"00{BOX}")
    assert (again.code, again.step) == ("W-ST1-TWICE", "product")
    dock.li(ean(OATS), "0", "CM-OK", "6", "260301", "CM-OK", "1")
    assert [(line.first_carton, line.is_mixed) for line in dock.lines()] == [
        (1, False),
        (2, False),
        (1, True),
    ]


def test_a_label_that_says_article_and_carton_warns_when_it_comes_twice(dock: Dock) -> None:
    dock.truck((MUG, 36))
    label = f"00{BOX}020{ean(MUG)}3712"
    assert dock.li(label).code == "S-ST1-PRODUCT"
    dock.li("1", "CM-FULL")
    assert dock.li(label).code == "W-ST1-TWICE"
    assert [line.carton_code for line in dock.lines()] == [BOX]


def test_several_articles_are_named_and_another_order_is_told(dock: Dock) -> None:
    advised(dock, (MUG, 24, BOX), (SPOON, 12, BOX))
    advised(dock, (OATS, 12, PALLET), asn="PO-2")
    dock.truck()
    several = dock.li(f"00{BOX}")
    assert (several.code, several.step) == ("S-ST1-SEVERAL", "product")
    assert f"{MUG.name_zh} / {SPOON.name_zh}" in several.body["message"]["zh"]
    foreign = dock.li(f"00{PALLET}")
    assert (foreign.code, "PO-2" in foreign.body["message"]["zh"]) == ("W-ST1-OTHER-ORDER", True)


def test_one_of_our_own_cartons_is_known(dock: Dock) -> None:
    """In stock it is refused (E-RCV-18); once it is empty it says what it held."""
    dock.posted((MUG, 12))
    carton = dock.papers("carton_label")[0]["carton_code"]
    dock.truck((MUG, 12), asn="PO-2", cartons=1)
    assert dock.tries(carton).code == "E-RCV-18"
    dock.floor.put_all_away()
    answer = dock.tries(carton)
    assert (answer.code, answer.facts["name"]) == ("S-ST1-IN-CARTON", MUG.name_zh)


def test_a_wrong_number_in_a_notice_is_refused(dock: Dock) -> None:
    notice = erp.NoticeDocument(
        asn_no=PO,
        supplier_code="V01",
        warehouse="WH1",
        lines=(erp.NoticeLine(line_key="1", sku_code="S0002", qty_each=1, sscc=BOX),),
    )
    dock.floor.erp(MUG, notice)
    wrong = replace(notice, version=2, lines=(replace(notice.lines[0], sscc=f"{BOX[:-1]}0"),))
    assert dock.floor.erp(wrong) == {"PROBLEM": 1}
