"""Who tries to get in, and what is written down about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from station import create_app
from station.people.models import AuditRow
from station.practice.demo import world
from station.wiring.hub import Hub


@pytest.fixture
def app(hub: Hub) -> Flask:
    return create_app(hub=hub)


@dataclass
class Browser:
    """One browser with its cookies, at one address."""

    app: Flask
    address: str
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = self.address

    def sign_in(self, number: str, pin: str = world.PIN, device: str = "HH") -> bool:
        """Whether badge and PIN open the station."""
        answer = self.post(number, pin, device)
        assert answer.status_code in {200, 422}
        return answer.status_code == 200

    def post(self, number: str, pin: str, device: str = "HH") -> TestResponse:
        fields = {"badge": world.badge(number), "pin": pin, "device": device}
        answer = self.client.post("/login", json=fields)
        if answer.status_code == 200:
            self.client.environ_base["HTTP_X_CSRF_TOKEN"] = answer.get_json()["csrf"]
        return answer

    def is_in(self) -> bool:
        """Whether the session it has still opens anything."""
        return self.client.get("/", headers={"Accept": "application/json"}).status_code == 200


@pytest.fixture
def browser(app: Flask) -> Callable[[str], Browser]:
    """A new browser, without cookies, at an address."""

    def make(address: str = "10.0.0.9") -> Browser:
        return Browser(app, address)

    return make


@pytest.fixture
def judged(hub: Hub) -> Callable[[str], int]:
    """How many wrong PINs of a badge were looked at."""

    def count(number: str) -> int:
        query = select(func.count()).where(
            AuditRow.action == "WRONG_PIN", AuditRow.subject == world.badge(number)
        )
        with hub.db.read() as tx:
            return tx.scalar(query) or 0

    return count
