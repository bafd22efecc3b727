"""Moving goods from slot to slot (P10): the same rules as putting away, and what is promised stays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from station.catalog.models import Sku
from station.practice.demo import goods
from station.stock.models import HandlingUnit, Location, Promise
from station.storage.moves.models import MoveTask
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, ZHOU, Answer
from tests.station.storage.conftest import Yard

HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"
OATS = goods.gtin(1)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def scans(yard: Yard, *raws: str) -> Answer:
    return yard.floor.scans(ZHOU, "move", *raws)


def scan(yard: Yard, raw: str, who: str = ZHOU) -> Answer:
    return yard.floor.scan(who, "move", raw)


def require_right(yard: Yard) -> None:
    assert checks.broken(yard.floor.hub.db) == []


def open_promises(yard: Yard) -> int:
    with yard.floor.hub.db.read() as tx:
        return len(tx.scalars(select(Promise).where(Promise.state == "OPEN")).all())


def test_some_of_a_lot_go_to_another_slot(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    answer = scans(yard, yard.slot(HOME), OATS, "5")
    assert (answer.step, answer.body["message"]["en"]) == ("target", "Take 5")
    assert open_promises(yard) == 1
    answer = scans(yard, yard.slot(RESERVE))
    assert (answer.code, answer.step, answer.body["tone"]) == ("S-MOV-DONE", "source", "done")
    assert (yard.at(HOME), yard.at(RESERVE)) == ({("S0001", "GOOD"): 7}, {("S0001", "GOOD"): 5})
    assert open_promises(yard) == 0
    require_right(yard)


@sqlite
def test_of_several_lots_one_is_chosen(yard: Yard) -> None:
    old, new = yard.lot(expires=date(2026, 12, 1)), yard.lot(expires=date(2027, 3, 1))
    yard.bring("S0001", new, HOME, 4)
    yard.bring("S0001", old, HOME, 3)
    answer = scans(yard, yard.slot(HOME), OATS)
    assert answer.step == "lot"
    assert [row[1] for row in answer.facts["table"]] == ["2026-12-01 ×3", "2027-03-01 ×4"]
    assert scan(yard, "3").code == "E-QTY-01"
    scans(yard, "2", "CM-OK", yard.slot(RESERVE))
    with yard.floor.hub.db.read() as tx:
        moved = tx.scalars(select(MoveTask)).one()
        assert (moved.lot_id, moved.qty, moved.state) == (new, 4, "DONE")
    assert yard.at(HOME) == {("S0001", "GOOD"): 3}


@sqlite
def test_a_carton_moves_whole_and_opens_in_a_pick_slot(yard: Yard) -> None:
    lpn = yard.bring("S0001", yard.lot(), RESERVE, carton=True)
    assert scans(yard, yard.slot(RESERVE)).facts["hint"] == lpn
    assert scan(yard, OATS).code == "E-MOV-03"
    scans(yard, "CM-SKIP", lpn, yard.slot("R-01-01-4-02"))
    scans(yard, lpn, yard.slot(HOME))
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(HandlingUnit.state).where(HandlingUnit.lpn == lpn)) == "EMPTY"
        home = tx.scalar(select(Sku.home_location_id).where(Sku.code == "S0001"))
        assert tx.scalar(select(Location.code).where(Location.id == home)) == HOME
    require_right(yard)


@pytest.mark.both_databases
def test_what_is_promised_stays_and_says_for_whom(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    yard.floor.erp(order_of(1, ("S0001", 9)))
    yard.floor.release()
    scans(yard, yard.slot(HOME), OATS)
    answer = scan(yard, "4")
    assert (answer.code, answer.step) == ("E-MOV-01", "qty")
    assert "Only 3 are free" in answer.body["message"]["en"]
    assert "DO" in answer.body["message"]["en"]
    scans(yard, "CM-OK", yard.slot(RESERVE))
    assert yard.at(RESERVE) == {("S0001", "GOOD"): 3}
    scans(yard, yard.slot(HOME))
    assert scan(yard, OATS).code == "E-MOV-01"
    require_right(yard)


@pytest.mark.both_databases
def test_nobody_is_sent_for_goods_that_are_in_a_hand(yard: Yard) -> None:
    """The wave takes what is left; put back, they can be promised again."""
    yard.bring("S0001", yard.lot(), HOME)
    yard.floor.erp(order_of(1, ("S0001", 9)))
    scans(yard, yard.slot(HOME), OATS, "5")
    assert yard.floor.release().orders == 0
    assert scans(yard, "CM-SKIP").code == "S-MOV-BACK"
    assert yard.floor.release().orders == 1
    require_right(yard)


@sqlite
@pytest.mark.parametrize("card", ["CM-MENU", "CM-SKIP", "CM-UNDO"])
def test_every_way_back_leaves_the_goods_where_they_stood(yard: Yard, card: str) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS, "5", card)
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert open_promises(yard) == 0
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(MoveTask.state)).one() == "CANCELLED"
    require_right(yard)


@sqlite
def test_the_same_rules_hold_as_for_putting_away(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    yard.bring("S0002", yard.lot("S0002"), RESERVE)
    scans(yard, yard.slot(HOME), OATS, "5")
    assert scan(yard, yard.slot(RESERVE)).code == "E-PUT-02"
    assert scan(yard, yard.slot(OTHER)).code == "E-PUT-03"
    assert scan(yard, yard.slot(HOME)).code == "E-MOV-04"
    assert scan(yard, yard.slot("DOCK-1")).code == "E-LOC-03"
    yard.change("R-01-01-4-02", state="FROZEN")
    assert scan(yard, yard.slot("R-01-01-4-02")).code == "E-LOC-02"
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    scans(yard, "CM-SKIP")
    require_right(yard)


@sqlite
def test_all_of_a_pick_slot_make_another_slot_the_pick_slot(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS, "CM-OK", yard.slot(OTHER))
    with yard.floor.hub.db.read() as tx:
        home = tx.scalar(select(Sku.home_location_id).where(Sku.code == "S0001"))
        assert tx.scalar(select(Location.code).where(Location.id == home)) == OTHER


@sqlite
def test_broken_on_the_way_they_go_to_quarantine(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    answer = scans(yard, yard.slot(HOME), OATS, "2", "CM-DAMAGE")
    assert answer.facts["big"].startswith("QUAR")
    assert scan(yard, yard.slot(RESERVE)).code == "E-QUAR-01"
    scans(yard, answer.facts["hint"])
    assert yard.at(answer.facts["big"]) == {("S0001", "DEFECT"): 2}
    require_right(yard)


@sqlite
def test_what_lies_with_orders_or_is_frozen_is_not_moved(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), "DOCK-1")
    assert scan(yard, yard.slot("DOCK-1")).code == "E-LOC-03"
    yard.change(HOME, state="FROZEN")
    assert scan(yard, yard.slot(HOME)).code == "E-LOC-02"
    scans(yard, yard.slot(OTHER))
    assert scan(yard, OATS).code == "E-MOV-02"


def test_a_supervisor_frees_whoever_walks_with_goods(yard: Yard) -> None:
    from station.practice.demo import world

    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS, "5", world.badge(CHEN), world.PIN)
    assert open_promises(yard) == 0
    assert yard.floor.look(ZHOU, "move")["step"] == "source"
    require_right(yard)
