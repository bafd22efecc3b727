"""Whose PIN it is: at sign-in and at every signature the same count, the same lock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.people.models import AuditRow, User
from station.practice.demo import world
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, Floor

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


def test_the_pin_of_a_signer_cannot_be_found_by_trying(hub: Hub, floor: Floor) -> None:
    """A worker at any step scans the supervisor's badge and guesses: the badge locks as at sign-in."""
    answer = floor.scan(LI, "arrive", world.badge(CHEN))
    assert answer.step == "_pin"
    for guess in range(5):
        assert floor.scan(LI, "arrive", f"{guess:04d}").code == "E-AUTH-04"
    assert floor.scan(LI, "arrive", world.PIN).code == "E-AUTH-04"  # right, and too late
    with hub.db.read() as tx:
        chen = tx.scalars(select(User).where(User.badge == world.badge(CHEN))).one()
        assert chen.locked_until is not None
        wrong = tx.scalars(select(AuditRow.subject).where(AuditRow.action == "WRONG_PIN")).all()
    assert wrong == [world.badge(CHEN)] * 5


def test_who_is_right_again_is_not_counted(hub: Hub, floor: Floor) -> None:
    floor.scan(LI, "arrive", world.badge(CHEN))
    floor.scan(LI, "arrive", "0000")
    assert floor.scan(LI, "arrive", world.PIN).code == "S-LEFT"
