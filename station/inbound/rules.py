"""Arrival and the two checks: what may happen to a receipt before it is signed (P1–P3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.db import Prepared
from station.ground.documents.numbers import next_no
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.inbound.stage2 import sampling
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import Location, LocationKind, Lot, MovementType, Stock, StockStatus

INTACT = "INTACT"
OUTER = {"1": INTACT, "2": "BROKEN", "3": "SOAKED", "4": "DEFORMED", "5": "SEAL"}
"""Outer packing (P2, S-06): key on the pad → condition; only INTACT cartons are received."""


_KNOWN = Prepared(select(InboundNotice.id).where(InboundNotice.asn_no == bindparam("number")))


def knows_notice(tx: Session, number: str) -> bool:
    """Whether this is the number of a notice, for the resolver of scans."""
    return _KNOWN.first(tx, number=number) is not None


def notice(tx: Session, asn_no: str, warehouse: str) -> InboundNotice:
    """The open notice of this warehouse; E-RCV-01 otherwise."""
    found = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn_no)).first()
    if found is None or found.warehouse != warehouse or found.is_closed:
        raise Refused("E-RCV-01")
    return found


def is_late(found: InboundNotice, today: date, po_late_days: int) -> bool:
    """Whether the notice is so far past its date that the receiver is warned (W-RCV-03)."""
    return found.expected_on is not None and today - found.expected_on > timedelta(days=po_late_days)


def arrive(ctx: Context, notice_id: int, plate: str, driver: str, cartons: int) -> Receipt:
    """A truck is at the dock: open a receipt with its acceptance sheet's number (P1)."""
    dock = locations.by_kind(ctx.tx, LocationKind.DOCK)
    receipt = Receipt(
        receipt_no=next_no(ctx.tx, "RC", ctx.today),
        sheet_no=next_no(ctx.tx, "AS", ctx.today),
        notice_id=notice_id,
        state=ReceiptState.ARRIVED,
        plate=plate,
        driver=driver,
        cartons_declared=cartons,
        dock_id=dock.id,
        arrived_at=ctx.now,
        arrived_by=ctx.actor.user_id,
    )
    ctx.tx.add(receipt)
    ctx.tx.flush()
    return receipt


def receipt_by_code(tx: Session, text: str) -> Receipt:
    """The receipt with this receipt or acceptance-sheet barcode; E-RCV-01 when there is none."""
    found = tx.scalars(
        select(Receipt).where((Receipt.receipt_no == text) | (Receipt.sheet_no == text))
    ).first()
    if found is None:
        raise Refused("E-RCV-01")
    return found


def receipt(tx: Session, receipt_id: int) -> Receipt:
    """The receipt with this id."""
    return tx.get_one(Receipt, receipt_id)


def lines(tx: Session, receipt_id: int) -> list[ReceiptLine]:
    """The lines counted so far, in the order they were counted."""
    return list(
        tx.scalars(select(ReceiptLine).where(ReceiptLine.receipt_id == receipt_id).order_by(ReceiptLine.id))
    )


def expected_line(tx: Session, found: Receipt, sku_id: int) -> InboundLine:
    """The notice's line for this article; E-RCV-04 when the supplier was not asked for it."""
    line = tx.scalars(
        select(InboundLine).where(InboundLine.notice_id == found.notice_id, InboundLine.sku_id == sku_id)
    ).first()
    if line is None:
        raise Refused("E-RCV-04")
    return line


def excess(tx: Session, found: Receipt, line: InboundLine, qty: int) -> int:
    """How many of `qty` more EACH go beyond what is still expected (E-RCV-05, tolerance 0)."""
    counted = tx.scalar(
        select(func.coalesce(func.sum(ReceiptLine.qty_delivered - ReceiptLine.qty_rejected), 0)).where(
            ReceiptLine.receipt_id == found.id, ReceiptLine.inbound_line_id == line.id
        )
    )
    open_qty = line.qty_expected - line.qty_received - int(counted or 0)
    return max(0, qty - max(0, open_qty))


def youngest_expiry_on_hand(tx: Session, sku_id: int) -> date | None:
    """The latest expiry among the article's stock: anything older arriving is 批次倒挂 (W-EXP-07)."""
    return tx.scalar(
        select(func.max(Lot.expires_on))
        .join(Stock, Stock.lot_id == Lot.id)
        .join(Location, Location.id == Stock.location_id)
        .where(Stock.sku_id == sku_id, Stock.on_hand > 0, Stock.status == StockStatus.GOOD)
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What the receiver entered for one article, one date and one lot."""

    sku_id: int
    cartons: int
    case_qty: int
    loose: int
    produced_on: date | None
    expires_on: date | None
    supplier_lot: str
    outer: str
    refused: int = 0
    reject_reason: str = ""
    override: str = ""

    @property
    def qty(self) -> int:
        """EACH delivered."""
        return self.cartons * self.case_qty + self.loose


def count(ctx: Context, found: Receipt, counted: Counted) -> ReceiptLine:
    """Write one counted line; what is not rejected is booked SUPPLIER → DOCK as INSPECT (S-02)."""
    expected = expected_line(ctx.tx, found, counted.sku_id)
    rejected = counted.qty if counted.outer != INTACT else counted.refused
    line = ReceiptLine(
        receipt_id=found.id,
        inbound_line_id=expected.id,
        sku_id=counted.sku_id,
        cartons=counted.cartons,
        case_qty=counted.case_qty,
        loose=counted.loose,
        qty_delivered=counted.qty,
        qty_rejected=rejected,
        produced_on=counted.produced_on,
        expires_on=counted.expires_on,
        supplier_lot=counted.supplier_lot,
        outer=counted.outer,
        reject_reason=counted.reject_reason or ("" if counted.outer == INTACT else counted.outer),
        override=counted.override,
    )
    if line.qty_accepted:
        line.lot_id = lots.make(
            ctx.tx,
            counted.sku_id,
            received_on=ctx.today,
            receipt_id=found.id,
            produced_on=counted.produced_on,
            expires_on=counted.expires_on,
            supplier_lot=counted.supplier_lot,
        )
        _book(ctx, found, line, line.qty_accepted, MovementType.RECEIVE)
    ctx.tx.add(line)
    ctx.tx.flush()
    return line


def _book(ctx: Context, found: Receipt, line: ReceiptLine, qty: int, kind: MovementType) -> None:
    supplier = Place(ledger.SUPPLIER, StockStatus.INSPECT)
    dock = Place(found.dock_id, StockStatus.INSPECT)
    source, target = (supplier, dock) if kind is MovementType.RECEIVE else (dock, supplier)
    assert line.lot_id is not None
    ledger.post(
        ctx,
        Posting(
            kind,
            line.sku_id,
            line.lot_id,
            qty,
            source,
            target,
            "RC",
            found.receipt_no,
            f"{ctx.key}:{kind}",
        ),
    )


def plan_samples(ctx: Context, found: Receipt) -> None:
    """Compute stage 2's plan for every line; the draw of cartons is stored, so re-opening shows the
    same ones (P3, T11).
    """
    rules = ctx.settings.rules
    for line in lines(ctx.tx, found.id):
        if not line.qty_accepted:
            continue
        sku = catalog.sku(ctx.tx, line.sku_id)
        plan = sampling.sample_size(
            units=line.qty_accepted,
            inner_packs=line.qty_accepted // sku.inner_qty if sku.inner_qty else 0,
            cartons=max(1, line.cartons),
            is_valuable=sku.is_valuable or sku.is_serial,
            is_first_delivery=False,
            plain_pct=rules.sample_plain_pct,
            inner_pct=rules.sample_inner_pct,
        )
        line.samples_due = plan.n
        line.is_full_check = plan.is_full
        line.draw = {
            "unit": plan.unit,
            "seed": line.id,
            "cartons": list(sampling.draw_cartons(max(1, line.cartons), plan.cartons_to_open, line.id)),
        }
    ctx.tx.flush()


def may_inspect(ctx: Context, found: Receipt) -> None:
    """Stage 2 is another person's work: always for valuables, else by setting (E-AUTH-03, T14)."""
    if ctx.actor.user_id != found.stage1_by:
        return
    valuable = any(catalog.sku(ctx.tx, line.sku_id).is_valuable for line in lines(ctx.tx, found.id))
    if ctx.settings.rules.stage2_other_person or valuable:
        raise Refused("E-AUTH-03")


def sample_passed(ctx: Context, line: ReceiptLine) -> None:
    """One more sample is fine."""
    _sample(ctx, line, defects=0)


def sample_failed(ctx: Context, found: Receipt, line: ReceiptLine) -> None:
    """One sample is bad: it leaves the dock, and the lot escalates to 100 % (P3, T13)."""
    sku = catalog.sku(ctx.tx, line.sku_id)
    is_inner = line.draw["unit"] == "INNER"
    each = sku.inner_qty if is_inner else 1
    full = line.qty_delivered // each
    _sample(ctx, line, defects=1)
    ctx.tx.execute(
        update(ReceiptLine)
        .where(ReceiptLine.id == line.id)
        .values(
            samples_due=max(full, line.samples_due),
            is_full_check=True,
            qty_rejected=ReceiptLine.qty_rejected + each,
            reject_reason="DEFECT",
        )
    )
    ctx.tx.refresh(line)
    _book(ctx, found, line, each, MovementType.REJECT)


def _sample(ctx: Context, line: ReceiptLine, defects: int) -> None:
    done = ctx.tx.execute(
        update(ReceiptLine)
        .where(ReceiptLine.id == line.id, ReceiptLine.samples_done < ReceiptLine.samples_due)
        .values(samples_done=ReceiptLine.samples_done + 1, defects=ReceiptLine.defects + defects)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("E-PAK-02")
    ctx.tx.refresh(line)


def line_to_sample(tx: Session, receipt_id: int) -> ReceiptLine | None:
    """The first line whose plan is not complete."""
    return tx.scalars(
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.samples_done < ReceiptLine.samples_due)
        .order_by(ReceiptLine.id)
        .limit(1)
    ).first()
