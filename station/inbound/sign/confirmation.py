"""What the ERP is told of a posted inbound slip (S-23)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.exchange.documents import ReceiptConfirmation, ReceiptConfirmationLine, ReceiptReversal
from station.ground.work import Work
from station.inbound import rules
from station.inbound.models import InboundLine, Receipt
from station.stock.lots import lot_no


def of(work: Work, receipt: Receipt, grn_no: str) -> ReceiptConfirmation:
    """Good and refused EACH of each line, with lot and dates; keyed by the slip's number (T19)."""
    notice, supplier = rules.parties(work.tx, receipt)
    return ReceiptConfirmation(
        event_key=f"GR-{grn_no}",
        grn_no=grn_no,
        asn_no=notice.asn_no,
        supplier_code=supplier.code,
        posted_at=work.now,
        lines=_lines(work, receipt),
    )


def taken_back(work: Work, receipt: Receipt, grn_no: str, reason: str) -> ReceiptReversal:
    """The same lines again for a slip that slip `grn_no` takes back; the receipt is still posted."""
    notice, supplier = rules.parties(work.tx, receipt)
    return ReceiptReversal(
        event_key=f"GR-{grn_no}",
        grn_no=grn_no,
        reverses_grn_no=receipt.grn_no or "",
        asn_no=notice.asn_no,
        supplier_code=supplier.code,
        posted_at=work.now,
        operator=work.by.name,
        reason=reason,
        lines=_lines(work, receipt),
    )


def _lines(work: Work, receipt: Receipt) -> tuple[ReceiptConfirmationLine, ...]:
    return tuple(
        ReceiptConfirmationLine(
            sku_code=catalog.sku(work.tx, line.sku_id).code,
            line_key=work.tx.get_one(InboundLine, line.inbound_line_id).line_key,
            lot=line.supplier_lot or (lot_no(line.lot_id) if line.lot_id else ""),
            produced_on=line.produced_on,
            expires_on=line.expires_on,
            qty_good=line.qty_accepted,
            qty_rejected=line.qty_rejected,
        )
        for line in rules.lines(work.tx, receipt.id)
    )
