"""Taking documents over from the ERP: once per version, whole files only (§11).

`take_file` applies the documents of one file in one unit of work: a document that cannot be applied
rejects the whole file with its reason. An older or equal version of a known document has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from station.carriers import supplied
from station.catalog import rules as catalog
from station.db import table
from station.erp import documents as erp
from station.erp.models import ErpFile, InboxDocument
from station.inbound.models import InboundLine, InboundNotice, Receipt
from station.outbound.models import DeliveryOrder
from station.outbound.orders import rules as orders
from station.settings import Settings


class NotApplicable(Exception):
    """A document that cannot be taken over; `doc_no` says which, the text says why."""

    def __init__(self, doc_no: str, why: str) -> None:
        super().__init__(f"{doc_no}: {why}")
        self.doc_no = doc_no
        self.why = why


def is_known(tx: Session, sha256: str) -> bool:
    """Whether a file of this very content was taken before."""
    return tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == "TAKEN")) is not None


def take_file(
    tx: Session,
    name: str,
    doc_type: str,
    sha256: str,
    documents: Sequence[Any],
    *,
    settings: Settings,
    today: date,
    now: datetime,
) -> dict[str, int]:
    """Apply a file's documents; counts by result. NotApplicable undoes all of it (the caller's unit)."""
    if is_known(tx, sha256):
        return {"KNOWN": len(documents)}
    counts: dict[str, int] = {}
    for doc in documents:
        result = _take(tx, doc, name, settings, today, now)
        counts[result] = counts.get(result, 0) + 1
    note_file(tx, name, doc_type, sha256, "TAKEN", len(documents), counts, now)
    return counts


def note_file(
    tx: Session, name: str, doc_type: str, sha256: str, state: str, documents: int, detail: Any, now: datetime
) -> None:
    """Remember what became of a file; the same content in the same state is one row."""
    known = tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == state))
    if known is None:
        tx.execute(
            insert(ErpFile),
            {
                "name": name[:200],
                "sha256": sha256,
                "doc_type": doc_type,
                "state": state,
                "documents": documents,
                "detail": detail,
                "at": now,
            },
        )


def _take(tx: Session, doc: Any, file_name: str, settings: Settings, today: date, now: datetime) -> str:
    doc_type, doc_no = erp.doc_type_of(doc), erp.doc_no_of(doc)
    seen = tx.execute(
        select(InboxDocument.id, InboxDocument.version).where(
            InboxDocument.doc_type == doc_type, InboxDocument.doc_no == doc_no
        )
    ).first()
    if seen is not None and seen.version >= doc.version:
        return "OLD"
    try:
        result = _APPLY[doc_type](tx, doc, settings, today, now)
    except ValueError as error:
        raise NotApplicable(doc_no, str(error)) from None
    values = {"version": doc.version, "result": result, "file_name": file_name[:200], "at": now}
    if seen is None:
        tx.execute(insert(InboxDocument), {"doc_type": doc_type, "doc_no": doc_no, **values})
    else:
        tx.execute(update(InboxDocument).where(InboxDocument.id == seen.id).values(**values))
    return result


def _product(tx: Session, doc: erp.Product, _settings: Settings, _today: date, _now: datetime) -> str:
    inner = doc.case_qty // doc.inner_per_case if doc.inner_per_case else 0
    values = {
        name: getattr(doc, name)
        for name in (
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
        )
    }
    if doc.is_shelf_life and not doc.shelf_life_n:
        raise ValueError("a dated article needs its shelf life")
    catalog.take_sku(
        tx,
        doc.code,
        values | {"inner_qty": inner},
        [(item.code, item.level, item.qty) for item in doc.barcodes],
    )
    return "TAKEN"


def _supplier(tx: Session, doc: erp.Supplier, _settings: Settings, _today: date, _now: datetime) -> str:
    catalog.supplier_id(tx, doc.code, doc.name)
    return "TAKEN"


def _notice(tx: Session, doc: erp.InboundNotice, _settings: Settings, _today: date, _now: datetime) -> str:
    supplier = catalog.supplier_id(tx, doc.supplier_code, doc.supplier_name)
    found = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == doc.asn_no)).first()
    if found is not None:
        started = tx.scalar(select(func.count()).select_from(Receipt).where(Receipt.notice_id == found.id))
        if started:
            return "LATE"
        tx.execute(table(InboundLine).delete().where(InboundLine.notice_id == found.id))
    else:
        found = InboundNotice(asn_no=doc.asn_no, version=0, supplier_id=supplier, warehouse="")
        tx.add(found)
    found.version, found.supplier_id = doc.version, supplier
    found.warehouse, found.expected_on = doc.warehouse, doc.expected_on
    tx.flush()
    rows = []
    for line in doc.lines:
        sku = catalog.sku_id(tx, line.sku_code)
        if sku is None:
            raise ValueError(f"article {line.sku_code} is unknown")
        rows.append(
            {
                "notice_id": found.id,
                "line_key": line.line_key,
                "sku_id": sku,
                "qty_expected": line.qty_each,
                "price_fen": line.price_fen,
            }
        )
    tx.execute(insert(InboundLine), rows)
    return "TAKEN"


def _order(tx: Session, doc: erp.DeliveryOrder, _settings: Settings, today: date, now: datetime) -> str:
    cancelled = tx.scalar(
        select(InboxDocument.id).where(InboxDocument.doc_type == "cancel", InboxDocument.doc_no == doc.erp_no)
    )
    result = orders.take_over(tx, doc, today, now)
    if cancelled is not None:  # the cancel overtook its order: cancel wins
        orders.cancel(tx, doc.erp_no, "", f"CANCEL-{doc.erp_no}-{doc.version}", now)
        return "CANCELLED"
    return result


def _cancel(tx: Session, doc: erp.CancelOrder, _settings: Settings, _today: date, now: datetime) -> str:
    return orders.cancel(tx, doc.erp_no, doc.reason, f"CANCEL-{doc.erp_no}-{doc.version}", now)


def _label(tx: Session, doc: erp.CarrierLabel, _settings: Settings, _today: date, now: datetime) -> str:
    order_id = tx.scalar(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == doc.erp_no))
    if order_id is None:
        raise ValueError(f"order {doc.erp_no} is unknown")
    label = supplied.SuppliedLabel(
        waybill_no=doc.waybill_no,
        route_code=doc.route_code,
        sortation=doc.sortation,
        format=doc.label_format.lower(),
        made_for_dpi=doc.label_dpi,
        data=doc.label_data,
        received_at=now,
    )
    return supplied.take_over(tx, order_id, label)


_APPLY: dict[str, Callable[[Session, Any, Settings, date, datetime], str]] = {
    "product": _product,
    "supplier": _supplier,
    "notice": _notice,
    "order": _order,
    "cancel": _cancel,
    "carrier_label": _label,
}
