"""One barcode, two articles (E-BAR-02): the work decides where it can, else the worker chooses; nobody is stuck."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from station.catalog.models import Sku
from station.inbound.models import ReceiptLine
from station.practice.demo import goods
from station.stock.models import Movement
from station.wiring import checks
from tests.days import Day, begin, order_of
from tests.floor import LI, Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EAN = goods.gtin(1)


def share(floor: Floor) -> None:
    """The second article's units carry the first one's barcode too."""
    first, second = goods.products(2)
    floor.erp(replace(second, barcodes=(*first.barcodes[:1], *second.barcodes), version=2))


@pytest.fixture
def day(floor: Floor) -> Day:
    day = begin(floor)
    share(floor)
    return day


def counted(floor: Floor) -> list[str]:
    with floor.hub.db.read() as tx:
        return list(tx.scalars(select(Sku.code).join(ReceiptLine, ReceiptLine.sku_id == Sku.id)))


def count(floor: Floor, day: Day) -> str:
    receipt = floor.arrive(day.notice.asn_no, 8)
    floor.scans(LI, "stage1", receipt)
    return receipt


def test_where_both_are_expected_the_worker_chooses(floor: Floor, day: Day) -> None:
    count(floor, day)
    asked = floor.scan(LI, "stage1", EAN)
    assert (asked.ok, asked.code, asked.step) == (True, "W-WHICH", "_which")
    assert [row[2] for row in asked.facts["table"]] == ["S0001", "S0002"]
    assert asked.facts["photos"] == ["S0001", "S0002"]
    assert floor.scan(LI, "stage1", "3").code == "E-QTY-01"
    assert floor.scan(LI, "stage1", "2").step == "cartons"
    floor.scans(LI, "stage1", "2", "CM-OK", "0", "20260401", "CM-OK", "1")
    assert counted(floor) == ["S0002"]
    assert checks.broken(floor.hub.db) == []


@pytest.mark.parametrize("card", ["CM-SKIP", "CM-UNDO", "CM-MENU"])
def test_a_choice_can_be_left(floor: Floor, day: Day, card: str) -> None:
    receipt = count(floor, day)
    floor.scan(LI, "stage1", EAN)
    left = floor.scan(LI, "stage1", card)
    assert left.ok
    assert left.step == ("receipt" if card == "CM-MENU" else "product")
    assert counted(floor) == []
    if card == "CM-MENU":
        assert floor.scan(LI, "stage1", receipt).step == "product"


def test_a_choice_is_taken_back_by_undo(floor: Floor, day: Day) -> None:
    count(floor, day)
    floor.scans(LI, "stage1", EAN, "1")
    back = floor.scan(LI, "stage1", "CM-UNDO")
    assert back.step == "_which"
    assert floor.scan(LI, "stage1", "2").step == "cartons"


def test_where_one_is_on_the_notice_that_one_it_is(floor: Floor) -> None:
    day = begin(floor)
    share(floor)
    one = replace(day.notice, asn_no="PO-ONE", lines=day.notice.lines[1:2])
    floor.erp(one)
    floor.scans(LI, "stage1", floor.arrive("PO-ONE", 1))
    answer = floor.scan(LI, "stage1", EAN)
    assert answer.step == "cartons"
    assert answer.facts["name"] == goods.NAMES[1][0]


def test_where_none_is_expected_it_says_so(floor: Floor) -> None:
    day = begin(floor)
    share(floor)
    floor.erp(replace(day.notice, asn_no="PO-TWO", lines=day.notice.lines[2:3]))
    floor.scans(LI, "stage1", floor.arrive("PO-TWO", 1))
    assert floor.scan(LI, "stage1", EAN).code == "E-RCV-04"
    assert counted(floor) == []


def test_a_picker_is_never_asked(floor: Floor, shelved: Day) -> None:
    """The stop wants one article: its barcode is it, whatever else carries it."""
    share(floor)
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 3)))
    floor.release()
    before = moved(floor)
    floor.pick_next()
    assert moved(floor) > before
    assert checks.broken(floor.hub.db) == []


def moved(floor: Floor) -> int:
    with floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(Movement)) or 0


def test_a_try_leaves_nothing_behind(floor: Floor, day: Day) -> None:
    """What was tried at the step and taken back is not in the books, the history or the position."""
    count(floor, day)
    before = floor.look(LI, "stage1")
    floor.scans(LI, "stage1", EAN, "CM-SKIP")
    assert floor.look(LI, "stage1") == before


def test_what_was_chosen_is_known_for_the_rest_of_the_receipt(floor: Floor, day: Day) -> None:
    """Until it is taken back: then it is asked again. Another receipt asks anew."""
    receipt = count(floor, day)
    floor.scans(LI, "stage1", EAN, "2", "1", "CM-OK", "0", "20260401", "CM-OK", "1")
    again = floor.scans(LI, "stage1", EAN)
    assert (again.step, again.facts["name"]) == ("cartons", goods.NAMES[1][0])
    assert floor.scans(LI, "stage1", "CM-UNDO").step == "product"
    assert floor.scans(LI, "stage1", EAN).step == "_which"
    floor.scans(LI, "stage1", "CM-MENU", receipt)
    assert floor.scans(LI, "stage1", EAN).step == "_which"


def test_an_article_that_is_sold_no_more_gives_way(floor: Floor, day: Day) -> None:
    """Its barcode was given to a new one; where only the old one is expected, that one it is."""
    first = goods.products(1)[0]
    floor.erp(replace(first, is_active=False, version=3))
    count(floor, day)
    taken = floor.scan(LI, "stage1", EAN)
    assert (taken.step, taken.facts["name"]) == ("cartons", goods.NAMES[1][0])
    floor.scans(LI, "stage1", "CM-MENU")
    floor.erp(replace(day.notice, asn_no="PO-OLD", lines=day.notice.lines[:1]))
    floor.scans(LI, "stage1", floor.arrive("PO-OLD", 1))
    assert floor.scan(LI, "stage1", EAN).facts["name"] == goods.NAMES[0][0]
