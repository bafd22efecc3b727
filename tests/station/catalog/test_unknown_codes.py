"""A code that nobody knows waits for the clerk; once it is bound, the worker's next scan works (P6, E-BAR-01)."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from station.catalog.models import Sku, SkuBarcode, UnknownCode
from station.exchange import documents as erp
from station.practice.demo import goods, world
from station.wiring import checks
from tests.floor import LI, SUN, Floor
from tests.station.storage.opening.conftest import Desk

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODE = "NEWPACK-77"


@pytest.fixture
def receipt(desk: Desk, floor: Floor) -> str:
    """Li counts a truck."""
    (notice,) = goods.notices(goods.products(4), {"S0001": 24}, "WH1", floor.hub.clock.today())
    floor.erp(notice)
    number = floor.arrive(notice.asn_no, 8)
    floor.scans(LI, "stage1", number)
    return number


def waiting(floor: Floor) -> list[tuple[str, str, int]]:
    with floor.hub.db.read() as tx:
        return [(row.text, row.state, row.times) for row in tx.scalars(select(UnknownCode))]


def address(floor: Floor, text: str) -> str:
    with floor.hub.db.read() as tx:
        return f"/desk/unknown_codes/{tx.scalar(select(UnknownCode.id).where(UnknownCode.text == text))}"


@on_sqlite
@pytest.mark.usefixtures("receipt")
def test_the_clerk_binds_it_and_the_next_scan_works(desk: Desk, floor: Floor) -> None:
    for _ in range(2):
        assert floor.scan(LI, "stage1", CODE).code == "E-BAR-01"
    assert waiting(floor) == [(CODE, "OPEN", 2)]
    page = desk.client.get("/desk/unknown_codes").text
    assert CODE in page
    assert "李收货" in page
    here = address(floor, CODE)
    assert "商品" in desk.client.get(here).text  # what the step wanted
    assert "E-OPN-04" in desk.post(f"{here}/bind", sku_code="S9", level="EACH").text
    assert "E-QTY-01" in desk.post(f"{here}/bind", sku_code="S0001", level="CASE", qty="x").text
    assert desk.post(f"{here}/bind", sku_code="S0001", level="CASE", qty="12").status_code == 302
    assert waiting(floor) == [(CODE, "BOUND", 2)]
    assert floor.scan(LI, "stage1", CODE).step == "cartons"
    assert checks.broken(floor.hub.db) == []


@on_sqlite
@pytest.mark.usefixtures("receipt")
def test_it_is_dismissed_and_comes_back_when_it_is_scanned_again(desk: Desk, floor: Floor) -> None:
    floor.scan(LI, "stage1", CODE)
    here = address(floor, CODE)
    assert "E-TXT-01" in desk.post(f"{here}/dismiss", reason=" ").text
    assert desk.post(f"{here}/dismiss", reason="快递贴纸").status_code == 302
    assert waiting(floor) == [(CODE, "DISMISSED", 1)]
    assert "E-ART-01" in desk.post(f"{here}/dismiss", reason="再来").text
    floor.scan(LI, "stage1", CODE)
    assert waiting(floor) == [(CODE, "OPEN", 2)]
    assert "快递贴纸" in desk.client.get(here).text
    assert checks.broken(floor.hub.db) == []


@on_sqlite
@pytest.mark.usefixtures("receipt")
def test_a_bound_code_that_is_taken_off_is_asked_about_again(desk: Desk, floor: Floor) -> None:
    floor.scan(LI, "stage1", CODE)
    desk.post(f"{address(floor, CODE)}/bind", sku_code="S0001", level="EACH", qty="1")
    with floor.hub.db.read() as tx:
        sku_id = tx.scalar(select(Sku.id).where(Sku.code == "S0001"))
    desk.post(f"/desk/articles/{sku_id}/barcodes/off", code=CODE)
    assert floor.scan(LI, "stage1", CODE).code == "E-BAR-01"
    assert waiting(floor) == [(CODE, "OPEN", 2)]


@on_sqlite
@pytest.mark.usefixtures("receipt")
def test_of_a_gs1_code_its_trade_number_waits(floor: Floor) -> None:
    gtin = "06901234567892"
    floor.scan(LI, "stage1", f"]d201{gtin}10LOT1")
    assert waiting(floor) == [(gtin, "OPEN", 1)]


@on_sqlite
def test_secrets_and_known_things_do_not_wait(desk: Desk, floor: Floor) -> None:
    floor.scan(SUN, "pick", floor.slot("LANE-ZTO"))  # a wrong thing, and well known
    floor.scan(SUN, "pick", world.badge(LI))
    assert waiting(floor) == []


@pytest.mark.both_databases
def test_many_scan_the_same_thing_at_once(floor: Floor) -> None:
    """It waits once, and counts them all; nobody gets another answer than that nobody knows it."""
    people = (LI, SUN, "1002", "1004")
    for who in people:
        floor.sign_in(who)
    flows = {LI: "stage1", SUN: "pick", "1002": "stage2", "1004": "putaway"}
    start, told = threading.Barrier(len(people)), []

    def scan(who: str) -> None:
        start.wait()
        told.append(floor.scan(who, flows[who], CODE).code)

    threads = [threading.Thread(target=scan, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["E-BAR-01"] * len(people)
    assert waiting(floor) == [(CODE, "OPEN", len(people))]


@on_sqlite
@pytest.mark.usefixtures("receipt")
def test_a_shops_own_code_waits_too_and_may_be_bound(desk: Desk, floor: Floor) -> None:
    """Whether a number that begins with 2 is fixed or weighed is not guessed (E-BAR-03)."""
    own = "2000000000015"
    assert floor.scan(LI, "stage1", own).code == "E-BAR-03"
    assert waiting(floor) == [(own, "OPEN", 1)]
    desk.post(f"{address(floor, own)}/bind", sku_code="S0001", level="EACH")
    assert floor.scan(LI, "stage1", own).step == "cartons"


@on_sqlite
def test_a_book_is_known_however_the_office_wrote_it(floor: Floor) -> None:
    """Blanks, dashes and full-width figures of a barcode are not what a scanner sends."""
    first = goods.products(1)[0]
    for version, written in enumerate(("978-7-111-07575-2", "９７８7111075752", "9787111 075752"), 2):
        floor.erp(replace(first, barcodes=(erp.ProductBarcode(code=written),), version=version))
        with floor.hub.db.read() as tx:
            assert tx.scalars(select(SkuBarcode.code)).all() == ["9787111075752"]
