"""What people write by hand: dates in their notations, titles above a header, merged cells, formulas."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.spreadsheets.cells import capitals
from station.ground.spreadsheets.days import day
from station.ground.spreadsheets.numbers import number
from station.ground.spreadsheets.reading import read
from station.ground.spreadsheets.reasons import BadCell, BadFile
from tests.station.ground.spreadsheets.test_reading import saved, workbook, xlsx

ZONE = ZoneInfo("Asia/Shanghai")
KNOWN = {"slot", "qty", "库位", "数量"}
quick = settings(deadline=None, derandomize=True, max_examples=200)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NOTATIONS = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0:%Y%m%d}",
    "{0:%d.%m.%Y}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d} 00:00:00",
    "{0.year}.{0.month}.{0.day}",
    "{0:%d-%b-%Y}",
    "{0:%B %d, %Y}",
    "{0:%Y-%m-%d} 14:03",
    "{0:%Y-%m-%d} 星期五",
)


def code_of(parse, text) -> str:
    with pytest.raises(BadCell) as caught:
        parse(text, ZONE)
    return caught.value.code


@quick
@given(DAYS, st.sampled_from(NOTATIONS))
def test_a_day_is_the_same_in_every_notation(one: date, notation: str) -> None:
    assert day(notation.format(one), ZONE) == one


@quick
@given(DAYS)
def test_a_day_that_a_sheet_counts_is_that_day(one: date) -> None:
    serial = (one - date(1899, 12, 30)).days
    assert day(str(serial), ZONE) == one


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2026", "2026-04-03 / 2026-03-04"),
        ("3-4-26", "2026-04-03 / 2026-03-04 / 2003-04-26"),
        ("26-11-30", "2030-11-26 / 2026-11-30"),
    ],
)
def test_a_date_with_two_readings_is_refused_with_both(text: str, readings: str) -> None:
    with pytest.raises(BadCell) as caught:
        day(text, ZONE)
    assert (caught.value.code, caught.value.detail) == ("E-ERP-32", readings)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31.04.2026", "2026年13月1日", "soon", "12345678", "0", "99999"]
)
def test_no_date_at_all(text: str) -> None:
    assert code_of(day, text) == "E-ERP-10"


@quick
@given(st.text(max_size=12))
def test_whatever_is_written_is_a_day_or_refused(text: str) -> None:
    try:
        assert 2000 <= day(text, ZONE).year < 2100
    except BadCell as refused:
        assert refused.code in {"E-ERP-10", "E-ERP-32"}


@quick
@given(st.text(alphabet="0123456789.,-+eE １２３", max_size=9))
def test_a_quantity_is_the_whole_number_that_stands_there(text: str) -> None:
    try:
        qty = number(1)(text, ZONE)
    except BadCell as refused:
        assert refused.code in {"E-ERP-08", "E-ERP-09", "E-ERP-34", "E-ERP-35"}
    else:
        figures = re.sub("[^0-9.]", "", unicodedata.normalize("NFKC", text).replace(",", ""))
        whole, _, part = figures.partition(".")
        assert (int(whole), part.strip("0")) == (qty, "") or int(figures.replace(".", "")) == qty


@pytest.mark.parametrize(
    ("parse", "text", "meant"),
    [
        (capitals(40), "a-01-01-1-01", "A-01-01-1-01"),
        (capitals(40), "Ａ-01", "A-01"),
    ],
)
def test_what_was_meant_is_said(parse, text: str, meant: str) -> None:
    with pytest.raises(BadCell) as caught:
        parse(text, ZONE)
    assert caught.value.code == "E-ERP-33"
    assert caught.value.detail.endswith(meant)


# --- the sheet around the rows --------------------------------------------------------------------


def test_titles_above_the_header_are_skipped_and_rows_keep_their_numbers() -> None:
    data = xlsx(["2026年期初库存"], [], ["制表", "王"], ["库位", "数量"], [None, None], ["A-01", 3])
    header, rows = read("x.xlsx", data, KNOWN)
    assert header == ["库位", "数量"]
    assert [(row.number, row.cells) for row in rows] == [(6, {"库位": "A-01", "数量": "3"})]


@pytest.mark.parametrize("cut", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["gb18030", "utf-8-sig", "utf-8"])
def test_a_csv_of_any_program(cut: str, coding: str) -> None:
    text = "\r\n".join(["期初库存表", cut.join(["库位", "数量"]), cut.join(["A-01", "3"]), cut * 1, ""])
    header, rows = read("x.csv", text.encode(coding), KNOWN)
    assert header == ["库位", "数量"]
    assert [row.cells for row in rows] == [{"库位": "A-01", "数量": "3"}]


def test_merged_cells_are_refused_in_the_rows_and_allowed_in_the_title() -> None:
    book, sheet = workbook(["期初库存"], ["库位", "数量"], ["A-01", 3], [None, 4])
    sheet.merge_cells("A1:B1")
    assert len(read("x.xlsx", saved(book), KNOWN)[1]) == 2
    sheet.merge_cells("A3:A4")
    with pytest.raises(BadFile) as caught:
        read("x.xlsx", saved(book), KNOWN)
    assert [(item.row, item.code) for item in caught.value.problems] == [(3, "E-ERP-30"), (4, "E-ERP-30")]


def test_a_formula_stays_one() -> None:
    """A program writes formulas without their results: an empty cell would be lost in silence."""
    _header, rows = read("x.xlsx", xlsx(["库位", "数量"], ["A-01", "=1+2"]), KNOWN)
    assert rows[0].cells["数量"] == "=1+2"
