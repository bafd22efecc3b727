"""What the inbound room shows in lists and prints: sheets, carton labels, inbound slips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog import rules as catalog
from station.catalog.models import Sku, Supplier
from station.ground.documents.signatures import Signature
from station.inbound import rules
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.settings import Settings
from station.stock.lots import lot_no
from station.stock.models import HandlingUnit

AS_PLIES = ("仓库制单联", "供应商结算联")
GR_PLIES = ("仓库联", "财务联", "采购联")
FINANCE_PLY = 2


def open_notices(tx: Session, warehouse: str, limit: int) -> list[Any]:
    """Notices nobody has arrived with yet, by date."""
    arrived = select(Receipt.notice_id).where(Receipt.state != ReceiptState.CANCELLED)
    return list(
        tx.execute(
            select(InboundNotice.asn_no, InboundNotice.expected_on, Supplier.name)
            .join(Supplier, Supplier.id == InboundNotice.supplier_id)
            .where(
                InboundNotice.warehouse == warehouse,
                InboundNotice.is_closed.is_(false()),
                InboundNotice.id.not_in(arrived),
            )
            .order_by(InboundNotice.expected_on, InboundNotice.id)
            .limit(limit)
        )
    )


def waiting_receipts(tx: Session, states: tuple[str, ...], limit: int) -> list[Any]:
    """Receipts in one of `states`, oldest first, with the supplier's name."""
    return list(
        tx.execute(
            select(Receipt.receipt_no, Receipt.sheet_no, Receipt.plate, Supplier.name)
            .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
            .join(Supplier, Supplier.id == InboundNotice.supplier_id)
            .where(Receipt.state.in_(states))
            .order_by(Receipt.id)
            .limit(limit)
        )
    )


def count_notices(tx: Session, settings: Settings) -> int:
    """How many notices nobody has arrived with yet."""
    return len(open_notices(tx, settings.warehouse_code, limit=1000))


def waiting_in(*states: ReceiptState) -> Callable[[Session, Settings], int]:
    """Counts the receipts that are in one of `states`."""

    def count(tx: Session, _settings: Settings) -> int:
        query = select(func.count()).select_from(Receipt).where(Receipt.state.in_(states))
        return tx.scalar(query) or 0

    return count


def acceptance_sheet(tx: Session, receipt: Receipt, *, is_draft: bool, ply: int = 1) -> paper.AcceptanceSheet:
    """商品验收单 (S-01, S-11): the draft names what is expected, the final what was found."""
    notice, supplier = _parties(tx, receipt)
    lines = rules.lines(tx, receipt.id)
    signed = _signers(tx, "AS", receipt.sheet_no)
    return paper.AcceptanceSheet(
        as_no=receipt.sheet_no,
        po_no=notice.asn_no,
        supplier_name=supplier,
        lines=tuple(_draft_lines(tx, receipt) if is_draft else (_final_line(tx, line) for line in lines)),
        vehicle_no=receipt.plate,
        driver_name=receipt.driver,
        arrived_at=f"{receipt.arrived_at:%Y-%m-%d %H:%M} UTC",
        reject_reasons=tuple(sorted({line.reject_reason for line in lines if line.reject_reason})),
        override_reason="; ".join(line.override for line in lines if line.override),
        receiver_name=signed.get("receiver", ""),
        signed_at=f"{receipt.signed_at:%Y-%m-%d %H:%M} UTC" if receipt.signed_at else "",
        ply_no=ply,
        ply_name=AS_PLIES[ply - 1],
        is_draft=is_draft,
    )


def _draft_lines(tx: Session, receipt: Receipt) -> list[paper.AcceptanceLine]:
    rows = tx.execute(
        select(Sku.code, Sku.name_zh, Sku.spec, Sku.unit)
        .join(InboundLine, InboundLine.sku_id == Sku.id)
        .where(InboundLine.notice_id == receipt.notice_id)
        .order_by(InboundLine.id)
    )
    return [paper.AcceptanceLine(row.code, row.name_zh, row.spec, row.unit) for row in rows]


def _final_line(tx: Session, line: ReceiptLine) -> paper.AcceptanceLine:
    sku = catalog.sku(tx, line.sku_id)
    expected = tx.get_one(InboundLine, line.inbound_line_id)
    life = f"{sku.shelf_life_n}{'天' if sku.shelf_life_unit == 'D' else '个月'}" if sku.shelf_life_n else ""
    return paper.AcceptanceLine(
        sku_code=sku.code,
        product_name=sku.name_zh,
        spec=sku.spec,
        unit=sku.unit,
        ordered_qty=expected.qty_expected,
        delivered_qty=line.qty_delivered,
        received_qty=line.qty_accepted,
        rejected_qty=line.qty_rejected,
        diff_qty=line.qty_delivered - expected.qty_expected,
        produced_on=str(line.produced_on or ""),
        shelf_life=life,
        expires_on=str(line.expires_on or ""),
        lot_no=line.supplier_lot,
        stage1_result=line.outer,
        sample_due=line.samples_due,
        sample_done=line.samples_done,
        sample_bad=line.defects,
        verdict="合格" if not line.qty_rejected else "部分拒收" if line.qty_accepted else "拒收",
    )


def carton_label(
    tx: Session, receipt: Receipt, line: ReceiptLine, unit: HandlingUnit, total: int, inspector: str
) -> paper.CartonLabel:
    """收货标签 (S-13): prints only after both signatures, only for accepted cartons (S-26)."""
    sku = catalog.sku(tx, line.sku_id)
    _notice, supplier = _parties(tx, receipt)
    marks = [mark for mark, on in (("贵重", sku.is_valuable), ("部分", unit.qty < line.case_qty)) if on]
    return paper.CartonLabel(
        carton_code=unit.lpn,
        sku_code=sku.code,
        product_name=sku.name_zh,
        spec=sku.spec,
        produced_on=str(line.produced_on or ""),
        expires_on=str(line.expires_on or ""),
        lot_no=line.supplier_lot or (lot_no(line.lot_id) if line.lot_id else ""),
        received_on=str(receipt.signed_at.date() if receipt.signed_at else ""),
        qty_each=unit.qty,
        pack_text=f"{line.case_qty}{sku.unit}/箱",
        supplier_name=supplier,
        inspector_name=inspector,
        marks=tuple(marks),
        carton_i=unit.seq,
        carton_n=total,
    )


def inbound_slip(tx: Session, receipt: Receipt, settings: Settings, ply: int) -> paper.InboundSlip:
    """入库单 (S-27, S-28): prices only on the finance copy."""
    notice, supplier = _parties(tx, receipt)
    signed = _signers(tx, "GR", receipt.grn_no or "")
    return paper.InboundSlip(
        gr_no=receipt.grn_no or "",
        as_no=receipt.sheet_no,
        po_no=notice.asn_no,
        supplier_name=supplier,
        lines=tuple(
            _slip_line(tx, line, money=ply == FINANCE_PLY)
            for line in rules.lines(tx, receipt.id)
            if line.qty_accepted
        ),
        warehouse_name=settings.warehouse_name,
        posted_on=str(receipt.posted_at.astimezone(settings.zone).date() if receipt.posted_at else ""),
        supervisor_name=signed.get("supervisor", ""),
        keeper_name=signed.get("keeper", ""),
        ply_no=ply,
        ply_name=GR_PLIES[ply - 1],
        shows_money=ply == FINANCE_PLY,
    )


def _slip_line(tx: Session, line: ReceiptLine, *, money: bool) -> paper.InboundLine:
    sku = catalog.sku(tx, line.sku_id)
    price = tx.get_one(InboundLine, line.inbound_line_id).price_fen or 0
    return paper.InboundLine(
        sku_code=sku.code,
        product_name=sku.name_zh,
        spec=sku.spec,
        unit=sku.unit,
        qty=line.qty_accepted,
        unit_price_fen=price if money else 0,
        amount_fen=price * line.qty_accepted if money else 0,
        lot_no=line.supplier_lot or (lot_no(line.lot_id) if line.lot_id else ""),
        expires_on=str(line.expires_on or ""),
    )


def _parties(tx: Session, receipt: Receipt) -> tuple[InboundNotice, str]:
    notice = tx.get_one(InboundNotice, receipt.notice_id)
    return notice, tx.get_one(Supplier, notice.supplier_id).name


def _signers(tx: Session, doc_type: str, doc_no: str) -> dict[str, str]:
    rows = tx.execute(
        select(Signature.meaning, Signature.signer).where(
            Signature.doc_type == doc_type, Signature.doc_no == doc_no
        )
    )
    return {row.meaning: row.signer for row in rows}
