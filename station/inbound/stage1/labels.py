"""The reject label of what goes back with the driver (P5): it stands on the goods while the truck is here."""

from __future__ import annotations

from printers import documents as paper
from station.catalog import rules as catalog
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import documents, faults, rules
from station.inbound.models import Receipt, ReceiptLine
from station.paper.sending import print_, withdraw

SUBJECT = "RL"


def refused(work: Work, receipt: Receipt, line: ReceiptLine) -> None:
    """拒收标签 of a line of which something is refused; without a printer one writes it by hand."""
    if not line.qty_rejected:
        return
    sku = catalog.sku(work.tx, line.sku_id)
    _notice, supplier = rules.parties(work.tx, receipt)
    label = paper.RejectLabel(
        reject_code=_number(receipt, line),
        product_name=sku.name_zh,
        sku_code=sku.code,
        spec=sku.spec,
        qty=line.qty_rejected,
        unit=sku.unit,
        reason="; ".join(faults.words(name) for name in line.reject_reason.split()),
        supplier_name=supplier.name,
        rejected_on=documents.local_day(work.now, work.settings),
        receiver_name=work.by.name,
    )
    try:
        print_(work, label, SUBJECT, _number(receipt, line))
    except Refused:
        return


def take_back(work: Work, receipt: Receipt, line: ReceiptLine) -> None:
    """The line was a mistake: its label, if no printer has it yet, is not printed."""
    withdraw(work, SUBJECT, _number(receipt, line), "CANCELLED")


def _number(receipt: Receipt, line: ReceiptLine) -> str:
    """The receipt and the line, as the label's bars say it."""
    return f"{receipt.receipt_no}-{line.id}"
