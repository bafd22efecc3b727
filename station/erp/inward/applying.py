"""Applying documents of one type to the warehouse, many at a time where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import supplied
from station.catalog import articles, telling
from station.catalog import rules as catalog
from station.exchange import documents as erp
from station.exchange.models import InboxDocument
from station.ground.spreadsheets.reasons import (
    EMPTIED,
    NO_CARRIER,
    NO_ORDER,
    NOT_APPLICABLE,
    SHARED_CODE,
    UNKNOWN_SKU,
)
from station.ground.work import OFFICE, By, Work
from station.inbound import notices
from station.outbound.orders import changing, labels, standing, taking_over
from station.outbound.orders import rules as orders


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
    outcomes = iter(_APPLY[doc_type](turn, good) if good else [])
    return [Outcome("PROBLEM", *bad[at]) if at in bad else next(outcomes) for at in range(len(documents))]


def missing(tx: Session, doc_type: str, documents: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Documents that refer to something unknown, by their place."""
    if doc_type == "carrier_label":
        return _without_order(tx, documents)
    if doc_type == "product":
        return articles.faults(tx, [_article(doc) for doc in documents])
    if doc_type not in {"notice", "order"}:
        return {}
    codes = {line.sku_code for doc in documents for line in doc.lines}
    skus = catalog.sku_ids(tx, codes)
    carriers = catalog.carrier_ids(tx) if doc_type == "order" else {}
    problems: dict[int, tuple[str, str]] = {}
    for at, doc in enumerate(documents):
        unknown = next((line.sku_code for line in doc.lines if line.sku_code not in skus), None)
        if doc_type == "order" and doc.carrier_code not in carriers:
            problems[at] = (NO_CARRIER, doc.carrier_code)
        elif unknown is not None:
            problems[at] = (UNKNOWN_SKU, unknown)
    return problems


def _without_order(tx: Session, documents: Sequence[Any]) -> dict[int, tuple[str, str]]:
    known = standing.ids(tx, {doc.erp_no for doc in documents})
    return {at: (NO_ORDER, doc.erp_no) for at, doc in enumerate(documents) if doc.erp_no not in known}


def _products(turn: Turn, documents: Sequence[erp.Product]) -> list[Outcome]:
    changes = articles.take(turn, [_article(doc) for doc in documents])
    shared = telling.shared(turn.tx, changes)
    return [_told(change, shared.get(change.code, [])) for change in changes]


def _told(change: articles.Change, shared: Sequence[str]) -> Outcome:
    """What is to be known of an article that was taken: a barcode that others have, values that are empty."""
    if shared:
        return Outcome("TAKEN", SHARED_CODE, "; ".join(shared)[:200])
    gone = telling.emptied(change)
    return Outcome("TAKEN", EMPTIED, ", ".join(gone)[:200]) if gone else Outcome("TAKEN")


def _article(doc: erp.Product) -> articles.Wanted:
    """What a document says: all of it, or what `only` names and the levels its barcodes have."""
    only = frozenset(doc.only.split(",")) if doc.only else frozenset()
    barcodes = [articles.Barcode(item.code, item.level, item.qty) for item in doc.barcodes]
    return articles.Wanted(
        doc.code,
        {
            name: getattr(doc, name)
            for name in articles.FIELDS
            if name != "inner_qty" and (name in only if only else name != "goods_class" or doc.goods_class)
        },
        barcodes,
        frozenset(item.level for item in barcodes) | frozenset(filter(None, doc.cleared.split(",")))
        if only
        else frozenset(articles.LEVELS),
        doc.inner_per_case if not only or "inner_per_case" in only else None,
    )


def _suppliers(turn: Turn, documents: Sequence[erp.Supplier]) -> list[Outcome]:
    for doc in documents:
        catalog.supplier_id(turn.tx, doc.code, doc.name)
    return [Outcome("TAKEN") for _ in documents]


def _notices(turn: Turn, documents: Sequence[erp.NoticeDocument]) -> list[Outcome]:
    cancelled = _cancelled(turn.tx, "cancel_notice", [doc.asn_no for doc in documents])
    results = notices.take_over(turn, documents, source=turn.source, cancelled=cancelled)
    return [Outcome(result) for result in results]


def _cancel_notices(turn: Turn, documents: Sequence[erp.CancelNotice]) -> list[Outcome]:
    return [Outcome(notices.cancel(turn, doc.asn_no)) for doc in documents]


def _cancelled(tx: Session, doc_type: str, numbers: Sequence[str]) -> dict[str, int]:
    """Which documents a cancel has come for, and up to which version it cancels them."""
    rows = tx.execute(
        select(InboxDocument.doc_no, InboxDocument.version).where(
            InboxDocument.doc_type == doc_type, InboxDocument.doc_no.in_(numbers)
        )
    )
    return {row.doc_no: row.version for row in rows}


def _orders(turn: Turn, documents: Sequence[erp.OrderDocument]) -> list[Outcome]:
    """Orders, new ones together; a cancel that came first wins."""
    cancelled = _cancelled(turn.tx, "cancel", [doc.erp_no for doc in documents])
    results = taking_over.take_over(turn, documents, source=turn.source, cancelled=cancelled)
    return [
        _order(turn, doc, result, cancelled.get(doc.erp_no))
        for doc, result in zip(documents, results, strict=True)
    ]


def _order(turn: Turn, doc: erp.OrderDocument, result: str, cancelled: int | None) -> Outcome:
    """What came of an order of which version `cancelled` was stopped: a later version than the cancel counts,
    an older one was cancelled before it came.
    """
    if result == "LATE":
        return Outcome("LATE")
    is_later = cancelled is None or doc.version > cancelled
    if result != "STOPPED" and is_later:
        return Outcome(result)
    if result != "STOPPED":
        orders.cancel(turn, doc.erp_no, "", f"CANCEL-{doc.erp_no}-{cancelled}")
    return Outcome("LATE" if is_later else "CANCELLED")


def doubt(turn: Turn, doc_type: str, doc_no: str) -> None:
    """Two documents of one version say different things: an order is held until a person has looked."""
    if doc_type in {"order", "cancel"}:
        changing.stop_number(turn, doc_no, "L-HELD-OTHER")


def _cancels(turn: Turn, documents: Sequence[erp.CancelOrder]) -> list[Outcome]:
    return [
        Outcome(orders.cancel(turn, doc.erp_no, doc.reason, f"CANCEL-{doc.erp_no}-{doc.version}"))
        for doc in documents
    ]


def _labels(turn: Turn, documents: Sequence[erp.CarrierLabel]) -> list[Outcome]:
    return [_label(turn, doc) for doc in documents]


def _label(turn: Turn, doc: erp.CarrierLabel) -> Outcome:
    order_id = standing.ids(turn.tx, [doc.erp_no])[doc.erp_no]
    label = supplied.SuppliedLabel(
        waybill_no=doc.waybill_no,
        route_code=doc.route_code,
        sortation=doc.sortation,
        consolidation=doc.consolidation,
        format=doc.label_format.lower(),
        made_for_dpi=doc.label_dpi,
        data=doc.label_data,
        received_at=turn.now,
    )
    try:
        return Outcome(labels.accept(turn, order_id, label))
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
