"""What an office announces and takes back (P1): notices are made, replaced and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.exchange import documents as erp
from station.ground.db import table
from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.advised import rules as advised
from station.inbound.models import AT_DOCK, InboundLine, InboundNotice, Receipt, ReceiptState
from station.storage.keeping import rules as keeping


def take_over(
    work: Work, documents: Sequence[erp.NoticeDocument], *, source: str, cancelled: Mapping[str, int]
) -> list[str]:
    """Make or replace notices from the connection `source`; of each: TAKEN, CANCELLED or LATE.

    `cancelled` gives the versions up to which notices were taken back. LATE means that receiving has
    begun: the notice stays as it is. Articles must be known.
    """
    skus = catalog.sku_ids(work.tx, {line.sku_code for doc in documents for line in doc.lines})
    return [
        _take_over(
            work.tx, doc, skus, source=source, is_cancelled=doc.version <= cancelled.get(doc.asn_no, 0)
        )
        for doc in documents
    ]


def _take_over(
    tx: Session, doc: erp.NoticeDocument, skus: Mapping[str, int], *, source: str, is_cancelled: bool
) -> str:
    """A notice is replaced while no truck has come for it; the same goods in a new version are no news.

    One whose cancel came first is kept, closed: no truck is received on it. A later version opens it.
    """
    supplier = catalog.supplier_id(tx, doc.supplier_code, doc.supplier_name)
    notice = _by_number(tx, doc.asn_no)
    rows = [_line(line, skus[line.sku_code]) for line in doc.lines]
    if notice is not None and _has_begun(tx, notice.id):
        if not _same_goods(tx, notice.id, rows):
            return "LATE"
        notice.version = doc.version
        return "TAKEN"
    if notice is not None:
        advised.forget(tx, notice.id)
        tx.execute(table(InboundLine).delete().where(InboundLine.notice_id == notice.id))
    else:
        notice = InboundNotice(
            asn_no=doc.asn_no, source=source, version=0, supplier_id=supplier, warehouse=""
        )
        tx.add(notice)
    notice.version, notice.supplier_id, notice.is_closed = doc.version, supplier, is_cancelled
    notice.warehouse, notice.expected_on = doc.warehouse, doc.expected_on
    tx.flush()
    tx.execute(insert(InboundLine), [row | {"notice_id": notice.id} for row in rows])
    if numbers := {line.line_key: line.sscc for line in doc.lines if line.sscc}:
        advised.advise(tx, notice.id, numbers)
    return "CANCELLED" if is_cancelled else "TAKEN"


def cancel(work: Work, asn_no: str) -> str:
    """Nobody expects it any more: CANCELLED, ALREADY, UNKNOWN; LATE when goods are at the dock already.

    One of which trucks have come and gone is closed short: what came stays, the rest is not expected.
    """
    tx, notice = work.tx, _by_number(work.tx, asn_no)
    if notice is None:
        return "UNKNOWN"
    if notice.is_closed:
        return "ALREADY"
    if at_dock(tx, notice.id):
        return "LATE"
    if _has_begun(tx, notice.id):
        _close_short(work, notice, "ERP")
    notice.is_closed = True
    keeping.free(work, asn_no)
    tx.flush()
    return "CANCELLED"


def close_short(work: Work, notice_id: int, reason: str) -> None:
    """What is still missing of an order does not come any more (`short_close`, P6); twice is once.

    E-RCV-11 while a truck of it stands at the dock.
    """
    query = select(InboundNotice).where(InboundNotice.id == notice_id).with_for_update()
    notice = work.tx.scalars(query.execution_options(populate_existing=True)).one()
    if notice.is_closed:
        return
    here = at_dock(work.tx, notice.id)
    if here:
        raise Refused("E-RCV-11", no=here)
    _close_short(work, notice, reason)


def _close_short(work: Work, notice: InboundNotice, reason: str) -> None:
    notice.is_closed = True
    keeping.free(work, notice.asn_no)
    record(work, "ASN", notice.asn_no, "close_short", old="OPEN", new="CLOSED", detail={"reason": reason})


def at_dock(tx: Session, notice_id: int) -> str:
    """The number of a receipt of this notice whose goods are neither stock nor gone; empty for none."""
    query = select(Receipt.receipt_no).where(Receipt.notice_id == notice_id, Receipt.state.in_(AT_DOCK))
    return tx.scalar(query.order_by(Receipt.id).limit(1)) or ""


def _by_number(tx: Session, asn_no: str) -> InboundNotice | None:
    """The notice, locked: a truck that arrives for it just now comes before or after, not between."""
    return tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn_no).with_for_update()).first()


def _line(line: erp.NoticeLine, sku_id: int) -> dict[str, Any]:
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
            .where(Receipt.notice_id == notice_id, Receipt.state != ReceiptState.CANCELLED)
        )
    )


def _same_goods(tx: Session, notice_id: int, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether what is left of a notice is what is known: a line received in full may be gone."""
    lines = {
        row.line_key: row
        for row in tx.execute(select(table(InboundLine)).where(InboundLine.notice_id == notice_id))
    }
    wanted = {row["line_key"]: row for row in rows}
    return wanted.keys() <= lines.keys() and all(
        (wanted[key]["sku_id"], wanted[key]["qty_expected"]) == (line.sku_id, line.qty_expected)
        if key in wanted
        else line.qty_received >= line.qty_expected
        for key, line in lines.items()
    )
