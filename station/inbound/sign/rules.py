"""Signatures, carton labels, and the inbound slip that makes stock sellable (P4)."""

from __future__ import annotations

from sqlalchemy import func, select, update

from printers import queue
from station.catalog import rules as catalog
from station.catalog.models import Supplier
from station.exchange import outbox
from station.exchange.documents import ReceiptConfirmation, ReceiptConfirmationLine
from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.scan.workflow import Context
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.inbound import documents, putaway_done, rules
from station.inbound.models import RECEIPT, InboundLine, InboundNotice, Receipt, ReceiptLine
from station.paper.sending import print_, print_again, seen
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.lots import lot_no
from station.stock.models import HandlingUnit, MovementType, StockStatus
from station.storage.putaway import rules as storage

PRINTED, APPLIED, STORED = "PRINTED", "APPLIED", "STORED"
"""A carton's label: printed, stuck on and confirmed, carton in its slot."""


def sign_sheet(ctx: Context, receipt: Receipt, receiver: Actor, driver: str) -> int:
    """Receiver and driver signed (S-11): SIGNED, final sheet, cartons with labels. Returns how many."""
    RECEIPT.move(ctx, receipt, "sign", signed_at=ctx.now)
    for meaning, signer in (("receiver", receiver), ("driver", driver)):
        sign(ctx, "AS", receipt.sheet_no, meaning, signer=signer)
    for ply in (1, 2):
        sheet = documents.acceptance_sheet(ctx.tx, receipt, is_draft=False, ply=ply)
        print_(ctx, sheet, "AS", receipt.sheet_no, key=f"final{ply}")
    return _label_cartons(ctx, receipt)


def _label_cartons(ctx: Context, receipt: Receipt) -> int:
    """One handling unit and one label per accepted carton; the last one may be partial (S-13, S-26)."""
    made: list[tuple[ReceiptLine, HandlingUnit]] = []
    for line in rules.lines(ctx.tx, receipt.id):
        left = line.qty_accepted
        while left > 0:
            qty = min(left, line.case_qty)
            unit = HandlingUnit(
                lpn=next_no(ctx.tx, "CT", ctx.today),
                kind="CARTON",
                state=PRINTED,
                receipt_line_id=line.id,
                seq=len(made) + 1,
                qty=qty,
            )
            made.append((line, unit))
            left -= qty
    ctx.tx.add_all(unit for _line, unit in made)
    ctx.tx.flush()
    inspector = ctx.services.people.name_of(ctx.tx, receipt.stage2_by) if receipt.stage2_by else ""
    for line, unit in made:
        label = documents.carton_label(ctx.tx, receipt, line, unit, len(made), inspector)
        print_(ctx, label, "CT", unit.lpn, batch=receipt.receipt_no)
    return len(made)


def labels_progress(ctx: Context, receipt: Receipt) -> queue.Progress:
    """How many of the receipt's labels are printed, and which one stops the rest (P30: 已打 j/k)."""
    return queue.progress(ctx.tx, receipt.receipt_no)


def reprint_label(ctx: Context, receipt: Receipt, reason: str) -> str:
    """Print the label in doubt again, else the first one not yet stuck; the carton's number."""
    stopped = labels_progress(ctx, receipt).stopped_at
    _left, _total, first = labels_left(ctx, receipt)
    lpn = queue.show(ctx.tx, stopped).subject_no if stopped is not None else first
    print_again(ctx, "CT", lpn, reason)
    return lpn


def carton(ctx: Context, lpn: str) -> HandlingUnit:
    """The carton with this label; E-LBL-02 when it is none of ours."""
    found = ctx.tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).first()
    if found is None:
        raise Refused("E-LBL-02")
    return found


def receipt_of(ctx: Context, unit: HandlingUnit) -> tuple[Receipt, ReceiptLine]:
    """The receipt and line a carton came with."""
    line = ctx.tx.get_one(ReceiptLine, unit.receipt_line_id)
    return rules.receipt(ctx.tx, line.receipt_id), line


def confirm_label(ctx: Context, receipt: Receipt, lpn: str) -> None:
    """The receiver stuck this label: foreign → E-LBL-02, twice → E-LBL-01 (T21)."""
    unit = carton(ctx, lpn)
    if receipt_of(ctx, unit)[0].id != receipt.id:
        raise Refused("E-LBL-02")
    done = ctx.tx.execute(
        update(HandlingUnit)
        .where(HandlingUnit.id == unit.id, HandlingUnit.state == PRINTED)
        .values(state=APPLIED)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("E-LBL-01")
    seen(ctx, "CT", lpn)


def labels_left(ctx: Context, receipt: Receipt) -> tuple[int, int, str]:
    """Labels not yet stuck, all labels, and the next one."""
    query = (
        select(func.count(), func.min(HandlingUnit.lpn))
        .join(ReceiptLine, ReceiptLine.id == HandlingUnit.receipt_line_id)
        .where(ReceiptLine.receipt_id == receipt.id)
    )
    total, _first = ctx.tx.execute(query).one()
    left, first = ctx.tx.execute(query.where(HandlingUnit.state == PRINTED)).one()
    return left, total, first or ""


def post(ctx: Context, receipt: Receipt, supervisor: Actor, keeper: Actor) -> None:
    """Both signed the inbound slip: INSPECT → GOOD, putaway tasks, ERP confirmation (S-23, S-27).

    A second post is refused by the receipt's state, so there is one GR number and stock is booked
    once (T18).
    """
    left, _total, _first = labels_left(ctx, receipt)
    if left:
        raise Refused("E-LBL-04", n=left)
    grn_no = next_no(ctx.tx, "GR", ctx.today)
    RECEIPT.move(ctx, receipt, "post", grn_no=grn_no, posted_at=ctx.now)
    for meaning, signer in (("supervisor", supervisor), ("keeper", keeper)):
        sign(ctx, "GR", grn_no, meaning, signer=signer)
    for number, (line, unit) in enumerate(_cartons(ctx, receipt)):
        assert line.lot_id is not None
        ledger.post(
            ctx,
            Posting(
                MovementType.ACCEPT,
                line.sku_id,
                line.lot_id,
                unit.qty,
                Place(receipt.dock_id, StockStatus.INSPECT),
                Place(receipt.dock_id, StockStatus.GOOD, unit.id),
                "GR",
                grn_no,
                f"{ctx.key}:{number}",
            ),
        )
        storage.open_task(
            ctx,
            putaway_done.origin(receipt),
            unit,
            sku_id=line.sku_id,
            lot_id=line.lot_id,
            qty=unit.qty,
            source_id=receipt.dock_id,
            status=StockStatus.GOOD,
        )
    for line in rules.lines(ctx.tx, receipt.id):
        ctx.tx.execute(
            update(InboundLine)
            .where(InboundLine.id == line.inbound_line_id)
            .values(qty_received=InboundLine.qty_received + line.qty_accepted)
        )
    _close_notice(ctx, receipt)
    outbox.put(ctx.tx, _confirmation(ctx, receipt, grn_no), doc_no=grn_no, now=ctx.now)
    for ply in (1, 2, 3):
        print_(ctx, documents.inbound_slip(ctx.tx, receipt, ctx.settings, ply), "GR", grn_no, key=f"ply{ply}")


def _cartons(ctx: Context, receipt: Receipt) -> list[tuple[ReceiptLine, HandlingUnit]]:
    rows = ctx.tx.execute(
        select(ReceiptLine, HandlingUnit)
        .join(HandlingUnit, HandlingUnit.receipt_line_id == ReceiptLine.id)
        .where(ReceiptLine.receipt_id == receipt.id)
        .order_by(HandlingUnit.seq)
    )
    return [(line, unit) for line, unit in rows]


def _close_notice(ctx: Context, receipt: Receipt) -> None:
    """A notice whose every line has come is closed; a short one stays open for the next truck."""
    open_lines = ctx.tx.scalar(
        select(func.count())
        .select_from(InboundLine)
        .where(
            InboundLine.notice_id == receipt.notice_id, InboundLine.qty_received < InboundLine.qty_expected
        )
    )
    if not open_lines:
        ctx.tx.execute(
            update(InboundNotice).where(InboundNotice.id == receipt.notice_id).values(is_closed=True)
        )


def _confirmation(ctx: Context, receipt: Receipt, grn_no: str) -> ReceiptConfirmation:
    notice = ctx.tx.get_one(InboundNotice, receipt.notice_id)
    return ReceiptConfirmation(
        event_key=f"GR-{grn_no}",
        grn_no=grn_no,
        asn_no=notice.asn_no,
        supplier_code=ctx.tx.get_one(Supplier, notice.supplier_id).code,
        posted_at=ctx.now,
        lines=tuple(
            ReceiptConfirmationLine(
                sku_code=catalog.sku(ctx.tx, line.sku_id).code,
                line_key=ctx.tx.get_one(InboundLine, line.inbound_line_id).line_key,
                lot=line.supplier_lot or (lot_no(line.lot_id) if line.lot_id else ""),
                produced_on=line.produced_on,
                expires_on=line.expires_on,
                qty_good=line.qty_accepted,
                qty_rejected=line.qty_rejected,
            )
            for line in rules.lines(ctx.tx, receipt.id)
        ),
    )
