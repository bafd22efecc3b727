"""A slip taken back, for offices that know no such paper: pieces leave by a correction (红冲, P4)."""

from __future__ import annotations

from station.exchange.documents import AdjustmentLine, ReceiptReversal, StockAdjustment

GOOD = "GOOD"


def as_correction(doc: ReceiptReversal) -> StockAdjustment:
    """The correction that takes out what the old slip put in; the order itself stays as it is."""
    return StockAdjustment(
        event_key=doc.event_key,
        adjustment_no=doc.grn_no,
        adjustment_type="STATUS",
        at=doc.posted_at,
        operator=doc.operator,
        reason=f"红冲 {doc.reverses_grn_no}: {doc.reason}",
        lines=tuple(
            AdjustmentLine(
                sku_code=line.sku_code,
                lot=line.lot,
                expires_on=line.expires_on,
                status_from=GOOD,
                status_to=GOOD,
                delta_each=-line.qty_good,
            )
            for line in doc.lines
            if line.qty_good
        ),
    )
