"""The books stay right whatever a clumsy day does to them: moves, holds, looks at dates, counts, corrections."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from station.ground.tasks import Origin
from station.ground.tasks.models import LIVE
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder
from station.stock import locations
from station.stock.holds import Hold
from station.stock.models import Location, Lot, Stock
from station.storage.adjusting import rules as adjusting
from station.storage.aging import rules as aging
from station.storage.counting import rules as counting
from station.storage.counting.models import COUNTS, CountTask
from station.storage.holds import rules as holding
from station.storage.moves import rules as moves
from station.storage.moves.models import MoveTask
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.cartons import user_id_of
from tests.station.storage.conftest import Yard

SLOTS = ("A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01", "R-01-02-4-01", "R-01-03-4-01", "QUAR-1")
EXPIRIES = (date(2026, 4, 30), date(2026, 5, 6), date(2026, 6, 20), date(2027, 3, 1))


class Clumsy:
    """Somebody who does one thing after the other, at random; what is refused changes nothing."""

    def __init__(self, yard: Yard, seed: int) -> None:
        self.yard, self.rng, self.number = yard, random.Random(seed), 0
        self.done: list[str] = []
        roles = frozenset({Role.KEEPER, Role.SUPERVISOR})
        self.people = [Actor(user_id_of(yard, badge), badge, badge, roles) for badge in (ZHOU, CHEN, SUN)]
        self.deeds: list[Callable[[], object]] = [
            self.bring, self.order, self.release_waves, self.move, self.put, self.hold, self.unhold, self.look,
            self.correct, self.sign, self.count, self.have_counted, self.cancel,
        ]  # fmt: skip

    def do(self) -> None:
        deed = self.rng.choice(self.deeds)
        self.yard.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
        with contextlib.suppress(Refused):
            deed()
            self.done.append(deed.__name__)

    def _as(self, who: Actor, rule: Callable[[Work], object]) -> None:
        self.number += 1
        self.yard.floor.hub.works.do(rule, who, key=f"deed-{self.number}")

    def _any(self, work: Work, query: object) -> object:
        found = work.tx.scalars(query).all()  # type: ignore[call-overload]
        if not found:
            raise Refused("E-TSK-02")
        return self.rng.choice(found)

    def bring(self) -> None:
        lot = self.yard.lot(expires=self.rng.choice(EXPIRIES))
        self.yard.bring("S0001", lot, self.rng.choice(SLOTS[:5]), self.rng.randint(1, 9))

    def order(self) -> None:
        self.number += 1
        self.yard.floor.erp(order_of(self.number, ("S0001", self.rng.randint(1, 5))))

    def release_waves(self) -> None:
        self.yard.floor.release()

    def move(self) -> None:
        def begin(work: Work) -> None:
            row = self._any(work, select(Stock).where(Stock.on_hand > 0))
            moves.begin(work, row, self.rng.randint(1, 5))  # type: ignore[arg-type]

        self._as(self.people[0], begin)

    def put(self) -> None:
        def end(work: Work) -> None:
            held = MoveTask.taken_by == work.by.user_id
            task = self._any(work, select(MoveTask).where(MoveTask.state.in_(LIVE), held))
            assert isinstance(task, MoveTask)
            if self.rng.random() < 0.3:
                moves.let_go(work, task.id)
                return
            place = work.tx.scalars(select(Location).where(Location.code == self.rng.choice(SLOTS))).one()
            moves.put(work, task, place, task.status)

        self._as(self.people[0], end)

    def hold(self) -> None:
        kind, code = self.rng.randrange(3), self.rng.choice(SLOTS)

        def begin(work: Work) -> None:
            if kind == 0:
                holding.hold_slot(work, code, "x")
            elif kind == 1:
                lot = self._any(work, select(Lot))
                holding.hold_lot(work, lot.id, "x")  # type: ignore[attr-defined]
            else:
                holding.hold_article(work, self.yard.sku(work.tx, "S0001"), "x")

        self._as(self.people[1], begin)

    def unhold(self) -> None:
        def end(work: Work) -> None:
            hold = self._any(work, select(Hold).where(Hold.state == "HELD"))
            holding.release(work, hold.id)  # type: ignore[attr-defined]

        self._as(self.people[1], end)

    def look(self) -> None:
        aging.run(self.yard.floor.hub.works, self.people[1])

    def correct(self) -> None:
        def draft(work: Work) -> None:
            row = self._any(work, select(Stock))
            assert isinstance(row, Stock)
            place = work.tx.get_one(Location, row.location_id)
            locations.require(place, moves.SOURCES)
            delta = self.rng.randint(-5, 5)
            line = adjusting.Line(row.sku_id, row.lot_id, row.location_id, delta, row.status, row.hu_id)
            adjusting.draft(work, [line], "SYSTEM", self.people[0])

        self._as(self.people[0], draft)

    def sign(self) -> None:
        def post(work: Work) -> None:
            waiting = adjusting.waiting(work.tx)
            if waiting:
                made = self.rng.choice(waiting)
                if self.rng.random() < 0.8:
                    adjusting.post(work, made.id, self.people[1])
                else:
                    adjusting.refuse(work, made.id, "no")

        self._as(self.people[1], post)

    def have_counted(self) -> None:
        def begin(work: Work) -> None:
            row = self._any(work, select(Stock).where(Stock.on_hand > 0))
            assert isinstance(row, Stock)
            origin = Origin("LC", work.tx.get_one(Location, row.location_id).code)
            counting.open_task(work, origin, row.location_id, sku_id=row.sku_id, lot_id=row.lot_id)

        self._as(self.people[1], begin)

    def count(self) -> None:
        who = self.rng.choice(self.people)

        def close(work: Work) -> None:
            task = self._any(
                work, select(CountTask).where(CountTask.state == "OPEN", CountTask.lot_id.is_not(None))
            )
            assert isinstance(task, CountTask)
            task = counting.at_place(work, task.location_id, who)
            COUNTS.take(work, task)
            counting.close_round(work, task, {task.lot_id or 0: self.rng.randint(0, 4)}, who)

        self._as(who, close)

    def cancel(self) -> None:
        def stop(work: Work) -> None:
            order = self._any(work, select(DeliveryOrder))
            orders.cancel(work, order.erp_no, "x", f"C-{self.number}")  # type: ignore[attr-defined]

        self._as(self.people[1], stop)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_the_books_are_right_after_a_clumsy_day(yard: Yard, seed: int) -> None:
    """I1–I4, I7, I11 and I15 after every twentieth deed; nothing but a refusal ever stops one."""
    clumsy = Clumsy(yard, seed)
    for number in range(1, 121):
        clumsy.do()
        if number % 20 == 0:
            assert checks.broken(yard.floor.hub.db) == [], (number, clumsy.done)
    assert len(clumsy.done) > 50
    assert {deed.__name__ for deed in clumsy.deeds} - set(clumsy.done) == set()
