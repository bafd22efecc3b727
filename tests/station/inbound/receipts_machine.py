"""Trucks as a part of the machine over the inbound room: counted, inspected, signed, posted, taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count as numbers
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from sqlalchemy import select

from station.ground.db import Database
from station.ground.words.actor import Actor, Role
from station.ground.work import Work
from station.inbound import parting
from station.inbound import rules as receipts
from station.inbound.arrive import rules as arriving
from station.inbound.blind import matching
from station.inbound.blind.rules import is_blind
from station.inbound.models import RECEIPT, InboundLine, InboundNotice, Receipt, ReceiptState
from station.inbound.reverse import rules as reversing
from station.inbound.sign import labels
from station.inbound.sign import rules as signing
from station.inbound.stage1 import closing
from station.inbound.stage1 import rules as counting
from station.inbound.stage2 import rules as inspecting
from tests.works import work

NOW = datetime(2026, 5, 1, tzinfo=UTC)
QTY, PICK = st.integers(1, 3), st.integers(0, 50)
KEEPER = Actor(1, "仓管", "US1", frozenset({Role.KEEPER}))
CHIEF = Actor(2, "主管", "US2", frozenset({Role.SUPERVISOR}))
RECEIVER = Actor(3, "收货", "US3", frozenset({Role.RECEIVER}))
DOCK_NO = {
    "E-RCV-01", "E-RCV-04", "E-RCV-05", "E-RCV-07", "E-RCV-08", "E-RCV-13", "E-QC-03", "E-QC-07", "E-LBL-04", "E-SGN-02",
    "E-REV-01", "E-REV-02",
}  # fmt: skip
"""What the dock may refuse; anything else is a fault."""

UNDER_WAY = (ReceiptState.STAGE1, ReceiptState.STAGE2, ReceiptState.AWAIT_SIGN, ReceiptState.SIGNED)


def of_receiver(tx: Any) -> Work:
    """A unit of work of somebody with a badge: a receipt says who opened it."""
    return replace(work(tx, NOW), by=RECEIVER)


def _begin(work: Work, receipt: Receipt) -> None:
    RECEIPT.move(work, receipt, "begin_stage1")


class Trucks:
    """Rules over receipts; whoever mixes it in has articles, a supplier, a dock, and the model `lies`."""

    lies: Counter[tuple[str, int]]
    skus: list[int]
    supplier: int
    db: Database
    _do: Callable[..., Any]
    _any: Callable[..., Any]
    _numbers = numbers(1)

    def _receipt(self, pick: int, *states: ReceiptState) -> int | None:
        query = select(Receipt.id).where(Receipt.state.in_(states)) if states else select(Receipt.id)
        return self._any(query.order_by(Receipt.id), pick)  # type: ignore[no-any-return]

    def _act(self, receipt_id: int, act: Callable[[Work, Receipt], Any]) -> Any:
        """What a rule says of this receipt; None when it was refused."""

        def locked(work: Work) -> Any:
            receipt = receipts.receipt_by_code(work.tx, receipts.receipt(work.tx, receipt_id).receipt_no)
            done = act(work, receipt)
            return True if done is None else done

        return self._do(locked, by=RECEIVER)

    @initialize(first=QTY, second=QTY)
    def yard(self, first: int, second: int) -> None:
        """Two trucks of one order stand there in the morning, and one that nobody sent for."""
        self.truck(first, second)
        self.next_truck(0)
        self.truck_without_order()

    @rule(first=QTY, second=st.integers(0, 3))
    def truck(self, first: int, second: int) -> None:
        """An order of one article or of both, and its first truck."""
        number = f"PO-{next(self._numbers)}"

        def arrive(work: Work) -> None:
            notice = InboundNotice(
                asn_no=number, version=1, supplier_id=self.supplier, warehouse="WH1", expected_on=None
            )
            work.tx.add(notice)
            work.tx.flush()
            for sku_id, ordered in zip(self.skus, (first, second), strict=True):
                if ordered:
                    line = InboundLine(notice_id=notice.id, sku_id=sku_id, qty_expected=ordered)
                    line.line_key = str(sku_id)
                    work.tx.add(line)
            work.tx.flush()
            _begin(work, arriving.arrive(work, notice.id, "沪A", "司机", first + second))

        self._do(arrive, by=RECEIVER)

    @rule(pick=PICK)
    def next_truck(self, pick: int) -> None:
        """Another one of the same order; E-RCV-01 when that is closed."""
        orders = select(InboundNotice.id).where(InboundNotice.is_blind.is_(False))
        notice_id = self._any(orders.order_by(InboundNotice.id), pick)
        if notice_id is not None:
            self._do(
                lambda work: _begin(work, arriving.arrive(work, notice_id, "沪B", "司机", 1)), by=RECEIVER
            )

    @rule()
    def truck_without_order(self) -> None:
        def arrive(work: Work) -> None:
            _begin(work, arriving.arrive_blind(work, self.supplier, "沪C", "司机", 1, "主管"))

        self._do(arrive, by=RECEIVER)

    @rule(pick=PICK, order=PICK)
    def match(self, pick: int, order: int) -> None:
        """A truck without an order, else any, to any order; what was posted without is good from then on."""
        blind = select(Receipt.id).join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        blind = blind.where(InboundNotice.is_blind).order_by(Receipt.posted_at.is_(None), Receipt.id)
        receipt_id = self._any(blind, pick) or self._receipt(pick)
        notice_id = self._any(select(InboundNotice.id).order_by(InboundNotice.id), order)
        if receipt_id is None:
            return

        def match(work: Work, receipt: Receipt) -> list[tuple[int, int]]:
            matching.match(work, receipt, notice_id)
            found = receipts.lines(work.tx, receipt.id) if receipt.posted_at else []
            return [(line.sku_id, line.qty_accepted) for line in found]

        for sku_id, qty in self._act(receipt_id, match) or ():
            self.lies["HOLD", self.skus.index(sku_id)] -= qty
            self.lies["GOOD", self.skus.index(sku_id)] += qty

    @rule(pick=PICK, sku=st.integers(0, 1), cartons=QTY, refused=st.integers(0, 3))
    def count(self, pick: int, sku: int, cartons: int, refused: int) -> None:
        """Also too many, which are refused by E-RCV-05 unless enough of them go back."""
        receipt_id = self._receipt(pick, ReceiptState.STAGE1)
        if receipt_id is not None:
            self._count(receipt_id, self.skus[sku], cartons, refused)

    def _count(self, receipt_id: int, sku_id: int, cartons: int, refused: int = 0) -> None:
        def write(work: Work, receipt: Receipt) -> tuple[int, int]:
            counted = counting.Counted(
                sku_id=sku_id,
                cartons=cartons,
                case_qty=1,
                loose=0,
                produced_on=None,
                expires_on=None,
                supplier_lot="",
                refused=min(refused, cartons),
                faults="SOAKED" if refused else "",
            )
            return sku_id, counting.count(work, receipt, counted).qty_accepted

        done = self._act(receipt_id, write)
        if done is not None:
            self.lies["INSPECT", self.skus.index(done[0])] += done[1]

    @rule(pick=PICK, is_reopened=st.booleans())
    def close_count(self, pick: int, is_reopened: bool) -> None:
        """Or open it again, at any moment before the signature."""
        receipt_id = self._receipt(pick)
        if receipt_id is not None and is_reopened:
            self._act(receipt_id, closing.reopen)
        elif receipt_id is not None:
            self._act(receipt_id, lambda work, receipt: bool(closing.close_count(work, receipt)) or True)

    @rule(pick=PICK, is_bad=st.booleans())
    def sample(self, pick: int, is_bad: bool) -> None:
        receipt_id = self._receipt(pick, ReceiptState.STAGE2)
        if receipt_id is not None:
            self._sample(receipt_id, is_bad)

    def _sample(self, receipt_id: int, is_bad: bool) -> None:
        def look(work: Work, receipt: Receipt) -> tuple[int, int]:
            line = inspecting.line_to_sample(work.tx, receipt.id)
            if line is None:
                RECEIPT.move(work, receipt, "finish_checks")
                return 0, 0
            before = line.qty_accepted
            if is_bad:
                inspecting.sample_failed(work, receipt, line, "DAMAGED")
            else:
                inspecting.sample_passed(work, line)
            return line.sku_id, before - line.qty_accepted

        sku_id, lost = self._act(receipt_id, look) or (0, 0)
        if lost:
            self.lies["INSPECT", self.skus.index(sku_id)] -= lost

    @rule(pick=PICK, samples=st.integers(0, 2))
    def part(self, pick: int, samples: int) -> None:
        """What is ready goes on without the rest, after some more samples of a truck that was counted at last."""
        receipt_id = self._receipt(pick, ReceiptState.STAGE1, ReceiptState.STAGE2)
        if receipt_id is None:
            return
        self._further(receipt_id, 2 + samples)
        self._act(receipt_id, lambda work, receipt: parting.part(work, receipt, "test"))

    @rule(pick=PICK)
    def sign(self, pick: int) -> None:
        receipt_id = self._receipt(pick)
        if receipt_id is not None:
            self._act(receipt_id, lambda work, receipt: signing.sign_sheet(work, receipt, RECEIVER, "司机"))

    @rule(pick=PICK)
    def key_in(self, pick: int) -> None:
        receipt_id = self._receipt(pick)
        if receipt_id is not None:
            self._act(receipt_id, lambda work, receipt: signing.key_in(work, receipt, RECEIVER))

    @rule(pick=PICK, is_stuck=st.booleans())
    def post(self, pick: int, is_stuck: bool) -> None:
        """With every label on its carton; without, E-LBL-04."""
        receipt_id = self._receipt(pick)
        if receipt_id is not None:
            self._post(receipt_id, is_stuck)

    def _post(self, receipt_id: int, is_stuck: bool) -> None:
        def post(work: Work, receipt: Receipt) -> list[tuple[int, int, str]]:
            while is_stuck and receipt.state == ReceiptState.SIGNED and labels.left(work, receipt)[0]:
                labels.stick(work, receipt, labels.left(work, receipt)[2])
            signing.post(work, receipt, CHIEF, KEEPER)
            status = "HOLD" if is_blind(work.tx, receipt.notice_id) else "GOOD"
            return [(line.sku_id, line.qty_accepted, status) for line in receipts.lines(work.tx, receipt.id)]

        for sku_id, qty, status in self._act(receipt_id, post) or ():
            self.lies["INSPECT", self.skus.index(sku_id)] -= qty
            self.lies[status, self.skus.index(sku_id)] += qty

    @rule(pick=PICK, times=st.integers(3, 12), is_bad=st.booleans())
    def go_on(self, pick: int, times: int, is_bad: bool) -> None:
        """A crew that knows its work takes a truck further: single steps alone hardly ever come to a slip."""
        receipt_id = self._receipt(pick, *UNDER_WAY)
        if receipt_id is not None:
            self._further(receipt_id, times, is_bad)

    def _further(self, receipt_id: int, times: int, is_bad: bool = False) -> None:
        """So many steps towards the slots, each the next one; the first sample may be a bad one."""
        for _ in range(times):
            with self.db.read() as tx:
                receipt = receipts.receipt(tx, receipt_id)
                state, is_counted = receipt.state, bool(receipts.lines(tx, receipt_id))
            if state == ReceiptState.STAGE1 and not is_counted:
                for sku_id in self.skus:  # one that was not ordered is refused
                    self._count(receipt_id, sku_id, 1)
            elif state == ReceiptState.STAGE1:
                self._act(receipt_id, lambda work, receipt: bool(closing.close_count(work, receipt)) or True)
            elif state == ReceiptState.STAGE2:
                self._sample(receipt_id, is_bad)
                is_bad = False
            elif state == ReceiptState.AWAIT_SIGN:
                self._act(
                    receipt_id, lambda work, receipt: signing.sign_sheet(work, receipt, RECEIVER, "司机")
                )
            elif state == ReceiptState.SIGNED:
                self._act(receipt_id, lambda work, receipt: signing.key_in(work, receipt, RECEIVER))
                self._post(receipt_id, True)

    @rule(pick=PICK)
    def take_slip_back(self, pick: int) -> None:
        receipt_id = self._receipt(pick, *reversing.POSTED) or self._receipt(pick)
        if receipt_id is None:
            return

        def reverse(work: Work, receipt: Receipt) -> list[tuple[int, int]]:
            reversing.reverse(work, receipt, "test", CHIEF, KEEPER)
            return [(line.sku_id, line.qty_accepted) for line in receipts.lines(work.tx, receipt.id)]

        for sku_id, qty in self._act(receipt_id, reverse) or ():
            self.lies["GOOD", self.skus.index(sku_id)] -= qty
            self.lies["INSPECT", self.skus.index(sku_id)] += qty
