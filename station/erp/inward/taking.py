"""Applying documents of one type to the warehouse, many at a time where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from station.carriers import supplied
from station.catalog import rules as catalog
from station.erp.inward.reasons import NOT_APPLICABLE, UNKNOWN_SKU
from station.exchange import documents as erp
from station.exchange.models import InboxDocument
from station.ground.db import table
from station.ground.work import OFFICE, By, Work
from station.inbound.models import InboundLine, InboundNotice, Receipt
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder


@dataclass(kw_only=True)
class Turn(Work):
    """One unit of work of an ERP: whose documents are taken over."""

    source: str
    by: By = OFFICE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one document; a PROBLEM has a code and says what exactly."""

    result: str
    code: str = ""
    why: str = ""


def apply(turn: Turn, doc_type: str, documents: Sequence[Any]) -> list[Outcome]:
    """Apply documents of one type and different numbers; one outcome each, in order."""
    bad = missing(turn.tx, doc_type, documents)
    good = [doc for at, doc in enumerate(documents) if at not in bad]
    found = iter(_APPLY[doc_type](turn, good) if good else [])
    return [Outcome("PROBLEM", *bad[at]) if at in bad else next(found) for at in range(len(documents))]


def missing(tx: Session, doc_type: str, documents: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Documents that refer to something unknown, by their place."""
    if doc_type == "carrier_label":
        return _without_order(tx, documents)
    if doc_type not in {"notice", "order"}:
        return {}
    codes = {line.sku_code for doc in documents for line in doc.lines}
    skus = catalog.sku_ids(tx, codes)
    carriers = catalog.carrier_ids(tx) if doc_type == "order" else {}
    found: dict[int, tuple[str, str]] = {}
    for at, doc in enumerate(documents):
        unknown = next((line.sku_code for line in doc.lines if line.sku_code not in skus), None)
        if doc_type == "order" and doc.carrier_code not in carriers:
            found[at] = (NOT_APPLICABLE, f"carrier {doc.carrier_code} is unknown")
        elif unknown is not None:
            found[at] = (UNKNOWN_SKU, unknown)
    return found


def _without_order(tx: Session, documents: Sequence[Any]) -> dict[int, tuple[str, str]]:
    wanted = {doc.erp_no for doc in documents}
    known = set(tx.scalars(select(DeliveryOrder.erp_no).where(DeliveryOrder.erp_no.in_(wanted))))
    return {
        at: (NOT_APPLICABLE, f"order {doc.erp_no} is unknown")
        for at, doc in enumerate(documents)
        if doc.erp_no not in known
    }


_SKU_FIELDS = (
    "name_zh",
    "name_en",
    "spec",
    "unit",
    "case_qty",
    "gross_g",
    "is_valuable",
    "is_serial",
    "is_lot",
    "lot_regex",
    "is_shelf_life",
    "shelf_life_n",
    "shelf_life_unit",
    "reject_days",
    "lockup_days",
    "advent_days",
    "abc",
    "item_type",
    "price_fen",
    "is_active",
)


def _products(turn: Turn, documents: Sequence[erp.Product]) -> list[Outcome]:
    rows = []
    for doc in documents:
        values = {name: getattr(doc, name) for name in _SKU_FIELDS}
        values["inner_qty"] = doc.case_qty // doc.inner_per_case if doc.inner_per_case else 0
        rows.append((doc.code, values, [(item.code, item.level, item.qty) for item in doc.barcodes]))
    catalog.take_skus(turn.tx, rows)
    return [Outcome("TAKEN") for _ in documents]


def _suppliers(turn: Turn, documents: Sequence[erp.Supplier]) -> list[Outcome]:
    for doc in documents:
        catalog.supplier_id(turn.tx, doc.code, doc.name)
    return [Outcome("TAKEN") for _ in documents]


def _notices(turn: Turn, documents: Sequence[erp.InboundNotice]) -> list[Outcome]:
    skus = catalog.sku_ids(turn.tx, {line.sku_code for doc in documents for line in doc.lines})
    cancelled = _cancelled(turn.tx, "cancel_notice", [doc.asn_no for doc in documents])
    return [
        _notice(turn, doc, skus, is_cancelled=doc.version <= cancelled.get(doc.asn_no, 0))
        for doc in documents
    ]


def _cancelled(tx: Session, doc_type: str, numbers: Sequence[str]) -> dict[str, int]:
    """Which documents a cancel has come for, and up to which version it cancels them."""
    rows = tx.execute(
        select(InboxDocument.doc_no, InboxDocument.version).where(
            InboxDocument.doc_type == doc_type, InboxDocument.doc_no.in_(numbers)
        )
    )
    return {row.doc_no: row.version for row in rows}


def _notice(turn: Turn, doc: erp.InboundNotice, skus: dict[str, int], *, is_cancelled: bool) -> Outcome:
    """A notice is replaced while no truck has come for it; the same goods in a new version are no news.

    One whose cancel came first is kept, closed: no truck is received on it. A later version opens it.
    """
    tx = turn.tx
    supplier = catalog.supplier_id(tx, doc.supplier_code, doc.supplier_name)
    found = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == doc.asn_no)).first()
    rows = [_notice_line(line, skus[line.sku_code]) for line in doc.lines]
    if found is not None and _has_begun(tx, found.id):
        if _same_goods(tx, found.id, rows):
            found.version = doc.version
            return Outcome("TAKEN")
        return Outcome("LATE", why="receiving has begun")
    if found is not None:
        tx.execute(table(InboundLine).delete().where(InboundLine.notice_id == found.id))
    else:
        found = InboundNotice(asn_no=doc.asn_no, version=0, supplier_id=supplier, warehouse="")
        tx.add(found)
    found.version, found.supplier_id, found.is_closed = doc.version, supplier, is_cancelled
    found.warehouse, found.expected_on = doc.warehouse, doc.expected_on
    tx.flush()
    tx.execute(insert(InboundLine), [row | {"notice_id": found.id} for row in rows])
    return Outcome("CANCELLED" if is_cancelled else "TAKEN")


def _notice_line(line: erp.NoticeLine, sku_id: int) -> dict[str, Any]:
    return {
        "line_key": line.line_key,
        "sku_id": sku_id,
        "qty_expected": line.qty_each,
        "price_fen": line.price_fen,
        "supplier_lot": line.lot,
        "produced_on": line.produced_on,
        "expires_on": line.expires_on,
    }


def _has_begun(tx: Session, notice_id: int) -> bool:
    return bool(
        tx.scalar(
            select(func.count())
            .select_from(Receipt)
            .where(Receipt.notice_id == notice_id, Receipt.state != "CANCELLED")
        )
    )


def _same_goods(tx: Session, notice_id: int, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether what is left of a notice is what is known: a line received in full may be gone."""
    known = {
        row.line_key: row
        for row in tx.execute(select(table(InboundLine)).where(InboundLine.notice_id == notice_id))
    }
    told = {row["line_key"]: row for row in rows}
    return told.keys() <= known.keys() and all(
        (told[key]["sku_id"], told[key]["qty_expected"]) == (row.sku_id, row.qty_expected)
        if key in told
        else row.qty_received >= row.qty_expected
        for key, row in known.items()
    )


def _cancel_notices(turn: Turn, documents: Sequence[erp.CancelNotice]) -> list[Outcome]:
    return [_cancel_notice(turn, doc) for doc in documents]


def _cancel_notice(turn: Turn, doc: erp.CancelNotice) -> Outcome:
    """A notice nobody expects any more is closed; goods that are at the dock already are received."""
    found = turn.tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == doc.asn_no)).first()
    if found is None:
        return Outcome("UNKNOWN")
    if found.is_closed:
        return Outcome("ALREADY")
    is_begun = _has_begun(turn.tx, found.id)
    if not is_begun:
        found.is_closed = True
        turn.tx.flush()
    return Outcome("LATE", why="receiving has begun") if is_begun else Outcome("CANCELLED")


def _orders(turn: Turn, documents: Sequence[erp.DeliveryOrder]) -> list[Outcome]:
    """Orders, new ones together; a cancel that came first wins."""
    cancelled = _cancelled(turn.tx, "cancel", [doc.erp_no for doc in documents])
    results = orders.take_over(turn, documents)
    return [
        _order(turn, doc, result, cancelled.get(doc.erp_no))
        for doc, result in zip(documents, results, strict=True)
    ]


def _order(turn: Turn, doc: erp.DeliveryOrder, result: str, cancelled: int | None) -> Outcome:
    """What came of an order of which version `cancelled` was stopped.

    Nothing that was stopped goes out again by itself: a version later than its cancel is for a person.
    """
    if result == "LATE":
        return Outcome("LATE", why="picking has begun")
    if result != "STOPPED" and cancelled is None:
        return Outcome(result)
    if result != "STOPPED":
        orders.cancel(turn, doc.erp_no, "", f"CANCEL-{doc.erp_no}-{cancelled}")
    if cancelled is None or doc.version > cancelled:
        return Outcome("LATE", why="the order is cancelled")
    return Outcome("CANCELLED")


def _cancels(turn: Turn, documents: Sequence[erp.CancelOrder]) -> list[Outcome]:
    return [
        Outcome(orders.cancel(turn, doc.erp_no, doc.reason, f"CANCEL-{doc.erp_no}-{doc.version}"))
        for doc in documents
    ]


def _labels(turn: Turn, documents: Sequence[erp.CarrierLabel]) -> list[Outcome]:
    return [_label(turn, doc) for doc in documents]


def _label(turn: Turn, doc: erp.CarrierLabel) -> Outcome:
    order_id = turn.tx.execute(
        select(DeliveryOrder.id).where(DeliveryOrder.erp_no == doc.erp_no)
    ).scalar_one()
    label = supplied.SuppliedLabel(
        waybill_no=doc.waybill_no,
        route_code=doc.route_code,
        sortation=doc.sortation,
        format=doc.label_format.lower(),
        made_for_dpi=doc.label_dpi,
        data=doc.label_data,
        received_at=turn.now,
    )
    try:
        return Outcome(supplied.take_over(turn.tx, order_id, label))
    except ValueError as error:
        return Outcome("PROBLEM", NOT_APPLICABLE, str(error)[:200])


_APPLY: dict[str, Callable[[Turn, Sequence[Any]], list[Outcome]]] = {
    "product": _products,
    "supplier": _suppliers,
    "notice": _notices,
    "cancel_notice": _cancel_notices,
    "order": _orders,
    "cancel": _cancels,
    "carrier_label": _labels,
}


def touch_mark(tx: Session, source: str, doc_type: str, doc_no: str, mark: str) -> None:
    """The ERP's stamp of a document that has not changed for us."""
    tx.execute(
        update(InboxDocument)
        .where(
            InboxDocument.source == source,
            InboxDocument.doc_type == doc_type,
            InboxDocument.doc_no == doc_no,
        )
        .values(mark=mark[:120])
    )
