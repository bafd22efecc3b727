"""Goods grow old (P10): what is near, locked or expired is not sold, and whoever was promised it gets other goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from station import create_app
from station.catalog.models import Sku
from station.ground.work import SYSTEM
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.practice.demo import goods
from station.stock import allocation, shelf_life
from station.stock.models import Promise, Stock
from station.storage.aging import judging, rules
from station.storage.aging.job import Nightly
from station.storage.aging.models import AgingRun
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.conftest import Yard

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"
TODAY = date(2026, 5, 1)
MADE = date(2026, 3, 1)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at(yard: Yard, day: date, hour: int = 9, minute: int = 0) -> None:
    """Some days later; everybody signs in anew."""
    clock = yard.floor.hub.clock
    then = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    clock.advance(seconds=int((then - clock.now()).total_seconds()))  # type: ignore[attr-defined]
    yard.floor._tokens.clear()
    yard.floor._name = f"{then:%m%d%H%M}"


def age(yard: Yard) -> None:
    rules.run(yard.floor.hub.works, SYSTEM)


def statuses(yard: Yard, place: str) -> dict[tuple[str, str], int]:
    return yard.at(place)


def require_right(yard: Yard) -> None:
    assert checks.broken(yard.floor.hub.db) == []


@given(
    made=st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    life=st.integers(1, 900),
    today=st.dates(date(2025, 1, 1), date(2029, 1, 1)),
    lockup=st.none() | st.integers(0, 400),
)
def test_goods_are_locked_from_the_day_after_they_are_sold_for_the_last_time(
    made: date, life: int, today: date, lockup: int | None
) -> None:
    expires = made + timedelta(days=life)
    last = shelf_life.sell_by(made, expires, lockup)
    is_sold = shelf_life.sales_state(made, expires, today, lockup, None) in {"GOOD", "NEAR"}
    assert is_sold == (today <= last)


@dataclass
class Dates:
    """A lot of 90 days, of an article without days of its own."""

    expires_on: date | None = date(2026, 7, 30)
    produced_on: date | None = date(2026, 5, 1)
    lockup_days: int | None = None
    advent_days: int | None = None


@pytest.mark.parametrize(
    ("left", "status", "near_is_sold", "target"),
    [
        (31, "GOOD", False, "GOOD"), (30, "GOOD", False, "NEAR"), (30, "GOOD", True, "GOOD"), (15, "NEAR", False, "NEAR"),
        (14, "NEAR", False, "LOCKED"), (14, "GOOD", True, "LOCKED"), (0, "LOCKED", False, "LOCKED"),
        (-1, "LOCKED", False, "EXPIRED"), (31, "EXPIRED", False, "GOOD"), (30, "NEAR", True, "GOOD"),
        (-1, "HOLD", False, "HOLD"), (-1, "DEFECT", False, "DEFECT"), (14, "GIFT", False, "GIFT"), (-1, "GIFT", False, "EXPIRED"),
    ],
)  # fmt: skip
def test_what_goods_are_by_their_dates(left: int, status: str, near_is_sold: bool, target: str) -> None:
    """L = 90: near with 30 days left, locked with fewer than 15, expired a day after its last."""
    lot = Dates()
    assert lot.expires_on is not None
    today = lot.expires_on - timedelta(days=left)
    assert judging.target(status, lot, today, near_is_sold=near_is_sold) == target
    assert judging.target("GOOD", Dates(expires_on=None), today, near_is_sold=False) == "GOOD"


@pytest.mark.both_databases
@pytest.mark.parametrize("lockup", [None, 0, 3, 30])
def test_the_database_locks_on_the_same_day_as_the_rule(yard: Yard, lockup: int | None) -> None:
    """Nothing is promised from the lock day on, although no nightly look has marked it."""
    expires = date(2026, 6, 20)
    yard.bring("S0001", yard.lot(expires=expires), HOME)
    db = yard.floor.hub.db
    db.write(lambda tx: tx.execute(update(Sku).where(Sku.code == "S0001").values(lockup_days=lockup)))
    last = shelf_life.sell_by(MADE, expires, lockup)
    with db.read() as tx:
        sku_id = yard.sku(tx, "S0001")
        free = [allocation.free_qty(tx, sku_id, last + timedelta(days=more)) for more in (-1, 0, 1)]
        several = allocation.free_by_sku(tx, last + timedelta(days=1), [sku_id])
    assert (free, several) == ([12, 12, 0], {})


def test_what_is_near_locked_and_expired_is_marked_and_the_rest_stays(yard: Yard) -> None:
    for slot, expires in (
        (HOME, date(2027, 3, 1)), (OTHER, date(2026, 5, 20)), (RESERVE, date(2026, 5, 5)),
        ("R-01-02-4-01", date(2026, 4, 30)),
    ):  # fmt: skip
        yard.bring("S0001", yard.lot(expires=expires), slot)
    yard.bring("S0002", yard.lot("S0002", expires=None), "R-01-03-4-01")
    age(yard)
    found = {
        slot: next(iter(yard.at(slot)))[1] for slot in (HOME, OTHER, RESERVE, "R-01-02-4-01", "R-01-03-4-01")
    }
    assert list(found.values()) == ["GOOD", "NEAR", "LOCKED", "EXPIRED", "GOOD"]
    with yard.floor.hub.db.read() as tx:
        run = tx.scalars(select(AgingRun)).one()
        assert (run.near, run.locked, run.expired, run.good, run.ended_at is not None) == (
            12,
            12,
            12,
            0,
            True,
        )
    require_right(yard)
    age(yard)
    with yard.floor.hub.db.read() as tx:
        again = tx.scalars(select(AgingRun).order_by(AgingRun.id.desc())).first()
        assert again is not None
        assert (again.near, again.locked, again.expired, again.good) == (0, 0, 0, 0)


@sqlite
def test_what_expired_in_a_slot_is_brought_to_quarantine(yard: Yard) -> None:
    lpn = yard.bring("S0001", yard.lot(expires=date(2026, 4, 30)), RESERVE, carton=True)
    yard.bring("S0001", yard.lot(expires=date(2026, 4, 29)), HOME, 5)
    age(yard)
    screen = yard.floor.look(ZHOU, "move")
    assert [row[0] for row in screen["facts"]["table"]] == [RESERVE, HOME]
    answer = yard.floor.scans(ZHOU, "move", lpn)
    assert (answer.step, answer.facts["big"]) == ("target", "QUAR-1")
    assert yard.floor.scan(ZHOU, "move", yard.slot("R-01-03-4-01")).code == "E-QUAR-01"
    yard.floor.scans(ZHOU, "move", "CM-SKIP")
    assert len(yard.floor.look(ZHOU, "move")["facts"]["table"]) == 2
    yard.floor.scans(ZHOU, "move", lpn, answer.facts["hint"])
    yard.floor.scans(ZHOU, "move", yard.slot(HOME), goods.gtin(1), answer.facts["hint"])
    assert yard.at("QUAR-1") == {("S0001", "EXPIRED"): 17}
    assert "table" not in yard.floor.look(ZHOU, "move")["facts"]
    require_right(yard)


def _ordered(yard: Yard, qty: int) -> None:
    yard.floor.erp(order_of(1, ("S0001", qty)))
    assert yard.floor.release().orders == 1


def _state(yard: Yard) -> str:
    with yard.floor.hub.db.read() as tx:
        return str(tx.scalars(select(DeliveryOrder.state)).one())


def test_promises_are_made_again_from_a_lot_that_may_be_sold(yard: Yard) -> None:
    """The picker who stands there hears it at the next scan, and walks on to the other slot."""
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    yard.bring("S0001", yard.lot(), OTHER)
    _ordered(yard, 4)
    answer = yard.floor.scans(SUN, "pick", "CM-OK", _tote())
    assert answer.facts["big"] == HOME
    at(yard, date(2026, 5, 20))
    age(yard)
    answer = yard.floor.scan(SUN, "pick", yard.slot(HOME))
    assert (answer.code, answer.step, answer.facts["big"]) == ("E-EXP-10", "slot", OTHER)
    yard.floor.scans(SUN, "pick", yard.slot(OTHER), goods.gtin(1), "CM-OK")
    assert _state(yard) == "PICKED"
    require_right(yard)


@pytest.mark.both_databases
def test_without_other_goods_an_unpicked_order_waits_and_is_served_when_some_come(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    _ordered(yard, 4)
    at(yard, date(2026, 5, 20))
    age(yard)
    assert _state(yard) == "AUDITED"
    assert yard.floor.release().orders == 0
    require_right(yard)
    yard.bring("S0001", yard.lot(), OTHER)
    assert yard.floor.release().orders == 1
    require_right(yard)


@sqlite
def test_reservations_that_do_not_fit_any_more_are_given_up(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    yard.bring("S0001", yard.lot(), OTHER, 5)
    yard.floor.erp(order_of(1, ("S0001", 4)), order_of(2, ("S0001", 4)), order_of(3, ("S0001", 4)))
    yard.floor.advance_orders()
    at(yard, date(2026, 5, 20))
    age(yard)
    with yard.floor.hub.db.read() as tx:
        rows = tx.execute(
            select(DeliveryOrder.state, OrderLine.qty_reserved)
            .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
            .order_by(DeliveryOrder.id)
        )
        assert [tuple(row) for row in rows] == [("ALLOCATED", 4), ("AUDITED", 0), ("AUDITED", 0)]


@sqlite
def test_a_picker_takes_nothing_from_the_lock_day_on_although_no_look_was_made(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    _ordered(yard, 4)
    yard.floor.scans(SUN, "pick", "CM-OK", _tote(), yard.slot(HOME))
    at(yard, date(2026, 5, 16))
    assert yard.floor.scans(SUN, "pick", goods.gtin(1)).step == "qty"
    yard.floor.scans(SUN, "pick", "CM-UNDO")
    at(yard, date(2026, 5, 17))
    answer = yard.floor.scan(SUN, "pick", goods.gtin(1))
    assert (answer.code, answer.step) == ("E-EXP-10", "product")
    yard.floor.scans(SUN, "pick", "CM-SHORT", "4", "0", "0")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}


def _tote() -> str:
    from station.ground.scan.codes import internal

    return internal("TT", "T001")


@sqlite
def test_what_a_short_pick_keeps_stays_kept(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    _ordered(yard, 4)
    yard.floor.scans(SUN, "pick", "CM-OK", _tote(), yard.slot(HOME), "CM-SHORT", "1", "0", "0")
    at(yard, date(2026, 5, 20))
    age(yard)
    with yard.floor.hub.db.read() as tx:
        (kept,) = tx.execute(
            select(Stock.status, Stock.allocated)
            .join(Promise, Promise.stock_id == Stock.id)
            .where(Promise.state == "OPEN")
        ).all()
        assert tuple(kept) == ("LOCKED", 12)
    require_right(yard)


@sqlite
def test_a_wrong_day_is_mended_by_the_next_look(yard: Yard) -> None:
    """The clock was set ahead for an hour: what expired then is good again, and need not go to quarantine."""
    yard.bring("S0001", yard.lot(), HOME)
    night = Nightly(yard.floor.hub.works)
    night.turn()
    at(yard, date(2028, 1, 1))
    night.turn()
    assert yard.at(HOME) == {("S0001", "EXPIRED"): 12}
    at(yard, TODAY)
    night.turn()
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert "table" not in yard.floor.look(ZHOU, "move")["facts"]
    require_right(yard)


@sqlite
def test_it_looks_once_a_day_from_five_past_midnight(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=TODAY), HOME)
    night = Nightly(yard.floor.hub.works)
    night.turn()
    at(yard, TODAY + timedelta(days=1), 0, 4)
    night.turn()
    assert yard.at(HOME) == {("S0001", "LOCKED"): 12}
    at(yard, TODAY + timedelta(days=1), 0, 5)
    night.turn()
    night.turn()
    assert yard.at(HOME) == {("S0001", "EXPIRED"): 12}
    with yard.floor.hub.db.read() as tx:
        assert len(tx.scalars(select(AgingRun)).all()) == 2


@sqlite
def test_goods_in_a_frozen_slot_wait_for_their_count(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 4, 30)), HOME)
    yard.change(HOME, state="FROZEN")
    age(yard)
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}


@sqlite
def test_expired_units_in_a_tote_stop_their_order(yard: Yard) -> None:
    """Picked in time and packed too late: the order falls short of them and its goods go to the shelf."""
    yard.bring("S0001", yard.lot(expires=date(2026, 6, 1)), HOME)
    _ordered(yard, 4)
    yard.floor.pick_next()
    at(yard, date(2026, 6, 2))
    age(yard)
    assert _state(yard) == "SHORT"
    yard.floor.scans(SUN, "intercept", _tote(), yard.slot("INTC-1"))
    require_right(yard)


@sqlite
def test_the_desk_looks_when_asked_and_says_what_it_changed(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 5, 20)), HOME)
    client = create_app(hub=yard.floor.hub).test_client()
    client.set_cookie("sid", yard.floor.sign_in(CHEN, device="desk"))
    page = client.get("/desk/care").get_data(as_text=True)
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post("/desk/aging", data={"csrf": csrf}, follow_redirects=True).get_data(as_text=True)
    assert "临期" in answer
    assert HOME in answer
    assert "2026-05-20" in answer
    assert client.get("/desk/aging").status_code == 200
