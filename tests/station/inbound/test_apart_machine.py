"""Trucks, gifts and quarantine in any order of work: the books hold, and no goods are mistaken (I8–I11, I13)."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from printers import roster, routes
from station.catalog.models import Sku, Supplier
from station.ground.db import Database
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.gifts import issuing
from station.inbound.gifts import rules as gifts
from station.inbound.gifts.models import EntryState, GiftEntry, GiftLabel
from station.inbound.quarantine import rules as quarantine
from station.inbound.quarantine.models import Exit
from station.inbound.quarantine.rules import Line
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import Location, LocationKind, MovementType, Stock
from station.wiring import checks
from tests.station.inbound.receipts_machine import CHIEF, DOCK_NO, KEEPER, NOW, PICK, QTY, Trucks
from tests.works import work

KEPT = {"I1", "I2", "I3", "I4", "I8", "I9", "I10", "I11", "I13", "I15"}
NO = DOCK_NO | {
    "E-GFT-01",
    "E-GFT-02",
    "E-GFT-04",
    "E-GFT-05",
    "E-GFT-07",
    "E-QUAR-01",
    "E-MOV-01",
    "E-STK-02",
}
"""What may be refused; anything else is a fault."""


class ApartMachine(Trucks, RuleBasedStateMachine):
    """Two articles, small numbers, and a model of what lies where in which status."""

    template: Path
    folder: Path
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        ApartMachine.runs += 1
        self.path = self.folder / f"run{ApartMachine.runs}.sqlite3"
        shutil.copy(self.template, self.path)
        self.db = Database(f"sqlite:///{self.path}")
        self.lies: Counter[tuple[str, int]] = Counter()
        self.db.write(self._lay_out)

    def _lay_out(self, tx: Any) -> None:
        self.skus, self.places = [], {}
        for code, kind in (
            ("A-1", LocationKind.PICK), ("G-1", LocationKind.GIFT), ("Q-1", LocationKind.QUAR),
            ("D-1", LocationKind.DOCK),
        ):  # fmt: skip
            self.places[code] = locations.make(tx, code, kind).id
        supplier = Supplier(code="SUP", name="供应商")
        tx.add(supplier)
        tx.flush()
        self.supplier = supplier.id
        for paper, media in (
            ("gift_label", "label_40x30"), ("reject_label", "label_100x70"), ("adjustment", "a5"),
            ("carton_label", "label_100x70"), ("acceptance_sheet", "a4"), ("inbound_slip", "a4"),
        ):  # fmt: skip
            printer = roster.add_printer(
                tx, code=f"PR{paper}".upper().replace("_", ""), name=paper, language="png", address="virtual:",
                media=media,
            )  # fmt: skip
            routes.set_route(tx, paper, printer)
        for number in range(2):
            sku = Sku(code=f"S{number}", name_zh="货")
            tx.add(sku)
            tx.flush()
            self.skus.append(sku.id)
            lot = lots.make(tx, sku.id, received_on=NOW.date(), receipt_id=None)
            source, target = Place(ledger.ADJUST, "GOOD"), Place(self.places["A-1"], "GOOD")
            what = (MovementType.OPENING, sku.id, lot, 6, source, target, "TEST", "1", f"o{number}")
            ledger.post(work(tx, NOW), Posting(*what))
        self.lies["GOOD", 0] = self.lies["GOOD", 1] = 6

    def _do(self, rule: Callable[[Work], Any], by: Actor = KEEPER) -> Any:
        """The rule's answer, or None when it was refused."""
        try:
            return self.db.write(lambda tx: rule(replace(work(tx, NOW), by=by, key=secrets.token_hex(8))))
        except Refused as no:
            assert no.code in NO, no.code
            return None

    def _any(self, query: Any, pick: int) -> Any:
        with self.db.read() as tx:
            rows = list(tx.scalars(query))
        return rows[pick % len(rows)] if rows else None

    # --- gifts ------------------------------------------------------------------------------------

    @rule(sku=st.integers(0, 1), qty=QTY)
    def register(self, sku: int, qty: int) -> None:
        given = gifts.Given(self.supplier, self.skus[sku], qty)
        self._do(lambda work: gifts.register(work, given).id)

    @rule(entry=PICK, label=PICK, is_spoilt=st.booleans())
    def label(self, entry: int, label: int, is_spoilt: bool) -> None:
        """Any label onto any entry's gift, or spoilt: also the wrong one, and one twice."""
        entry_id = self._any(select(GiftEntry.id).order_by(GiftEntry.id), entry)
        number = self._any(select(GiftLabel.label_no).order_by(GiftLabel.id), label)
        if number is None:
            return
        act = gifts.spoil if is_spoilt else gifts.stick
        self._do(lambda work: act(work, gifts.entry(work.tx, entry_id), number))

    @rule(entry=PICK)
    def stick_all(self, entry: int) -> None:
        labelling = GiftEntry.state == EntryState.LABELLING
        entry_id = self._any(select(GiftEntry.id).where(labelling).order_by(GiftEntry.id), entry)
        if entry_id is None:
            return

        def all_of_it(work: Work) -> None:
            while number := gifts.next_label(work.tx, entry_id):
                gifts.stick(work, gifts.entry(work.tx, entry_id), number)

        self._do(all_of_it)

    @rule(entry=PICK, place=st.sampled_from(["A-1", "G-1", "Q-1"]))
    def shelve(self, entry: int, place: str) -> None:
        entry_id = self._any(select(GiftEntry.id).order_by(GiftEntry.id), entry)
        if entry_id is None:
            return

        def shelve(work: Work) -> tuple[int, int]:
            one = gifts.entry(work.tx, entry_id)
            gifts.shelve(work, one, work.tx.get_one(Location, self.places[place]))
            return one.sku_id, one.qty

        done = self._do(shelve)
        if done is not None:
            assert place == "G-1"
            self.lies["GIFT", self.skus.index(done[0])] += done[1]

    @rule(entry=PICK)
    def cancel(self, entry: int) -> None:
        entry_id = self._any(select(GiftEntry.id).order_by(GiftEntry.id), entry)
        if entry_id is not None:
            self._do(lambda work: gifts.cancel(work, gifts.entry(work.tx, entry_id), "test"))

    @rule(sku=st.integers(0, 1), qty=QTY)
    def give(self, sku: int, qty: int) -> None:
        of_it = (Stock.sku_id == self.skus[sku], Stock.location_id == self.places["G-1"])
        with self.db.read() as tx:
            before = tx.scalar(select(func.sum(Stock.on_hand)).where(*of_it)) or 0
        number = self._do(lambda work: issuing.issue(work, self.skus[sku], qty, ("OTHER", ""), "仓管", CHIEF))
        assert (number is not None) is (before >= qty)
        if number is not None:
            self.lies["GIFT", sku] -= qty

    # --- quarantine -------------------------------------------------------------------------------

    @rule(row=PICK, qty=QTY, reason=st.sampled_from(["BROKEN", "BOX", "DOUBT"]), place=st.sampled_from("AGQ"))
    def set_apart(self, row: int, qty: int, reason: str, place: str) -> None:
        slots = [self.places["A-1"], self.places["G-1"]]
        rows = select(Stock.id).where(Stock.on_hand > 0, Stock.location_id.in_(slots))
        stock_id = self._any(rows.order_by(Stock.id), row)
        if stock_id is None:
            return

        def apart(work: Work) -> tuple[str, int, str]:
            stock = work.tx.get_one(Stock, stock_id)
            was, sku = stock.status, stock.sku_id
            target = work.tx.get_one(Location, self.places[f"{place}-1"])
            return was, sku, quarantine.set_apart(work, stock, qty, reason, target).now_status

        done = self._do(apart)
        if done is not None:
            assert place == "Q"
            self.lies[done[0], self.skus.index(done[1])] -= qty
            self.lies[done[2], self.skus.index(done[1])] += qty

    @rule(row=PICK, qty=QTY, kind=st.sampled_from(Exit))
    def let_out(self, row: int, qty: int, kind: Exit) -> None:
        there = (
            Stock.on_hand > 0,
            Stock.location_id == self.places["Q-1"],
            Stock.status.not_in(("GOOD", "GIFT")),
        )
        stock_id = self._any(select(Stock.id).where(*there).order_by(Stock.id), row)
        if stock_id is None:
            return

        def out(work: Work) -> tuple[str, int, str]:
            stock = work.tx.get_one(Stock, stock_id)
            was, sku = stock.status, stock.sku_id
            quarantine.let_out(work, kind, [Line(stock_id, qty)], KEEPER, CHIEF, truck=("沪A", "司机"))
            given = work.tx.scalar(select(GiftEntry.id).where(GiftEntry.lot_id == stock.lot_id))
            return was, sku, "GIFT" if given else "GOOD"

        done = self._do(out)
        if done is not None:
            self.lies[done[0], self.skus.index(done[1])] -= qty
            if kind == Exit.RELEASE:
                self.lies[done[2], self.skus.index(done[1])] += qty

    # --- always -----------------------------------------------------------------------------------

    @invariant()
    def the_book_says_what_the_model_says(self) -> None:
        with self.db.read() as tx:
            query = select(Stock.status, Stock.sku_id, func.sum(Stock.on_hand)).where(Stock.on_hand > 0)
            rows = tx.execute(query.group_by(Stock.status, Stock.sku_id)).all()
        book = {(row[0], self.skus.index(row[1])): int(row[2]) for row in rows}
        assert book == {key: qty for key, qty in self.lies.items() if qty}

    @invariant()
    def what_must_hold_holds(self) -> None:
        with self.db.read() as tx:
            kept = [one for one in checks.invariants() if one.code in KEPT]
            assert [(one.code, text) for one in kept for text in one.find(tx)] == []

    def teardown(self) -> None:
        self.db.close()
        self.path.unlink()


@pytest.mark.parametrize(
    ("examples", "steps"), [(3, 15), pytest.param(60, 40, marks=pytest.mark.long)], ids=["few", "many"]
)
def test_in_any_order(sqlite_template: Path, tmp_path: Path, examples: int, steps: int) -> None:
    """Labels are used, spoilt or on hand; what leaves has its paper; the books are whole after each step."""
    ApartMachine.template, ApartMachine.folder = sqlite_template, tmp_path
    run_state_machine_as_test(
        ApartMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
