"""A shop system with a token, as the API sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station import create_app
from station.erp import connections
from station.erp.rest import tokens
from station.exchange import documents as erp
from station.ground.vault import Vault
from station.practice.demo import goods
from tests.floor import Floor
from tests.station.scenarios.conftest import order_of


@dataclass
class Shop:
    """One connection and its program."""

    floor: Floor
    client: FlaskClient
    code: str
    connection_id: int
    token: str

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """One request; `key="…"` is its idempotency key."""
        names = {"key": "Idempotency-Key"}
        found = {names.get(name, name.replace("_", "-")): value for name, value in headers.items()}
        found.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(f"/api/v1{path}", method=method, json=data, headers=found)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def push(self, *documents: Any) -> list[str]:
        """Documents by PUT, or POST where they cancel; the results."""
        return [self.push_one(doc).json["result"] for doc in documents]

    def push_one(self, doc: Any, **headers: str) -> Any:
        method, path = route_of(doc)
        if method == "POST":
            headers.setdefault("key", f"{path}-{doc.version}")
        return self.call(method, path, erp.to_data(doc), **headers)


def route_of(doc: Any) -> tuple[str, str]:
    """Method and path of a document."""
    number = erp.doc_no_of(doc)
    return {
        "product": ("PUT", f"/products/{number}"),
        "supplier": ("PUT", f"/suppliers/{number}"),
        "notice": ("PUT", f"/notices/{number}"),
        "cancel_notice": ("POST", f"/notices/{number}/cancel"),
        "order": ("PUT", f"/orders/{number}"),
        "cancel": ("POST", f"/orders/{number}/cancel"),
        "carrier_label": ("PUT", f"/orders/{number}/label"),
    }[erp.doc_type_of(doc)]


@pytest.fixture
def app(floor: Floor) -> Flask:
    return create_app(hub=floor.hub)


@pytest.fixture
def vault(floor: Floor) -> Vault:
    return Vault.in_folder(floor.hub.settings.data)


def connect(floor: Floor, vault: Vault, code: str, **values: str) -> tuple[int, str]:
    """A connection of kind rest and a token for it."""
    now = floor.hub.clock.now()
    connection_id = floor.hub.db.write(
        lambda tx: connections.add(tx, vault, code=code, name="", kind="rest", values=values, now=now)
    )
    token = floor.hub.db.write(lambda tx: tokens.issue(tx, connection_id, "till", "陈主管", now))
    return connection_id, token


@pytest.fixture
def shop(app: Flask, floor: Floor, vault: Vault) -> Shop:
    return Shop(floor, app.test_client(), "shop", *connect(floor, vault, "shop"))


@pytest.fixture
def other(app: Flask, floor: Floor, vault: Vault, shop: Shop) -> Shop:
    """Another shop system of the same warehouse."""
    return Shop(floor, app.test_client(), "other", *connect(floor, vault, "other"))


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """The shop has told of four articles, and they lie in their slots."""
    articles = goods.products(4)
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", shop.floor.hub.clock.today())
    shop.push(*articles, notice)
    dated = {item.code: item.is_shelf_life for item in articles}
    lines = [
        (goods.gtin(at), line.qty_each // 12, 0, "20260401" if dated[line.sku_code] else "")
        for at, line in enumerate(notice.lines, 1)
    ]
    shop.floor.receive(notice.asn_no, lines)
    return shop


__all__ = ["Shop", "connect", "order_of", "route_of"]
