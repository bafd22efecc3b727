"""The first set-up: one way over the pages, its state nowhere but in what the station lacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from station import create_app
from station.carriers.models import CarrierRoute
from station.ground.words.messages import catalogue
from station.ground.work import SYSTEM
from station.office import steps
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import world
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.days import Day, order_of
from tests.floor import CHEN, Floor
from tests.near import NEAR
from tests.printers.doubles import ZplPrinter
from tests.station.scenarios.conftest import shelved
from tests.station.storage.hall.conftest import empty

__all__ = ["empty", "shelved"]
ROOT = Path(__file__).parents[3]
SHOP = (ROOT / "docs" / "shop.toml").read_text(encoding="utf-8")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_need_belongs_to_one_step() -> None:
    needs = [code for code in catalogue() if code.startswith("L-NEED-")]
    assert len(needs) >= 10
    for code in needs:
        assert [step.name for step in steps.STEPS if code in step.codes], code
    assert sum(len(step.codes) for step in steps.STEPS) == len(needs)


def test_every_step_speaks_chinese() -> None:
    with (ROOT / "station/ground/words/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        known = {str(message.id) for message in read_po(file) if message.string}
    assert {text for step in steps.STEPS for text in (step.title, step.why)} <= known


def test_the_guide_takes_the_same_way() -> None:
    """The chapter for a real warehouse names every step as the page does, in its order."""
    with (ROOT / "station/ground/words/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file) if message.string}
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^   - \*\*(.+?)\*\*", guide.split("\n## A real warehouse")[1].split("\n## ")[0], re.MULTILINE
    )
    assert told == [f"{words[step.title]} / {step.title}" for step in steps.STEPS]
    assert [step.name for step in steps.STEPS if step.may_skip] == ["scales", "apart", "labels", "handheld"]


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-step="(\w+)" data-done="(\w+)"', page))


def desk(hub: Hub, number: str = CHEN) -> FlaskClient:
    client = create_app(hub=hub).test_client()
    client.set_cookie("sid", Floor(hub).sign_in(number, device="desk"))
    return client


@on_sqlite
def test_it_begins_with_the_name_and_knows_what_a_file_has_done_meanwhile(empty: Hub) -> None:
    owner = SHOP.split("[[printer]]")[0].replace('roles = ["SUPERVISOR"]', 'roles = ["SUPERVISOR", "ADMIN"]')
    running.set_up(empty, owner.partition("\n\n")[2].partition("\n\n")[2], SYSTEM)
    client = desk(empty)
    page = client.get("/desk/first").text
    assert states(page)["name"] == "no"
    assert re.search(r'data-step="name"[^>]*aria-current="step"', page)
    assert "第一次设置" in client.get("/desk/hall").text
    running.set_up(empty, SHOP, SYSTEM)
    client = desk(empty)  # another role ended the session
    now = states(client.get("/desk/first").text)
    assert [name for name, done in now.items() if done == "no"] == [
        "scales",
        "goods",
        "stock",
        "labels",
        "handheld",
    ]
    assert "/desk/erp" in client.get("/desk/first").text


@on_sqlite
def test_every_step_leads_to_a_page(empty: Hub) -> None:
    app = create_app(hub=empty)
    assert {step.endpoint for step in steps.STEPS} <= set(app.view_functions)
    client = desk_of_owner(empty)
    for step in steps.STEPS:
        with app.test_request_context():
            path = app.url_for(step.endpoint)
        assert client.get(path).status_code == 200, step.name


def desk_of_owner(hub: Hub) -> FlaskClient:
    text = '[[person]]\nnumber = "1008"\nname = "店主"\nroles = ["ADMIN", "SUPERVISOR"]\n'
    running.set_up(hub, text, SYSTEM)
    return desk(hub, "1008")


@on_sqlite
def test_a_station_with_goods_is_ready_and_leaves_the_desk_alone(
    shelved: Callable[..., Day], floor: Floor
) -> None:
    shelved()
    client = desk(floor.hub)
    page = client.get("/desk/first").text
    assert "就绪" in page
    assert "first-band" not in client.get("/desk/hall").text


@on_sqlite
def test_the_desk_leads_there_until_the_first_order_has_left(
    shelved: Callable[..., Day], floor: Floor
) -> None:
    shelved(order_of(1, ("S0001", 1)))
    hub, page = floor.hub, "/desk/hall"
    hub.db.write(lambda tx: tx.execute(delete(CarrierRoute)))
    client = desk(hub)
    assert "first-band" in client.get(page).text
    hub.db.write(lambda tx: tx.execute(update(DeliveryOrder).values(state="SHIPPED")))
    assert "first-band" not in client.get(page).text
    assert "没有分拣表" in client.get("/desk").text


@on_sqlite
def test_a_printer_is_found_set_up_and_takes_the_papers_nobody_prints(empty: Hub) -> None:
    client = desk_of_owner(empty)
    with ZplPrinter(silent_when_blocked=False) as zebra:
        port = zebra.address.rpartition(":")[2]
        empty.settings = replace(empty.settings, allow_addresses=NEAR, only_networks=("127.0.0.1/32",))
        csrf = re.search(r'name="csrf" value="(\w+)"', client.get("/desk/printers/find").text)
        assert csrf
        page = client.post("/desk/printers/find", data={"csrf": csrf[1], "port": port}).text
        assert zebra.address in page
        assert "zpl" in page
        link = re.search(r'href="(/desk/printers/new\?[^"]*)"', page)
        assert link
        form = client.get(link[1].replace("&amp;", "&")).text
        assert f'value="{zebra.address}"' in form
        assert 'name="code" value="PR1"' in form
        fields = {"csrf": csrf[1], "code": "PR1", "name": "标签机", "language": "zpl", "dpi": "203"}
        fields |= {"address": zebra.address, "media": "waybill_100x150", "lang": "zh", "papers": "free"}
        assert client.post("/desk/printers/save", data=fields).status_code == 302
    routes = client.get("/desk/routes").text
    assert "<td>快递面单</td>" in routes
    assert "<td>收货标签</td>" in routes
    assert "没有打印机可打: 拣货单、发货单、交接清单" in client.get("/desk/first").text
    assert client.post("/desk/printers/find", data={"csrf": csrf[1], "port": "99999"}).status_code == 422


@on_sqlite
@pytest.mark.parametrize(
    ("host", "https", "drawn"),
    [
        ("0.0.0.0", "off", {"plain"}),
        ("192.168.7.7", "on", {"trust", "secure"}),
        ("127.0.0.1", "on", set()),
        ("localhost", "off", set()),
    ],
)
def test_the_code_of_a_handheld_is_the_address_that_reaches(
    empty: Hub, host: str, https: str, drawn: set[str]
) -> None:
    """With HTTPS first the way to trust it; nothing where no other device reaches the station."""
    empty.settings = replace(empty.settings, host=host, port=8080, https=https)
    client = desk_of_owner(empty)
    page = client.get("/desk/handhelds").text
    assert ("只有本机" in page) == (not drawn)
    for which in ("plain", "trust", "secure"):
        assert (f"/{which}.svg" in page) == (which in drawn)
        assert client.get(f"/desk/handhelds/{which}.svg").status_code == (200 if which in drawn else 404)
    assert ("https://192.168.7.7:8443/" in page) == ("secure" in drawn)


@on_sqlite
def test_people_are_added_one_after_the_other(empty: Hub) -> None:
    client = desk_of_owner(empty)
    form = client.get("/desk/people/new").text
    assert 'name="number" value="1009"' in form
    csrf = re.search(r'name="csrf" value="(\w+)"', form)
    assert csrf
    fields = {
        "csrf": csrf[1],
        "number": "1009",
        "name": "新人",
        "roles": "PICKER",
        "pin": "2580",
        "again": "2580",
    }
    answer = client.post("/desk/people/new", data=fields | {"then": "another"})
    again = client.get(answer.headers["Location"]).text
    assert 'name="number" value="1010"' in again
    assert "新人" in again
    assert world.PIN not in again
