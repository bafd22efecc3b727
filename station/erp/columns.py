"""The columns of the office's files, documented and parsed in one place.

The file's name decides its type: ``products…``, ``suppliers…``, ``notices…``, ``orders…``, ``cancels…``.
Notices and orders have one row a line, with the document's own columns repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from station.erp import documents as erp
from station.erp.tables import Row

MAX_QTY = 9_999_999


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason a file is refused."""

    row: int | None
    column: str
    value: str
    code: str
    detail: str = ""


class BadCell(Exception):
    """A cell that cannot be read; the code is one of `reasons.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Parser = Callable[[str, ZoneInfo], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One documented column."""

    name: str
    zh: str
    en: str
    parse: Parser
    is_required: bool = False
    is_head: bool = False


# --- parsers of one cell -----------------------------------------------------------------------


def _text(limit: int) -> Parser:
    def parse(value: str, _zone: ZoneInfo) -> str:
        if len(value) > limit:
            raise BadCell("E-ERP-13")
        if not value.isprintable():
            raise BadCell("E-ERP-14")
        return value

    return parse


def _barcode(value: str, zone: ZoneInfo) -> str:
    if re.fullmatch(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", value):
        raise BadCell("E-ERP-16")
    return str(_text(80)(value, zone))


def _number(low: int, high: int = MAX_QTY) -> Parser:
    def parse(value: str, _zone: ZoneInfo) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", value):
            raise BadCell("E-ERP-08")
        if not low <= int(value) <= high:
            raise BadCell("E-ERP-09")
        return int(value)

    return parse


def _day(value: str, _zone: ZoneInfo) -> date:
    match = re.fullmatch(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})", value.split(" ")[0])
    try:
        if match is None:
            raise BadCell("E-ERP-10")
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadCell("E-ERP-10") from None


def _instant(value: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(value.replace("/", "-"))
    except ValueError:
        raise BadCell("E-ERP-11") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


_YES = {"1", "是", "y", "yes", "true"}
_NO = {"0", "否", "n", "no", "false"}


def _flag(value: str, _zone: ZoneInfo) -> bool:
    if value.lower() in _YES | _NO:
        return value.lower() in _YES
    raise BadCell("E-ERP-12")


def _money(value: str, _zone: ZoneInfo) -> int:
    try:
        fen = Decimal(value) * 100
    except InvalidOperation:
        raise BadCell("E-ERP-15") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= 10**12:
        raise BadCell("E-ERP-15")
    return int(fen)


def _one_of(*words: str) -> Parser:
    def parse(value: str, _zone: ZoneInfo) -> str:
        if value.upper() not in words:
            raise BadCell("E-ERP-20")
        return value.upper()

    return parse


# --- the files ---------------------------------------------------------------------------------

_VERSION = Column("version", "版本", "version, a newer one replaces", _number(1), is_head=True)

PRODUCTS = (
    Column("sku_code", "商品编码", "our article number", _text(40), is_required=True),
    Column("name_zh", "中文名", "name in Chinese", _text(200), is_required=True),
    Column("name_en", "英文名", "name in English", _text(200)),
    Column("spec", "规格", "size, colour", _text(100)),
    Column("unit", "单位", "unit", _text(20)),
    Column("barcode", "条码", "barcode of one unit", _barcode),
    Column("inner_barcode", "内包条码", "barcode of an inner pack", _barcode),
    Column("case_barcode", "箱码", "barcode of a case", _barcode),
    Column("inner_per_case", "每箱内包数", "inner packs in a case, 0 none", _number(0, 9999)),
    Column("case_qty", "箱规", "units in a case", _number(1, 9999)),
    Column("gross_g", "毛重克", "grams of one unit", _number(0, 1_000_000)),
    Column("is_valuable", "贵重", "valuable", _flag),
    Column("is_serial", "序列号管理", "has serial numbers", _flag),
    Column("is_lot", "批次管理", "has lot numbers", _flag),
    Column("lot_regex", "批号格式", "pattern of its lot numbers", _text(100)),
    Column("is_shelf_life", "效期管理", "has a shelf life", _flag),
    Column("shelf_life_n", "保质期", "shelf life", _number(1, 9999)),
    Column("shelf_life_unit", "保质期单位", "D days, M months", _one_of("D", "M")),
    Column("reject_days", "禁收天数", "days that must be left to receive", _number(0, 9999)),
    Column("lockup_days", "禁售天数", "days that must be left to sell", _number(0, 9999)),
    Column("advent_days", "临期天数", "days left when near expiry", _number(0, 9999)),
    Column("abc", "ABC", "A, B or C", _one_of("A", "B", "C")),
    Column("item_type", "类型", "NORMAL, GIFT or PACKAGING", _one_of("NORMAL", "GIFT", "PACKAGING")),
    Column("price", "价格", "price, e.g. 12.50", _money),
    _VERSION,
)
SUPPLIERS = (
    Column("supplier_code", "供应商编码", "supplier number", _text(40), is_required=True),
    Column("supplier_name", "供应商", "supplier's name", _text(120), is_required=True),
    _VERSION,
)
NOTICES = (
    Column("asn_no", "到货通知号", "number of the order or notice", _text(40), is_required=True, is_head=True),
    Column("supplier_code", "供应商编码", "supplier number", _text(40), is_required=True, is_head=True),
    Column("supplier_name", "供应商", "supplier's name", _text(120), is_head=True),
    Column("warehouse", "仓库", "warehouse code", _text(20), is_required=True, is_head=True),
    Column("expected_on", "预计到货日", "expected date", _day, is_head=True),
    _VERSION,
    Column("line_key", "行号", "line number", _text(60), is_required=True),
    Column("sku_code", "商品编码", "our article number", _text(40), is_required=True),
    Column("qty", "数量", "quantity in units", _number(1), is_required=True),
    Column("price", "单价", "price, e.g. 12.50", _money),
)
ORDERS = (
    Column("erp_no", "订单号", "order number of the ERP", _text(60), is_required=True, is_head=True),
    _VERSION,
    Column("order_type", "订单类型", "JYCK, BFCK, HHCK or QTCK", _one_of("JYCK", "BFCK", "HHCK", "QTCK"), is_head=True),
    Column("shop", "店铺", "shop", _text(80), is_head=True),
    Column("platform_no", "平台单号", "number at the platform", _text(60), is_head=True),
    Column("carrier_code", "快递", "carrier code", _text(20), is_required=True, is_head=True),
    Column("is_paid", "已付款", "paid", _flag, is_head=True),
    Column("is_urgent", "加急", "urgent", _flag, is_head=True),
    Column("paid_at", "付款时间", "paid at", _instant, is_head=True),
    Column("latest_ship_at", "最晚发货", "latest shipping time", _instant, is_head=True),
    Column("receiver_name", "收件人", "receiver", _text(80), is_required=True, is_head=True),
    Column("receiver_phone", "电话", "phone", _text(40), is_required=True, is_head=True),
    Column("province", "省", "province", _text(40), is_head=True),
    Column("city", "市", "city", _text(40), is_head=True),
    Column("district", "区", "district", _text(40), is_head=True),
    Column("address", "地址", "address", _text(200), is_required=True, is_head=True),
    Column("buyer_note", "买家留言", "buyer's note", _text(400), is_head=True),
    Column("seller_note", "卖家备注", "seller's note", _text(400), is_head=True),
    Column("min_left_days", "最少剩余天数", "shelf-life days the customer wants", _number(0, 9999), is_head=True),
    Column("wants_invoice", "开票", "invoice wanted", _flag, is_head=True),
    Column("invoice_title", "发票抬头", "invoice title", _text(100), is_head=True),
    Column("invoice_tax_no", "税号", "tax number", _text(40), is_head=True),
    Column("invoice_no", "发票号", "invoice number", _text(40), is_head=True),
    Column("invoice_date", "开票日期", "invoice date", _day, is_head=True),
    Column("invoice_amount", "价税合计", "invoice total", _money, is_head=True),
    Column("line_key", "行号", "line number", _text(60), is_required=True),
    Column("sku_code", "商品编码", "our article number", _text(40), is_required=True),
    Column("qty", "数量", "quantity in units", _number(1), is_required=True),
    Column("is_gift", "赠品", "gift", _flag),
    Column("price", "单价", "price, e.g. 12.50", _money),
)
CANCELS = (
    Column("erp_no", "订单号", "order number of the ERP", _text(60), is_required=True),
    _VERSION,
    Column("reason", "原因", "reason", _text(200)),
)
FILES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "products": ("product", PRODUCTS),
    "suppliers": ("supplier", SUPPLIERS),
    "notices": ("notice", NOTICES),
    "orders": ("order", ORDERS),
    "cancels": ("cancel", CANCELS),
}
"""File name prefix → (document type, its columns); the order is the order of taking over."""


# --- rows to documents -------------------------------------------------------------------------


def parse(prefix: str, header: Sequence[str], rows: Sequence[Row], zone: ZoneInfo) -> tuple[tuple[Any, ...], list[Problem]]:
    """The documents of a file, or every problem found (up to 50)."""
    columns = {column.name: column for column in FILES[prefix][1]}
    names = _names(header, columns)
    problems = [Problem(1, cell, cell, "E-ERP-04") for cell in header if cell not in names]
    present = set(names.values())
    problems += [
        Problem(1, name, "", "E-ERP-05") for name, column in columns.items() if column.is_required and name not in present
    ]
    if problems:
        return (), problems[:50]
    parsed = [_row(row, names, columns, zone, problems) for row in rows]
    if problems:
        return (), problems[:50]
    made = _BUILD[prefix]([(row.number, values) for row, values in zip(rows, parsed, strict=True)], columns, problems)
    return (() if problems else tuple(made)), problems[:50]


def _names(header: Sequence[str], columns: dict[str, Column]) -> dict[str, str]:
    """Header cell → column name, by English name or Chinese alias."""
    aliases = {column.zh: column.name for column in columns.values()} | {name: name for name in columns}
    return {cell: aliases[cell] for cell in header if cell in aliases}


def _row(row: Row, names: dict[str, str], columns: dict[str, Column], zone: ZoneInfo, problems: list[Problem]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for cell, name in names.items():
        text = row.cells[cell]
        column = columns[name]
        if not text:
            if column.is_required:
                problems.append(Problem(row.number, name, "", "E-ERP-07"))
            continue
        try:
            values[name] = column.parse(text, zone)
        except BadCell as error:
            problems.append(Problem(row.number, name, text[:60], error.code))
    return values


Numbered = tuple[int, dict[str, Any]]


def _products(rows: Sequence[Numbered], _columns: dict[str, Column], _problems: list[Problem]) -> list[Any]:
    found = []
    for _number_, values in rows:
        case_qty, inner = values.get("case_qty", 1), values.get("inner_per_case", 0)
        levels = (("barcode", "EACH", 1), ("inner_barcode", "INNER", case_qty // inner if inner else 1), ("case_barcode", "CASE", case_qty))
        barcodes = tuple(
            erp.ProductBarcode(code=values.pop(name), level=level, qty=qty) for name, level, qty in levels if name in values
        )
        if "price" in values:
            values["price_fen"] = values.pop("price")
        found.append(erp.Product(code=values.pop("sku_code"), barcodes=barcodes, **values))
    return found


def _suppliers(rows: Sequence[Numbered], _columns: dict[str, Column], _problems: list[Problem]) -> list[Any]:
    return [
        erp.Supplier(code=values["supplier_code"], name=values["supplier_name"], version=values.get("version", 1))
        for _n, values in rows
    ]


def _cancels(rows: Sequence[Numbered], _columns: dict[str, Column], _problems: list[Problem]) -> list[Any]:
    return [erp.CancelOrder(**values) for _n, values in rows]


def _grouped(
    rows: Sequence[Numbered], key: str, columns: dict[str, Column], problems: list[Problem]
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Rows of the same document together; its own columns must agree, its line keys differ."""
    heads: dict[str, dict[str, Any]] = {}
    lines: dict[str, list[dict[str, Any]]] = {}
    for number, values in rows:
        head = {name: value for name, value in values.items() if columns[name].is_head}
        line = {name: value for name, value in values.items() if not columns[name].is_head}
        doc_no = head[key]
        if heads.setdefault(doc_no, head) != head:
            problems.append(Problem(number, key, doc_no, "E-ERP-18"))
        if line["line_key"] in {other["line_key"] for other in lines.setdefault(doc_no, [])}:
            problems.append(Problem(number, "line_key", line["line_key"], "E-ERP-17"))
        lines[doc_no].append(line)
    return [(head, lines[doc_no]) for doc_no, head in heads.items()]


def _notices(rows: Sequence[Numbered], columns: dict[str, Column], problems: list[Problem]) -> list[Any]:
    return [
        erp.InboundNotice(
            **head,
            lines=tuple(
                erp.NoticeLine(
                    line_key=line["line_key"], sku_code=line["sku_code"], qty_each=line["qty"], price_fen=line.get("price")
                )
                for line in lines
            ),
        )
        for head, lines in _grouped(rows, "asn_no", columns, problems)
    ]


def _orders(rows: Sequence[Numbered], columns: dict[str, Column], problems: list[Problem]) -> list[Any]:
    return [_order(dict(head), lines) for head, lines in _grouped(rows, "erp_no", columns, problems)]


def _order(head: dict[str, Any], lines: list[dict[str, Any]]) -> erp.DeliveryOrder:
    receiver = erp.Receiver(
        name=head.pop("receiver_name"), phone=head.pop("receiver_phone"), address=head.pop("address"),
        province=head.pop("province", ""), city=head.pop("city", ""), district=head.pop("district", ""),
    )
    bill = {name: head.pop(f"invoice_{name}", None) for name in ("title", "tax_no", "no", "date", "amount")}
    invoice = (
        erp.Invoice(
            title=bill["title"], tax_no=bill["tax_no"] or "", number=bill["no"] or "",
            issued_on=bill["date"], amount_fen=bill["amount"] or 0,
        )
        if bill["title"]
        else None
    )
    return erp.DeliveryOrder(
        **head,
        receiver=receiver,
        invoice=invoice,
        lines=tuple(
            erp.OrderLine(
                line_key=line["line_key"], sku_code=line["sku_code"], qty_each=line["qty"],
                is_gift=line.get("is_gift", False), price_fen=line.get("price"),
            )
            for line in lines
        ),
    )


_BUILD: dict[str, Callable[[Sequence[Numbered], dict[str, Column], list[Problem]], list[Any]]] = {
    "products": _products,
    "suppliers": _suppliers,
    "notices": _notices,
    "orders": _orders,
    "cancels": _cancels,
}
