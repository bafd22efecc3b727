"""The office has sent an order for goods that came without one: a clerk matches both (P1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from station.catalog.models import Supplier
from station.exchange import outbox
from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.arrive.rules import supplier_of
from station.inbound.blind.rules import UNKNOWN, is_blind
from station.inbound.models import RECEIPT, InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.inbound.sign import confirmation, documents
from station.inbound.sign import rules as signing
from station.inbound.stage1 import rules as counting
from station.paper.sending import print_
from station.stock.holds import Hold, HoldKind, HoldState
from station.stock.models import Lot
from station.storage.holds import barring, undated
from station.storage.holds import rules as holding

SHOWN = 40
"""Orders that the desk offers at once."""
GONE = frozenset({ReceiptState.CANCELLED, ReceiptState.REJECTED_ALL})


def candidates(tx: Session, receipt: Receipt) -> list[tuple[int, str]]:
    """Open orders (id, number and supplier) that a blind receipt may belong to: of its supplier, if known."""
    notice, supplier = rules.parties(tx, receipt)
    if not notice.is_blind or receipt.state in GONE:
        return []
    query = (
        select(InboundNotice.id, InboundNotice.asn_no, Supplier.name)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(InboundNotice.warehouse == notice.warehouse, InboundNotice.is_closed.is_(false()))
        .order_by(InboundNotice.expected_on, InboundNotice.id)
        .limit(SHOWN)
    )
    if supplier.code != UNKNOWN:
        query = query.where(InboundNotice.supplier_id == supplier.id)
    return [(row.id, f"{row.asn_no} {row.name}") for row in tx.execute(query)]


def match(work: Work, receipt: Receipt, notice_id: int) -> None:
    """These goods belong to that order: the receipt counts for it from now on. What is posted already is
    told to the office and comes out of its hold, as far as it has its date.

    E-RCV-13 when it has an order, E-RCV-01 for an order that is not open here, E-RCV-02 for another
    supplier's, E-RCV-04 for an article that is not on it, E-RCV-05 for more than it still expects.
    """
    blind, supplier = rules.parties(work.tx, receipt)
    if not blind.is_blind or receipt.state in GONE:
        raise Refused("E-RCV-13")
    order = _open_order(work, notice_id)
    if supplier.code != UNKNOWN and order.supplier_id != supplier.id:
        raise Refused("E-RCV-02", supplier=supplier_of(work.tx, order.id))
    receipt.notice_id = order.id
    work.tx.flush()
    lines = rules.lines(work.tx, receipt.id)
    for line in lines:
        _count_for(work, receipt, line)
    for old in work.tx.scalars(select(InboundLine).where(InboundLine.notice_id == blind.id)).all():
        work.tx.delete(old)
    work.tx.flush()
    work.tx.delete(blind)
    work.tx.flush()
    state, detail = receipt.state, {"order": order.asn_no}
    record(work, RECEIPT.doc_type, receipt.receipt_no, "match", old=state, new=state, detail=detail)
    if receipt.posted_at:
        _tell(work, receipt, lines)


def _open_order(work: Work, notice_id: int) -> InboundNotice:
    query = select(InboundNotice).where(InboundNotice.id == notice_id).with_for_update()
    order = work.tx.scalars(query.execution_options(populate_existing=True)).first()
    if order is None or order.is_closed or order.warehouse != work.settings.warehouse_code:
        raise Refused("E-RCV-01")
    return order


def _count_for(work: Work, receipt: Receipt, line: ReceiptLine) -> None:
    """A counted line belongs to the order's line of its article; what was refused asks for no room."""
    wanted = counting.expected_line(work.tx, receipt, line.sku_id, lock=True)
    over = counting.excess(work, wanted, line.qty_accepted)
    if over:
        raise Refused("E-RCV-05", n=over)
    line.inbound_line_id = wanted.id
    if receipt.posted_at:
        wanted.qty_received += line.qty_accepted
    work.tx.flush()


def _tell(work: Work, receipt: Receipt, lines: list[ReceiptLine]) -> None:
    """The office hears of the slip and that its goods were held; the finance copy has its prices now."""
    number = receipt.grn_no or ""
    signing.close_notice(work, receipt)
    outbox.put(work.tx, confirmation.of(work, receipt, number), doc_no=number, now=work.now)
    for line in lines:
        hold = _hold_of(work.tx, line.lot_id)
        if hold is None:
            continue
        undated.tell(work, hold, line.qty_accepted, "matched")
        if not work.tx.get_one(Lot, line.lot_id).lacks_date:
            holding.release(work, hold.id)
    slip = documents.inbound_slip(work.tx, work.settings, receipt, documents.FINANCE_PLY)
    print_(work, slip, "GR", number, key="matched")


def _hold_of(tx: Session, lot_id: int | None) -> Hold | None:
    """The hold in force on a lot, or none."""
    mine = (Hold.lot_id == (lot_id or 0), Hold.kind == HoldKind.LOT, Hold.state == HoldState.HELD)
    return tx.scalars(select(Hold).where(*mine)).first()


@barring.before_release
def until_matched(work: Work, hold: Hold) -> None:
    """E-RCV-14: goods without an order are sold by nobody, whoever releases them."""
    lot: Any = work.tx.get(Lot, hold.lot_id or 0)
    receipt = work.tx.get(Receipt, lot.receipt_id or 0) if lot else None
    if receipt is not None and is_blind(work.tx, receipt.notice_id):
        raise Refused("E-RCV-14", no=receipt.receipt_no)
