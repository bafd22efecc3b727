"""Documented columns: headers, required cells, contradictions, and rows that become documents."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.erp.folder import columns
from station.exchange import documents as erp
from station.ground.spreadsheets import reading as tables
from station.ground.spreadsheets.columns import headings
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, REASONS, Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
quick = settings(deadline=None, derandomize=True, max_examples=100)
TYPES = list(columns.FILES.values())


def parse(prefix, *rows):
    """A file of these rows, the first of which is the header."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return parsed(columns.FILES[prefix], out.getvalue().encode())


def parsed(item, data):
    """What a file of these bytes says."""
    table = tables.table_of(f"{item.prefix}.csv", data, headings(item.all_columns))
    return columns.parse(item, table, SHANGHAI)


def documents(prefix, *rows):
    found = parse(prefix, *rows)
    assert not found.findings
    return list(found.documents)


def problems(prefix, *rows):
    found = parse(prefix, *rows)
    assert all(item.code in REASONS for item in found.findings)
    return [(item.row, item.column, item.code) for item in found.findings]


# --- the documentation is true -----------------------------------------------------------------


@pytest.mark.parametrize("item", TYPES, ids=lambda item: item.prefix)
def test_the_template_can_be_taken(item):
    data = columns.template(item.doc_type).encode("utf-8-sig")
    found = parsed(item, data)
    assert not found.findings
    assert [erp.doc_type_of(doc) for doc in found.documents] == [item.doc_type]
    assert found.rows == (2,)


@pytest.mark.parametrize("item", TYPES, ids=lambda item: item.prefix)
def test_chinese_headers_mean_the_same(item):
    english = columns.template(item.doc_type)
    _, row = csv.reader(io.StringIO(english))
    for which in (1, -1):
        header = [column.headers[which] for column in item.columns + item.lines]
        assert documents(item.prefix, header, row) == documents(
            item.prefix, *csv.reader(io.StringIO(english))
        )


@pytest.mark.parametrize("item", TYPES, ids=lambda item: item.prefix)
def test_no_two_columns_share_a_header_or_a_field(item):
    everything = item.columns + item.lines
    headers = [header for column in everything for header in column.headers]
    assert len(set(headers)) == len(headers)
    assert item.required <= {column.name for column in everything}
    for part in (item.columns, item.lines):
        fields = [column.field or column.name for column in part]
        assert len(set(fields)) == len(fields)


def test_the_description_names_every_column_in_both_languages():
    found = columns.describe()
    assert len(found) == sum(len(item.columns) + len(item.lines) for item in TYPES)
    assert all(row["zh"] and row["en"] for row in found)
    assert list(dict.fromkeys(row["file"] for row in found)) == [
        "products", "suppliers", "notices", "cancel_notices", "orders", "waybills", "cancels",
    ]  # fmt: skip
    assert {row["column"] for row in found if row["doc_type"] == "cancel" and row["is_required"]} == {
        "erp_no"
    }


def test_the_name_decides_the_type():
    assert columns.type_of("Products-2026.XLSX") is columns.FILES["products"]
    assert columns.type_of("ordersfrom聚水潭.csv") is columns.FILES["orders"]
    assert columns.type_of("my-orders.csv") is None


# --- documents ---------------------------------------------------------------------------------


SAID = (
    "abc,advent_days,case_qty,gross_g,inner_per_case,is_lot,is_serial,is_shelf_life,is_valuable,item_type,"
    "lockup_days,lot_regex,name_en,name_zh,price_fen,reject_days,shelf_life_n,shelf_life_unit,spec,unit,volume_cm3"
)


def test_a_product_with_everything():
    cells = {
        "sku_code": "S1", "name_zh": "牛奶", "name_en": "Milk", "spec": "250ml", "unit": "盒",
        "barcode": "69", "inner_barcode": "269", "case_barcode": "169",
        "inner_per_case": "4", "case_qty": "24", "gross_g": "260", "volume_cm3": "900",
        "is_valuable": "否", "is_serial": "0", "is_lot": "是", "lot_regex": "L\\d+", "is_shelf_life": "Y",
        "shelf_life_n": "6", "shelf_life_unit": "m", "reject_days": "60", "lockup_days": "30",
        "advent_days": "45", "abc": "a", "item_type": "gift", "price": "12.50", "version": "3",
    }  # fmt: skip
    assert documents("products", list(cells), list(cells.values())) == [
        erp.Product(
            code="S1", name_zh="牛奶", name_en="Milk", spec="250ml", unit="盒",
            barcodes=(
                erp.ProductBarcode(code="69", level="EACH", qty=1),
                erp.ProductBarcode(code="269", level="INNER", qty=6),
                erp.ProductBarcode(code="169", level="CASE", qty=24),
            ),
            inner_per_case=4, case_qty=24, gross_g=260, volume_cm3=900, is_lot=True, lot_regex="L\\d+", is_shelf_life=True,
            shelf_life_n=6, shelf_life_unit="M", reject_days=60, lockup_days=30, advent_days=45, abc="A",
            item_type="GIFT", price_fen=1250, version=3, only=SAID,
        )
    ]  # fmt: skip


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_that_it_is_empty():
    row = ["S1", "牛奶", "", "", "", ""]
    assert documents("products", ["sku_code", "name_zh", "unit", "abc", "version", "barcode"], row) == [
        erp.Product(code="S1", name_zh="牛奶", unit="件", abc="B", only="abc,name_zh,unit", cleared="EACH")
    ]
    assert documents("products", ["sku_code", "barcode"], ["S1", "69"]) == [
        erp.Product(code="S1", name_zh="", only="code", barcodes=(erp.ProductBarcode(code="69"),))
    ]


NOTICE = ["asn_no", "supplier_code", "warehouse", "expected_on", "line_key", "sku_code", "qty", "price"]


def test_rows_of_notices_may_be_mixed():
    found = parse(
        "notices",
        NOTICE,
        ["N1", "V1", "WH1", "2026-03-04", "1", "S1", "10", "1.00"],
        ["N2", "V1", "WH1", "", "1", "S1", "5", ""],
        ["N1", "V1", "WH1", "20260304", "2", "S1", "20", ""],
    )
    line = erp.NoticeLine
    assert found.documents == (
        erp.NoticeDocument(
            asn_no="N1", supplier_code="V1", warehouse="WH1", expected_on=date(2026, 3, 4),
            lines=(
                line(line_key="1", sku_code="S1", qty_each=10, price_fen=100),
                line(line_key="2", sku_code="S1", qty_each=20),
            ),
        ),
        erp.NoticeDocument(
            asn_no="N2", supplier_code="V1", warehouse="WH1",
            lines=(line(line_key="1", sku_code="S1", qty_each=5),),
        ),
    )  # fmt: skip
    assert found.rows == (2, 3)


def test_an_order_with_its_receiver_and_invoice():
    header, row = csv.reader(io.StringIO(columns.template("order")))
    (order,) = documents("orders", header, row)
    assert order.receiver == erp.Receiver(
        name="张三丰", phone="13800000000", province="浙江省", city="杭州市", district="西湖区",
        address="文三路100号502室",
    )  # fmt: skip
    assert order.invoice == erp.Invoice(
        title="某某科技有限公司", tax_no="91330100MA2XXXXX0X", number="26332000000000000001",
        issued_on=date(2026, 3, 4), amount_fen=15000,
    )  # fmt: skip
    assert order.latest_ship_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert order.lines == (
        erp.OrderDocumentLine(line_key="1", sku_code="S0001", qty_each=12, price_fen=1250),
    )


ORDER = [
    "erp_no",
    "carrier_code",
    "receiver_name",
    "receiver_phone",
    "address",
    "line_key",
    "sku_code",
    "qty",
]


def test_a_plain_order_has_no_invoice_and_is_paid():
    (order,) = documents("orders", ORDER, ["E1", "SF", "张", "1", "路1号", "1", "S1", "2"])
    assert order == erp.OrderDocument(
        erp_no="E1", carrier_code="SF", receiver=erp.Receiver(name="张", phone="1", address="路1号"),
        lines=(erp.OrderDocumentLine(line_key="1", sku_code="S1", qty_each=2),),
    )  # fmt: skip


def test_suppliers_and_cancels():
    assert documents("suppliers", ["供应商编码", "供应商"], ["V1", "良品"]) == [
        erp.Supplier(code="V1", name="良品")
    ]
    assert documents("cancels", ["erp_no", "reason", "version"], ["E1", "退款", "2"], ["E2", "", ""]) == [
        erp.CancelOrder(erp_no="E1", reason="退款", version=2),
        erp.CancelOrder(erp_no="E2"),
    ]


@given(st.data())
@quick
def test_what_is_taken_survives_json(data):
    cell = st.sampled_from(
        ["", "S1", "1", "2", "是", "12.50", "2026-03-04", "2026-03-04 09:30", "D", "A", "JYCK"]
    )
    item = data.draw(st.sampled_from(TYPES))
    header = [column.name for column in item.columns + item.lines]
    rows = data.draw(
        st.lists(st.lists(cell, min_size=len(header), max_size=len(header)), min_size=1, max_size=4)
    )
    kept = [tables.Row(i, dict(zip(header, row, strict=True))) for i, row in enumerate(rows, 2)]
    places = {cell: at for at, cell in enumerate(header)}
    found = columns.parse(item, tables.Table(header, 1, places, kept), SHANGHAI)
    for doc in found.documents:
        assert erp.from_json(item.doc_type, erp.to_json(doc)) == doc


@given(st.sampled_from(TYPES), st.lists(st.text(max_size=12), min_size=1, max_size=8, unique=True), st.text())
@quick
def test_no_header_and_no_cell_do_more_than_refuse(item, header, cell):
    required = sorted(item.required)
    names = [*required, *(name for name in header if name not in required)]
    rows = [tables.Row(2, dict.fromkeys(names, cell))]
    for names_ in (names, required):
        places = {cell: at for at, cell in enumerate(names_)}
        found = columns.parse(item, tables.Table(names_, 1, places, rows), SHANGHAI)
        assert all(problem.code in REASONS for problem in found.findings)


# --- refusals ----------------------------------------------------------------------------------


def test_headers_are_checked_before_cells():
    assert problems("cancels", ["order", "reason"], ["E1", "x" * 999]) == [
        (1, "order", "E-ERP-04"),
        (1, "erp_no", "E-ERP-05"),
    ]
    assert problems("cancels", ["erp_no", "订单号"], ["E1", "E1"]) == [(1, "erp_no", "E-ERP-21")]


def test_every_bad_cell_is_listed():
    assert problems(
        "notices",
        NOTICE,
        ["N1", "", "WH1", "4.13.2026", "1", "S1", "0", "1,00"],
        ["N1", "V1", "WH1", "", "", "6.9E+12", "many", ""],
    ) == [
        (2, "supplier_code", "E-ERP-07"),
        (2, "expected_on", "E-ERP-10"),
        (2, "qty", "E-ERP-09"),
        (2, "price", "E-ERP-15"),
        (3, "sku_code", "E-ERP-16"),
        (3, "qty", "E-ERP-08"),
    ]


@pytest.mark.parametrize("column", ["barcode", "inner_barcode", "case_barcode"])
def test_a_barcode_eaten_by_excel_is_refused_in_words(column):
    found = parse("products", ["sku_code", "name_zh", column], ["S1", "牛奶", "6.90123E+12"])
    (problem,) = found.findings
    assert problem == Problem(2, column, "6.90123E+12", "E-ERP-16", cell="C2")
    assert "文本格式" in problem.reason[0]
    assert "as text" in problem.reason[1]


def test_one_document_has_one_header_and_each_line_once():
    good = ["N1", "V1", "WH1", "", "1", "S1", "5", ""]
    assert problems(
        "notices",
        NOTICE,
        good,
        ["N1", "V2", "WH1", "2026-03-04", "2", "S1", "5", ""],
        ["N1", "V1", "WH1", "", "1", "S2", "5", ""],
    ) == [(3, "supplier_code", "E-ERP-18"), (3, "expected_on", "E-ERP-18"), (4, "line_key", "E-ERP-17")]


@pytest.mark.parametrize(
    ("prefix", "header", "row", "key"),
    [
        ("products", ["sku_code", "name_zh"], ["S1", "牛奶"], "sku_code"),
        ("suppliers", ["supplier_code", "supplier_name"], ["V1", "良品"], "supplier_code"),
        ("cancels", ["erp_no"], ["E1"], "erp_no"),
    ],
)
def test_the_same_document_twice_is_refused(prefix, header, row, key):
    assert problems(prefix, header, row, row) == [(3, key, "E-ERP-22")]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"case_barcode": "169"}, [("case_qty", "E-ERP-07")]),
        ({"inner_barcode": "269", "case_qty": "12"}, [("inner_per_case", "E-ERP-07")]),
        ({"inner_per_case": "5", "case_qty": "12"}, [("inner_per_case", "E-ERP-25")]),
        ({"inner_barcode": "269", "inner_per_case": "2"}, [("case_qty", "E-ERP-07")]),
        ({"barcode": "69", "case_barcode": "69", "case_qty": "12"}, [("case_barcode", "E-ERP-23")]),
    ],
)
def test_a_product_that_contradicts_itself_is_refused(cells, wanted):
    found = problems("products", ["sku_code", "name_zh", *cells], ["S1", "牛奶", *cells.values()])
    assert found == [(2, column, code) for column, code in wanted]


def test_an_invoice_without_title_is_refused_and_not_dropped():
    row = ["E1", "SF", "张", "1", "路1号", "1", "S1", "2", "12.50"]
    assert problems("orders", [*ORDER, "invoice_amount"], row) == [(2, "invoice_title", "E-ERP-07")]


def test_problems_are_listed_up_to_a_limit():
    rows = [["E1", "x" * 500, "0"]] * 200
    assert len(problems("cancels", ["erp_no", "reason", "version"], *rows)) == MOST_PROBLEMS
    notice = ["N1", "V1", "WH1", "", "1", "S1", "5", ""]
    assert len(problems("notices", NOTICE, *[notice] * 200)) == MOST_PROBLEMS
    assert len(problems("cancels", ["erp_no", *(f"x{i}" for i in range(100))], ["E1"] * 101)) == MOST_PROBLEMS


def test_every_reason_is_in_both_languages():
    assert all(zh and en and en.isascii() for zh, en in REASONS.values())
    assert Problem(None, "", "", "E-ERP-90", "why").reason[1] == "the document cannot be taken over: why"
    assert Problem(None, "", "", "no such code").reason == REASONS["E-ERP-90"]


def test_every_document_field_the_office_decides_has_a_column():
    made = {"lines", "barcodes", "receiver", "invoice", "only", "cleared"}
    for item in TYPES:
        fields = {column.field or column.name for column in item.columns}
        wanted = {part.name for part in dataclasses.fields(erp.DOC_TYPES[item.doc_type])} - made
        assert wanted <= fields
