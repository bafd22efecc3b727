"""The ERP's files of the demo's morning, written as an office would export them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station.clock import Clock
from station.exchange import documents as erp
from station.practice.demo import goods, world
from station.settings import Settings


def write_morning(settings: Settings, clock: Clock, *, orders: int, seed: int, skus: int) -> None:
    """Products, notices and orders in the inbox; enough goods for every order that can be shipped."""
    articles = goods.products(skus)
    wanted = goods.orders(articles, orders, seed, clock.now(), [carrier[0] for carrier in world.CARRIERS])
    notices = goods.notices(articles, goods.demand(wanted), settings.warehouse_code, clock.today())
    write_documents(settings, articles, notices, wanted)


def write_documents(
    settings: Settings,
    articles: Sequence[erp.Product],
    notices: Sequence[erp.NoticeDocument],
    wanted: Sequence[erp.OrderDocument],
) -> None:
    """The office exports its documents into the station's inbox."""
    inbox = settings.data / "erp" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    _write(inbox / "products-demo.csv", [_product(item) for item in articles])
    _write(inbox / "notices-demo.csv", [row for notice in notices for row in _notice(notice)])
    if wanted:
        _write(inbox / "orders-demo.csv", [row for order in wanted for row in _order(order)])


def write_cancel(settings: Settings, erp_no: str) -> None:
    """The office cancels one order: a file of its own in the inbox."""
    _write(
        settings.data / "erp" / "inbox" / f"cancels-{erp_no}.csv", [{"erp_no": erp_no, "reason": "买家退款"}]
    )


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(path)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


def _product(item: erp.Product) -> dict[str, Any]:
    codes = {code.level: code.code for code in item.barcodes}
    return {
        "sku_code": item.code,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "spec": item.spec,
        "barcode": codes.get("EACH", ""),
        "case_barcode": codes.get("CASE", ""),
        "inner_per_case": item.inner_per_case,
        "case_qty": item.case_qty,
        "gross_g": item.gross_g,
        "is_valuable": "是" if item.is_valuable else "否",
        "is_lot": "是" if item.is_lot else "否",
        "is_shelf_life": "是" if item.is_shelf_life else "否",
        "shelf_life_n": item.shelf_life_n or "",
        "price": _yuan(item.price_fen),
    }


def _notice(notice: erp.NoticeDocument) -> list[dict[str, Any]]:
    return [
        {
            "asn_no": notice.asn_no,
            "supplier_code": notice.supplier_code,
            "supplier_name": notice.supplier_name,
            "warehouse": notice.warehouse,
            "expected_on": notice.expected_on,
            "line_key": line.line_key,
            "sku_code": line.sku_code,
            "qty": line.qty_each,
            "price": _yuan(line.price_fen),
        }
        for line in notice.lines
    ]


def _order(order: erp.OrderDocument) -> list[dict[str, Any]]:
    who, bill = order.receiver, order.invoice
    return [
        {
            "erp_no": order.erp_no,
            "shop": order.shop,
            "platform_no": order.platform_no,
            "carrier_code": order.carrier_code,
            "is_paid": "是" if order.is_paid else "否",
            "paid_at": order.paid_at.isoformat() if order.paid_at else "",
            "latest_ship_at": order.latest_ship_at.isoformat() if order.latest_ship_at else "",
            "receiver_name": who.name,
            "receiver_phone": who.phone,
            "province": who.province,
            "city": who.city,
            "district": who.district,
            "address": who.address,
            "buyer_note": order.buyer_note,
            "seller_note": order.seller_note,
            "wants_invoice": "是" if order.wants_invoice else "否",
            "invoice_title": bill.title if bill else "",
            "invoice_tax_no": bill.tax_no if bill else "",
            "invoice_no": bill.number if bill else "",
            "invoice_date": bill.issued_on if bill else "",
            "invoice_amount": _yuan(bill.amount_fen) if bill else "",
            "line_key": line.line_key,
            "sku_code": line.sku_code,
            "qty": line.qty_each,
            "price": _yuan(line.price_fen),
        }
        for line in order.lines
    ]
