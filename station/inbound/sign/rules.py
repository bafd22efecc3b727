"""Signatures, and the inbound slip that makes stock sellable (P4)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy import func, select, update

from station.exchange import outbox
from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign, signed_as
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.inbound import notices, putaway_done, rules
from station.inbound.blind.rules import is_blind
from station.inbound.models import RECEIPT, InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.inbound.sign import confirmation, documents, holding, labels
from station.paper.sending import print_
from station.stock import ledger, serials
from station.stock.ledger import Place, Posting
from station.stock.models import HandlingUnit, MovementType, StockStatus
from station.storage.aging.judging import status_today
from station.storage.putaway import rules as storage


def sign_sheet(work: Work, receipt: Receipt, receiver: Actor, driver: str) -> bool:
    """Receiver and driver signed (S-11): the final sheet prints, and waits for the clerk.

    False when everything was refused, which closes the receipt. After a reversal the sheet is signed and
    printed again.
    """
    again = signed_as(work.tx, "AS", receipt.sheet_no, "receiver") or ""
    accepted = any(line.qty_accepted for line in rules.lines(work.tx, receipt.id))
    RECEIPT.move(work, receipt, "sign" if accepted else "reject_all", signed_at=work.now)
    for meaning, signer in (("receiver", receiver), ("driver", driver)):
        sign(work, "AS", receipt.sheet_no, f"{meaning}{again}", signer=signer)
    for ply in (1, 2):
        sheet = documents.acceptance_sheet(work.tx, work.settings, receipt, ply)
        print_(work, sheet, "AS", receipt.sheet_no, key=f"final{ply}{f'-{again}' if again else ''}")
    return accepted


def print_counts(work: Work, receipt: Receipt) -> None:
    """What was counted goes on paper before anybody signs (S-11): a driver signs figures, no empty draft.

    Once; again when the figures have changed, or the sheet must be signed anew.
    """
    made = documents.acceptance_sheet(work.tx, work.settings, receipt, 1)
    sheet = replace(made, receiver_name="", clerk_name="", signed_at="", driver_strokes="")
    times = signed_as(work.tx, "AS", receipt.sheet_no, "receiver")
    figures = hashlib.sha256(repr(sheet).encode()).hexdigest()[:12]
    print_(work, sheet, "AS", receipt.sheet_no, key=f"counts{times}-{figures}")


def key_in(work: Work, receipt: Receipt, clerk: Actor) -> int:
    """A clerk who scans the signed sheet has keyed it in (录单, S-11): the accepted cartons' labels print,
    and no others ever do (S-26). How many. E-RCV-07 before both have signed, and once it is keyed in.
    """
    if receipt.state != ReceiptState.SIGNED or labels.left(work, receipt)[1]:
        raise Refused("E-RCV-07", st=receipt.state)
    keyed = signed_as(work.tx, "AS", receipt.sheet_no, "clerk")
    sign(work, "AS", receipt.sheet_no, f"clerk{keyed or ''}", signer=clerk)
    return labels.label_cartons(work, receipt)


def suspend(work: Work, receipt: Receipt, supervisor: Actor, reason: str, version: str = "") -> None:
    """The driver does not sign: a supervisor countersigns why, and nothing is labelled or posted (P4).

    The sheet says so, with the driver's `version` beside the figures that were counted; scanned again it
    waits for signatures as before.
    """
    RECEIPT.move(work, receipt, "suspend", detail={"reason": reason, "driver": version})
    told = f"{reason}; {say('L-DRIVER-SAYS')['zh']}: {version}" if version else reason
    times = signed_as(work.tx, "AS", receipt.sheet_no, "suspended")
    sign(work, "AS", receipt.sheet_no, f"suspended{times or ''}", signer=supervisor)
    for ply in (1, 2):
        sheet = documents.acceptance_sheet(work.tx, work.settings, receipt, ply, unsigned=told)
        print_(work, sheet, "AS", receipt.sheet_no, key=f"suspended{ply}{f'-{times}' if times else ''}")


def post(work: Work, receipt: Receipt, supervisor: Actor, keeper: Actor) -> None:
    """Both signed the inbound slip: INSPECT → GOOD, putaway tasks, ERP confirmation (S-23, S-27). Goods
    without their date, or beyond what was ordered, become HOLD instead, and the office hears of that too; so
    do those without an order, of which it hears when one is matched.

    A second post is refused by the receipt's state, so there is one GR number and stock is booked
    once (T18). E-SGN-02 before the sheet is keyed in, E-LBL-04 while a carton has no label.
    """
    left, total, _first = labels.left(work, receipt)
    if not total:
        raise Refused("E-SGN-02")
    if left:
        raise Refused("E-LBL-04", n=left)
    grn_no = next_no(work.tx, "GR", work.today)
    RECEIPT.move(work, receipt, "post", grn_no=grn_no, posted_at=work.now)
    for meaning, signer in (("supervisor", supervisor), ("keeper", keeper)):
        sign(work, "GR", grn_no, meaning, signer=signer)
    for number, (line, unit) in enumerate(_cartons(work, receipt)):
        _accept(work, receipt, line, unit, f"{work.key}:{number}")
    holding.hold(work, receipt)
    for line in rules.lines(work.tx, receipt.id):
        serials.receive_lot(work, line.lot_id)
        work.tx.execute(
            update(InboundLine)
            .where(InboundLine.id == line.inbound_line_id)
            .values(qty_received=InboundLine.qty_received + line.qty_accepted)
        )
    close_notice(work, receipt)
    if not is_blind(work.tx, receipt.notice_id):
        outbox.put(work.tx, confirmation.of(work, receipt, grn_no), doc_no=grn_no, now=work.now)
    holding.tell_near(work, receipt)
    for ply in (1, 2, 3):
        slip = documents.inbound_slip(work.tx, work.settings, receipt, ply)
        print_(work, slip, "GR", grn_no, key=f"ply{ply}")


def _accept(work: Work, receipt: Receipt, line: ReceiptLine, unit: HandlingUnit, key: str) -> None:
    assert line.lot_id is not None
    is_held = bool(holding.why_held(work, receipt, line))
    status = StockStatus.HOLD if is_held else status_today(work, line.sku_id, line.lot_id)
    ledger.post(
        work,
        Posting(
            MovementType.ACCEPT,
            line.sku_id,
            line.lot_id,
            unit.qty,
            Place(receipt.dock_id, StockStatus.INSPECT),
            Place(receipt.dock_id, status, unit.id),
            "GR",
            receipt.grn_no or "",
            key,
        ),
    )
    storage.open_task(
        work,
        putaway_done.origin(receipt),
        unit,
        sku_id=line.sku_id,
        lot_id=line.lot_id,
        qty=unit.qty,
        source_id=receipt.dock_id,
        status=status,
    )


def _cartons(work: Work, receipt: Receipt) -> list[tuple[ReceiptLine, HandlingUnit]]:
    rows = work.tx.execute(
        select(ReceiptLine, HandlingUnit)
        .join(HandlingUnit, HandlingUnit.receipt_line_id == ReceiptLine.id)
        .where(ReceiptLine.receipt_id == receipt.id)
        .order_by(HandlingUnit.seq)
    )
    return [(line, unit) for line, unit in rows]


def close_notice(work: Work, receipt: Receipt) -> None:
    """A notice whose every line has come is closed; a short one stays open for the next truck, unless nobody
    waits for what is missing (`short_close`) and no other truck of it stands at the dock.
    """
    open_lines = work.tx.scalar(
        select(func.count())
        .select_from(InboundLine)
        .where(
            InboundLine.notice_id == receipt.notice_id, InboundLine.qty_received < InboundLine.qty_expected
        )
    )
    if not open_lines:
        work.tx.execute(
            update(InboundNotice).where(InboundNotice.id == receipt.notice_id).values(is_closed=True)
        )
    elif work.rules.short_close == "CLOSE" and not notices.at_dock(work.tx, receipt.notice_id):
        notices.close_short(work, receipt.notice_id, say("L-SHORT-CLOSE")["zh"])
