"""A truck at the dock: which notice it comes for, and the receipt it opens (P1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, false, func, select, true
from sqlalchemy.orm import Session

from station.catalog.models import Supplier
from station.ground.db import Prepared
from station.ground.documents.history import record
from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import refusing, rules
from station.inbound.blind import rules as blind
from station.inbound.models import RECEIPT, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.paper.sending import withdraw
from station.settings import Settings
from station.stock import locations
from station.stock.models import Location, LocationKind

_KNOWN = Prepared(select(InboundNotice.id).where(InboundNotice.asn_no == bindparam("number")))


def knows_notice(tx: Session, number: str) -> bool:
    """Whether this is the number of a notice, for the resolver of scans."""
    return _KNOWN.first(tx, number=number) is not None


def notice(tx: Session, asn_no: str, warehouse: str) -> InboundNotice:
    """The open notice of this warehouse; E-RCV-01 otherwise."""
    notice = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn_no)).first()
    if notice is None or notice.warehouse != warehouse or notice.is_closed:
        raise Refused("E-RCV-01")
    return notice


def came_already(tx: Session, notice_id: int) -> list[tuple[str, int]]:
    """What other trucks brought of this order: receipt and EACH taken in, the first one first."""
    taken = func.coalesce(func.sum(ReceiptLine.qty_delivered - ReceiptLine.qty_rejected), 0)
    rows = tx.execute(
        select(Receipt.receipt_no, taken)
        .outerjoin(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .where(Receipt.notice_id == notice_id, Receipt.state != ReceiptState.CANCELLED)
        .group_by(Receipt.id, Receipt.receipt_no)
        .order_by(Receipt.id)
    )
    return [(row[0], int(row[1])) for row in rows]


def supplier_of(tx: Session, notice_id: int) -> str:
    """Who sends the goods of an order."""
    query = select(Supplier.name).join(InboundNotice, InboundNotice.supplier_id == Supplier.id)
    return tx.scalars(query.where(InboundNotice.id == notice_id)).one()


def is_late(notice: InboundNotice, today: date, po_late_days: int) -> bool:
    """Whether the notice is so far past its date that the receiver is warned (W-RCV-03)."""
    return notice.expected_on is not None and today - notice.expected_on > timedelta(days=po_late_days)


def arrive(work: Work, notice_id: int, plate: str, driver: str, cartons: int, dock_id: int = 0) -> Receipt:
    """A truck is at the dock: open a receipt with its acceptance sheet's number (P1).

    The notice is locked, so that the office cannot take it back unseen; E-RCV-01 when it did meanwhile.
    """
    query = select(InboundNotice).where(InboundNotice.id == notice_id).with_for_update()
    if work.tx.scalars(query.execution_options(populate_existing=True)).one().is_closed:
        raise Refused("E-RCV-01")
    number = next_no(work.tx, "RC", work.today)
    return _open(work, number, notice_id, plate, driver, cartons, dock_id)


def arrive_blind(
    work: Work, supplier_id: int, plate: str, driver: str, cartons: int, why: str, dock_id: int = 0
) -> Receipt:
    """A truck without an order, let in by a supervisor (`why`: who, and the reason): all it brings is on hold
    until an order is matched (P1).
    """
    number = next_no(work.tx, "RC", work.today)
    notice = blind.notice_for(work, number, supplier_id)
    receipt = _open(work, number, notice.id, plate, driver, cartons, dock_id)
    state = receipt.state
    record(work, RECEIPT.doc_type, number, "blind", old=state, new=state, detail={"reason": why})
    return receipt


def without_order(work: Work, receipt: Receipt, why: str) -> tuple[Receipt, bool]:
    """The receipt for what a truck brought beside its order, and whether it is new: one for each truck."""
    supplier_id = work.tx.get_one(InboundNotice, receipt.notice_id).supplier_id
    same = (
        InboundNotice.is_blind.is_(true()),
        InboundNotice.supplier_id == supplier_id,
        Receipt.state.in_((ReceiptState.ARRIVED, ReceiptState.STAGE1)),
        Receipt.plate == receipt.plate,
        Receipt.driver == receipt.driver,
    )
    query = select(Receipt).join(InboundNotice, InboundNotice.id == Receipt.notice_id).where(*same)
    found = work.tx.scalars(query.order_by(Receipt.id.desc()).limit(1)).first()
    if found is not None:
        return found, False
    return arrive_blind(work, supplier_id, receipt.plate, receipt.driver, 0, why, receipt.dock_id), True


def place_code(tx: Session, place_id: int) -> str:
    """What a place is called."""
    return tx.get_one(Location, place_id).code


def dock(tx: Session, barcode: str) -> tuple[int, str]:
    """The dock (id, code) with this label; E-LOC-03 for another place."""
    place = locations.find(tx, barcode)
    if place.kind != LocationKind.DOCK:
        raise Refused("E-LOC-03", type=locations.names_of((LocationKind.DOCK,)))
    return place.id, place.code


def _open(
    work: Work, number: str, notice_id: int, plate: str, driver: str, cartons: int, dock_id: int = 0
) -> Receipt:
    """At the dock that was scanned, else at the first one."""
    receipt = Receipt(
        receipt_no=number,
        sheet_no=next_no(work.tx, "AS", work.today),
        notice_id=notice_id,
        state=ReceiptState.ARRIVED,
        plate=plate,
        driver=driver,
        cartons_declared=cartons,
        dock_id=dock_id or locations.by_kind(work.tx, LocationKind.DOCK).id,
        arrived_at=work.now,
        arrived_by=work.by.user_id,
    )
    work.tx.add(receipt)
    work.tx.flush()
    return receipt


def cancel(work: Work, receipt: Receipt, reason: str) -> None:
    """The wrong truck was registered, or twice: the receipt is none (P1).

    E-RCV-10 once something was counted, E-RCV-07 once the count is over.
    """
    counted = rules.lines(work.tx, receipt.id) or refusing.of(work.tx, receipt.id)
    if counted and RECEIPT.may(receipt.state, "cancel"):
        raise Refused("E-RCV-10")
    RECEIPT.move(work, receipt, "cancel", detail={"reason": reason})
    withdraw(work, "AS", receipt.sheet_no, "CANCELLED")
    withdraw(work, "RC", receipt.receipt_no, "CANCELLED")


def open_notices(tx: Session, warehouse: str, limit: int) -> list[Any]:
    """Notices of which goods are still to come and no truck stands at the dock, by date."""
    at_dock = select(Receipt.notice_id).where(
        Receipt.posted_at.is_(None),
        Receipt.state.not_in((ReceiptState.CANCELLED, ReceiptState.REJECTED_ALL)),
    )
    return list(
        tx.execute(
            select(InboundNotice.asn_no, InboundNotice.expected_on, Supplier.name)
            .join(Supplier, Supplier.id == InboundNotice.supplier_id)
            .where(
                InboundNotice.warehouse == warehouse,
                InboundNotice.is_closed.is_(false()),
                InboundNotice.id.not_in(at_dock),
            )
            .order_by(InboundNotice.expected_on, InboundNotice.id)
            .limit(limit)
        )
    )


def count_notices(tx: Session, settings: Settings) -> int:
    """How many notices are still to come."""
    return len(open_notices(tx, settings.warehouse_code, limit=1000))
