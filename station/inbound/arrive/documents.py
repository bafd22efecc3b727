"""The draft of the acceptance sheet, which the driver takes along to the joint count (S-01)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog.models import Sku
from station.inbound import documents, rules
from station.inbound.models import InboundLine, Receipt
from station.settings import Settings
from station.stock.models import Location
from station.storage.keeping import rules as keeping


def dock_label(tx: Session, settings: Settings, receipt: Receipt) -> paper.DockLabel:
    """月台标: what stands in the lane, and where it will go if that was said before it came (S-15)."""
    notice, supplier = rules.parties(tx, receipt)
    return paper.DockLabel(
        receipt_code=receipt.receipt_no,
        supplier_name=supplier.name,
        po_no=documents.order_no(notice),
        vehicle_no=receipt.plate,
        driver_name=receipt.driver,
        arrived_at=documents.local(receipt.arrived_at, settings),
        cartons=receipt.cartons_declared,
        dock=tx.get_one(Location, receipt.dock_id).code,
        zone=keeping.kept(tx).get(notice.asn_no, ""),
        marks=("无单",) if notice.is_blind else (),
    )


def draft(tx: Session, settings: Settings, receipt: Receipt) -> paper.AcceptanceSheet:
    """What is expected, without quantities: the count is blind."""
    rows = tx.execute(
        select(Sku.code, Sku.name_zh, Sku.spec, Sku.unit)
        .join(InboundLine, InboundLine.sku_id == Sku.id)
        .where(InboundLine.notice_id == receipt.notice_id)
        .order_by(InboundLine.id)
    )
    lines = tuple(paper.AcceptanceLine(row.code, row.name_zh, row.spec, row.unit) for row in rows)
    return documents.sheet(tx, settings, receipt, lines=lines, is_draft=True)
