"""A posted receipt and the putaway of its cartons: the last one in its slot ends it (P4, P8)."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.tasks import Origin
from station.ground.work import Work
from station.inbound.models import RECEIPT, InboundNotice, Receipt, ReceiptState
from station.storage.keeping import rules as keeping
from station.storage.putaway.origins import when_all_is_away

DOC_TYPE = "RC"


def origin(receipt: Receipt) -> Origin:
    """What the putaway tasks of a receipt come from."""
    return Origin(DOC_TYPE, receipt.receipt_no)


@when_all_is_away(DOC_TYPE)
def finish(work: Work, receipt_no: str) -> None:
    """POSTED → PUTAWAY_DONE; a receipt that is elsewhere stays there. When nothing more comes of its order,
    no zone is kept for it any more (S-15).
    """
    receipt = work.tx.scalars(select(Receipt).where(Receipt.receipt_no == receipt_no)).one()
    if receipt.state == ReceiptState.POSTED:
        RECEIPT.move(work, receipt, "finish_putaway")
    notice = work.tx.get_one(InboundNotice, receipt.notice_id)
    if notice.is_closed:
        keeping.free(work, notice.asn_no)
