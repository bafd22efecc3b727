"""Which slot is proposed (P8): pick slot, the same lot's reserve slot, an empty one, the areas."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from station.catalog.models import Sku
from station.practice.demo import world
from station.stock.models import Location
from station.wiring import checks
from tests.floor import CHEN, ZHOU
from tests.station.storage.conftest import Yard

HOME, FIRST, SECOND = "A-01-01-2-01", "R-01-01-4-01", "R-01-01-4-02"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _put(yard: Yard, lpn: str, who: str = ZHOU) -> str:
    """Bring a carton where it should go; where that is."""
    answer = yard.scans(lpn, who=who)
    slot = str(answer.facts["big"])
    yard.scans(answer.facts["hint"], "CM-OK", who=who)
    return slot


@pytest.fixture
def stocked(yard: Yard) -> Yard:
    """The article has its pick slot, and enough in it."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), HOME)
    return yard


def test_eight_cartons_of_one_lot_share_a_slot(stocked: Yard) -> None:
    lot = stocked.lot()
    cartons = [stocked.waits(lot=lot) for _ in range(8)]
    assert {_put(stocked, lpn) for lpn in cartons} == {FIRST}
    assert stocked.at(FIRST) == {("S0001", "GOOD"): 96}
    assert checks.broken(stocked.floor.hub.db) == []


def test_two_workers_with_the_same_lot_are_sent_to_the_same_slot(stocked: Yard) -> None:
    """The first one is still on the way."""
    lot = stocked.lot()
    first, second = stocked.waits(lot=lot), stocked.waits(lot=lot)
    assert stocked.scans(first).facts["big"] == FIRST
    assert stocked.scans(second, who=CHEN).facts["big"] == FIRST


def test_only_as_many_as_the_beam_carries(stocked: Yard) -> None:
    """A carton weighs 12,960 g; two of them on 30 kg, and one on its way counts as being there."""
    stocked.change(FIRST, max_weight_g=30_000)
    lot = stocked.lot()
    cartons = [stocked.waits(lot=lot) for _ in range(3)]
    assert _put(stocked, cartons[0]) == FIRST
    assert stocked.scans(cartons[1]).facts["big"] == FIRST
    assert stocked.scans(cartons[2], who=CHEN).facts["big"] == SECOND


def test_another_lot_gets_a_slot_of_its_own(stocked: Yard) -> None:
    assert _put(stocked, stocked.waits(lot=stocked.lot())) == FIRST
    assert _put(stocked, stocked.waits(lot=stocked.lot())) == SECOND


def test_a_slot_too_weak_for_a_carton_is_not_proposed(stocked: Yard) -> None:
    stocked.change(FIRST, max_weight_g=100)
    assert stocked.scans(stocked.waits()).facts["big"] == SECOND


def test_a_pick_slot_that_runs_low_comes_first(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(), HOME, qty=6)
    assert yard.scans(yard.waits()).facts["big"] == HOME


def test_not_while_an_older_lot_waits_in_reserve(yard: Yard) -> None:
    """That one goes to the pick slot first; a younger one in reserve is no reason."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=date(2027, 3, 2)), "R-02-10-5-02", carton=True)
    assert yard.scans(yard.waits(lot=yard.lot(expires=date(2027, 3, 1)))).facts["big"] == HOME
    yard.scans("CM-MENU")
    assert yard.scans(yard.waits(lot=yard.lot(expires=date(2027, 3, 3)))).facts["big"] == FIRST


def test_goods_without_a_date_go_by_the_day_they_came(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=None, received=date(2026, 3, 1)), "R-02-10-5-02", carton=True)
    lot = yard.lot(expires=None, received=date(2026, 4, 1))
    assert yard.scans(yard.waits(lot=lot)).facts["big"] == FIRST


def test_not_while_two_lots_are_in_the_pick_slot(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=6)
    for day in (1, 2):
        yard.bring("S0001", yard.lot(expires=date(2027, 2, day)), HOME, qty=1)
    assert yard.scans(yard.waits()).facts["big"] == FIRST


def test_a_new_article_is_bound_to_its_slot_at_once(yard: Yard) -> None:
    """Two cartons of it, two workers: the second is not sent to another pick slot."""
    first, second = yard.waits(), yard.waits()
    assert yard.scans(first).facts["big"] == HOME
    with yard.floor.hub.db.read() as tx:
        bound = tx.scalar(
            select(Location.code).join(Sku, Sku.home_location_id == Location.id).where(Sku.code == "S0001")
        )
    assert bound == HOME
    assert not yard.scans(second, who=CHEN).facts["big"].startswith("A-01-01-3")


def test_a_slot_that_is_somebodys_home_is_not_empty(yard: Yard) -> None:
    yard.home("S0002", HOME)
    assert yard.scans(yard.waits()).facts["big"] == "A-01-01-3-01"


def test_without_reserve_the_new_goods_area_takes_it(stocked: Yard) -> None:
    from sqlalchemy import update

    close = update(Location).where(Location.kind == "RSV").values(state="CLOSED")
    stocked.floor.hub.db.write(lambda tx: tx.execute(close))
    assert stocked.scans(stocked.waits()).facts["big"] == "N-01-01-1-01"


def test_leaving_frees_the_slot_that_was_proposed(stocked: Yard) -> None:
    lpn = stocked.waits()
    assert stocked.scans(lpn).facts["big"] == FIRST
    stocked.scans("CM-MENU")
    assert stocked.scans(lpn).facts["big"] == FIRST


def test_what_a_supervisor_allowed_holds_for_the_same_carton_only(stocked: Yard) -> None:
    """Two lots in one reserve slot, by leave; the next carton asks again."""
    stocked.bring("S0001", stocked.lot(), FIRST, carton=True)
    first, second = stocked.waits(lot=stocked.lot()), stocked.waits(lot=stocked.lot())
    stocked.scans(first)
    assert stocked.scan(stocked.slot(FIRST)).code == "E-PUT-04"
    stocked.scans(world.badge(CHEN), world.PIN, "5", "4", "CM-OK")
    stocked.scans(second)
    assert stocked.scan(stocked.slot(FIRST)).code == "E-PUT-04"
