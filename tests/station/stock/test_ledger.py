"""The ledger against a model that predicts every answer (I1–I4; the ledger's half of T87)."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Database
from station.ground.words.messages import Refused
from station.stock import invariants, ledger, locations, lots, promises
from station.stock.ledger import Place, Posting
from station.stock.models import LOCATION, Location, LocationKind, MovementType, Stock
from tests.works import work

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 5, 1, tzinfo=UTC)
AT = NOW
SKUS, PLACES = st.integers(0, 1), st.integers(0, 2)
QTY = st.integers(1, 3)


class LedgerMachine(RuleBasedStateMachine):
    """Two articles, three places, small numbers: collisions happen all the time."""

    template: Path
    folder: Path
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        LedgerMachine.runs += 1
        path = self.folder / f"run{LedgerMachine.runs}.sqlite3"
        shutil.copy(self.template, path)
        self.db = Database(f"sqlite:///{path}")
        self.path = path
        self.skus, self.lots, self.places = self.db.write(self._lay_out)
        self.on_hand: Counter[tuple[int, int]] = Counter()
        self.promised: Counter[tuple[int, int]] = Counter()
        self.keys: list[tuple[str, int, int, int, int]] = []
        self.reversed: set[str] = set()
        self.count = 0

    @staticmethod
    def _lay_out(tx: Session) -> tuple[list[int], list[int], list[int]]:
        skus = [
            tx.execute(insert(Sku).values(code=f"S{i}", name_zh="货").returning(Sku.id)).scalar_one()
            for i in range(2)
        ]
        lot_ids = [lots.make(tx, sku, received_on=date(2026, 5, 1), receipt_id=None) for sku in skus]
        places = [locations.make(tx, f"A-{i}", LocationKind.PICK, pick_seq=i).id for i in range(3)]
        return skus, lot_ids, places

    def _post(
        self, sku: int, qty: int, source: Place, target: Place, key: str = "", uses_allocated: int = 0
    ) -> bool:
        self.count += 1
        posting = Posting(
            MovementType.MOVE,
            self.skus[sku],
            self.lots[sku],
            qty,
            source,
            target,
            "T",
            "1",
            key or f"k{self.count}",
            uses_allocated=uses_allocated,
        )
        try:
            self.db.write(lambda tx: ledger.post(work(tx, AT), posting))
        except Refused as refusal:
            assert refusal.code == "E-STK-02"
            return False
        return True

    @rule(sku=SKUS, place=PLACES, qty=QTY)
    def receive(self, sku: int, place: int, qty: int) -> None:
        assert self._post(sku, qty, Place(ledger.SUPPLIER, "GOOD"), Place(self.places[place], "GOOD"))
        self.on_hand[sku, place] += qty

    @rule(sku=SKUS, source=PLACES, goal=PLACES, qty=QTY)
    def move(self, sku: int, source: int, goal: int, qty: int) -> None:
        if source == goal:
            return
        free = self.on_hand[sku, source] - self.promised[sku, source]
        done = self._post(sku, qty, Place(self.places[source], "GOOD"), Place(self.places[goal], "GOOD"))
        assert done is (free >= qty)
        if done:
            self.on_hand[sku, source] -= qty
            self.on_hand[sku, goal] += qty
            self.keys.append((f"k{self.count}", sku, source, goal, qty))

    @rule(sku=SKUS, place=PLACES, qty=QTY)
    def promise(self, sku: int, place: int, qty: int) -> None:
        row = self._row(sku, place)
        done = row is not None and self.db.write(lambda tx: promises.hold(tx, row, qty))
        assert done is (self.on_hand[sku, place] - self.promised[sku, place] >= qty)
        if done:
            self.promised[sku, place] += qty

    @rule(sku=SKUS, place=PLACES, qty=QTY)
    def take_promised(self, sku: int, place: int, qty: int) -> None:
        source = Place(self.places[place], "GOOD")
        done = self._post(sku, qty, source, Place(ledger.CUSTOMER, "GOOD"), uses_allocated=qty)
        assert done is (self.promised[sku, place] >= qty)
        if done:
            self.on_hand[sku, place] -= qty
            self.promised[sku, place] -= qty

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        if not self.keys:
            return
        key, sku, source, target, qty = data.draw(st.sampled_from(self.keys))
        self.count += 1
        possible = key not in self.reversed and self.on_hand[sku, target] - self.promised[sku, target] >= qty
        try:
            self.db.write(lambda tx: ledger.reverse(work(tx, AT), key, f"r{self.count}"))
        except (Refused, DBAPIError):
            assert not possible
            return
        assert possible
        self.reversed.add(key)
        self.on_hand[sku, target] -= qty
        self.on_hand[sku, source] += qty

    def _row(self, sku: int, place: int) -> int | None:
        with self.db.read() as tx:
            return tx.scalar(
                select(Stock.id).where(
                    Stock.sku_id == self.skus[sku], Stock.location_id == self.places[place]
                )
            )

    @invariant()
    def the_book_says_what_the_model_says(self) -> None:
        with self.db.read() as tx:
            rows = tx.execute(select(Stock.sku_id, Stock.location_id, Stock.on_hand, Stock.allocated)).all()
        book = {(row[0], row[1]): (row[2], row[3]) for row in rows if row[2]}
        model = {
            (self.skus[sku], self.places[place]): (qty, self.promised[sku, place])
            for (sku, place), qty in self.on_hand.items()
            if qty
        }
        assert book == model

    def teardown(self) -> None:
        with self.db.read() as tx:
            broken = [(one.code, text) for one in invariants.INVARIANTS for text in one.find(tx)]
        self.db.close()
        self.path.unlink()
        assert not broken


def test_random_movements_never_disagree_with_the_model(sqlite_template: Path, tmp_path: Path) -> None:
    LedgerMachine.template, LedgerMachine.folder = sqlite_template, tmp_path
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=12, stateful_step_count=50, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_the_same_movement_twice_is_one(db: Database) -> None:
    """I8: the same idem key cannot be posted twice, whoever tries."""
    skus, lot_ids, places = db.write(LedgerMachine._lay_out)
    posting = Posting(
        MovementType.RECEIVE,
        skus[0],
        lot_ids[0],
        5,
        Place(ledger.SUPPLIER, "GOOD"),
        Place(places[0], "GOOD"),
        "T",
        "1",
        "once",
    )
    db.write(lambda tx: ledger.post(work(tx, AT), posting))
    with pytest.raises(DBAPIError):
        db.write(lambda tx: ledger.post(work(tx, AT), posting))
    with db.read() as tx:
        assert tx.scalar(select(Stock.on_hand)) == 5


def test_many_new_goods_at_once_are_what_one_by_one_would_be(db: Database) -> None:
    """A line twice is one balance; a closed place and a real source let none of them in."""
    skus, lot_ids, places = db.write(LedgerMachine._lay_out)
    out = Place(ledger.ADJUST, "GOOD")

    def new(at: int, qty: int, key: str) -> Posting:
        target = Place(places[at], "GOOD")
        return Posting(MovementType.OPENING, skus[0], lot_ids[0], qty, out, target, "T", "1", key)

    db.write(lambda tx: ledger.post_new(work(tx, NOW), [new(0, 3, "a"), new(0, 4, "b"), new(1, 5, "c")]))
    db.write(lambda tx: LOCATION.move(work(tx, NOW), tx.get_one(Location, places[2]), "close"))
    with pytest.raises(Refused, match="E-LOC-02"):
        db.write(lambda tx: ledger.post_new(work(tx, NOW), [new(1, 1, "d"), new(2, 1, "e")]))
    inside = Place(places[0], "GOOD")
    wrong = Posting(
        MovementType.MOVE, skus[0], lot_ids[0], 1, inside, Place(places[1], "GOOD"), "T", "1", "f"
    )
    with pytest.raises(ValueError, match="virtual"):
        db.write(lambda tx: ledger.post_new(work(tx, NOW), [wrong]))
    with db.read() as tx:
        found = {row.location_id: row.on_hand for row in tx.execute(select(Stock.location_id, Stock.on_hand))}
        assert found == {places[0]: 7, places[1]: 5}
        assert [text for rule_ in invariants.INVARIANTS for text in rule_.find(tx)] == []
