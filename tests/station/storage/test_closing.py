"""A place is closed only when it is empty and nothing is on its way to it (P28)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.scan.codes import internal
from station.ground.setup.problems import SetupRefused
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.people import sessions
from station.stock.models import Location
from station.storage.hall import rules
from station.wiring import checks
from station.wiring.setup import running
from tests.floor import ZHAO, ZHOU
from tests.station.storage.cartons import HOME, OTHER, RESERVE
from tests.station.storage.conftest import Yard

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _close(yard: Yard, code: str) -> str:
    """The refusal's code, or empty when it was closed."""
    try:
        yard.floor.hub.works.do(partial(rules.close, code=code, reason="柱子"), SYSTEM)
    except Refused as refusal:
        return refusal.code
    return ""


def _state(yard: Yard, code: str) -> str:
    with yard.floor.hub.db.read() as tx:
        return tx.scalars(select(Location.state).where(Location.code == code)).one()


@on_sqlite
def test_a_slot_that_a_carton_is_on_its_way_to_stays_open(yard: Yard) -> None:
    slot = yard.scans(yard.waits()).facts["big"]
    with pytest.raises(Refused) as refused:
        yard.floor.hub.works.do(partial(rules.close, code=slot, reason="x"), SYSTEM)
    assert (refused.value.code, refused.value.facts["why"]["zh"]) == ("E-HAL-09", "有货正在送来")
    yard.scans(yard.slot(slot), "CM-OK")
    assert _close(yard, slot) == "E-HAL-09"
    assert _state(yard, slot) == "OPEN"


@on_sqlite
def test_a_file_that_closes_what_holds_goods_is_refused_with_each_of_them(yard: Yard) -> None:
    slot = yard.scans(yard.waits()).facts["big"]
    yard.scans(yard.slot(slot), "CM-OK")
    with pytest.raises(SetupRefused) as refused:
        running.set_up(yard.floor.hub, f'[hall]\ntotes = 40\nclosed = ["{slot[:4]}"]\n', SYSTEM)
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == ("E-HAL-09", 3)
    assert f"{slot} cannot be closed: it holds: S0001" in problem.text["en"]
    assert _state(yard, "A-01-09-2-01") == "OPEN"


@on_sqlite
def test_whose_pick_slot_is_closed_gets_another_one(yard: Yard) -> None:
    """The article is bound anew with its next carton; the closed slot is refused at a scan."""
    yard.home("S0001", HOME)
    assert _close(yard, HOME) == ""
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(Sku.home_location_id).where(Sku.code == "S0001")) is None
    slot = yard.scans(yard.waits()).facts["big"]
    assert slot != HOME
    assert yard.scan(yard.slot(HOME)).code == "E-LOC-02"
    yard.scans(yard.slot(slot), "CM-OK")
    assert checks.broken(yard.floor.hub.db) == []


@pytest.mark.both_databases
def test_closing_and_putting_away_at_the_same_moment(yard: Yard) -> None:
    """Whoever is first: never do goods stand in a closed slot."""
    yard.home("S0001", OTHER)
    yard.scans(yard.waits("S0001"), yard.slot(RESERVE), "1", who=ZHOU)
    with ThreadPoolExecutor(2) as pool:
        put = pool.submit(yard.scan, "CM-OK", who=ZHOU)
        closed = pool.submit(_close, yard, RESERVE)
    outcome = (put.result().code, closed.result(), _state(yard, RESERVE), bool(yard.at(RESERVE)))
    assert outcome in {("S-PUT-DONE", "E-HAL-09", "OPEN", True), ("E-LOC-02", "", "CLOSED", False)}
    broken = checks.broken(yard.floor.hub.db)
    assert [line for line in broken if not line.startswith("I15")] == []  # the yard's cartons have no past
    assert yard.scan("CM-MENU", who=ZHOU).ok


@on_sqlite
def test_a_bench_with_somebody_at_it_is_not_closed(yard: Yard) -> None:
    """The packer is named; after signing out it is only a bench."""
    floor = yard.floor
    floor.scans(ZHAO, "pack", internal("WS", "PACK1"))
    with pytest.raises(Refused) as refused:
        floor.hub.works.do(partial(rules.close, code="PACK-1", reason="拆"), SYSTEM)
    assert (refused.value.code, refused.value.facts["why"]["zh"]) == ("E-HAL-09", "赵打包 在那里登录着")
    floor.hub.db.write(lambda tx: sessions.end(tx, floor.hub.clock.now(), token=floor.sign_in(ZHAO)))
    assert _close(yard, "PACK-1") == ""
