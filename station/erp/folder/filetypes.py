"""The kinds of files the office may drop, and every column of them, documented in one place.

The file's name decides its kind: ``products…``, ``suppliers…``, ``notices…``, ``cancel_notices…``,
``orders…``, ``waybills…``, ``cancels…``. Notices and orders have one row a line, with the document's own
columns repeated. Columns that came later are never required: old files go on working.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from station.catalog.columns import ARTICLE
from station.catalog.columns import NEEDS as ARTICLE_NEEDS
from station.ground.spreadsheets.cells import code, flag, one_of, text
from station.ground.spreadsheets.columns import Column
from station.ground.spreadsheets.days import day, instant
from station.ground.spreadsheets.numbers import DAYS, money, number


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file: `key` is the column that tells documents apart, `lines` those of a line."""

    prefix: str
    doc_type: str
    key: str
    required: frozenset[str]
    columns: tuple[Column, ...]
    lines: tuple[Column, ...] = ()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Its own and those of its lines."""
        return self.columns + self.lines


# 48: with what is put around it, the key of its cancellation must fit into the outbox (80)
_ERP_NO = Column("erp_no", "订单号", "order number of the ERP", code(48), "SO-260304-00001")
_version = number(1, 2_147_483_647)
_days = number(0, 9999, DAYS)
_VERSION = Column(
    "version", "版本：大的替换小的", "version: a newer one replaces an older one", _version, "1"
)
_LINE = (
    Column(
        "line_key",
        "行号：回传时原样返回, 不写则按顺序编号",
        "line number, comes back with the confirmation; numbered in their order when left out",
        code(60),
        "1",
    ),
    Column("sku_code", "商品编码/货号", "our article number", code(40), "S0001"),
    Column("qty", "数量：单件数", "quantity in units", number(1), "12", "qty_each"),
    Column("price", "单价：元", "yuan of one unit", money, "12.50", "price_fen"),
)

PRODUCTS = (*ARTICLE, _VERSION)
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
_ANNOUNCED = (
    Column("lot", "批号：供应商预告", "lot as announced; what the dock reads counts", code(40), "L260101"),
    Column("produced_on", "生产日期", "production date as announced", day, "2026-01-01"),
    Column("expires_on", "到期日期/有效期至", "expiry date as announced", day, "2026-12-27"),
    Column(
        "sscc",
        "箱码/SSCC：18位, 几个用空格隔开",
        "SSCCs of its cartons, blanks between them",
        text(2000),
        "340123450000000017",
    ),
)
CANCEL_NOTICES = (
    Column("asn_no", "到货通知号", "number of the order or notice", code(40), "PO-260304-001"),
    _VERSION,
    Column("reason", "原因", "reason", text(200), "供应商缺货"),
)
_ROUTING = (
    Column("route_code", "三段码", "route code", text(40), "320-A08-017"),
    Column("sortation", "大头笔", "sortation name", text(40), "杭州"),
    Column("consolidation", "集包地", "consolidation place", text(60), "杭州转运中心"),
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
    Column("buyer_note", "买家留言", "buyer's note", text(400), "请放门口"),
    Column("seller_note", "卖家备注", "seller's note", text(400), ""),
    Column("min_left_days", "最少剩余天数", "shelf-life days that must be left on leaving", _days, "30"),
    *_ROUTING,
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
    *_ROUTING,
)
_GIFT = Column("is_gift", "赠品：是/否", "gift: yes or no", flag, "否")
_LINE_NEEDS = frozenset({"sku_code", "qty"})

FILES: dict[str, FileType] = {
    item.prefix: item
    for item in (
        FileType("products", "product", "sku_code", ARTICLE_NEEDS, PRODUCTS),
        FileType(
            "suppliers", "supplier", "supplier_code", frozenset({"supplier_code", "supplier_name"}), SUPPLIERS
        ),
        FileType(
            "notices",
            "notice",
            "asn_no",
            _LINE_NEEDS | {"asn_no", "supplier_code", "warehouse"},
            NOTICES,
            (*_LINE, *_ANNOUNCED),
        ),
        FileType("cancel_notices", "cancel_notice", "asn_no", frozenset({"asn_no"}), CANCEL_NOTICES),
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
            frozenset({"erp_no", "waybill_no"}),
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
        for column in item.all_columns
    ]
