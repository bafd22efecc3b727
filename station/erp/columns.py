"""The columns of the office's files, documented in one place, and rows of them as documents.

The file's name decides its type: ``products…``, ``suppliers…``, ``notices…``, ``orders…``, ``cancels…``.
Notices and orders have one row a line, with the document's own columns repeated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from station.erp import documents as erp
from station.erp.reasons import MOST_PROBLEMS, BadCell, Problem
from station.erp.tables import (
    Parser,
    Row,
    barcode,
    code,
    day,
    flag,
    instant,
    money,
    note,
    number,
    one_of,
    pattern,
    text,
)

__all__ = ["FILES", "Column", "FileType", "Parsed", "Problem", "describe", "parse", "template", "type_of"]


@dataclass(frozen=True, slots=True)
class Column:
    """One documented column.

    `zh` is its header in Chinese, other accepted headers behind ``/``, what it means behind ``：``.
    `field` is where the document keeps it when that has another name.
    """

    name: str
    zh: str
    en: str
    parse: Parser
    example: str
    field: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which the column is known."""
        return (self.name, *self.zh.partition("：")[0].split("/"))


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file: `key` is the column that tells documents apart, `lines` those of a line."""

    prefix: str
    doc_type: str
    key: str
    required: frozenset[str]
    columns: tuple[Column, ...]
    lines: tuple[Column, ...] = ()


# 48: with what is put around it, the key of its cancellation must fit into the outbox (80)
_ERP_NO = Column("erp_no", "订单号", "order number of the ERP", code(48), "SO-260304-00001")
_version = number(1, 2_147_483_647)
_days = number(0, 9999)
_VERSION = Column(
    "version", "版本：大的替换小的", "version: a newer one replaces an older one", _version, "1"
)
_LINE = (
    Column(
        "line_key", "行号：回传时原样返回", "line number, comes back with the confirmation", code(60), "1"
    ),
    Column("sku_code", "商品编码/货号", "our article number", code(40), "S0001"),
    Column("qty", "数量：单件数", "quantity in units", number(1), "12", "qty_each"),
    Column("price", "单价：元", "yuan of one unit", money, "12.50", "price_fen"),
)

PRODUCTS = (
    Column("sku_code", "商品编码/货号", "our article number", code(40), "S0001", "code"),
    Column("name_zh", "中文名/商品名称", "name in Chinese", text(200), "有机燕麦片"),
    Column("name_en", "英文名", "name in English", text(200), "Organic oats"),
    Column("spec", "规格", "size, colour", text(100), "1kg"),
    Column("unit", "单位", "name of one unit", text(20), "件"),
    Column("barcode", "条码/商品条码", "barcode of one unit", barcode, "6900000000014"),
    Column("inner_barcode", "内包条码", "barcode of an inner pack", barcode, "26900000000018"),
    Column("case_barcode", "箱码", "barcode of a case", barcode, "16900000000011"),
    Column("inner_per_case", "每箱内包数：0 为没有", "inner packs in a case, 0 none", _days, "2"),
    Column("case_qty", "箱规：每箱单件数", "units in a case", number(1), "12"),
    Column("gross_g", "毛重克：单件, 整克", "whole grams of one unit", number(0, 1_000_000), "1080"),
    Column("is_valuable", "贵重：是/否", "valuable: yes or no", flag, "否"),
    Column("is_serial", "序列号管理：是/否", "has serial numbers: yes or no", flag, "否"),
    Column("is_lot", "批次管理：是/否", "has lot numbers: yes or no", flag, "是"),
    Column("lot_regex", "批号格式：正则表达式", "regular expression of its lots", pattern, "L[0-9]{6}"),
    Column("is_shelf_life", "效期管理：是则必填保质期", "dated: then shelf_life_n is needed", flag, "是"),
    Column("shelf_life_n", "保质期：天数或月数", "shelf life in days or months", number(1, 9999), "360"),
    Column("shelf_life_unit", "保质期单位：D 天, M 月", "D days, M months", one_of("D", "M"), "D"),
    Column("reject_days", "禁收天数：剩余少于此不收", "days that must be left to receive", _days, "240"),
    Column("lockup_days", "禁售天数：剩余少于此不发", "days that must be left to ship", _days, "60"),
    Column("advent_days", "临期天数：剩余少于此预警", "days left when near expiry", _days, "90"),
    Column("abc", "ABC：周转分类", "turnover class A, B or C", one_of("A", "B", "C"), "B"),
    Column(
        "item_type",
        "类型：NORMAL 正品, GIFT 赠品, PACKAGING 包材",
        "NORMAL, GIFT or PACKAGING",
        one_of("NORMAL", "GIFT", "PACKAGING"),
        "NORMAL",
    ),
    Column("price", "价格：元", "yuan of one unit", money, "9.90", "price_fen"),
    _VERSION,
)
SUPPLIERS = (
    Column("supplier_code", "供应商编码", "supplier number", code(40), "V01", "code"),
    Column("supplier_name", "供应商/供应商名称", "supplier's name", text(120), "良品食业", "name"),
    _VERSION,
)
NOTICES = (
    Column("asn_no", "到货通知号", "number of the order or notice", code(40), "PO-260304-001"),
    Column("supplier_code", "供应商编码", "supplier number", code(40), "V01"),
    Column("supplier_name", "供应商/供应商名称", "supplier's name", text(120), "良品食业"),
    Column("warehouse", "仓库：仓库编码", "warehouse code", code(20), "WH1"),
    Column("expected_on", "预计到货日", "expected date", day, "2026-03-04"),
    _VERSION,
)
ORDERS = (
    _ERP_NO,
    _VERSION,
    Column(
        "order_type",
        "订单类型：JYCK 销售, BFCK 补发, HHCK 换货, QTCK 其他",
        "JYCK sale, BFCK reship, HHCK exchange, QTCK other",
        one_of("JYCK", "BFCK", "HHCK", "QTCK"),
        "JYCK",
    ),
    Column("shop", "店铺", "shop", text(80), "良仓旗舰店"),
    Column("platform_no", "平台单号", "number at the platform", code(60), "TB0000000001"),
    Column("carrier_code", "快递：快递编码", "carrier code", code(20), "SF"),
    Column("is_paid", "已付款：是/否, 默认是", "paid: yes or no, yes if left out", flag, "是"),
    Column("is_urgent", "加急：是/否", "urgent: yes or no", flag, "否"),
    Column("paid_at", "付款时间", "paid at", instant, "2026-03-04 09:30"),
    Column("latest_ship_at", "最晚发货", "latest shipping time", instant, "2026-03-05 18:00"),
    Column("receiver_name", "收件人", "receiver", text(80), "张三丰", "receiver.name"),
    Column("receiver_phone", "电话", "phone", code(40), "13800000000", "receiver.phone"),
    Column("province", "省", "province", text(40), "浙江省", "receiver.province"),
    Column("city", "市", "city", text(40), "杭州市", "receiver.city"),
    Column("district", "区", "district", text(40), "西湖区", "receiver.district"),
    Column("address", "地址", "address", text(200), "文三路100号502室", "receiver.address"),
    Column("buyer_note", "买家留言", "buyer's note", note(400), "请放门口"),
    Column("seller_note", "卖家备注", "seller's note", note(400), ""),
    Column("min_left_days", "最少剩余天数", "shelf-life days that must be left on leaving", _days, "30"),
    Column("wants_invoice", "开票：是/否", "invoice wanted: yes or no", flag, "是"),
    Column("invoice_title", "发票抬头", "invoice title", text(100), "某某科技有限公司", "invoice.title"),
    Column("invoice_tax_no", "税号", "tax number", code(40), "91330100MA2XXXXX0X", "invoice.tax_no"),
    Column("invoice_no", "发票号", "invoice number", code(40), "26332000000000000001", "invoice.number"),
    Column("invoice_date", "开票日期", "invoice date", day, "2026-03-04", "invoice.issued_on"),
    Column("invoice_amount", "价税合计：元", "invoice total in yuan", money, "150.00", "invoice.amount_fen"),
)
CANCELS = (
    _ERP_NO,
    _VERSION,
    Column("reason", "原因", "reason", text(200), "买家退款"),
)
LABELS = (
    _ERP_NO,
    _VERSION,
    Column("waybill_no", "运单号", "the carrier's number", code(30), "YT0000000000001"),
    Column(
        "label_format",
        "面单格式：ZPL, TSPL, PDF, PNG",
        "ZPL, TSPL, PDF or PNG",
        one_of("ZPL", "TSPL", "PDF", "PNG"),
        "ZPL",
    ),
    Column(
        "label_base64",
        "面单文件：base64",
        "the label's file in base64",
        text(1_400_000),
        "XlhBXkZEeF5GU15YWg==",
        "label_data",
    ),
    Column("label_dpi", "面单分辨率：203 或 300", "dots per inch: 203 or 300", number(203, 300), "203"),
    Column("route_code", "三段码", "route code", text(40), "320-A08-017"),
    Column("sortation", "大头笔", "sortation name", text(40), "杭州"),
)
_GIFT = Column("is_gift", "赠品：是/否", "gift: yes or no", flag, "否")
_LINE_NEEDS = frozenset({"line_key", "sku_code", "qty"})

FILES: dict[str, FileType] = {
    item.prefix: item
    for item in (
        FileType("products", "product", "sku_code", frozenset({"sku_code", "name_zh"}), PRODUCTS),
        FileType(
            "suppliers", "supplier", "supplier_code", frozenset({"supplier_code", "supplier_name"}), SUPPLIERS
        ),
        FileType(
            "notices",
            "notice",
            "asn_no",
            _LINE_NEEDS | {"asn_no", "supplier_code", "warehouse"},
            NOTICES,
            _LINE,
        ),
        FileType(
            "orders",
            "order",
            "erp_no",
            _LINE_NEEDS | {"erp_no", "carrier_code", "receiver_name", "receiver_phone", "address"},
            ORDERS,
            (*_LINE, _GIFT),
        ),
        FileType(
            "waybills",
            "carrier_label",
            "erp_no",
            frozenset({"erp_no", "waybill_no", "label_format", "label_base64"}),
            LABELS,
        ),
        FileType("cancels", "cancel", "erp_no", frozenset({"erp_no"}), CANCELS),
    )
}
"""File name prefix → its type, in the order of taking over."""


def type_of(name: str) -> FileType | None:
    """The type a file's name stands for."""
    return next((item for prefix, item in FILES.items() if name.lower().startswith(prefix)), None)


def describe() -> list[dict[str, Any]]:
    """Every column of every file in order, ready for a page or a table in the README."""
    return [
        {
            "file": item.prefix,
            "doc_type": item.doc_type,
            "column": column.name,
            "zh": column.zh,
            "en": column.en,
            "is_required": column.name in item.required,
            "example": column.example,
        }
        for item in FILES.values()
        for column in item.columns + item.lines
    ]


def template(doc_type: str) -> str:
    """A CSV with the header and one example row; write it as ``utf-8-sig``, so that Excel reads it."""
    item = next(item for item in FILES.values() if item.doc_type == doc_type)
    columns = item.columns + item.lines
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[column.name for column in columns], [column.example for column in columns]])
    return out.getvalue()


# --- rows to documents -------------------------------------------------------------------------

Values = dict[str, Any]


@dataclass(slots=True)
class Parsed:
    """What a file says: all of its documents with the row each begins in, or what is wrong with it."""

    documents: tuple[Any, ...] = ()
    rows: tuple[int, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def parse(item: FileType, header: Sequence[str], rows: Sequence[Row], zone: ZoneInfo) -> Parsed:
    """The documents of a file, or the first problems found."""
    found = Parsed()
    columns = _columns(item, header, found.problems)
    values: list[tuple[int, Values]] = []
    for row in rows if not found.problems else ():
        if len(found.problems) >= MOST_PROBLEMS:
            break
        values.append((row.number, _row(item, row, columns, zone, found.problems)))
    groups = {} if found.problems else _grouped(item, values, found.problems)
    del found.problems[MOST_PROBLEMS:]
    if not found.problems:
        found.documents = tuple(_document(item, group) for group in groups.values())
        found.rows = tuple(group[0][0] for group in groups.values())
    return found


def _columns(item: FileType, header: Sequence[str], problems: list[Problem]) -> dict[str, Column]:
    """Header cell → its column; a header may be English or Chinese."""
    known = {name: column for column in item.columns + item.lines for name in column.headers}
    found: dict[str, Column] = {}
    for cell in header:
        if cell not in known:
            problems.append(Problem(1, cell, cell, "E-ERP-04"))
        elif known[cell] in found.values():
            problems.append(Problem(1, known[cell].name, cell, "E-ERP-21"))
        else:
            found[cell] = known[cell]
    missing = item.required - {column.name for column in found.values()}
    problems += [Problem(1, name, "", "E-ERP-05") for name in sorted(missing)]
    return found


def _row(
    item: FileType, row: Row, columns: Mapping[str, Column], zone: ZoneInfo, problems: list[Problem]
) -> Values:
    values: Values = {}
    before = len(problems)
    for cell, column in columns.items():
        shown = row.cells[cell]
        if not shown:
            if column.name in item.required:
                problems.append(Problem(row.number, column.name, "", "E-ERP-07"))
            continue
        try:
            values[column.name] = column.parse(shown, zone)
        except BadCell as error:
            problems.append(Problem(row.number, column.name, shown[:60], error.code, error.detail))
    if len(problems) == before and item.prefix in _CONTRADICTIONS:
        found = _CONTRADICTIONS[item.prefix](values)
        problems += [Problem(row.number, name, str(values.get(name, "")), why) for name, why in found]
    return values


def _in_product(values: Values) -> Iterator[tuple[str, str]]:
    if values.get("is_shelf_life") and "shelf_life_n" not in values:
        yield "shelf_life_n", "E-ERP-07"
    inner, case_qty = values.get("inner_per_case", 0), values.get("case_qty", 1)
    if "case_barcode" in values and "case_qty" not in values:
        yield "case_qty", "E-ERP-07"
    if "inner_barcode" in values and not inner:
        yield "inner_per_case", "E-ERP-07"
    if inner and case_qty % inner:
        yield "inner_per_case", "E-ERP-25"
    codes = [(name, values[name]) for name, _ in _LEVELS if name in values]
    yield from ((name, "E-ERP-23") for i, (name, own) in enumerate(codes) if own in dict(codes[:i]).values())


def _in_order(values: Values) -> Iterator[tuple[str, str]]:
    if "invoice_title" not in values and any(name.startswith("invoice_") for name in values):
        yield "invoice_title", "E-ERP-07"


_CONTRADICTIONS = {"products": _in_product, "orders": _in_order}
_LEVELS = (("barcode", "EACH"), ("inner_barcode", "INNER"), ("case_barcode", "CASE"))
Group = list[tuple[int, Values]]


def _grouped(item: FileType, rows: Group, problems: list[Problem]) -> dict[str, Group]:
    """The rows of each document: its own columns must agree, its line keys differ."""
    groups: dict[str, Group] = {}
    keys: set[tuple[str, str]] = set()
    for at, values in rows:
        if len(problems) >= MOST_PROBLEMS:
            break
        doc_no = values[item.key]
        if doc_no not in groups:
            groups[doc_no] = []
        elif not item.lines:
            problems.append(Problem(at, item.key, doc_no, "E-ERP-22"))
        else:
            first = groups[doc_no][0][1]
            for column in item.columns:
                if values.get(column.name) != first.get(column.name):
                    shown = str(values.get(column.name, ""))[:60]
                    problems.append(Problem(at, column.name, shown, "E-ERP-18", doc_no))
        if item.lines and (doc_no, values["line_key"]) in keys:
            problems.append(Problem(at, "line_key", values["line_key"], "E-ERP-17", doc_no))
        keys.add((doc_no, values.get("line_key", "")))
        groups[doc_no].append((at, values))
    return groups


_PARTS: dict[str, type[Any]] = {"receiver": erp.Receiver, "invoice": erp.Invoice}
_LINES: dict[str, Callable[..., Any]] = {"notice": erp.NoticeLine, "order": erp.OrderLine}


def _document(item: FileType, group: Group) -> Any:
    values = group[0][1]
    fields = _fields(item.columns, values)
    if item.doc_type == "product":
        fields["barcodes"] = _barcodes(values)
        fields = {name: value for name, value in fields.items() if name not in dict(_LEVELS)}
    if item.lines:
        make = _LINES[item.doc_type]
        fields["lines"] = tuple(make(**_fields(item.lines, line)) for _, line in group)
    return erp.DOC_TYPES[item.doc_type](**fields)


def _fields(columns: Sequence[Column], values: Values) -> Values:
    """The values under the names of the document's fields, those of its parts put together."""
    fields: Values = {}
    parts: dict[str, Values] = {}
    for column in columns:
        if column.name in values:
            part, _, name = (column.field or column.name).rpartition(".")
            (parts.setdefault(part, {}) if part else fields)[name] = values[column.name]
    return fields | {part: _PARTS[part](**found) for part, found in parts.items()}


def _barcodes(values: Values) -> tuple[erp.ProductBarcode, ...]:
    case_qty, inner = values.get("case_qty", 1), values.get("inner_per_case", 0)
    qty = {"EACH": 1, "INNER": case_qty // (inner or 1), "CASE": case_qty}
    return tuple(
        erp.ProductBarcode(code=values[name], level=level, qty=qty[level])
        for name, level in _LEVELS
        if name in values
    )
