"""Who stands where, and how the desk frees a worker whose handheld is gone."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.ground.web.kit import csrf_token
from station.practice.demo import goods
from tests.floor import CHEN, LI, SUN, Floor

FREE = re.compile(r'action="(/desk/positions/\d+/free)"')


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


@pytest.fixture
def receipt(floor: Floor) -> str:
    """A receipt that Li counts when the battery of the handheld dies."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    number = floor.arrive(notice.asn_no, 1)
    assert floor.scan(LI, "stage1", number).ok
    return number


def enter(client: FlaskClient, floor: Floor, number: str) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def test_a_freed_worker_holds_nothing_and_the_count_goes_on(
    client: FlaskClient, floor: Floor, receipt: str
) -> None:
    csrf = enter(client, floor, CHEN)
    page = client.get("/desk/positions").text
    assert "初验" in page
    assert receipt in page
    (action,) = FREE.findall(page)
    assert client.post(action, data={"csrf": csrf}).status_code == 302
    assert not FREE.search(client.get("/desk/positions").text)
    assert floor.look(LI, "stage1")["step"] == "receipt"
    assert floor.scan(LI, "stage1", receipt).ok


@pytest.mark.usefixtures("receipt")
def test_a_picker_may_not_free_anybody(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, SUN)
    assert client.get("/desk/positions").status_code == 403
    assert client.post("/desk/positions/1/free", data={"csrf": csrf}).status_code == 403
    assert floor.look(LI, "stage1")["step"] != "receipt"
    enter(client, floor, CHEN)
    assert FREE.search(client.get("/desk/positions").text)


def test_a_position_that_is_none_is_told(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    for number in ("999", "9" * 30):
        assert client.post(f"/desk/positions/{number}/free", data={"csrf": csrf}).status_code == 404
