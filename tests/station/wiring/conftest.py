"""Warehouses made once for each kind of database, for tests that change nothing for good."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest

from station.clock import MovableClock
from station.ground.db import Database
from station.practice.demo import goods, world
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.cluster import admin
from tests.conftest import SHANGHAI
from tests.crowd import crowd
from tests.floor import Floor
from tests.station.scenarios.conftest import order_of

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="module", params=KINDS)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The demo's hall with its people, once for all tests of a module."""
    folder = tmp_path_factory.mktemp("hall")
    if request.param == "sqlite":
        path = folder / "station.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url, name = f"sqlite:///{path}", ""
    else:
        pg_url, template = request.getfixturevalue("pg_url"), request.getfixturevalue("pg_template")
        name = f"d{uuid.uuid4().hex}"
        admin(pg_url, f"CREATE DATABASE {name} TEMPLATE {template}")
        url = pg_url.format(name=name)
    clock = MovableClock(datetime(2026, 5, 1, 9, 0, tzinfo=SHANGHAI), SHANGHAI)
    hub = hubs.build(Settings(data=folder / "data"), db=Database(url), clock=clock)
    hub.db.write(lambda tx: world.lay_out(tx, hub.pins, clock.now()))
    yield hub
    hub.close()
    if name:
        admin(request.getfixturevalue("pg_url"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def done(hall: Hub) -> Database:
    """Goods came in, two orders went out with the courier, and something is left in the slots."""
    floor = Floor(hall)
    articles = goods.products(2)
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", hall.clock.today())
    floor.erp(*articles, notice, order_of(1, ("S0001", 3), ("S0002", 1)), order_of(2, ("S0001", 2)))
    dates = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    eans = {item.code: item.barcodes[0].code for item in articles}
    floor.receive(
        notice.asn_no,
        [(eans[line.sku_code], line.qty_each // 12, 0, dates[line.sku_code]) for line in notice.lines],
    )
    floor.release()
    bills: list[str] = []
    while floor.look("1005", "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    assert floor.dispatch("ZTO", bills).code == "S-DSP-SHIPPED"
    return hall.db


@pytest.fixture(scope="module")
def crowded(hall: Hub) -> Hub:
    """A hall with a past of 20,000 orders."""
    crowd(hall.db)
    return hall
