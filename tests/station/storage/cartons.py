"""What the tests of putting away ask of a carton and of its worker."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.documents.history import History
from station.ground.tasks import TaskState
from station.people.models import User
from station.practice.demo import world
from station.stock.models import LOCATION, HandlingUnit, Location
from station.storage.putaway import rules
from station.wiring import checks
from tests.floor import CHEN, ZHOU
from tests.station.storage.conftest import Yard
from tests.works import work

HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"


def user_id_of(yard: Yard, number: str) -> int:
    with yard.floor.hub.db.read() as tx:
        return tx.scalars(select(User.id).where(User.badge == world.badge(number))).one()


def events_of(yard: Yard, lpn: str) -> list[str]:
    with yard.floor.hub.db.read() as tx:
        query = select(History.event).where(History.doc_no == yard.task(lpn).task_no).order_by(History.id)
        return list(tx.scalars(query))


def unit_of(yard: Yard, lpn: str) -> str:
    with yard.floor.hub.db.read() as tx:
        return str(tx.scalar(select(HandlingUnit.state).where(HandlingUnit.lpn == lpn)))


def require_free(yard: Yard, lpn: str) -> None:
    """The worker is at the first step, the task waits again, the carton stands where it stood."""
    assert yard.floor.look(ZHOU, "putaway")["step"] == "carton"
    task = yard.task(lpn)
    assert (task.state, task.taken_by, task.proposed_id) == (TaskState.OPEN, None, None)
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}
    assert checks.broken(yard.floor.hub.db) == []
    assert yard.scan(lpn, who=CHEN).step == "slot"


def cancel(yard: Yard, lpn: str) -> None:
    db, now = yard.floor.hub.db, yard.floor.hub.clock.now()
    db.write(lambda tx: rules.cancel(work(tx, now), rules.task_of(tx, lpn), "wanted elsewhere"))


def close_all_but(yard: Yard, slot: str) -> None:
    """No other slot takes goods any more."""
    others = select(Location).where(Location.kind.in_(("PICK", "RSV", "NEW")), Location.code != slot)

    def do(tx: Session) -> None:
        for place in tx.scalars(others):
            LOCATION.move(work(tx, yard.floor.hub.clock.now()), place, "close")

    yard.floor.hub.db.write(do)
