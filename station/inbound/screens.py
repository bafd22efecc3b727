"""What several screens of the dock show alike."""

from __future__ import annotations

from station.ground.scan.workflow import Context, Facts
from station.inbound import rules
from station.inbound.models import ReceiptState


def waiting_receipts(ctx: Context, *states: ReceiptState) -> Facts:
    """The receipts that wait for this process, oldest first."""
    rows = rules.waiting(ctx.tx, states, limit=4)
    return Facts(
        table=[(row.receipt_no, row.name, row.plate) for row in rows],
        hint=rows[0].sheet_no if rows else "",
    )
