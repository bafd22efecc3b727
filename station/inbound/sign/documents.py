"""The papers of the signatures: final acceptance sheet, carton labels, inbound slips (S-11, S-13, S-27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from string import digits
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground import shop
from station.ground.documents.signatures import Signature
from station.ground.words.messages import say
from station.inbound import documents, faults, photos, refusing, rules
from station.inbound.blind.rules import is_blind
from station.inbound.gifts import arrivals
from station.inbound.models import InboundLine, Receipt, ReceiptLine, ReceiptRefusal
from station.inbound.reverse.models import SlipReversal
from station.inbound.sign import finger, mixing
from station.inbound.stage1.dates import used_percent
from station.inbound.stage2 import rules as inspection
from station.people.models import User
from station.settings import Settings
from station.stock.lots import lot_no
from station.stock.models import HandlingUnit, Lot

GR_PLIES = ("仓库联", "财务联", "采购联")
FINANCE_PLY = 2


def acceptance_sheet(
    tx: Session, settings: Settings, receipt: Receipt, ply: int, *, unsigned: str = ""
) -> paper.AcceptanceSheet:
    """商品验收单 as it was signed (S-01, S-11); `unsigned` says why the driver did not."""
    lines, uncounted = rules.lines(tx, receipt.id), refusing.of(tx, receipt.id)
    counted_on = receipt.arrived_at.astimezone(settings.zone).date()
    refused = faults.together(
        *(one.reject_reason for one in lines), *(one.reason for one in uncounted)
    ).split()
    foreign = (_refusal_line(tx, row) for row in uncounted if row.sku_id is not None)
    given = _gifts(tx, receipt)
    return documents.sheet(
        tx,
        settings,
        receipt,
        ply=ply,
        lines=(
            *(_sheet_line(tx, line, counted_on, given.pop(line.sku_id, 0)) for line in lines),
            *foreign,
            *(_gift_line(tx, sku_id, qty) for sku_id, qty in given.items()),
        ),
        reject_reasons=(*(faults.words(name) for name in sorted(refused)), *_photos(tx, receipt)),
        override_reason="; ".join(
            filter(None, (unsigned, *(faults.allowed_words(line.override) for line in lines)))
        ),
        receiver_name=_signers(tx, "AS", receipt.sheet_no).get("receiver", ""),
        inspector_name=_inspectors(tx, receipt, lines),
        clerk_name=_signers(tx, "AS", receipt.sheet_no).get("clerk", ""),
        signed_at=documents.local(receipt.signed_at, settings),
        driver_strokes=finger.given(tx, receipt),
    )


def _gifts(tx: Session, receipt: Receipt) -> dict[int, int]:
    """Article → EACH that came as gifts with this truck; those of counted articles stand in their lines."""
    given: dict[int, int] = {}
    for one in arrivals.of(tx, receipt.id):
        given[one.sku_id] = given.get(one.sku_id, 0) + one.qty
    return given


def _gift_line(tx: Session, sku_id: int, qty: int) -> paper.AcceptanceLine:
    """An article of which the truck brought nothing but gifts."""
    verdict = say("L-VERDICT-GIFT")["zh"]
    return _line(catalog.sku(tx, sku_id), delivered_qty=qty, gift_qty=qty, verdict=verdict)


def _line(sku: Sku, **said: Any) -> paper.AcceptanceLine:
    """A line of the sheet that says this of an article."""
    return paper.AcceptanceLine(
        sku_code=sku.code, product_name=sku.name_zh, spec=sku.spec, unit=sku.unit, **said
    )


def _sheet_line(tx: Session, line: ReceiptLine, counted_on: date, given: int) -> paper.AcceptanceLine:
    """What was delivered is what was taken in, refused and `given` (I11); the difference is without gifts."""
    sku = catalog.sku(tx, line.sku_id)
    expected = tx.get_one(InboundLine, line.inbound_line_id)
    unit = "天" if sku.shelf_life_unit == "D" else "个月"
    ordered = 0 if is_blind(tx, expected.notice_id) else expected.qty_expected
    return _line(
        sku,
        ordered_qty=ordered,
        delivered_qty=line.qty_delivered + given,
        gift_qty=given,
        received_qty=line.qty_accepted,
        rejected_qty=line.qty_rejected,
        diff_qty=line.qty_delivered - ordered if ordered else 0,
        produced_on=str(line.produced_on or ""),
        shelf_life=f"{sku.shelf_life_n}{unit}" if sku.shelf_life_n else "",
        expires_on=str(line.expires_on or ""),
        used_percent=used_percent(line.produced_on, line.expires_on, counted_on),
        lot_no=line.supplier_lot,
        stage1_result=faults.words(line.outer),
        sample_due=line.samples_due,
        sample_done=line.samples_done,
        sample_bad=line.defects,
        verdict=_verdict(line),
    )


def _photos(tx: Session, receipt: Receipt) -> list[str]:
    """How many photos there are of what was refused."""
    n = len(photos.names(tx, receipt.receipt_no))
    return [" ".join(say("L-SHEET-PHOTOS", {"n": n}).values())] if n else []


def _refusal_line(tx: Session, row: ReceiptRefusal) -> paper.AcceptanceLine:
    """What nobody ordered, or was not right: it came and went."""
    sku, qty = catalog.sku(tx, row.sku_id or 0), row.qty
    return _line(
        sku,
        delivered_qty=qty,
        rejected_qty=qty,
        diff_qty=qty,
        stage1_result=faults.words(row.reason),
        verdict=say("L-VERDICT-REFUSED")["zh"],
    )


def _verdict(line: ReceiptLine) -> str:
    if line.held:
        return say("L-VERDICT-HELD")["zh"]
    if not line.qty_rejected:
        return say("L-VERDICT-GOOD")["zh"]
    return say("L-VERDICT-PART" if line.qty_accepted else "L-VERDICT-REFUSED")["zh"]


def carton_label(
    tx: Session, settings: Settings, receipt: Receipt, line: ReceiptLine, unit: HandlingUnit, total: int
) -> paper.CartonLabel:
    """收货标签 (S-13): prints only once the signed sheet is keyed in, only for accepted cartons (S-26). It
    says when goods lack their date, and of a mixed carton that it is one, with its oldest date.
    """
    sku = catalog.sku(tx, line.sku_id)
    notice, supplier = rules.parties(tx, receipt)
    lot = tx.get_one(Lot, line.lot_id)
    known = (
        ("无日期", lot.lacks_date),
        ("无单", notice.is_blind),
        ("超送", bool(line.held)),
        ("贵重", sku.is_valuable),
        ("部分", unit.qty < line.case_qty),
    )
    marks = [mark for mark, on in known if on]
    mixed = mixing.of(tx, receipt, line, unit)
    oldest = mixed or lot
    return paper.CartonLabel(
        carton_code=unit.lpn,
        sku_code=sku.code,
        product_name=sku.name_zh,
        spec=sku.spec,
        produced_on=str(oldest.produced_on or ""),
        expires_on=str(oldest.expires_on or ""),
        lot_no=_lot(line),
        received_on=documents.local_day(receipt.signed_at, settings),
        qty_each=unit.qty,
        pack_text=f"{line.case_qty}{sku.unit}/箱",
        supplier_name=supplier.name,
        inspector_name=_inspectors(tx, receipt, [line]),
        marks=(*(mixed.marks if mixed else ()), *marks),
        carton_i=unit.seq,
        carton_n=total,
    )


def inbound_slip(tx: Session, settings: Settings, receipt: Receipt, ply: int) -> paper.InboundSlip:
    """入库单 (S-27, S-28): prices only on the finance copy."""
    return _slip(tx, settings, receipt, ply, receipt.grn_no or "", receipt.posted_at)


def reversing_slip(
    tx: Session, settings: Settings, receipt: Receipt, reversal: SlipReversal, ply: int
) -> paper.InboundSlip:
    """入库单【红冲】: the lines of the slip that it takes back, less than nothing each."""
    slip = _slip(tx, settings, receipt, ply, reversal.grn_no, reversal.at)
    lines = tuple(replace(line, qty=-line.qty, amount_fen=-line.amount_fen) for line in slip.lines)
    return replace(slip, lines=lines, reverses_no=reversal.reverses_no, reason=reversal.reason)


def _slip(
    tx: Session, settings: Settings, receipt: Receipt, ply: int, grn_no: str, at: datetime | None
) -> paper.InboundSlip:
    notice, supplier = rules.parties(tx, receipt)
    signed = _signers(tx, "GR", grn_no)
    return paper.InboundSlip(
        gr_no=grn_no,
        as_no=receipt.sheet_no,
        po_no=documents.order_no(notice),
        supplier_name=supplier.name,
        lines=tuple(
            _slip_line(tx, line, money=ply == FINANCE_PLY)
            for line in rules.lines(tx, receipt.id)
            if line.qty_accepted
        ),
        warehouse_name=shop.name_of(tx, settings),
        posted_on=documents.local_day(at, settings),
        supervisor_name=signed.get("supervisor", ""),
        keeper_name=signed.get("keeper", ""),
        clerk_name=_signers(tx, "AS", receipt.sheet_no).get("clerk", ""),
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
        lot_no=_lot(line),
        expires_on=str(line.expires_on or ""),
    )


def _lot(line: ReceiptLine) -> str:
    return line.supplier_lot or (lot_no(line.lot_id) if line.lot_id else "")


def _inspectors(tx: Session, receipt: Receipt, lines: Sequence[ReceiptLine]) -> str:
    """Who inspected these lines; whoever ended the inspection where no sample was looked at."""
    seen = inspection.inspectors(lines) or [receipt.stage2_by or 0]
    rows = tx.execute(select(User.id, User.name).where(User.id.in_(seen)))
    names = {row.id: str(row.name) for row in rows}
    return "、".join(names[one] for one in seen if one in names)


def _signers(tx: Session, doc_type: str, doc_no: str) -> dict[str, str]:
    """Who signed as what; of a paper signed again after a reversal, who did so last."""
    rows = tx.execute(
        select(Signature.meaning, Signature.signer)
        .where(Signature.doc_type == doc_type, Signature.doc_no == doc_no)
        .order_by(Signature.id)
    )
    return {row.meaning.rstrip(digits): row.signer for row in rows}
