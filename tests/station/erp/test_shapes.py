"""Tables in the shapes that spreadsheets and back offices give them: what is taken, what is told, which cell is
named.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from station.erp.folder import answers, columns
from station.erp.folder.files import IncomingFile
from station.erp.inward.inbox import Result
from station.ground.spreadsheets.columns import headings
from station.ground.spreadsheets.reading import table_of
from station.ground.spreadsheets.reasons import BadFile
from tests.station.ground.spreadsheets.test_reading import saved, workbook

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = ["订单号", "快递", "收件人", "电话", "地址", "商品编码", "数量"]
ONE = ["E1", "SF", "张", "13900001111", "路1号", "S1", "2"]
TWO = ["E2", "SF", "李", "13900002222", "路2号", "S1", "3"]
PLAIN = "\n".join(",".join(row) for row in (HEAD, ONE, TWO))


def parse(data: bytes, name: str = "orders.csv", kind: str = "orders") -> columns.Parsed:
    item = columns.FILES[kind]
    return columns.parse(item, table_of(name, data, headings(item.all_columns)), SHANGHAI)


def numbers(found: columns.Parsed) -> list[tuple[str, list[int]]]:
    return [(doc.erp_no, [line.qty_each for line in doc.lines]) for doc in found.documents]


def told(found: columns.Parsed) -> set[str]:
    return {note.code for note in found.notes}


def cells(found: columns.Parsed) -> list[tuple[str, str]]:
    return [(item.cell, item.code) for item in found.findings]


BOTH = [("E1", [2]), ("E2", [3])]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t").encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        PLAIN.encode("gb18030"),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        b'"SEP=|"\n' + PLAIN.replace(",", "|").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace("E1", '"=""E1"""').replace("13900001111", "'13900001111").encode(),
        PLAIN.replace("E1", "\tE1\t").replace("13900001111", "\u202d13900001111\u202c").encode(),
        PLAIN.replace("订单号", "订单号*").replace("数量", "数量（必填）").encode(),
        ("店铺订单,,\n导出时间 2026-11-27\n" + PLAIN).encode(),
        (PLAIN + "\n,,,,,,\n合计,,,,,,5\n备注: 请尽快发货\n").encode(),
        (PLAIN + "\n\n以上订单请于今天发出，谢谢\n").encode(),
        PLAIN.replace(",2\n", ",2件\n").replace(",3", ",３.0").encode(),
        PLAIN.replace("张", '"小"张').encode(),
        ("<html><meta charset='utf-8'><table><tr><th>" + PLAIN.replace(",", "</th><td>").replace("\n", "<tr><td>") + "</table>").encode(),
    ],
)  # fmt: skip
def test_a_table_is_read_in_every_dress(data: bytes) -> None:
    found = parse(data, "orders.xls" if data.startswith(b"<") else "orders.csv")
    assert numbers(found) == BOTH
    assert found.documents[0].receiver.phone == "13900001111"


def book_of(*rows: list[Any]) -> tuple[Workbook, Any]:
    return workbook(*[list(row) for row in rows])


def test_merged_cells_and_an_orders_first_row_fill_the_rows_below() -> None:
    second = [None, None, None, None, None, "S2", 1]
    book, sheet = book_of(HEAD, ONE, second, TWO)
    for column in "ABCDE":
        sheet.merge_cells(f"{column}2:{column}3")
    for data, code in ((saved(book), "N-ERP-03"), (saved(book_of(HEAD, ONE, second, TWO)[0]), "N-ERP-04")):
        found = parse(data, "orders.xlsx")
        assert numbers(found) == [("E1", [2, 1]), ("E2", [3])]
        assert code in told(found)


def test_a_merged_quantity_is_named_and_nothing_else_held_up() -> None:
    book, sheet = book_of(HEAD, ONE, [*ONE[:5], "S2", None], TWO)
    sheet.merge_cells("G2:G3")
    found = parse(saved(book), "orders.xlsx")
    assert (numbers(found), cells(found)) == ([("E2", [3])], [("G3", "E-ERP-44")])


def test_the_sheet_with_the_header_is_read_and_two_of_them_are_not_guessed() -> None:
    book, _sheet = book_of(["说明"], ["请看第二页"])
    other: Any = book.create_sheet("十一月")
    for row in (HEAD, ONE, TWO):
        other.append(row)
    assert numbers(found := parse(saved(book), "orders.xlsx")) == BOTH
    assert "N-ERP-01" in told(found)
    third: Any = book.create_sheet("十二月")
    for row in (HEAD, TWO):
        third.append(row)
    with pytest.raises(BadFile) as refused:
        parse(saved(book), "orders.xlsx")
    assert [(item.code, item.detail) for item in refused.value.problems] == [("E-ERP-42", "十一月, 十二月")]
    third.sheet_state = "hidden"
    assert numbers(parse(saved(book), "orders.xlsx")) == BOTH


def test_formatted_rows_are_none_hidden_ones_are_told_and_formulas_need_a_result() -> None:
    book, sheet = book_of(HEAD, ONE, TWO, [*TWO[:1], *TWO[1:6], "=1+1"])
    sheet["A60000"].number_format = sheet["ZZ9"].number_format = "@"
    sheet.row_dimensions[3].hidden = True
    found = parse(saved(book), "orders.xlsx")
    assert (numbers(found), cells(found)) == ([("E1", [2])], [("G4", "E-ERP-40")])
    assert "N-ERP-06" in told(found)


@pytest.mark.parametrize(
    ("at", "text", "code"),
    [
        (6, '"1,200"', "E-ERP-34"),
        (6, "2箱", "E-ERP-35"),
        (6, "#REF!", "E-ERP-24"),
        (4, "长" * 201, "E-ERP-13"),
        (5, "6.9E+12", "E-ERP-16"),
        (3, "", "E-ERP-07"),
    ],
)
def test_a_bad_cell_is_named_by_its_address_and_the_other_order_is_good(
    at: int, text: str, code: str
) -> None:
    bad = [*ONE[:at], text, *ONE[at + 1 :]]
    found = parse("\n".join(",".join(row) for row in (HEAD, bad, TWO)).encode())
    assert numbers(found) == [("E2", [3])]
    assert cells(found) == [(f"{'ABCDEFG'[at]}2", code)]
    assert found.bad[0].doc_no == "E1"


def test_a_row_that_ends_early_is_whole_where_it_says_all_it_must() -> None:
    """Excel leaves separators out at the end of rows whose last cells are empty."""
    rows = [[*HEAD, "买家留言"], [*ONE, "请放门口"], TWO, ["E3", "SF"]]
    found = parse("\n".join(",".join(row) for row in rows).encode())
    assert (numbers(found), [item.code for item in found.findings]) == (BOTH, ["E-ERP-06"])


def test_barcodes_of_a_cell_are_told_apart_tidied_and_named() -> None:
    rows = (
        "sku_code,name_zh,barcode\nS1,两个,6900000000014;6900000000021\nS2,空格,6900 0000 00038\n"
        "S3,错位,6900000000046\nS4,分不开,AB;12\n"
    )
    found = parse(rows.encode(), "products.csv", "products")
    assert [[code.code for code in doc.barcodes] for doc in found.documents] == [
        ["6900000000014", "6900000000021"], ["6900000000038"], ["6900000000046"],
    ]  # fmt: skip
    assert [(note.cell, note.code) for note in found.notes] == [
        ("C2", "N-ERP-14"), ("C3", "N-ERP-14"), ("C4", "N-ERP-13"),
    ]  # fmt: skip
    assert cells(found) == [("C5", "E-ERP-37")]


def test_lines_without_numbers_are_numbered_in_their_order() -> None:
    found = parse((PLAIN + "\n" + ",".join([*ONE[:5], "S2", "1"])).encode())
    assert [[line.line_key for line in doc.lines] for doc in found.documents] == [["1", "2"], ["1"]]
    assert "N-ERP-09" in told(found)


@pytest.mark.parametrize(
    "result", ["LATE", "TOO_LATE", "OLD", "SAME", "UNKNOWN", "ALREADY", "INTERCEPTING", "HELD"]
)
def test_a_result_that_is_not_the_usual_one_says_why_in_both_languages(result: str) -> None:
    file = IncomingFile("orders.csv", "order", "", (), (2,))
    _head, line = answers.told("orders.csv", file, [Result("order", "E1", result)])
    zh, en = line[6:8]
    assert not zh.isascii()
    assert en.isascii()
    assert len(en) > len(result)
