"""How to use the API, in both languages: for the OpenAPI description and the page at the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.exchange import documents as erp

Pair = tuple[str, str]


def _read() -> dict[str, list[Pair]]:
    texts: dict[str, list[Pair]] = {}
    lines = Path(__file__).with_name("guide.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        part, zh, en = line.split("\t")
        texts.setdefault(part, []).append((zh, en))
    return texts


_TEXTS = _read()
ABOUT, RULES, WEBHOOK = _TEXTS["about"][0], _TEXTS["rule"], _TEXTS["webhook"]
"""(Chinese, English): what the API is for, how it is used, and what a receiver of webhooks must know."""

_ZONE = ZoneInfo("Asia/Shanghai")
_AT = datetime(2026, 5, 1, 1, 30, tzinfo=UTC)
_RECEIVER = erp.Receiver(name="张三丰", phone="13812345678", address="文三路100号", city="杭州市")

EXAMPLES: dict[str, Any] = {
    "product": erp.Product(
        code="S0001",
        name_zh="有机燕麦片",
        barcodes=(erp.ProductBarcode(code="6900000000014"),),
        case_qty=12,
        gross_g=1080,
        is_shelf_life=True,
        shelf_life_n=360,
    ),
    "supplier": erp.Supplier(code="V01", name="良品食业"),
    "notice": erp.NoticeDocument(
        asn_no="PO-1",
        supplier_code="V01",
        warehouse="WH1",
        expected_on=date(2026, 5, 2),
        lines=(erp.NoticeLine(line_key="1", sku_code="S0001", qty_each=24),),
    ),
    "cancel_notice": erp.CancelNotice(asn_no="PO-1", version=2, reason="供应商缺货"),
    "order": erp.OrderDocument(
        erp_no="SO-1",
        carrier_code="ZTO",
        receiver=_RECEIVER,
        paid_at=_AT,
        lines=(erp.OrderDocumentLine(line_key="1", sku_code="S0001", qty_each=2),),
    ),
    "cancel": erp.CancelOrder(erp_no="SO-1", version=2, reason="买家退款"),
    "carrier_label": erp.CarrierLabel(
        erp_no="SO-1", waybill_no="78123456789012", label_format="ZPL", label_data="XlhBXlhaCg=="
    ),
    "shipment_confirmation": erp.ShipmentConfirmation(
        event_key="SHIP-PC2605010001",
        erp_no="SO-1",
        order_no="DO2605010001",
        carrier_code="ZTO",
        waybill_no="78123456789012",
        shipped_at=_AT,
        weight_g=2180,
        operator="钱发货",
        lines=(
            erp.ShipmentConfirmationLine(
                line_key="1", sku_code="S0001", lot="L1", expires_on=date(2027, 4, 1), qty_each=2
            ),
        ),
    ),
}
"""One document of each kind that is pushed, and one confirmation."""


def example(doc_type: str) -> dict[str, Any]:
    """A document as it is sent, without what says nothing."""
    doc = EXAMPLES[doc_type]
    return {"version": 1} | _brief(erp.to_data(doc)) if doc_type in erp.INCOMING else erp.to_data(doc, _ZONE)


def _brief(value: Any) -> Any:
    """Data without empty fields."""
    if isinstance(value, list):
        return [_brief(item) for item in value]
    if not isinstance(value, dict):
        return value
    pairs = ((name, _brief(part)) for name, part in value.items())
    return {name: part for name, part in pairs if part not in ("", None, False, 0, {}, [])}
