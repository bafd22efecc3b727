"""A day with the platform: articles, a delivery, an order out, a cancellation; every message as recorded."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from station.erp import port
from station.erp.inward import validate
from station.exchange import documents as erp
from tests.station.erp.paging import read_all
from tests.station.erp.qimen.conftest import Connect, Hand
from tests.station.erp.qimen.server import NOON, Platform, recorded

AT = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)

RECEIPT = erp.ReceiptConfirmation(
    event_key="GR-RK1", grn_no="RK1", asn_no="CG20260501001", supplier_code="SUP-01", posted_at=AT,
    lines=(
        erp.ReceiptConfirmationLine(
            sku_code="TEA-001", line_key="10", lot="L2604 & <X>", produced_on=date(2026, 4, 1),
            expires_on=date(2027, 4, 1), qty_good=45, qty_rejected=3,
        ),
    ),
)  # fmt: skip
SHORTAGE = erp.OrderShortage(
    event_key="SHORT-DO1-1", erp_no="FH20260501001", order_no="DO1", at=AT, operator="李拣",
    lines=(erp.OrderShortageLine(line_key="1", sku_code="TEA-001", qty_ordered=2, qty_missing=1),),
)  # fmt: skip
SHIPMENT = erp.ShipmentConfirmation(
    event_key="SHIP-PC1", erp_no="FH20260501001", order_no="DO1", carrier_code="SF", waybill_no="SF1001",
    shipped_at=AT, weight_g=655, operator="李四",
    lines=tuple(
        erp.ShipmentConfirmationLine(
            line_key="1", sku_code="TEA-001", lot=lot, expires_on=day, qty_each=1, serials=numbers
        )
        for lot, day, numbers in (("L1", date(2027, 4, 1), ("N1",)), ("L2", None, ("N2",)))
    ),
)  # fmt: skip
STATE = erp.OrderStateDocument(
    event_key="ST-1-PICK", erp_no="FH20260501001", order_no="DO1", state="PICK", at=AT, operator="李四"
)
COUNTED = erp.StockAdjustment(
    event_key="ADJ-1", adjustment_no="AJ1", adjustment_type="COUNT", at=AT, operator="li", reason="盘点",
    lines=(
        erp.AdjustmentLine(sku_code="TEA-001", lot="L1", expires_on=None, status_from="GOOD", status_to="GOOD", delta_each=-2),
        erp.AdjustmentLine(sku_code="TEA-001", lot="L1", expires_on=None, status_from="GOOD", status_to="BOXDMG", delta_each=1),
    ),
)  # fmt: skip
LEVEL = erp.StockChange(
    event_key="SC-1", sku_code="TEA-001", seq=7, at=AT,
    lines=(erp.StockLevelLine(status="GOOD", qty_each=10, free_each=8),),
)  # fmt: skip
RETURNED = erp.ReturnResult(
    event_key="RT-1", return_no="TH1", erp_no="FH20260501001", at=AT, operator="li",
    lines=(
        erp.ReturnLine(line_key="1", sku_code="TEA-001", lot="L1", expires_on=None, grade="B", status="DEFECT", qty_each=1),
    ),
)  # fmt: skip


def bare(text: str) -> str:
    """XML without its head and the blanks between elements."""
    return re.sub(r">\s+<", "><", re.sub(r"^<\?xml[^>]*>", "", text.strip())).strip()


def test_a_day(platform: Platform, connect: Connect, hand: Hand) -> None:
    earlier = NOON - timedelta(hours=3)
    platform.change("items", "TEA-001", recorded("item"), earlier)
    platform.change("entry", "CG20260501001", recorded("entry_order"), earlier)
    platform.change("delivery", "FH20260501001", recorded("delivery_order"), earlier)
    connector = connect()
    found: dict[str, Any] = {}
    cursors: dict[str, Any] = {}
    for feed in connector.feeds():
        items, cursors[feed.name] = read_all(connector, feed.name)
        assert {one.doc_type for one in items} <= set(feed.doc_types)
        found |= {one.doc_no: one.doc for one in items}
    assert all(doc is not None and validate.problems(doc) == [] for doc in found.values())
    assert found["TEA-001"] == erp.Product(
        code="TEA-001", name_zh="西湖龙井 & 礼盒", name_en="Longjing tea", spec="红色;250g", unit="盒",
        barcodes=(erp.ProductBarcode(code="6901234567892"), erp.ProductBarcode(code="6901234567908")),
        case_qty=24, gross_g=256, is_lot=True, is_shelf_life=True, shelf_life_n=365, reject_days=240,
        lockup_days=60, advent_days=90, price_fen=12800, version=0,
    )  # fmt: skip
    assert found["CG20260501001"] == erp.NoticeDocument(
        asn_no="CG20260501001", supplier_code="SUP-01", supplier_name="康源食品", warehouse="MAIN", version=0,
        expected_on=date(2026, 5, 2),
        lines=(
            erp.NoticeLine(
                line_key="10", sku_code="TEA-001", qty_each=48, price_fen=6050, lot="L2604",
                produced_on=date(2026, 4, 1), expires_on=date(2027, 4, 1),
            ),
        ),
    )  # fmt: skip
    order = found["FH20260501001"]
    assert order.receiver == erp.Receiver(
        name="王小明", phone="13800000000", province="浙江省", city="杭州市", district="西湖区",
        address="文新街道 文一路 1 号 <2 单元>",
    )  # fmt: skip
    assert (order.carrier_code, order.platform_no, order.is_urgent, order.buyer_note) == (
        "SF",
        "TB998877",
        True,
        "快一点",
    )
    assert order.paid_at == datetime(2026, 5, 1, 1, 58, 30, tzinfo=UTC)
    assert order.invoice == erp.Invoice(title="某某公司", tax_no="9133", amount_fen=12800)
    assert order.lines == (
        erp.OrderDocumentLine(line_key="1", sku_code="TEA-001", qty_each=2, price_fen=6400),
    )

    for doc in (RECEIPT, STATE, SHORTAGE, SHIPMENT):
        assert connector.deliver(doc) == doc.event_key
    sent = {method.removeprefix("taobao.qimen."): bare(body) for method, body in platform.confirmed}
    for method in ("entryorder.confirm", "deliveryorder.confirm"):
        assert sent[method] == bare(recorded(method))
    assert "<processStatus>PICK</processStatus>" in sent["orderprocess.report"]
    for part in ("<deliveryOrderCode>FH20260501001<", "<planQty>2<", "<lackQty>1<", "<itemCode>TEA-001<"):
        assert part in sent["itemlack.report"]

    platform.now += timedelta(minutes=5)
    hand.at += 300
    platform.change("cancel", "FH20260501001", recorded("cancel"))
    items, _ = read_all(connector, "cancels", cursors["cancels"])
    assert [one.doc for one in items] == [
        erp.CancelOrder(erp_no="FH20260501001", version=0, reason="买家退款")
    ]
    stopped = recorded("delivery_order").replace("<orderType>", "<status>CANCELED</status><orderType>")
    platform.change("delivery", "FH20260501001", stopped)
    again = connector.order("FH20260501001")
    assert again is not None
    assert again.doc_type == "cancel"
    assert connector.order("FH-NONE") is None


@pytest.mark.parametrize(
    "doc", [RECEIPT, SHIPMENT, STATE, COUNTED, LEVEL, RETURNED], ids=lambda doc: doc.event_key
)
def test_delivered_twice_and_an_answer_lost_make_one_effect(
    platform: Platform, connect: Connect, doc: erp.StockChange
) -> None:
    connector = connect()
    connector.deliver(doc)
    ((method, _),) = platform.confirmed
    connector.deliver(doc)
    assert len(platform.confirmed) == 1

    platform.keys.clear()
    platform.confirmed.clear()
    platform.swallow.append(method)
    with pytest.raises(port.Down):
        connector.deliver(doc)
    connector.deliver(doc)
    assert len(platform.confirmed) == 1


def test_a_correction_tells_signed_quantities_by_kind(platform: Platform, connect: Connect) -> None:
    connect().deliver(COUNTED)
    ((method, body),) = platform.confirmed
    assert method == "taobao.qimen.inventory.report"
    pairs = re.findall(r"<inventoryType>(\w+)</inventoryType><quantity>(-?\d+)</quantity>", body)
    assert pairs == [("ZP", "-2"), ("ZP", "-1"), ("XS", "1")]
    assert "<adjustType>CHECK</adjustType>" in body


def test_the_probe_changes_nothing(platform: Platform, connect: Connect) -> None:
    platform.change("items", "TEA-001", recorded("item"))
    platform.change("delivery", "FH20260501001", recorded("delivery_order").replace(">SF<", ">ZTO<"))
    report = connect().probe()
    assert [type(doc).__name__ for doc in report.samples] == ["Product"]
    assert [(one.what, one.ok) for one in report.findings][1:] == [
        ("items", True), ("entry_orders", True), ("delivery_orders", None), ("cancels", True),
    ]  # fmt: skip
    assert platform.confirmed == []
