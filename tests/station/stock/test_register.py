"""The desk's list of stock: what lies where, found by article, slot and status."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.catalog.models import Sku
from station.stock.models import Location, Stock
from tests.days import Day, order_of
from tests.floor import CHEN, SUN, Floor
from tests.station.scenarios.conftest import shelved

__all__ = ["shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(shelved: Callable[..., Day], floor: Floor) -> FlaskClient:
    """The supervisor at the desk of a hall with goods in it; an order has a promise on some."""
    shelved(order_of(1, ("S0001", 3)))
    floor.release()
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(CHEN, device="desk"))
    return client


def rows(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/desk/r/stock.csv?{query}").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_everything_that_lies_somewhere_is_listed(desk: FlaskClient, floor: Floor) -> None:
    with floor.hub.db.read() as tx:
        there = sorted(
            tuple(row)
            for row in tx.execute(
                select(Location.code, Sku.code, Stock.on_hand, Stock.allocated)
                .join(Location, Location.id == Stock.location_id)
                .join(Sku, Sku.id == Stock.sku_id)
                .where(Stock.on_hand > 0)
            )
        )
    shown = rows(desk)
    assert sorted((r["库位"], r["商品"], int(r["数量"]), int(r["已承诺"])) for r in shown) == there
    assert sum(int(row["已承诺"]) for row in shown) == 3
    place = shown[0]["库位"]
    page = desk.get("/desk/stock").get_data(as_text=True)
    assert f"/desk/slots/{place}" in page
    assert "/desk/stock" in desk.get("/desk").get_data(as_text=True)


def test_stock_is_found_by_article_slot_and_status(desk: FlaskClient, floor: Floor) -> None:
    assert {row["商品"] for row in rows(desk, "q=S0002")} == {"S0002"}
    place = rows(desk)[0]["库位"]
    assert {row["库位"] for row in rows(desk, f"q={place}")} == {place}
    assert rows(desk, "state=HOLD") == []
    assert rows(desk, "q=NOSUCH") == []


def test_a_picker_has_no_business_there(desk: FlaskClient, floor: Floor) -> None:
    desk.set_cookie("sid", floor.sign_in(SUN, device="desk"))
    assert desk.get("/desk/stock").status_code == 403
