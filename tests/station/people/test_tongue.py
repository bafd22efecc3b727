"""Before the sign-in: the warehouse says its name, in the language the browser asks for, and it can be switched."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.ground import shop
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.people import first
from station.people.models import User
from station.practice.demo import world
from station.wiring.hub import Hub
from tests.station.storage.hall.conftest import empty

__all__ = ["empty"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZH, EN = "扫工牌", "Scan your badge"


@pytest.fixture
def client(hub: Hub) -> FlaskClient:
    return create_app(hub=hub).test_client()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", ZH),
        ("en-GB,en;q=0.9", EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("de-DE,de;q=0.9,en;q=0.5", EN),
        ("de-DE,de;q=0.9", ZH),
        ("?;q=x", ZH),
    ],
)
def test_the_sign_in_speaks_as_the_browser_asks(client: FlaskClient, asked: str, said: str) -> None:
    page = client.get("/login", headers={"Accept-Language": asked} if asked else {}).text
    assert said in page
    assert "示范仓" in page


def test_who_switches_before_signing_in_keeps_the_language(client: FlaskClient, hub: Hub) -> None:
    page = client.get("/login?lang=en&next=/work/pick").text
    assert EN in page
    assert 'name="lang" value="en"' in page
    fields = {"badge": "1005", "pin": world.PIN, "lang": "en", "next": "/work/pick"}
    wrong = client.post("/login", data=fields | {"pin": "9999"})
    assert EN in wrong.text
    assert 'name="next" value="/work/pick"' in wrong.text
    answer = client.post("/login", data=fields)
    assert answer.headers["Location"] == "/work/pick"
    with hub.db.read() as tx:
        assert tx.scalar(select(User.lang).where(User.badge == world.badge("1005"))) == "en"


def test_a_browser_alone_changes_nobodys_language(client: FlaskClient, hub: Hub) -> None:
    fields = {"badge": "1005", "pin": world.PIN, "lang": ""}
    client.post("/login", data=fields, headers={"Accept-Language": "en"})
    with hub.db.read() as tx:
        assert tx.scalar(select(User.lang).where(User.badge == world.badge("1005"))) == "zh"


def test_the_owner_names_the_warehouse_and_keeps_the_language_shown(empty: Hub) -> None:
    client = create_app(hub=empty).test_client()
    fields = {"number": "1001", "name": "Wang", "pin": "2580", "again": "2580"}
    fields |= {"code": empty.part(first.FirstStart).code, "shop": "小店一号仓", "lang": "en"}
    assert client.post("/first", data=fields).status_code == 302
    client.post("/logout")
    assert "小店一号仓" in client.get("/login").text
    assert "小店一号仓" in client.get("/manifest.webmanifest").get_json()["name"]
    with empty.db.read() as tx:
        assert tx.scalar(select(User.lang)) == "en"
        assert shop.name_of(tx, empty.settings) == "小店一号仓"


def test_a_name_that_is_none_makes_no_owner(empty: Hub) -> None:
    client = create_app(hub=empty).test_client()
    fields = {"number": "1001", "name": "Wang", "pin": "2580", "again": "2580"}
    fields |= {"code": empty.part(first.FirstStart).code, "shop": "仓" * 41}
    answer = client.post("/first", data=fields)
    assert (answer.status_code, "仓库名称是 1 到 40 个字" in answer.text) == (422, True)
    assert first.FirstStart().code
    with empty.db.read() as tx:
        assert first.nobody_is_there(tx)


def test_without_a_name_the_code_stands_in_and_a_setting_wins(empty: Hub) -> None:
    with empty.db.read() as tx:
        assert shop.name_of(tx, empty.settings) == "WH1"
    assert empty.works.do(lambda work: shop.rename(work, "一号仓"), SYSTEM)
    assert not empty.works.do(lambda work: shop.rename(work, "一号仓"), SYSTEM)
    with empty.db.read() as tx:
        assert shop.name_of(tx, empty.settings) == "一号仓"
        assert shop.name_of(tx, replace(empty.settings, warehouse_name="二号仓")) == "二号仓"
    for name in ("", " 仓", "仓\n", "仓" * 41):
        with pytest.raises(Refused, match="E-SHOP-01"):
            empty.works.do(partial(shop.rename, name=name), SYSTEM)


def test_a_supervisor_renames_it_at_the_desk(client: FlaskClient) -> None:
    signed = client.post("/login", json={"badge": "1008", "pin": world.PIN}).get_json()
    assert "示范仓" in client.get("/desk/shop").text
    refused = client.post("/desk/shop", data={"csrf": signed["csrf"], "name": ""})
    assert (refused.status_code, "band-error" in refused.text) == (422, True)
    assert client.post("/desk/shop", data={"csrf": signed["csrf"], "name": "东仓"}).status_code == 302
    assert "东仓" in client.get("/").text
