"""The count at the dock: what is still expected, what was counted, what is taken back (P2, P6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import cartons, faults, rules
from station.inbound.blind import rules as blind
from station.inbound.models import RECEIPT, InboundLine, Receipt, ReceiptLine
from station.stock import ledger, lots, serials
from station.stock.ledger import Place, Posting
from station.stock.models import Movement, MovementType, StockStatus


def expected_line(tx: Session, receipt: Receipt, sku_id: int, *, lock: bool = False) -> InboundLine:
    """The notice's line for this article, one with goods still to come before a complete one.

    E-RCV-04 when the supplier was not asked for it: what is on no order goes back with the driver. A truck
    without an order (`blind`) brings what it brings.
    """
    query = (
        select(InboundLine)
        .where(InboundLine.notice_id == receipt.notice_id, InboundLine.sku_id == sku_id)
        .order_by(InboundLine.id)
    )
    if blind.is_blind(tx, receipt.notice_id):
        return blind.line_of(tx, receipt, sku_id)
    lines = list(tx.scalars(query.with_for_update() if lock else query))
    if not lines:
        raise Refused("E-RCV-04")
    return next((line for line in lines if still_expected(tx, line)), lines[-1])


def still_expected(tx: Session, line: InboundLine) -> int:
    """EACH of a notice's line that may still come: neither posted nor counted on any truck."""
    return _left(tx, line, line.qty_expected)


def _left(tx: Session, line: InboundLine, wanted: int) -> int:
    """What is missing to `wanted` EACH of a notice's line."""
    counted = tx.scalar(
        select(func.coalesce(func.sum(ReceiptLine.qty_delivered - ReceiptLine.qty_rejected), 0))
        .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
        .where(ReceiptLine.inbound_line_id == line.id, Receipt.posted_at.is_(None))
    )
    return max(0, wanted - line.qty_received - int(counted or 0))


def excess(work: Work, line: InboundLine, qty: int) -> int:
    """How many of `qty` more EACH go beyond what is still expected and `over_pct` allows (E-RCV-05); none of
    what comes without an order.
    """
    if blind.is_blind(work.tx, line.notice_id):
        return 0
    return max(0, qty - _left(work.tx, line, line.qty_expected * (100 + work.rules.over_pct) // 100))


@dataclass(frozen=True, slots=True)
class Counted:
    """What the receiver entered for one article, one date and one lot; `faults` say why some are refused.
    `is_undated`: dated goods that show no date, which a supervisor set aside. `held`: see `ReceiptLine`.
    """

    sku_id: int
    cartons: int
    case_qty: int
    loose: int
    produced_on: date | None
    expires_on: date | None
    supplier_lot: str
    outer: str = faults.INTACT
    refused: int = 0
    faults: str = ""
    override: str = ""
    is_undated: bool = False
    held: str = ""
    is_mixed: bool = False
    carton_code: str = ""

    @property
    def qty(self) -> int:
        """EACH delivered."""
        return self.cartons * self.case_qty + self.loose

    def parts(self, parked: int, leave: str) -> list[Counted]:
        """The line as it is written: `parked` EACH beyond the order are a line of their own, on hold by a
        supervisor's `leave`.
        """
        if not parked:
            return [self]
        override = "\n".join(filter(None, (self.override, leave)))
        apart = replace(self._with(parked), refused=0, faults="", override=override, held=faults.OVER)
        rest = self._with(self.qty - parked)
        return [rest, apart] if rest.qty else [apart]

    def _with(self, qty: int) -> Counted:
        cartons, loose = divmod(qty, self.case_qty) if self.cartons else (0, qty)
        return replace(self, cartons=cartons, loose=loose)


def count(work: Work, receipt: Receipt, counted: Counted) -> ReceiptLine:
    """Write one counted line; what is not refused is booked SUPPLIER → DOCK as INSPECT (S-02).

    E-RCV-05 when another truck was counted meanwhile and more must be refused than was.
    """
    expected = expected_line(work.tx, receipt, counted.sku_id, lock=True)
    over = 0 if counted.held else excess(work, expected, counted.qty - counted.refused)
    if over:
        raise Refused("E-RCV-05", n=counted.refused + over)
    if blind.is_blind(work.tx, receipt.notice_id):
        blind.expect(work.tx, expected, counted.qty)
    line = ReceiptLine(
        receipt_id=receipt.id,
        inbound_line_id=expected.id,
        sku_id=counted.sku_id,
        cartons=counted.cartons,
        case_qty=counted.case_qty,
        loose=counted.loose,
        qty_delivered=counted.qty,
        qty_rejected=counted.refused,
        produced_on=counted.produced_on,
        expires_on=counted.expires_on,
        supplier_lot=counted.supplier_lot,
        outer=counted.outer,
        reject_reason=counted.faults,
        override=counted.override,
        held=counted.held,
        is_mixed=counted.is_mixed,
        carton_code=counted.carton_code,
    )
    if line.qty_accepted:
        known = rules.lines(work.tx, receipt.id)
        beside = _carton_of(counted, known)
        line.first_carton, line.is_mixed = beside or cartons.next_number(known), bool(beside)
        _receive(work, receipt, line, is_undated=counted.is_undated)
    work.tx.add(line)
    work.tx.flush()
    return line


def _carton_of(counted: Counted, known: list[ReceiptLine]) -> int:
    """The number of the carton in which these goods lie beside others: the one that bears the same code, else
    the last one where that was said; 0 for a carton of their own.
    """
    same = [line for line in known if counted.carton_code and line.carton_code == counted.carton_code]
    first = next((line for line in same if line.first_carton and cartons.of(line) == 1), None)
    if first is not None and not counted.cartons:
        return first.first_carton
    return cartons.last(known) if counted.is_mixed else 0


def _receive(work: Work, receipt: Receipt, line: ReceiptLine, *, is_undated: bool) -> None:
    line.lot_id = lots.make(
        work.tx,
        line.sku_id,
        received_on=work.today,
        receipt_id=receipt.id,
        produced_on=line.produced_on,
        expires_on=line.expires_on,
        supplier_lot=line.supplier_lot,
        is_undated=is_undated,
    )
    ledger.post(
        work,
        Posting(
            MovementType.RECEIVE,
            line.sku_id,
            line.lot_id,
            line.qty_accepted,
            Place(ledger.SUPPLIER, StockStatus.INSPECT),
            Place(receipt.dock_id, StockStatus.INSPECT),
            "RC",
            receipt.receipt_no,
            f"{work.key}:receive{line.held}",
        ),
    )


def counted_line(tx: Session, receipt: Receipt, line_id: int) -> ReceiptLine:
    """A line of this receipt's open count; E-CMD-02 when it is there no more."""
    line = tx.get(ReceiptLine, line_id)
    if line is None or line.receipt_id != receipt.id:
        raise Refused("E-CMD-02")
    return line


def other_expiry(tx: Session, receipt_id: int, sku_id: int, lot: str, expires: date) -> date | None:
    """Another expiry of the same supplier's lot on this receipt; None when there is none."""
    return tx.scalar(
        select(ReceiptLine.expires_on)
        .where(
            ReceiptLine.receipt_id == receipt_id,
            ReceiptLine.sku_id == sku_id,
            ReceiptLine.supplier_lot == lot,
            ReceiptLine.expires_on.is_not(None),
            ReceiptLine.expires_on != expires,
        )
        .order_by(ReceiptLine.id)
        .limit(1)
    )


def remove(work: Work, receipt: Receipt, line: ReceiptLine) -> None:
    """The line was a mistake: its bookings are reversed, the last one first (what an inspector took out of it
    comes back before it), and the receipt's history keeps what it said.
    """
    mirror = aliased(Movement)
    booked = select(Movement.idem_key).where(
        Movement.lot_id == line.lot_id,
        Movement.type.in_((MovementType.RECEIVE, MovementType.REJECT)),
        Movement.reverse_of.is_(None),
        ~select(mirror.id).where(mirror.reverse_of == Movement.id).exists(),
    )
    if line.lot_id is not None:
        for number, key in enumerate(work.tx.scalars(booked.order_by(Movement.id.desc())).all()):
            ledger.reverse(work, key, f"{work.key}:take-back{line.held}{number or ''}")
        serials.withdraw_lot(work, line.lot_id)
    said = {"sku": line.sku_id, "delivered": line.qty_delivered, "refused": line.qty_rejected}
    state = receipt.state
    record(work, RECEIPT.doc_type, receipt.receipt_no, "remove_line", old=state, new=state, detail=said)
    work.tx.delete(line)
    work.tx.flush()
    if blind.is_blind(work.tx, receipt.notice_id):
        blind.expect(work.tx, work.tx.get_one(InboundLine, line.inbound_line_id), -line.qty_delivered)
