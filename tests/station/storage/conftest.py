"""Goods that stand somewhere and must be put away, without the day that brought them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.documents.numbers import next_no
from station.ground.tasks import Origin
from station.practice.demo import goods
from station.stock import ledger, lots
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    LOCATION,
    HandlingUnit,
    Location,
    MovementType,
    Stock,
    UnitState,
)
from station.storage.putaway import rules
from station.storage.putaway.models import PutawayTask
from tests.floor import ZHOU, Answer, Floor
from tests.works import work

FRESH = date(2027, 3, 1)
"""An expiry that is far enough away on the first of May 2026."""

SOMEWHERE = Origin("XX", "1")


@dataclass
class Yard:
    """The demo hall with four articles; what is brought stands in the book like everything else."""

    floor: Floor

    def __post_init__(self) -> None:
        self._keys = count(1)

    def sku(self, tx: Session, code: str) -> int:
        return tx.scalars(select(Sku.id).where(Sku.code == code)).one()

    def place(self, tx: Session, code: str) -> int:
        return tx.scalars(select(Location.id).where(Location.code == code)).one()

    def lot(
        self, code: str = "S0001", expires: date | None = FRESH, received: date = date(2026, 4, 1)
    ) -> int:
        return self.floor.hub.db.write(
            lambda tx: lots.make(
                tx, self.sku(tx, code), received_on=received, receipt_id=None, produced_on=date(2026, 3, 1),
                expires_on=expires,
            )
        )  # fmt: skip

    def bring(
        self, code: str, lot: int, at: str, qty: int = 12, status: str = "GOOD", *, carton: bool = False
    ) -> str:
        """`qty` EACH stand at a place, loose or in a labelled carton; the carton's number."""

        def do(tx: Session) -> str:
            unit = self._carton(tx, qty) if carton else None
            self._book(tx, code, lot, at, qty, status, unit.id if unit else 0)
            return unit.lpn if unit else ""

        return self.floor.hub.db.write(do)

    def waits(
        self,
        code: str = "S0001",
        lot: int | None = None,
        *,
        qty: int = 12,
        at: str = "DOCK-1",
        status: str = "GOOD",
        carton: bool = True,
        origin: Origin = SOMEWHERE,
        priority: int = 0,
    ) -> str:
        """Goods at a place with a task to put them away; the carton's number, or the task's for loose ones."""
        lot = lot or self.lot(code)

        def do(tx: Session) -> str:
            unit = self._carton(tx, qty) if carton else None
            self._book(tx, code, lot, at, qty, status, unit.id if unit else 0)
            task = rules.open_task(
                work(tx, self.floor.hub.clock.now()), origin, unit, sku_id=self.sku(tx, code), lot_id=lot, qty=qty,
                source_id=self.place(tx, at), status=status, priority=priority,
            )  # fmt: skip
            tx.flush()
            return unit.lpn if unit else task.task_no

        return self.floor.hub.db.write(do)

    def take_away(self, code: str, lot: int, at: str, qty: int, status: str = "GOOD", lpn: str = "") -> None:
        """Somebody else books goods out of a place."""

        def do(tx: Session) -> None:
            unit = tx.scalars(select(HandlingUnit.id).where(HandlingUnit.lpn == lpn)).one()
            source = Place(self.place(tx, at), status, unit)
            self._post(tx, code, lot, qty, source, Place(ledger.ADJUST, status))

        self.floor.hub.db.write(do)

    def home(self, code: str, slot: str, **values: int) -> None:
        """The article's pick slot."""
        self.floor.hub.db.write(
            lambda tx: tx.execute(
                update(Sku).where(Sku.code == code).values(home_location_id=self.place(tx, slot), **values)
            )
        )

    def change(self, slot: str, **values: object) -> None:
        """Something about a place; a state by the event that leads to it."""
        event = {"FROZEN": "freeze", "CLOSED": "close"}.get(str(values.pop("state", "")))

        def do(tx: Session) -> None:
            place = tx.scalars(select(Location).where(Location.code == slot)).one()
            if event:
                LOCATION.move(work(tx, self.floor.hub.clock.now()), place, event)
            for name, value in values.items():
                setattr(place, name, value)

        self.floor.hub.db.write(do)

    def task(self, lpn: str) -> PutawayTask:
        """The last task of a carton."""
        with self.floor.hub.db.read() as tx:
            return tx.scalars(
                select(PutawayTask)
                .join(HandlingUnit, HandlingUnit.id == PutawayTask.hu_id)
                .where(HandlingUnit.lpn == lpn)
                .order_by(PutawayTask.id.desc())
            ).first()  # type: ignore[return-value]

    def at(self, place: str) -> dict[tuple[str, str], int]:
        """What the book says stands in a place: (article, status) → EACH."""
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(
                select(Sku.code, Stock.status, Stock.on_hand)
                .join(Sku, Sku.id == Stock.sku_id)
                .join(Location, Location.id == Stock.location_id)
                .where(Location.code == place, Stock.on_hand > 0)
            )
            found: dict[tuple[str, str], int] = {}
            for code, status, qty in rows:
                found[code, status] = found.get((code, status), 0) + qty
            return found

    def scans(self, *raws: str, who: str = ZHOU) -> Answer:
        return self.floor.scans(who, "putaway", *raws)

    def scan(self, raw: str, who: str = ZHOU, device: str = "HH-1") -> Answer:
        return self.floor.scan(who, "putaway", raw, device=device)

    def slot(self, code: str) -> str:
        return self.floor.slot(code)

    def _carton(self, tx: Session, qty: int) -> HandlingUnit:
        number = next_no(tx, "CT", self.floor.hub.clock.today())
        unit = HandlingUnit(lpn=number, kind="CARTON", state=UnitState.PRINTED, qty=qty)
        tx.add(unit)
        tx.flush()
        HANDLING_UNIT.move(work(tx, self.floor.hub.clock.now()), unit, "stick")
        return unit

    def _book(self, tx: Session, code: str, lot: int, at: str, qty: int, status: str, unit: int) -> None:
        target = Place(self.place(tx, at), status, unit)
        self._post(tx, code, lot, qty, Place(ledger.ADJUST, status), target)

    def _post(self, tx: Session, code: str, lot: int, qty: int, source: Place, target: Place) -> None:
        ledger.post(
            work(tx, self.floor.hub.clock.now()),
            Posting(
                MovementType.OPENING, self.sku(tx, code), lot, qty, source, target, "T", "1",
                f"yard-{next(self._keys)}",
            ),
        )  # fmt: skip


@pytest.fixture
def yard(floor: Floor) -> Yard:
    floor.erp(*goods.products(4))
    return Yard(floor)
