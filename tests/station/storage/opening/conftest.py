"""A hall with articles and nothing in it, and what a clerk does with it at the desk."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from station import create_app
from station.catalog.models import Sku
from station.ground.web.kit import csrf_token
from station.practice.demo import goods, world
from station.stock.models import Location, Lot, Stock
from station.storage.opening.models import Opening
from tests.floor import CHEN, LI, Floor

OWNER = "1008"
"""The owner of the demo warehouse, a supervisor as well."""


@dataclass
class Desk:
    """Somebody at the desk."""

    floor: Floor
    number: str = LI
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = create_app(hub=self.floor.hub).test_client()
        self.enter(self.number)

    def enter(self, number: str) -> None:
        token = self.floor.sign_in(number, device="DESK")
        self.client.set_cookie("sid", token)
        self.csrf = csrf_token(token)

    def post(self, address: str, **fields: Any) -> TestResponse:
        return self.client.post(address, data={"csrf": self.csrf, **fields})

    def send(self, text: str | bytes, name: str = "期初.csv") -> TestResponse:
        data = text.encode() if isinstance(text, str) else text
        return self.post("/desk/opening/new", file=(io.BytesIO(data), name))

    def bring(self, *rows: str) -> str:
        """A file that must be taken; the draft's number."""
        answer = self.send("\n".join(["slot,sku_code,lot,produced_on,expires_on,qty", *rows]))
        assert answer.status_code == 302, answer.text
        return str(answer.location).rpartition("/")[2]

    def sign(self, os_no: str, second: str = CHEN, pin: str = world.PIN) -> TestResponse:
        return self.post(f"/desk/opening/{os_no}/post", badge=second, pin=pin)


@pytest.fixture
def stage(floor: Floor) -> Floor:
    """S0001 is dated, S0002 dated and with lots, S0007 (a toothbrush) neither."""
    articles = [replace(item, is_lot=item.code == "S0002") for item in goods.products(8)]
    floor.erp(*articles)
    return floor


@pytest.fixture
def desk(stage: Floor) -> Desk:
    return Desk(stage)


def slots(floor: Floor, kind: str, count: int = 4) -> list[str]:
    """The first places of a kind, as one walks."""
    with floor.hub.db.read() as tx:
        query = select(Location.code).where(Location.kind == kind)
        return list(tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(count)))


def lies_at(floor: Floor, place: str) -> list[tuple[str, str, str, int]]:
    """(article, lot, status, EACH) of what the book has in a place."""
    with floor.hub.db.read() as tx:
        rows = tx.execute(
            select(Sku.code, Lot.supplier_lot, Stock.status, Stock.on_hand)
            .join(Sku, Sku.id == Stock.sku_id)
            .join(Lot, Lot.id == Stock.lot_id)
            .join(Location, Location.id == Stock.location_id)
            .where(Location.code == place, Stock.on_hand > 0)
            .order_by(Stock.id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def documents(floor: Floor) -> list[tuple[str, str]]:
    with floor.hub.db.read() as tx:
        return [(row.os_no, row.state) for row in tx.scalars(select(Opening).order_by(Opening.id))]
