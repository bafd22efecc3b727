"""The page of sign-in: what it takes, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.practice.demo import world
from station.wiring.hub import Hub
from tests.floor import LI

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def client(hub: Hub) -> Iterator[FlaskClient]:
    app = create_app(hub=hub)
    with app.test_client() as made:
        yield made


def test_a_typed_number_signs_in_as_the_badge_does(client: FlaskClient) -> None:
    names = [
        client.post("/login", json={"badge": badge, "pin": world.PIN}).get_json()["name"]
        for badge in ("1001", world.badge(LI))
    ]
    assert names == [names[0]] * 2


@pytest.mark.parametrize("number", ["9999", "1001X", ""])
def test_a_number_of_nobody_is_refused(client: FlaskClient, number: str) -> None:
    assert client.post("/login", json={"badge": number, "pin": world.PIN}).status_code == 422


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "/\t/evil.example",
        "/\\evil.example",
        "/\n/a",
        "/\r\nX: y",
        "https://evil.example",
        "/ü",
    ],
)
def test_after_sign_in_one_stays_in_this_station(client: FlaskClient, target: str) -> None:
    answer = client.post("/login", data={"badge": "1001", "pin": world.PIN, "next": target})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_after_sign_in_one_goes_where_one_wanted(client: FlaskClient) -> None:
    answer = client.post("/login", data={"badge": "1001", "pin": world.PIN, "next": "/work/arrive"})
    assert answer.headers["Location"] == "/work/arrive"
