"""What the API shows: orders and notices as they stand, stock, and confirmations that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.erp.inward import inbox
from station.erp.models import InboxProblem, ProblemState
from station.erp.outward import courier
from station.exchange.documents import from_data, on_the_wall, to_data
from station.exchange.models import InboxDocument, MessageState, OutboxMessage
from station.ground.words.causes import told
from station.inbound import standing as goods
from station.outbound.orders import free
from station.outbound.orders import standing as orders
from station.outbound.packing import standing as parcels
from station.stock.models import Stock

Data = dict[str, Any]

_HELD_BACK = (MessageState.PENDING, MessageState.LEASED, MessageState.DEAD)


class Early(Exception):
    """An earlier confirmation of the same document was not acknowledged; the text is its key."""


def _instant(value: datetime | None, zone: ZoneInfo) -> str | None:
    return on_the_wall(value, zone) if value else None


def _known(tx: Session, source: str, doc_type: str, doc_no: str) -> bool:
    owner = tx.scalar(
        select(InboxDocument.source).where(InboxDocument.doc_type == doc_type, InboxDocument.doc_no == doc_no)
    )
    return owner == source


def _problem(tx: Session, source: str, doc_types: Sequence[str], doc_no: str) -> Data | None:
    """What of this document waits for a person or for another document."""
    problem = tx.scalars(
        select(InboxProblem)
        .where(
            InboxProblem.source == source,
            InboxProblem.doc_type.in_(doc_types),
            InboxProblem.doc_no == doc_no[:80],
            InboxProblem.state == ProblemState.OPEN,
        )
        .order_by(InboxProblem.id)
        .limit(1)
    ).first()
    if problem is None:
        return None
    zh, en = inbox.explain(problem.code, problem.why)
    return {
        "kind": problem.doc_type,
        "version": problem.version,
        "code": problem.code,
        "message": {"zh": zh, "en": en},
    }


def order(tx: Session, source: str, erp_no: str, zone: ZoneInfo) -> Data | None:
    """An order of this connection as it stands; None when it has none of this number."""
    problem = _problem(tx, source, ("order", "cancel", "carrier_label"), erp_no)
    if not _known(tx, source, "order", erp_no):
        return {"erp_no": erp_no, "state": None, "problem": problem} if problem else None
    head = orders.head(tx, erp_no)
    if head is None:
        return None
    order, carrier = head
    return {
        "erp_no": erp_no,
        "order_no": order.order_no,
        "version": order.version,
        "state": order.state,
        "hold_reason": told(order.hold_reason)["zh"],
        "hold_reason_en": told(order.hold_reason)["en"],
        "carrier_code": carrier,
        "waybills": _waybills(tx, order.id),
        "created_at": _instant(order.created_at, zone),
        "shipped_at": _instant(order.shipped_at, zone),
        "lines": _order_lines(tx, order.id),
        "problem": problem,
    }


def _waybills(tx: Session, order_id: int) -> list[Data]:
    return [{"waybill_no": number, "state": state} for number, state in parcels.waybills(tx, order_id)]


def _order_lines(tx: Session, order_id: int) -> list[Data]:
    return [
        {
            "line_key": line.line_key,
            "sku_code": code,
            "qty_each": line.qty,
            "qty_picked": line.qty_picked,
            "qty_packed": line.qty_packed,
            "qty_shipped": line.qty_shipped,
        }
        for line, code in orders.lines(tx, order_id)
    ]


def notice(tx: Session, source: str, asn_no: str, zone: ZoneInfo) -> Data | None:
    """A notice of this connection as it stands; None when it has none of this number."""
    problem = _problem(tx, source, ("notice", "cancel_notice"), asn_no)
    if not _known(tx, source, "notice", asn_no):
        return {"asn_no": asn_no, "state": None, "problem": problem} if problem else None
    announced = goods.notice(tx, asn_no)
    if announced is None:
        return None
    receipts = _receipts(tx, announced.id, zone)
    return {
        "asn_no": asn_no,
        "version": announced.version,
        "state": "CLOSED" if announced.is_closed else "ARRIVED" if receipts else "EXPECTED",
        "warehouse": announced.warehouse,
        "expected_on": announced.expected_on.isoformat() if announced.expected_on else None,
        "lines": _notice_lines(tx, announced.id),
        "receipts": receipts,
        "problem": problem,
    }


def _notice_lines(tx: Session, notice_id: int) -> list[Data]:
    return [
        {
            "line_key": line.line_key,
            "sku_code": code,
            "qty_each": line.qty_expected,
            "qty_received": line.qty_received,
        }
        for line, code in goods.notice_lines(tx, notice_id)
    ]


def _receipts(tx: Session, notice_id: int, zone: ZoneInfo) -> list[Data]:
    return [
        {
            "receipt_no": receipt.receipt_no,
            "grn_no": receipt.grn_no,
            "state": receipt.state,
            "posted_at": _instant(receipt.posted_at, zone),
        }
        for receipt in goods.receipts(tx, notice_id)
    ]


def stock(tx: Session, after: str, limit: int, today: date) -> tuple[list[Data], str | None]:
    """EACH on hand and free to be sold, of `limit` articles after `after`; where to go on."""
    rows = tx.execute(
        select(Sku.id, Sku.code)
        .where(Sku.code > after, Sku.id.in_(select(Stock.sku_id).where(Stock.on_hand > 0)))
        .order_by(Sku.code)
        .limit(limit + 1)
    ).all()
    levels = free.levels(tx, today, [row.id for row in rows[:limit]])
    rows_of_stock = [
        {"sku_code": row.code, **asdict(level)} for row in rows[:limit] for level in levels.get(row.id, ())
    ]
    return rows_of_stock, rows[limit - 1].code if len(rows) > limit else None


def confirmations(
    tx: Session, source: str, after: int, limit: int, zone: ZoneInfo
) -> tuple[list[Data], int | None]:
    """Messages that were not acknowledged, in order; where to go on.

    Behind a message that a person must look at, the later ones of its document wait.
    """
    rows = courier.waiting(tx, source, after, limit + 1)
    part = rows[:limit]
    stopped = {
        row.doc_no: row.id
        for row in tx.execute(
            select(OutboxMessage.doc_no, func.min(OutboxMessage.id).label("id"))
            .where(
                OutboxMessage.state == MessageState.DEAD,
                OutboxMessage.doc_no.in_({row.doc_no for row in part}),
            )
            .group_by(OutboxMessage.doc_no)
        )
    }
    messages = [
        {
            "id": row.id,
            "event_key": row.event_key,
            "kind": row.kind,
            "created_at": _instant(row.created_at, zone),
            "document": to_data(from_data(row.kind, row.payload), zone),
        }
        for row in part
        if stopped.get(row.doc_no, row.id) >= row.id
    ]
    return messages, part[-1].id if len(rows) > limit else None


def acknowledge(tx: Session, source: str, event_key: str, erp_ref: str, now: datetime) -> bool | None:
    """The ERP has one confirmation: True, False when it had it before, None when there is none.

    Early when one before it, of the same document, was not acknowledged.
    """
    row = tx.execute(
        select(OutboxMessage.id, OutboxMessage.doc_no).where(
            OutboxMessage.event_key == event_key, OutboxMessage.target == source
        )
    ).first()
    if row is None:
        return None
    earlier = tx.scalar(
        select(OutboxMessage.event_key)
        .where(
            OutboxMessage.doc_no == row.doc_no,
            OutboxMessage.id < row.id,
            OutboxMessage.state.in_(_HELD_BACK),
        )
        .order_by(OutboxMessage.id)
        .limit(1)
    )
    if earlier is not None:
        raise Early(earlier)
    return courier.acknowledge(tx, source, row.id, erp_ref, now)
