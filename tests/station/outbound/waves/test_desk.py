"""Waves at the desk: releasing them, and what a wave's page tells (P13)."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.ground.web.kit import csrf_token
from tests.floor import CHEN, SUN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def client(shelves: Shelves, floor: Floor) -> FlaskClient:
    """Three single units, an order for two lines, and one without goods, all audited."""
    for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
        shelves.put(sku, 9, slot)
    floor.erp(
        *(order_of(number, ("S0001", 1)) for number in (1, 2, 3)),
        order_of(4, ("S0001", 1), ("S0002", 1)),
        order_of(5, ("S0003", 1)),
    )
    floor.advance_orders()
    return create_app(hub=floor.hub).test_client()


def _enter(client: FlaskClient, floor: Floor, number: str = CHEN) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def test_a_release_tells_what_it_did(client: FlaskClient, floor: Floor, shelves: Shelves) -> None:
    """Four orders in two waves; the one without goods was never ready; a second release finds nothing."""
    csrf = _enter(client, floor)
    page = client.post("/desk/waves/release", data={"csrf": csrf}, follow_redirects=True)
    assert re.search(r"2.*4", page.text)
    assert [shelves.state(f"SO-{number}") for number in range(1, 6)] == ["WAVED"] * 4 + ["AUDITED"]
    numbers = set(re.findall(r'href="/desk/waves/(WV[0-9A-Z]+)"', page.text))
    assert len(numbers) == 2
    client.post("/desk/waves/release", data={"csrf": csrf})
    assert set(re.findall(r'href="/desk/waves/(WV[0-9A-Z]+)"', client.get("/desk/waves").text)) == numbers


def test_a_program_releases_by_json(client: FlaskClient, floor: Floor) -> None:
    csrf = _enter(client, floor)
    answer = client.post("/desk/waves/release", json={}, headers={"X-CSRF-Token": csrf, "X-CSRFToken": csrf})
    assert answer.status_code == 200
    body = answer.get_json()
    assert (len(body["waves"]), body["orders"], body["waiting"], body["unprinted"]) == (2, 4, [], [])


def test_a_waves_page_names_its_orders_and_lists(client: FlaskClient, floor: Floor) -> None:
    """Order, state and seat; after the walk the tote and the picker too."""
    csrf = _enter(client, floor)
    page = client.post("/desk/waves/release", data={"csrf": csrf}, follow_redirects=True).text
    floor.pick_next()
    numbers = sorted(set(re.findall(r'href="/desk/waves/(WV[0-9A-Z]+)"', page)))
    pages = [client.get(f"/desk/waves/{number}").text for number in numbers]
    assert sorted(len(re.findall(r'href="/desk/orders/', text)) for text in pages) == [1, 3]
    (walked,) = (text for text in pages if "T001" in text)
    assert "孙拣货" in walked
    assert all(re.search(r"路程 \(米\)</dt>\s*<dd[^>]*>\s*[1-9]", text) for text in pages)
    assert client.get("/desk/waves/WV-NONE").status_code == 404


@pytest.mark.parametrize(
    "args", ["waves=x&orders=1", "waves=1", "waves=999999999&orders=1&waiting=0&unprinted=0"]
)
def test_a_made_up_result_is_not_shown(client: FlaskClient, floor: Floor, args: str) -> None:
    """What stands in the address is figures or nothing."""
    _enter(client, floor)
    page = client.get(f"/desk/waves?{args}")
    assert page.status_code == 200
    assert "已放行波次" not in page.text


def test_a_picker_releases_nothing(client: FlaskClient, floor: Floor, shelves: Shelves) -> None:
    csrf = _enter(client, floor, SUN)
    assert client.post("/desk/waves/release", data={"csrf": csrf}).status_code == 403
    assert client.get("/desk/waves").status_code == 403
    assert shelves.state("SO-1") == "ALLOCATED"
