"""Lists of sheets, slips, purchases and suppliers, and the story of a receipt: what a clerk reads in them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.inbound.books import scans
from station.inbound.books.suppliers import bars, percent, permille
from tests.floor import CHEN, LI
from tests.station.inbound.dock import MUG, OATS, Dock, ean

# --- arithmetic ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0.0 %"), (0, 9, "0.0 %"), (1, 3, "33.3 %"), (2, 3, "66.7 %"), (1, 2000, "0.1 %"), (1, 2001, "0.0 %"),
     (7, 7, "100.0 %")],
)  # fmt: skip
def test_a_share_has_one_decimal(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


@dataclass
class Row:
    code: str
    name: str
    delivered: int
    rejected: int


def test_the_worst_suppliers_are_drawn_first_and_good_ones_not() -> None:
    rows = [Row("A", "好", 100, 0), Row("B", "中", 100, 4), Row("C", "差", 100, 40), Row("D", "无", 0, 0)]
    drawn = bars(rows)
    assert [(bar.name, bar.said, bar.length, bar.is_bad) for bar in drawn] == [
        ("差", "40.0 %", 1000, True),
        ("中", "4.0 %", 100, False),
    ]
    assert permille(4, 100) == 40
    assert bars([]) == []


@dataclass
class Made:
    run_id: int
    raw: str
    step: str = "product"
    is_accepted: bool = True


def test_a_receipts_scans_end_where_the_person_leaves_or_begins_another() -> None:
    """Two people at once; what is refused in between belongs to it, what a colleague scans elsewhere does not."""
    made = [
        Made(1, "RC1", "receipt"), Made(2, "RC2", "receipt"), Made(1, "690"), Made(2, "691"),
        Made(1, "NONSENSE", is_accepted=False), Made(1, "RC9", is_accepted=False), Made(1, "CM-MENU"), Made(1, "692"),
        Made(2, "as1", "sheet"), Made(2, "1"), Made(2, "RC2", "receipt"), Made(2, "2"),
    ]  # fmt: skip
    found = scans.at_it(made, {"RC1", "AS1"})
    assert [scan.raw for scan in found] == ["RC1", "690", "NONSENSE", "RC9", "CM-MENU", "as1", "1"]


# --- the lists ----------------------------------------------------------------------------------


@pytest.fixture
def desk(dock: Dock) -> FlaskClient:
    """A truck of mugs and oats is posted, one carton of the mugs refused; the supervisor at the desk."""
    receipt = dock.truck((MUG, 24), (OATS, 24))
    dock.tries(receipt)
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.li(ean(OATS), "2", "CM-OK", "0", "20260401", "CM-OK", "1")
    dock.li("CM-CLOSE", "CM-OK")  # without a photo of the soaked carton
    dock.floor.inspect(receipt)
    dock.floor.sign(receipt)
    client = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", dock.floor.sign_in(CHEN, device="DESK"))
    client.receipt = receipt  # type: ignore[attr-defined]
    return client


def read(client: FlaskClient, address: str) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(client.get(address).data.decode("utf-8-sig"), newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_days_truck_in_every_book(desk: FlaskClient, dock: Dock) -> None:
    (sheet,) = read(desk, "/desk/r/sheets.csv")
    assert [sheet[name] for name in ("送货", "实收", "拒收", "收货员", "质检员")] == [
        "48",
        "36",
        "12",
        "李收货",
        "王质检",
    ]
    (slip,) = read(desk, "/desk/r/slips.csv")
    assert (slip["验收单"], slip["实收"]) == (sheet["验收单"], "36")
    lines = read(desk, "/desk/r/purchases.csv")
    assert [(line["商品"], line["送货"], line["拒收"]) for line in lines] == [
        (OATS.code, "24", "0"),
        (MUG.code, "24", "12"),
    ]
    summary = {row["商品"]: row for row in read(desk, "/desk/r/purchase_summary.csv")}
    assert (summary[MUG.code]["实收"], summary[OATS.code]["实收"]) == ("12", "24")
    (supplier,) = read(desk, "/desk/r/suppliers.csv")
    assert (supplier["车次"], supplier["拒收比例"]) == ("1", "25.0 %")
    page = desk.get("/desk/suppliers").text
    assert "<svg" in page
    assert "25.0 %" in page
    for name in ("sheets", "slips", "purchases", "purchase_summary", "suppliers"):
        assert desk.get(f"/desk/r/{name}.csv?from=2020-01-01&to=2020-01-02").text.count("\n") == 1
        assert desk.get(f"/desk/r/{name}.xlsx").status_code == 200
    assert "没有拒收" in desk.get("/desk/suppliers?from=2020-01-01&to=2020-01-02").text


def test_prices_are_for_who_buys(desk: FlaskClient, dock: Dock) -> None:
    """The clerk sees what came, not what it cost."""
    desk.set_cookie("sid", dock.floor.sign_in(LI, device="DESK"))
    assert desk.get("/desk/slips").status_code == 200
    assert desk.get("/desk/purchase_summary").status_code == 403
    page = desk.get("/desk/lists").text
    assert "入库单" in page
    assert "采购汇总" not in page


def test_the_story_of_a_receipt(desk: FlaskClient, dock: Dock) -> None:
    """Who scanned what, what was answered, who signed, and the pictures of its papers."""
    receipt = desk.receipt  # type: ignore[attr-defined]
    assert f"/desk/receipts/{receipt}/story" in desk.get(f"/desk/receipts/{receipt}").text
    told = text(desk.get(f"/desk/receipts/{receipt}/story").text)
    assert told.index(ean(MUG)) < told.index(ean(OATS))
    for said in ("李收货 · HH-1", "王质检", "签字", "验收单", "初验"):
        assert said in told, said
    assert desk.get("/desk/receipts/RC0000000000/story").status_code == 404
