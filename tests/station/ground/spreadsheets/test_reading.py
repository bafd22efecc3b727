"""Files become rows of text, or `BadFile`; a text becomes a value, or `BadCell`."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from station.ground.spreadsheets import barcodes, books, cells, days, numbers
from station.ground.spreadsheets import reading as tables
from station.ground.spreadsheets.reasons import REASONS, BadCell, BadFile

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
quick = settings(deadline=None, derandomize=True, max_examples=150)


def workbook(*rows) -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = cast("Any", book.active)
    for row in rows:
        sheet.append(row)
    return book, sheet


def xlsx(*rows):
    return saved(workbook(*rows)[0])


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data, change):
    """The same archive with its parts changed; `change` gives None to drop one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def grid(name, data):
    header, rows = tables.read(name, data)
    return [header, *(list(row.cells.values()) for row in rows)]


def refusal(name, data):
    with pytest.raises(BadFile) as caught:
        tables.read(name, data)
    assert caught.value.problems
    assert all(item.code in REASONS for item in caught.value.problems)
    return [(item.code, item.row) for item in caught.value.problems]


# --- CSV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_in_every_usual_dress(encoding, delimiter, ending):
    text = ending.join(delimiter.join(row) for row in (("编码", "名称"), ("S1", "有机燕麦片"))) + ending
    assert grid("a.csv", text.encode(encoding)) == [["编码", "名称"], ["S1", "有机燕麦片"]]


def test_quotes_blanks_and_empty_rows():
    data = ' a ,b\n\n"x, ""y"""," 二　"\n,\n\t6901234567892,"1\n2"\n'.encode()
    header, rows = tables.read("A.CSV", data)
    assert header == ["a", "b"]
    assert [(row.number, *row.cells.values()) for row in rows] == [
        (3, 'x, "y"', "二"),
        (5, "6901234567892", "1\n2"),
    ]


def test_only_the_header_decides_the_delimiter():
    assert grid("a.csv", b'a;"b,c,d"\n1,2,3,4;5\n') == [["a", "b,c,d"], ["1,2,3,4", "5"]]


def test_a_sheets_time_is_rounded_to_the_second():
    late = datetime(2026, 3, 4, 9, 29, 59, 700_000)  # noqa: DTZ001
    assert grid("a.xlsx", xlsx(["a"], [late]))[1] == ["2026-03-04 09:30:00"]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", [("E-ERP-19", None)]),
        (b"\n\n", [("E-ERP-19", None)]),
        (b"a,b\n", [("E-ERP-19", None)]),
        (b"a,b\n,\n", [("E-ERP-19", None)]),
        (b"a,b\n1\n1,2\n1,2,3\n", [("E-ERP-06", 2), ("E-ERP-06", 4)]),
        (b"a,a\n1,2\n", [("E-ERP-21", 1)]),
        (b"a,\n1,2\n", [("E-ERP-04", 1)]),
        (b'a,b\n"1\n', [("E-ERP-39", 2)]),
        (b'a,b\n"1"x,2,3\n', [("E-ERP-39", 2)]),
        (b"a,b\n1,\0\n", [("E-ERP-27", None)]),
        (b"a,b\n1,\xff\xff\n", [("E-ERP-27", None)]),
        (b"\xef\xbb\xbfa,b\n1,\xd6\xd0\n", [("E-ERP-27", None)]),
        (b"a,b\n1," + b"x" * 2_100_000 + b",3\n", [("E-ERP-39", 2)]),
        (",".join(f"c{i}" for i in range(201)).encode() + b"\n" + b"," * 200 + b"1", [("E-ERP-03", 1)]),
    ],
)
def test_a_bad_csv_says_where(data, wanted):
    assert refusal("a.csv", data) == wanted


def test_cut_utf8_is_not_read_as_gb18030():
    data = "编码,名称\n1,有机燕麦片礼盒装\n".encode()
    assert refusal("a.csv", data[:-2]) == [("E-ERP-27", None)]


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 1000)
    assert refusal("a.csv", b"x" * 1001) == [("E-ERP-03", None)]
    monkeypatch.undo()
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    monkeypatch.setattr(books, "MAX_ROWS", 3)
    assert len(grid("a.csv", b"a\n1\n2\n")) == 3
    assert refusal("a.csv", b"a\n1\n2\n3\n") == [("E-ERP-03", 4)]
    assert refusal("a.xlsx", xlsx(["a"], [1], [2], [3])) == [("E-ERP-03", 4)]


# --- XLSX --------------------------------------------------------------------------------------


def test_a_sheet_reads_like_the_csv_a_person_would_have_typed():
    data = xlsx(
        ["a", "b", "c", "d", "e"],
        [12.0, 6901234567892, 12.5, True, None],
        [date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), time(9, 30), " x ", 0.1 + 0.2],  # noqa: DTZ001
    )
    assert grid("a.xlsx", data)[1:] == [
        ["12", "6901234567892", "12.5", "true", ""],
        ["2026-03-04", "2026-03-04 09:30:00", "09:30:00", "x", "0.3"],
    ]


def test_numbers_beyond_excels_digits_stay_recognisable():
    eaten = grid("a.xlsx", xlsx(["a"], [690123456789012345], [1.5e17], [-1e300]))[1:]
    for (text,) in eaten:
        with pytest.raises(BadCell, match="E-ERP-16"):
            cells.code(80)(text, SHANGHAI)


def test_a_sheet_with_gaps_counts_rows_as_excel_does():
    book, sheet = workbook()
    sheet["A2"], sheet["B2"], sheet["A5"] = "a", "b", "x"
    header, rows = tables.read("a.xlsx", saved(book))
    assert (header, [(row.number, row.cells) for row in rows]) == (["a", "b"], [(5, {"a": "x", "b": ""})])


def test_cells_beyond_the_header_are_refused():
    assert refusal("a.xlsx", xlsx(["a"], [1, 2])) == [("E-ERP-04", 1)]


def test_a_lying_size_hides_no_rows():
    def lie(name, content):
        return content.replace(b'ref="A1:A3"', b'ref="A1:A2"') if name.endswith("sheet1.xml") else content

    data = xlsx(["a"], [1], [2])
    assert b'ref="A1:A3"' in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert grid("a.xlsx", repacked(data, lie)) == [["a"], ["1"], ["2"]]


def test_a_far_away_cell_is_refused_and_not_padded():
    book, sheet = workbook(["a"], [1])
    sheet["XFD3"] = 1
    assert refusal("a.xlsx", saved(book)) == [("E-ERP-03", 3)]


def test_only_the_first_sheet_counts():
    book, _ = workbook(["a"], [1])
    cast("Any", book.create_sheet()).append(["notes"])
    assert grid("a.xlsx", saved(book)) == [["a"], ["1"]]


def test_exporters_without_styles_are_no_fault():
    def drop(name, content):
        if name == "xl/styles.xml":
            return b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
        return content

    assert grid("a.xlsx", repacked(xlsx(["a"], [1]), drop)) == [["a"], ["1"]]


def test_archives_that_unpack_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(books, "MAX_UNZIPPED", 100_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_001)
    assert len(bomb.getvalue()) < 1000
    assert refusal("a.xlsx", bomb.getvalue()) == [("E-ERP-03", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_of_its_own_is_refused(encoding):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'.encode(encoding)
    data = repacked(xlsx(["a"], [1]), lambda name, old: bomb if name.endswith("sheet1.xml") else old)
    assert refusal("a.xlsx", data) == [("E-ERP-02", None)]


def test_every_part_of_an_archive_may_be_missing_or_rubbish():
    data = xlsx(["a"], ["x"])
    for part in zipfile.ZipFile(io.BytesIO(data)).namelist():
        for rubbish in (None, b"", b"<x>", b"<x/>", b"\xff" * 50):
            try:
                tables.read(
                    "a.xlsx",
                    repacked(data, lambda name, old, part=part, new=rubbish: new if name == part else old),
                )
            except BadFile as error:
                assert error.problems


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_no_bytes_do_more_than_refuse(name):
    whole = xlsx(["a", "b"], ["x", 1.5]) if name == "a.xlsx" else "编码,名称\n1,有机燕麦\n".encode()

    @given(st.one_of(st.binary(max_size=400), _damaged(whole)))
    @quick
    def check(data):
        try:
            header, rows = tables.read(name, data)
        except BadFile as error:
            assert error.problems
        else:
            assert all(list(row.cells) == header for row in rows)

    check()


@st.composite
def _damaged(draw, whole):
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))])


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=2, max_size=2), max_size=5)
)
@quick
def test_no_cells_do_more_than_refuse(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b"], *rows])
    try:
        tables.read("a.csv", out.getvalue().encode())
    except BadFile as error:
        assert error.problems


# --- one text as a value -----------------------------------------------------------------------

ANY = cells.text(10)
GOOD = [
    (ANY, "红富士　苹果", "红富士　苹果"),
    (ANY, "👨‍👩‍👧", "👨‍👩‍👧"),
    (cells.text(40), "放门口\r\n\r\n谢谢", "放门口 谢谢"),
    (cells.code(40), "1E5", "1E5"),
    (cells.code(40), "00012", "00012"),
    (barcodes.barcode, "6901234567892", "6901234567892"),
    (cells.pattern, "L[0-9]{6}", "L[0-9]{6}"),
    (numbers.number(1), "9999999", 9_999_999),
    (numbers.number(0), "0", 0),
    (numbers.number(1), "0012", 12),
    (numbers.money, "12.50", 1250),
    (numbers.money, "12.5", 1250),
    (numbers.money, "0", 0),
    (numbers.money, "9999999.99", 999_999_999),
    (cells.flag, "是", True),
    (cells.flag, "TRUE", True),
    (cells.flag, "y", True),
    (cells.flag, "1", True),
    (cells.flag, "否", False),
    (cells.flag, "False", False),
    (cells.flag, "N", False),
    (cells.flag, "0", False),
    (cells.one_of("D", "M"), "m", "M"),
    (days.day, "2026-03-04", date(2026, 3, 4)),
    (days.day, "20260304", date(2026, 3, 4)),
    (days.day, "2026/3/4", date(2026, 3, 4)),
    (days.day, "2024-02-29", date(2024, 2, 29)),
    (days.day, "2026-03-04 00:00:00", date(2026, 3, 4)),
    (cells.text(20), "某路1号\r\n 3楼\u20285", "某路1号 3楼 5"),
    (numbers.number(1), "2.0", 2),
    (numbers.number(1), "１２", 12),
    (numbers.number(1), "12 件", 12),
    (numbers.number(1), "3PCS", 3),
    (numbers.number(1), "1 200", 1200),
    (numbers.number(1), "1,200,000", 1_200_000),
    (numbers.number(1), "1,200.00", 1200),
    (numbers.number(1), "1.200,00", 1200),
    (numbers.measure(numbers.GRAMS, 9000), "0.5kg", 500),
    (numbers.measure(numbers.GRAMS, 9000), "2 斤", 1000),
    (numbers.measure(numbers.CUBIC_CM, 9000), "2.4L", 2400),
    (numbers.money, "¥12", 1200),
    (numbers.money, "29.8000元", 2980),
    (numbers.money, "1,234.50", 123_450),
    (cells.flag, "√", True),
    (barcodes.barcodes, "6900 0000 00014", ("6900000000014",)),
    (barcodes.barcodes, "6900000000014；6900000000021", ("6900000000014", "6900000000021")),
    (barcodes.barcodes, "AB/12", ("AB/12",)),
    (days.day, "04.03.2026", date(2026, 3, 4)),
    (days.day, "30/11/2026", date(2026, 11, 30)),
    (days.day, "46085", date(2026, 3, 4)),
    (days.day, "4-Mar-2026", date(2026, 3, 4)),
    (days.day, "2026年3月4日", date(2026, 3, 4)),
    (days.day, "２０２６．３．４", date(2026, 3, 4)),
    (days.instant, "2026年3月4日 8时30分15秒", datetime(2026, 3, 4, 0, 30, 15, tzinfo=UTC)),
    (days.instant, "2026/3/4 下午 6:30", datetime(2026, 3, 4, 10, 30, tzinfo=UTC)),
    (days.instant, "Mar 4, 2026 12:30 AM", datetime(2026, 3, 3, 16, 30, tzinfo=UTC)),
    (days.instant, "20260304083015", datetime(2026, 3, 4, 0, 30, 15, tzinfo=UTC)),
    (days.instant, "46085.354166667", datetime(2026, 3, 4, 0, 30, tzinfo=UTC)),
    (days.instant, "2026-03-04 08:30:00 +0200", datetime(2026, 3, 4, 6, 30, tzinfo=UTC)),
    (days.instant, "2026-03-04 08:30", datetime(2026, 3, 4, 0, 30, tzinfo=UTC)),
    (days.instant, "2026/3/4 8:30:15", datetime(2026, 3, 4, 0, 30, 15, tzinfo=UTC)),
    (days.instant, "2026-03-04T08:30:00Z", datetime(2026, 3, 4, 8, 30, tzinfo=UTC)),
    (days.instant, "2026-03-04T08:30:00.123+02:00", datetime(2026, 3, 4, 6, 30, tzinfo=UTC)),
]
BAD = [
    (ANY, "x" * 11, "E-ERP-13"),
    (ANY, "a\x1bb", "E-ERP-14"),
    (ANY, "a\x7f", "E-ERP-14"),
    (ANY, "a\u202eb", "E-ERP-14"),
    (ANY, "\ud800", "E-ERP-14"),
    (ANY, "#N/A", "E-ERP-24"),
    (ANY, "#ref!", "E-ERP-24"),
    (cells.text(40), "a\x00b", "E-ERP-14"),
    (cells.code(40), "S\u200b1", "E-ERP-14"),
    (cells.code(40), "#N/A", "E-ERP-24"),
    (cells.code(40), "6.90123E+12", "E-ERP-16"),
    (cells.code(40), "1E+05", "E-ERP-16"),
    (cells.code(40), "6,9e+12", "E-ERP-16"),
    (cells.code(40), "6901234567892.0", "E-ERP-16"),
    (cells.code(40), '="6901234567892"', "E-ERP-16"),
    (cells.code(40), "'6901234567892", "E-ERP-16"),
    (cells.code(40), "########", "E-ERP-16"),
    (barcodes.barcode, "6.90123E+12", "E-ERP-16"),
    (barcodes.barcode, "6.90123E12", "E-ERP-16"),
    (barcodes.barcode, "9" * 81, "E-ERP-13"),
    (cells.pattern, "L[0-9", "E-ERP-26"),
    (cells.pattern, "x{99999999999}", "E-ERP-26"),
    (cells.pattern, "[[a]", "E-ERP-26"),
    (cells.pattern, "((a+)+)+$", "E-ERP-26"),
    (numbers.number(1), "1.5", "E-ERP-08"),
    (numbers.number(1), "1,000", "E-ERP-34"),
    (numbers.number(1), "1.000", "E-ERP-34"),
    (numbers.number(1), "1,00", "E-ERP-08"),
    (numbers.number(1), "1 00", "E-ERP-08"),
    (numbers.number(1), "2箱", "E-ERP-35"),
    (numbers.measure(numbers.GRAMS, 10), "2 lb", "E-ERP-35"),
    (numbers.measure(numbers.GRAMS, 10), "0.0005kg", "E-ERP-08"),
    (numbers.measure(numbers.GRAMS, 10), "1公斤", "E-ERP-09"),
    (numbers.number(1), "+1", "E-ERP-08"),
    (numbers.number(1), "1_0", "E-ERP-08"),
    (numbers.number(1), "x", "E-ERP-08"),
    (numbers.number(1), "0", "E-ERP-09"),
    (numbers.number(1), "-3", "E-ERP-09"),
    (numbers.number(1), "10000000", "E-ERP-09"),
    (numbers.number(1), "9" * 5000, "E-ERP-09"),
    (numbers.number(1), "-" + "9" * 5000, "E-ERP-09"),
    (numbers.money, "12.505", "E-ERP-34"),
    (numbers.money, "0.505", "E-ERP-15"),
    (numbers.money, "US$ 12", "E-ERP-15"),
    (numbers.money, "12 USD", "E-ERP-35"),
    (numbers.money, "-1", "E-ERP-15"),
    (numbers.money, "1e2", "E-ERP-15"),
    (numbers.money, "NaN", "E-ERP-15"),
    (numbers.money, "1e999999999", "E-ERP-15"),
    (numbers.money, "12.", "E-ERP-15"),
    (numbers.money, "10000000", "E-ERP-15"),
    (cells.flag, "maybe", "E-ERP-12"),
    (cells.flag, "2", "E-ERP-12"),
    (cells.one_of("D", "M"), "Y", "E-ERP-20"),
    (days.day, "2026-02-30", "E-ERP-10"),
    (days.day, "2025-02-29", "E-ERP-10"),
    (days.day, "2026111", "E-ERP-10"),
    (days.day, "2026-1/2", "E-ERP-10"),
    (days.day, "3/4/2026", "E-ERP-32"),
    (days.day, "13/13/2026", "E-ERP-10"),
    (days.day, "27-Foo-2026", "E-ERP-10"),
    (days.day, "1899-12-31", "E-ERP-10"),
    (days.day, "2026-03-04T20:30:00Z", "E-ERP-10"),
    (days.instant, "3/4/2026 9:30", "E-ERP-32"),
    (days.instant, "46085", "E-ERP-11"),
    (days.instant, "2026-03-04 上午13:00", "E-ERP-11"),
    (days.instant, "2026-03-04", "E-ERP-11"),
    (days.instant, "2026-03-04 25:00", "E-ERP-11"),
    (days.instant, "2026-02-30 09:00", "E-ERP-11"),
    (days.instant, "0001-01-01 00:00", "E-ERP-11"),
    (days.instant, "1772584200", "E-ERP-11"),
]


@pytest.mark.parametrize(("parse", "text", "wanted"), GOOD)
def test_a_good_cell(parse, text, wanted):
    assert parse(text, SHANGHAI) == wanted


@pytest.mark.parametrize(
    ("parse", "text", "wanted"), BAD, ids=lambda part: str(part)[:20].encode("ascii", "replace").decode()
)
def test_a_bad_cell_says_why(parse, text, wanted):
    with pytest.raises(BadCell) as caught:
        parse(text, SHANGHAI)
    assert caught.value.code == wanted


def test_a_time_the_wall_clock_never_showed_is_refused():
    with pytest.raises(BadCell, match="E-ERP-11"):
        days.instant("2026-03-29 02:30", BERLIN)
    assert days.instant("2026-03-29 03:30", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(st.sampled_from([parse for parse, _, _ in GOOD]), st.text(max_size=30))
@quick
def test_no_text_does_more_than_refuse(parse, text):
    try:
        parse(text, SHANGHAI)
    except BadCell as error:
        assert error.code in REASONS


@given(st.integers(0, 999_999_999))
@quick
def test_money_is_exact(fen):
    assert numbers.money(f"{fen // 100}.{fen % 100:02d}", SHANGHAI) == fen
