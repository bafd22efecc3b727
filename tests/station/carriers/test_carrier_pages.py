"""A carrier is set up at the desk: sender, numbers, routing table; what cannot be is named and nothing is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.carriers import form, queries, routes
from station.practice.demo import world
from station.wiring.hub import Hub

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZTO = {
    "code": "SF",
    "name": "顺丰速运",
    "sender_name": "小店",
    "sender_phone": "0571-88888888",
    "prefix": "SF",
    "first": "0001000",
    "last": "0001999",
    "routes": "省\t市\t区\t三段码\t大头笔\t集包地\n浙江省\t杭州市\t\t571-W03\t杭州\t杭州中心\n",
}


@pytest.fixture
def desk(hub: Hub) -> tuple[FlaskClient, str]:
    client = create_app(hub=hub).test_client()
    return client, client.post("/login", json={"badge": "1008", "pin": world.PIN}).get_json()["csrf"]


def test_a_pasted_table_is_read_with_and_without_headings() -> None:
    row = {"province": "浙江省", "city": "杭州市", "code": "571", "sortation": "杭州"}
    assert form.routes("省份\t市\t区\t码\n浙江省\t杭州市\t\t571\t杭州\r\n\r\n") == [row]
    assert form.routes('浙江省,杭州市,,571,"杭州"') == [row]
    assert form.routes("浙江省，杭州市，，571，杭州") == [row]
    assert form.routes(" \n") == []


def test_a_number_is_as_wide_as_it_is_written() -> None:
    (carrier,) = form.content(ZTO)["carrier"]
    assert carrier["range"] == [{"prefix": "SF", "digits": 7, "first": 1000, "last": 1999}]
    assert "range" not in form.content({"code": "X"})["carrier"][0]


@SQLITE
def test_a_carrier_is_added_and_keeps_what_was_there(desk: tuple[FlaskClient, str], hub: Hub) -> None:
    client, csrf = desk
    assert client.post("/desk/carriers/save", data=ZTO | {"csrf": csrf}).status_code == 302
    page = client.get("/desk/carriers").text
    assert "顺丰速运" in page
    assert "1,000" in page
    more = ZTO | {"csrf": csrf, "of": "SF", "sender_name": "大店", "first": "", "last": "", "routes": ""}
    assert client.post("/desk/carriers/save", data=more).status_code == 302
    with hub.db.read() as tx:
        found = queries.show(tx, "SF")
        assert found
        assert (found.carrier.sender_name, found.left, found.routes) == ("大店", 1000, 1)
        texts = routes.find(tx, found.carrier.id, "浙江", "杭州", "西湖区")
    assert texts == ("571-W03", "杭州", "杭州中心")
    shown = client.get("/desk/carriers/SF").text
    assert "SF0001000 – SF0001999" in shown
    assert "杭州中心" in shown


@SQLITE
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "ｓｆ"}, "应写作“SF”"),
        ({"name": ""}, "名称"),
        ({"first": "2000", "last": "1000"}, "号段"),
        ({"first": "1e3"}, "首号"),
        ({"last": ""}, "末号"),
        ({"routes": "浙江省\t杭州市"}, "行 1"),
        ({"routes": "浙江省\t\t西湖区\t571\n"}, "行 1 · 区"),
        ({"routes": "浙江省\t\t\t571\n浙江省\t\t\t572"}, "行 2"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_kept(
    desk: tuple[FlaskClient, str], hub: Hub, wrong: dict[str, str], said: str
) -> None:
    client, csrf = desk
    answer = client.post("/desk/carriers/save", data=ZTO | wrong | {"csrf": csrf})
    assert answer.status_code == 422
    assert said in answer.text
    assert "0571-88888888" in answer.text
    with hub.db.read() as tx:
        assert queries.show(tx, "SF") is None


@SQLITE
def test_numbers_that_another_range_holds_are_refused(desk: tuple[FlaskClient, str]) -> None:
    client, csrf = desk
    client.post("/desk/carriers/save", data=ZTO | {"csrf": csrf})
    answer = client.post(
        "/desk/carriers/save", data=ZTO | {"csrf": csrf, "first": "0001500", "last": "0002999"}
    )
    assert (answer.status_code, "重叠" in answer.text) == (422, True)


@SQLITE
def test_a_box_is_added_and_weighed_anew(desk: tuple[FlaskClient, str]) -> None:
    client, csrf = desk
    for tare in ("85", "90"):
        fields = {"csrf": csrf, "code": "9", "name": "9号箱", "tare_g": tare}
        assert client.post("/desk/boxes", data=fields).status_code == 302
    page = client.get("/desk/boxes").text
    assert page.count("9号箱") == 1
    assert "<td>90</td>" in page
    for wrong in ({"tare_g": "-1"}, {"tare_g": "1.5"}, {"code": "箱"}, {"name": ""}):
        fields = {"csrf": csrf, "code": "8", "name": "8号箱", "tare_g": "85"} | wrong
        assert client.post("/desk/boxes", data=fields).status_code == 422, wrong
    assert "8号箱" not in client.get("/desk/boxes").text


@SQLITE
def test_only_those_who_set_up_change_carriers_and_boxes(hub: Hub) -> None:
    client = create_app(hub=hub).test_client()
    csrf = client.post("/login", json={"badge": "1005", "pin": world.PIN}).get_json()["csrf"]
    for path in ("/desk/carriers/save", "/desk/boxes"):
        assert client.post(path, data=ZTO | {"csrf": csrf}).status_code == 403
