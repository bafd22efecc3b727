"""Why a slot is named, and where in it the goods go (P8): each way of the proposal says so on the screen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select, update

from station.catalog.models import Sku
from station.ground.thresholds.models import SettingValue
from station.stock import locations
from station.stock.models import Location, LocationKind
from station.wiring import checks
from tests.floor import ZHOU
from tests.station.scenarios.conftest import order_of
from tests.station.storage.conftest import Yard

HOME, FIRST, SECOND, NEXT = "A-01-01-2-01", "R-01-01-4-01", "R-01-01-4-02", "R-01-02-4-01"
OLD, YOUNG = date(2027, 2, 1), date(2027, 3, 1)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def told(yard: Yard, lpn: str) -> tuple[str, str]:
    """Where a carton should go, and the screen's line about it; the carton is left again."""
    facts = yard.scans(lpn).facts
    (line,) = [line for line in facts["lines"] if line["label"]["zh"] in {"为什么这里", "怎么放"}]
    yard.scans("CM-MENU")
    return str(facts["big"]), str(line["value"])


def article(yard: Yard, code: str = "S0001", **values: object) -> None:
    yard.floor.hub.db.write(lambda tx: tx.execute(update(Sku).where(Sku.code == code).values(**values)))


@pytest.fixture
def stocked(yard: Yard) -> Yard:
    """The article has its pick slot, and enough in it."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=OLD), HOME)
    return yard


def test_a_new_article_gets_a_pick_slot(yard: Yard) -> None:
    assert told(yard, yard.waits()) == (HOME, "新品的拣货位 · 新位")


def test_an_empty_face_is_filled_first(yard: Yard) -> None:
    """Also by an article that has reserve of the same age; when nothing is in front, nothing can be picked."""
    yard.home("S0001", HOME)
    lot = yard.lot()
    yard.bring("S0001", lot, FIRST, carton=True)
    assert told(yard, yard.waits(lot=lot)) == (HOME, "拣货位已空, 先补 · 新位")


def test_a_face_that_runs_low_gets_the_younger_lot_behind(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=OLD), HOME, qty=2)
    assert told(yard, yard.waits(lot=yard.lot(expires=YOUNG))) == (HOME, "拣货位不足, 先补 · 放后面")


def test_older_goods_go_in_front(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=YOUNG), HOME, qty=2)
    assert told(yard, yard.waits(lot=yard.lot(expires=OLD)))[1] == "拣货位不足, 先补 · 放前面 (更旧)"


def test_what_is_on_its_way_to_the_face_counts_there(yard: Yard) -> None:
    """One carton is enough; the second goes to reserve while the first is carried."""
    yard.home("S0001", HOME)
    lot = yard.lot()
    first, second = yard.waits(lot=lot), yard.waits(lot=lot)
    assert yard.scans(first, second).facts["big"] in {HOME, FIRST}
    assert {yard.task(first).proposed_id, yard.task(second).proposed_id} == set(_ids(yard, HOME, FIRST))


def test_cartons_of_one_lot_stand_together(stocked: Yard) -> None:
    lot = stocked.lot()
    stocked.bring("S0001", lot, NEXT, carton=True)
    assert told(stocked, stocked.waits(lot=lot)) == (NEXT, "同批在这里 · 同批放一起")


def test_a_younger_lot_goes_behind_where_several_may_stand(stocked: Yard) -> None:
    """S-17, once a supervisor has allowed two lots in a reserve slot; an older one gets a slot of its own."""
    stocked.bring("S0001", stocked.lot(expires=date(2027, 2, 15)), NEXT, carton=True)
    assert told(stocked, stocked.waits(lot=stocked.lot(expires=YOUNG)))[0] == FIRST
    stocked.floor.hub.db.write(
        lambda tx: tx.execute(insert(SettingValue), {"name": "rsv_lots", "value": "2"})
    )
    assert told(stocked, stocked.waits(lot=stocked.lot(expires=YOUNG))) == (
        NEXT,
        "旧批在这里, 放后面 · 放后面",
    )
    assert told(stocked, stocked.waits(lot=stocked.lot(expires=date(2027, 2, 3))))[0] == FIRST


def test_the_slots_of_its_turnover_come_first(stocked: Yard) -> None:
    """ABC: an article of class A goes to a slot for A although one for C is nearer."""
    stocked.change(FIRST, abc="C")
    stocked.change(SECOND, abc="C")
    stocked.change(NEXT, abc="A")
    article(stocked, abc="A")
    assert told(stocked, stocked.waits()) == (NEXT, "同周转区的空位 · 新位")
    article(stocked, abc="C")
    assert told(stocked, stocked.waits()) == (FIRST, "同周转区的空位 · 新位")


def test_the_nearest_empty_one_otherwise(stocked: Yard) -> None:
    assert told(stocked, stocked.waits()) == (FIRST, "最近的空位 · 新位")


def test_overflow_when_everything_near_is_too_weak(stocked: Yard) -> None:
    """Five near slots and the new-goods area carry nothing; one farther off does."""
    near = update(Location).where(Location.kind.in_(("RSV", "NEW")), Location.code != "R-02-10-5-02")
    stocked.floor.hub.db.write(lambda tx: tx.execute(near.values(max_weight_g=100)))
    assert told(stocked, stocked.waits()) == ("R-02-10-5-02", "近处已满 · 新位")


def test_liquids_go_to_their_own_zone_only(stocked: Yard) -> None:
    """E-PUT-09 elsewhere, and for anything else there."""
    stocked.change(NEXT, goods_class="LIQUID")
    article(stocked, goods_class="LIQUID", home_location_id=None)
    lpn = stocked.waits()
    assert told(stocked, lpn) == (NEXT, "最近的空位 · 新位")
    stocked.scans(lpn)
    refused = stocked.scan(stocked.slot(FIRST))
    assert (refused.code, refused.body["message"]["zh"]) == ("E-PUT-09", "存放类别不符: 商品液体, 库位普通")
    stocked.scans("CM-MENU", stocked.waits("S0002"))
    assert stocked.scan(stocked.slot(NEXT)).code == "E-PUT-09"


def test_valuables_go_to_the_vault_once_there_is_one(stocked: Yard) -> None:
    article(stocked, is_valuable=True)
    assert told(stocked, stocked.waits())[0] == FIRST
    stocked.floor.hub.db.write(lambda tx: locations.make(tx, "VAULT-1", LocationKind.VAULT) and None)
    lpn = stocked.waits()
    assert told(stocked, lpn) == ("VAULT-1", "这类货只放这里 · 新位")
    stocked.scans(lpn)
    assert stocked.scan(stocked.slot(FIRST)).code == "E-LOC-03"


def test_where_only_pallets_stand_no_carton_goes(stocked: Yard) -> None:
    stocked.change(FIRST, needs_pallet=True)
    lpn = stocked.waits()
    assert told(stocked, lpn)[0] == SECOND
    stocked.scans(lpn)
    assert stocked.scan(stocked.slot(FIRST)).code == "E-PUT-06"


def test_too_much_volume_needs_a_supervisor(stocked: Yard) -> None:
    """E-PUT-05 by volume as by weight: twelve of 2,000 cm³ where 20,000 fit."""
    article(stocked, volume_cm3=2000)
    stocked.change(FIRST, max_volume_cm3=20_000)
    lpn = stocked.waits()
    assert told(stocked, lpn)[0] == SECOND
    stocked.scans(lpn)
    assert stocked.scan(stocked.slot(FIRST)).code == "E-PUT-05"


def test_what_orders_wait_for_is_offered_first(yard: Yard) -> None:
    """T32: existing articles before new ones; among them what orders cannot get, then by date, then by age."""
    for code in ("S0001", "S0003", "S0004"):
        yard.home(code, {"S0001": HOME, "S0003": "A-01-02-2-01", "S0004": "A-01-03-2-01"}[code])
    yard.bring("S0001", yard.lot(), HOME)
    yard.bring("S0003", yard.lot("S0003", None), "A-01-02-2-01", status="HOLD")
    yard.bring("S0004", yard.lot("S0004", None), "A-01-03-2-01")
    new = yard.waits("S0002", yard.lot("S0002", date(2026, 12, 1)))
    undated = yard.waits("S0004", yard.lot("S0004", None))
    young, old = yard.waits(lot=yard.lot(expires=YOUNG)), yard.waits(lot=yard.lot(expires=OLD))
    wanted = yard.waits("S0003", yard.lot("S0003", None))
    assert _order(yard) == [old, young, undated, wanted, new]
    yard.floor.erp(order_of(1, ("S0003", 1)), order_of(2, ("S0001", 1)))
    yard.floor.advance_orders()
    assert _order(yard) == [wanted, old, young, undated, new]
    assert checks.broken(yard.floor.hub.db) == []


def _order(yard: Yard) -> list[str]:
    from station.storage.putaway import rules

    with yard.floor.hub.db.read() as tx:
        return [row.lpn for row in rules.waiting(tx, limit=10)]


def _ids(yard: Yard, *codes: str) -> list[int]:
    with yard.floor.hub.db.read() as tx:
        return list(tx.scalars(select(Location.id).where(Location.code.in_(codes))))


def test_the_screen_speaks_the_workers_language(stocked: Yard) -> None:
    from station.people.models import User

    stocked.floor.hub.db.write(lambda tx: tx.execute(update(User).values(lang="en")))
    facts = stocked.floor.scans(ZHOU, "putaway", stocked.waits()).facts
    assert "Nearest empty · new place" in [line["value"] for line in facts["lines"]]
