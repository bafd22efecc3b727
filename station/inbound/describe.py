"""What receipts and notices are at this moment, for whoever asks why a scan was refused."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku, Supplier
from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused
from station.inbound import temp_labels
from station.inbound.models import InboundNotice, Receipt
from station.inbound.reverse.models import SlipReversal


def receipt(tx: Session, code: Code) -> list[Said]:
    """The receipt behind its own number, its sheet's or its inbound slip's."""
    taken_back = select(SlipReversal.receipt_id).where(
        or_(SlipReversal.grn_no == code.text, SlipReversal.reverses_no == code.text)
    )
    row = tx.execute(
        select(Receipt.receipt_no, Receipt.state, Supplier.name)
        .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(
            or_(
                Receipt.receipt_no == code.text,
                Receipt.sheet_no == code.text,
                Receipt.grn_no == code.text,
                Receipt.id.in_(taken_back),
            )
        )
        .limit(1)
    ).first()
    return [("L-IS-RECEIPT", {"no": row.receipt_no, "supplier": row.name, "st": row.state})] if row else []


def temp_label(tx: Session, code: Code) -> list[Said]:
    """Which carton a temporary label names; nothing of a void one."""
    try:
        line, number = temp_labels.says(tx, code.text)
    except Refused:
        return []
    sku, receipt = tx.get_one(Sku, line.sku_id), tx.get_one(Receipt, line.receipt_id)
    return [("L-IS-TEMP", {"no": receipt.receipt_no, "n": number, "name": sku.name_zh})]


def notice(tx: Session, code: Code) -> list[Said]:
    """The ERP's notice and its supplier."""
    row = tx.execute(
        select(InboundNotice.asn_no, Supplier.name)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(InboundNotice.asn_no == code.text)
    ).first()
    return [("L-IS-NOTICE", {"no": row.asn_no, "supplier": row.name})] if row else []
