"""Before goods come the office says where they will stand (S-15)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.models import InboundNotice, Receipt
from station.inbound.putaway_done import DOC_TYPE
from station.storage.keeping import rules as keeping


@keeping.for_tasks_of(DOC_TYPE)
def order_of(tx: Session, receipt_no: str) -> str:
    """The number of the order that a receipt came for."""
    query = select(InboundNotice.asn_no).join(Receipt, Receipt.notice_id == InboundNotice.id)
    return tx.scalars(query.where(Receipt.receipt_no == receipt_no)).first() or ""


def keep_zone(work: Work, asn_no: str, room_id: int) -> None:
    """A zone is kept for an order's goods; E-RCV-01 when nothing is expected of it, E-LOC-01 for no zone."""
    notice = work.tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn_no)).first()
    if notice is None or notice.is_closed:
        raise Refused("E-RCV-01")
    zone = keeping.keep(work, asn_no, room_id)
    record(work, "ASN", asn_no, "keep_zone", old="OPEN", new="OPEN", detail={"zone": zone})


def free_zone(work: Work, asn_no: str) -> None:
    """The zone is nobody's in particular any more; twice is once."""
    if keeping.free(work, asn_no):
        record(work, "ASN", asn_no, "free_zone", old="OPEN", new="OPEN")
