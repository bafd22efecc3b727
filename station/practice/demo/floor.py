"""The things lying about on the demo's floor, with their barcodes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Packaging, Sku, SkuBarcode
from station.ground.words.causes import told
from station.inbound.models import InboundLine, InboundNotice, Receipt
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.stock import allocation
from station.stock.models import HandlingUnit, Location, LocationKind, LocationState


def things(tx: Session) -> dict[str, Any]:
    """Products, places, boxes, notices with what the truck carries, cartons and receipts."""
    places: dict[str, list[list[str]]] = {}
    for row in tx.execute(select(Location.kind, Location.code, Location.barcode).order_by(Location.id)):
        places.setdefault(row.kind, []).append([row.code, row.barcode])
    return {
        "products": _products(tx),
        "places": places,
        "lanes": _lanes(tx),
        "boxes": [[row.code, row.name] for row in tx.execute(select(Packaging.code, Packaging.name))],
        "notices": _notices(tx),
        "receipts": [
            [row.receipt_no, row.sheet_no, row.state]
            for row in tx.execute(
                select(Receipt.receipt_no, Receipt.sheet_no, Receipt.state).order_by(Receipt.id)
            )
        ],
        "cartons": [
            [row.lpn, row.state]
            for row in tx.execute(
                select(HandlingUnit.lpn, HandlingUnit.state)
                .where(HandlingUnit.state.in_(("PRINTED", "APPLIED")))
                .order_by(HandlingUnit.id)
                .limit(200)
            )
        ],
    }


def _lanes(tx: Session) -> dict[str, str]:
    """Carrier → the barcode of its first lane."""
    rows = tx.execute(
        select(Carrier.code, Location.barcode)
        .join(Location, Location.carrier_id == Carrier.id)
        .where(Location.kind == LocationKind.LANE, Location.state != LocationState.CLOSED)
        .order_by(Location.id.desc())
    )
    return {row.code: row.barcode for row in rows}


def _products(tx: Session) -> list[dict[str, Any]]:
    rows = tx.execute(
        select(
            Sku.code,
            Sku.name_zh,
            Sku.spec,
            Sku.case_qty,
            Sku.is_shelf_life,
            Sku.is_lot,
            Sku.shelf_life_n,
            Sku.shelf_life_unit,
            SkuBarcode.code.label("barcode"),
            SkuBarcode.level,
        )
        .join(SkuBarcode, SkuBarcode.sku_id == Sku.id)
        .order_by(Sku.id, SkuBarcode.id)
    )
    products: dict[str, dict[str, Any]] = {}
    for row in rows:
        item = products.setdefault(
            row.code,
            {
                "code": row.code,
                "name": row.name_zh,
                "spec": row.spec,
                "case_qty": row.case_qty,
                "dated": row.is_shelf_life,
                "lotted": row.is_lot,
                "life": [row.shelf_life_n, row.shelf_life_unit],
                "barcodes": {},
            },
        )
        item["barcodes"][row.level] = row.barcode
    return list(products.values())


def _notices(tx: Session) -> list[dict[str, Any]]:
    rows = tx.execute(
        select(
            InboundNotice.asn_no,
            InboundNotice.is_closed,
            Sku.code,
            InboundLine.qty_expected,
            InboundLine.qty_received,
            InboundLine.supplier_lot,
            InboundLine.produced_on,
            InboundLine.expires_on,
        )
        .join(InboundLine, InboundLine.notice_id == InboundNotice.id)
        .join(Sku, Sku.id == InboundLine.sku_id)
        .order_by(InboundNotice.id, InboundLine.id)
    )
    notices: dict[str, dict[str, Any]] = {}
    for row in rows:
        notice = notices.setdefault(
            row.asn_no, {"asn_no": row.asn_no, "closed": row.is_closed, "lines": [], "announced": {}}
        )
        notice["lines"].append([row.code, row.qty_expected - row.qty_received])
        notice["announced"][row.code] = {
            "lot": row.supplier_lot,
            "produced_on": row.produced_on.isoformat() if row.produced_on else "",
            "expires_on": row.expires_on.isoformat() if row.expires_on else "",
        }
    return list(notices.values())


def orders(tx: Session, today: date) -> list[dict[str, str]]:
    """State of every order and why it has not been shipped.

    Orders that wait are looked at in one query, and what is free of an article is asked once: the crew asks
    for this list all day long, and hundreds of orders want the same few articles.
    """
    carriers = {row.id: row.code for row in tx.execute(select(Carrier.id, Carrier.code))}
    short = _short(tx, today)
    return [
        {
            "order": order.erp_no,
            "state": order.state,
            "carrier": carriers[order.carrier_id],
            "reason": _why(order, short[order.id]),
        }
        for order in tx.scalars(select(DeliveryOrder).order_by(DeliveryOrder.id))
    ]


def _short(tx: Session, today: date) -> dict[int, list[str]]:
    """The articles of which less is free than a waiting order wants, by the order's id."""
    free = cache(partial(allocation.free_qty, tx, today=today))
    rows = tx.execute(
        select(OrderLine.order_id, Sku.code, OrderLine.sku_id, OrderLine.qty)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
        .where(DeliveryOrder.state == OrderState.AUDITED)
        .order_by(OrderLine.id)
    )
    short: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        if free(row.sku_id) < row.qty:
            short[row.order_id].append(row.code)
    return short


def _why(order: DeliveryOrder, short: list[str]) -> str:
    if order.state == OrderState.SHIPPED:
        return ""
    if order.state == OrderState.HOLD:
        return f"on hold: {told(order.hold_reason)['en']}"
    if order.state == OrderState.SHORT:
        return f"short: {order.hold_reason}"
    if order.state in {OrderState.CANCELLED, OrderState.INTERCEPTING, OrderState.INTERCEPTED}:
        return "cancelled by the office"
    if order.state == OrderState.AUDITED:
        return f"not enough stock: {', '.join(short) or 'reserved by others'}"
    return f"still {order.state}"
