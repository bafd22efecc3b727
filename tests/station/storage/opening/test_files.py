"""A file of opening stock at the desk: taken whole as a draft, or refused whole with every row and reason."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape

import openpyxl
import pytest

from station.practice.demo import goods
from tests.floor import SUN, Floor
from tests.station.ground.spreadsheets.test_reading import xlsx
from tests.station.storage.opening.conftest import Desk, documents, slots

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEAD = "库位,商品编码,批号,生产日期,到期日期,数量"


def findings(page: str) -> list[tuple[str, str, str]]:
    """(row, column, code) of each finding on the page."""
    rows = re.findall(r"<tr>\s*<td.*?</tr>", page, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [(row[0], row[1], re.findall(r"<small>(\S+?)</small>", row[3])[0]) for row in cells]


def test_a_file_becomes_a_draft_and_changes_no_stock(desk: Desk, stage: Floor) -> None:
    pick, reserve = slots(stage, "PICK")[0], slots(stage, "RSV")[0]
    os_no = desk.bring(f"{pick},S0001,,2026年3月1日,,24", f"{reserve},{goods.gtin(7)},,,,1200")
    page = desk.client.get(f"/desk/opening/{os_no}").text
    assert documents(stage) == [(os_no, "DRAFT")]
    assert "2027" in page  # the expiry follows from the shelf life
    assert "1,224" in page
    assert "期初.csv" in page
    assert os_no in desk.client.get("/desk/opening").text
    assert desk.client.get("/desk/stock").text.count(pick) == 0


def test_a_workbook_as_excel_writes_it(desk: Desk, stage: Floor) -> None:
    """Titles, Chinese headers, dates as dates and as figures, numbers as numbers."""
    pick = slots(stage, "PICK")[0]
    data = xlsx(
        ["2026年期初库存"],
        HEAD.split(","),
        [pick, "S0002", "L260301", date(2026, 3, 1), date(2027, 3, 1), 5],
        [pick, "S0001", None, 46082, None, 7.0],
    )
    answer = desk.send(data, "期初.xlsx")
    assert answer.status_code == 302
    page = desk.client.get(answer.location).text
    assert "L260301" in page
    assert page.count("2026-03-01") == 2


WRONG = {
    "unknown slot": ("Z-99,S0001,,2026-03-01,,1", "slot", "E-LOC-01"),
    "small letters": ("{low},S0001,,2026-03-01,,1", "slot", "E-ERP-33"),
    "full-width slot": ("Ａ-01,S0001,,2026-03-01,,1", "slot", "E-ERP-33"),
    "no place for goods": ("T001,S0001,,2026-03-01,,1", "slot", "E-OPN-15"),
    "unknown article": ("{pick},S9999,,,,1", "sku_code", "E-OPN-04"),
    "eaten code": ("{pick},6.9E+12,,,,1", "sku_code", "E-ERP-16"),
    "code with a point": ("{pick},6901234567892.0,,,,1", "sku_code", "E-ERP-16"),
    "a case's code": ("{pick},{case},,,,1", "sku_code", "E-OPN-14"),
    "negative": ("{pick},S0007,,,,-3", "qty", "E-ERP-09"),
    "fraction": ("{pick},S0007,,,,2.5", "qty", "E-ERP-08"),
    "nothing": ("{pick},S0007,,,,0", "qty", "E-ERP-09"),
    "empty quantity": ("{pick},S0007,,,,", "qty", "E-ERP-07"),
    "formula": ("{pick},S0007,,,,=1+1", "qty", "E-ERP-40"),
    "two readings": ("{pick},S0001,,03/04/2026,,1", "produced_on", "E-ERP-32"),
    "no date": ("{pick},S0001,,spring,,1", "produced_on", "E-ERP-10"),
    "dated without a date": ("{pick},S0001,,,,1", "expires_on", "E-EXP-08"),
    "made tomorrow": ("{pick},S0001,,2026-05-02,,1", "produced_on", "E-EXP-01"),
    "swapped": ("{pick},S0001,,2026-03-01,2026-02-01,1", "expires_on", "E-EXP-02"),
    "expired": ("{pick},S0001,,2025-01-01,2026-04-30,1", "expires_on", "E-EXP-04"),
    "undated with a date": ("{pick},S0007,,2026-03-01,,1", "produced_on", "E-OPN-08"),
    "lot missing": ("{pick},S0002,,2026-03-01,,1", "lot", "E-OPN-09"),
}


def test_a_wrong_row_is_named_and_nothing_is_made(desk: Desk, stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    for name, (text, column, code) in WRONG.items():
        row = text.format(pick=pick, low=pick.lower(), case=goods.case_code(1))
        answer = desk.send(f"{HEAD}\n{pick},S0004,,2026-03-01,,5\n\n{row}\n")
        assert answer.status_code == 422, name
        assert findings(answer.text) == [("4", column, code)], name
    assert documents(stage) == []


def test_what_two_rows_contradict(desk: Desk, stage: Floor) -> None:
    """The same thing twice, by number and by barcode, and one lot with two dates."""
    pick, other = slots(stage, "PICK", 2)
    rows = [
        f"{pick},S0007,,,,5",
        f"{pick},{goods.gtin(7)},,,,5",
        f"{pick},S0002,L1,2026-03-01,,1",
        f"{other},S0002,L1,2026-03-02,,1",
        f"{other},S0002,L2,2026-03-02,,1",
    ]
    answer = desk.send("\n".join([HEAD, *rows]))
    assert findings(answer.text) == [("3", "slot", "E-OPN-06"), ("5", "lot", "E-OPN-07")]


def test_a_barcode_of_two_articles_is_named(desk: Desk, stage: Floor) -> None:
    articles = goods.products(2)
    stage.erp(replace(articles[1], barcodes=articles[0].barcodes, version=9))
    answer = desk.send(f"{HEAD}\n{slots(stage, 'PICK')[0]},{goods.gtin(1)},,2026-03-01,,1")
    assert findings(answer.text) == [("2", "sku_code", "E-OPN-16")]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "x.csv", "E-ERP-19"),
        (b"slot,sku_code,qty\n", "x.csv", "E-ERP-19"),
        (b"slot,sku_code,qty,colour\nA,B,1,red\n", "x.csv", "E-ERP-04"),
        (b"slot,qty\nA,1\n", "x.csv", "E-ERP-05"),
        (b"slot,sku_code,qty,qty\nA,B,1,1\n", "x.csv", "E-ERP-21"),
        (b"slot,sku_code,qty\nA,B\n", "x.csv", "E-ERP-06"),
        (b"\x00\x01\x02", "x.csv", "E-ERP-27"),
        (b"PK\x03\x04 no workbook", "x.xlsx", "E-ERP-02"),
    ],
)
def test_what_is_no_table(desk: Desk, stage: Floor, data: bytes, name: str, code: str) -> None:
    answer = desk.send(data, name)
    assert answer.status_code == 422
    assert code in answer.text
    assert documents(stage) == []


def test_more_rows_than_one_document_holds(desk: Desk, stage: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.storage.opening import reading

    monkeypatch.setattr(reading, "MOST_LINES", 2)
    pick = slots(stage, "PICK")[0]
    answer = desk.send("\n".join([HEAD, *[f"{pick},S0007,,,,{n}" for n in (1, 2, 3)]]))
    assert findings(answer.text) == [("4", "–", "E-ERP-03")]


def test_no_file_and_a_file_of_another_kind(desk: Desk) -> None:
    assert "E-FIL-01" in desk.post("/desk/opening/new").text
    assert "E-FIL-02" in desk.send(b"x", "x.pdf").text


def test_the_findings_are_a_file_too_and_never_a_formula(desk: Desk, stage: Floor) -> None:
    answer = desk.send(f"{HEAD}\n=1+1,S0001,,2026-03-01,,1\n")
    kept = re.findall(r'name="findings" value="([^"]*)"', answer.text)[0]
    file = desk.post("/desk/findings.csv", findings=unescape(kept))
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["file", "row", "column", "value"]
    assert rows[1][1:4] == ["2", "slot", "'=1+1"]
    assert desk.post("/desk/findings.csv", findings="[").status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_taken_as_it_is_filled_in(desk: Desk, stage: Floor, kind: str) -> None:
    data = desk.client.get(f"/desk/opening/template.{kind}").data
    pick = slots(stage, "PICK")[0]
    if kind == "csv":
        lines = data.decode("utf-8-sig").splitlines()
        filled = "\n".join([lines[0], f"{pick},S0007,,,,5"]).encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        sheet.delete_rows(2)
        for column, value in enumerate((pick, "S0007", None, None, None, 5), 1):
            sheet.cell(2, column, value)
        out = io.BytesIO()
        book.save(out)
        filled = out.getvalue()
    assert desk.send(filled, f"x.{kind}").status_code == 302


def test_pickers_bring_no_files(desk: Desk, stage: Floor) -> None:
    desk.enter(SUN)
    assert desk.send(HEAD).status_code == 403
    assert desk.client.get("/desk/opening").status_code == 403
