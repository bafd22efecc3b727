"""The hall on the desk: drawn before it is made, made, closed and opened, labels of it printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from printers import roster, routes
from printers.schema import print_job, print_route
from station import create_app
from station.ground.scan.cards import CARDS
from station.ground.scan.codes import internal
from station.ground.web.kit import csrf_token
from station.ground.words.actor import Role
from station.people.rules import add_user
from station.stock.models import Location
from station.wiring import checks
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.scenarios.conftest import Day, order_of, start

__all__ = ["Day", "order_of", "start"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AISLE = {
    "rack.0.zone": "C", "rack.0.kind": "PICK", "rack.0.aisles": "7", "rack.0.bays": "1-3", "rack.0.levels": "1-2",
    "rack.0.positions": "1", "rack.0.max_weight_kg": "25", "walk": "",
}  # fmt: skip


class Desk:
    """Somebody at the desk."""

    def __init__(self, floor: Floor, number: str = CHEN) -> None:
        self.client: FlaskClient = create_app(hub=floor.hub).test_client()
        token = floor.sign_in(number, device="DESK")
        self.client.set_cookie("sid", token)
        self.csrf = csrf_token(token)

    def post(self, path: str, fields: Mapping[str, str] = {}) -> tuple[int, str]:
        answer = self.client.post(path, data={"csrf": self.csrf} | dict(fields))
        return answer.status_code, answer.text

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def desk(floor: Floor) -> Desk:
    return Desk(floor)


def _codes(floor: Floor, start: str) -> list[str]:
    with floor.hub.db.read() as tx:
        return list(
            tx.scalars(select(Location.code).where(Location.code.startswith(start)).order_by(Location.code))
        )


def test_an_aisle_is_drawn_then_made_and_can_be_worked_in(floor: Floor, desk: Desk) -> None:
    status, drawn = desk.post("/desk/hall/draw", AISLE)
    assert status == 200
    assert "C-07-01-1" in drawn
    assert "hall-new" in drawn
    assert _codes(floor, "C-07") == []
    assert desk.post("/desk/hall/make", AISLE)[0] == 302
    assert len(_codes(floor, "C-07")) == 6
    assert "C-07-03-2" in desk.get("/desk/hall?made=6")
    status, again = desk.post("/desk/hall/draw", AISLE)
    assert (status, "无需改动" in again) == (200, True)


def test_mistakes_are_told_in_the_row_and_nothing_is_made(floor: Floor, desk: Desk) -> None:
    wrong = AISLE | {"rack.0.zone": "c", "rack.0.bays": "3-1", "totes": "many"}
    for path in ("/desk/hall/draw", "/desk/hall/make"):
        status, page = desk.post(path, wrong)
        assert status == 422
        for words in ("行 1 · 库区: “c”应写作“C”", "行 1 · 架: “3-1”前后颠倒, 是不是 1-3?", "周转箱: "):
            assert words in page
    assert 'value="3-1"' in page
    assert _codes(floor, "C-") == []


def test_one_row_more_keeps_what_was_typed(desk: Desk) -> None:
    status, page = desk.post("/desk/hall/row", AISLE)
    assert status == 200
    assert 'name="rack.0.aisles" value="7"' in page
    assert 'name="rack.1.aisles" value=""' in page


@pytest.mark.parametrize("number", [LI, SUN])
def test_only_who_rules_the_hall_changes_it(floor: Floor, number: str) -> None:
    desk = Desk(floor, number)
    assert desk.post("/desk/hall/make", AISLE)[0] == 403
    assert desk.post("/desk/slots/T001/close", {"reason": "x"})[0] == 403
    assert _codes(floor, "C-") == []


def test_an_empty_place_is_closed_and_opened_again(floor: Floor, desk: Desk) -> None:
    """Closed is refused at every scan; the page tells who closed it and why."""
    assert desk.post("/desk/slots/A-01-01-2-01/close", {"reason": "横梁坏了"})[0] == 302
    page = desk.get("/desk/slots/A-01-01-2-01")
    for words in ("已关闭", "横梁坏了", "陈主管", "重新启用"):
        assert words in page
    assert desk.post("/desk/slots/A-01-01-2-01/close", {"reason": "again"})[0] == 422
    assert desk.post("/desk/slots/A-01-01-2-01/reopen", {"reason": "修好了"})[0] == 302
    assert desk.post("/desk/slots/A-01-01-2-01/reopen", {"reason": "again"})[0] == 422
    assert desk.post("/desk/slots/A-01-01-2-01/close", {"reason": " "})[0] == 422
    assert desk.post("/desk/slots/NOWHERE/close", {"reason": "x"})[0] == 422


def test_a_place_with_goods_is_not_closed_and_says_what_lies_there(
    start: object, floor: Floor, desk: Desk
) -> None:
    start(order_of(1, ("S0001", 2))).receive()  # type: ignore[operator]
    with floor.hub.db.read() as tx:
        from station.stock.models import Stock

        code = tx.scalars(
            select(Location.code)
            .join(Stock, Stock.location_id == Location.id)
            .where(Location.kind == "PICK", Stock.on_hand > 0)
        ).first()
    assert code is not None
    status, page = desk.post(f"/desk/slots/{code}/close", {"reason": "x"})
    assert status == 422
    assert "S0001" in page
    assert "S0001" in desk.get(f"/desk/slots/{code}")
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(Location.state).where(Location.code == code)) == "OPEN"


def test_a_tote_that_somebody_walks_with_is_not_closed(start: object, floor: Floor, desk: Desk) -> None:
    """It is empty, and yet not anybody's."""
    start(order_of(1, ("S0001", 2))).receive()  # type: ignore[operator]
    floor.release()
    floor.scans(SUN, "pick", "CM-OK", internal("TT", "T001"))
    status, page = desk.post("/desk/slots/T001/close", {"reason": "裂了"})
    assert status == 422
    assert re.search(r"T001 不能关闭: 拣货单 PK\w+ 正在用它", page)
    assert desk.post("/desk/slots/T002/close", {"reason": "裂了"})[0] == 302


def _papers(floor: Floor, kind: str) -> list[dict[str, object]]:
    with floor.hub.db.read() as tx:
        rows = tx.execute(select(print_job.c.data).where(print_job.c.kind == kind).order_by(print_job.c.id))
        return [row.data for row in rows]


def test_the_labels_of_an_aisle_are_printed_once_with_check_digits(floor: Floor, desk: Desk) -> None:
    status, page = desk.post("/desk/hall/labels", {"which": "under:A-01", "paper": "label"})
    assert (status, "正在打印的标签: 20" in page) == (200, True)
    labels = _papers(floor, "slot_label")
    assert [label["display"] for label in labels][:3] == ["A-01-01-2-01", "A-01-01-3-01", "A-01-02-2-01"]
    assert labels[0]["slot_code"] == floor.slot("A-01-01-2-01")
    assert all(len(str(label["check_digits"])) == 2 for label in labels)
    status, page = desk.post("/desk/hall/labels", {"which": "under:A-01", "paper": "label"})
    assert "不再重打: 20" in page
    assert len(_papers(floor, "slot_label")) == 20


def test_totes_and_boxes_need_their_own_printer_or_a_sheet(floor: Floor, desk: Desk) -> None:
    floor.hub.db.write(lambda tx: tx.execute(print_route.delete().where(print_route.c.kind == "thing_label")))
    status, page = desk.post("/desk/hall/labels", {"which": "kind:TOTE", "paper": "label"})
    assert (status, "/desk/routes" in page) == (422, True)

    def route(tx: Any) -> None:
        printer = roster.add_printer(
            tx, code="PRT", name="小标签", language="png", address="virtual:", media="label_60x40"
        )
        routes.set_route(tx, "thing_label", printer)

    floor.hub.db.write(route)
    assert desk.post("/desk/hall/labels", {"which": "kind:TOTE", "paper": "label"})[0] == 200
    assert _papers(floor, "thing_label")[0] == {
        "thing_code": internal("TT", "T001"),
        "display": "T001",
        "kind_text": "周转箱 tote",
    }
    for _ in range(2):
        assert desk.post("/desk/hall/labels", {"which": "boxes", "paper": "a4"})[0] == 200
    sheets = _papers(floor, "label_sheet")
    assert len(sheets) == 2
    labels = sheets[0]["labels"]
    assert isinstance(labels, list)
    assert [label["display"] for label in labels] == ["1号袋", "3号箱", "5号箱"]


def test_an_empty_hall_begins_with_a_small_one_that_can_be_made_as_it_stands(empty: Hub) -> None:
    """The owner's first visit: the form is filled in; what is drawn is made."""
    empty.db.write(
        lambda tx: add_user(
            tx, "1", "吴店主", empty.pins.hash("2580"), [Role.ADMIN, Role.SUPERVISOR], empty.clock.now()
        )
    )
    client = create_app(hub=empty).test_client()
    fields = {"badge": internal("US", "1"), "pin": "2580", "device": "DESK"}
    assert client.post("/login", json=fields).status_code == 200
    assert "/desk/hall/new" in client.get("/desk/hall").text
    page = client.get("/desk/hall/new").text
    found = re.findall(
        r'<(?:input class="plain"|select class="plain") name="([^"]+)"(?: value="([^"]*)")?', page
    )
    filled = {name: value for name, value in found if not name.endswith(".kind") and name != "walk"}
    csrf = re.search(r'name="csrf" value="(\w+)"', page)
    assert csrf is not None
    filled |= {"rack.0.kind": "PICK", "rack.1.kind": "RSV", "walk": "serpentine", "csrf": csrf[1]}
    assert client.post("/desk/hall/make", data=filled).status_code == 302
    shown = client.get("/desk/hall").text
    for words in ("库区 A R", "160 个库位", "DOCK-1", "PACK-1", "T012"):
        assert words in shown
    assert checks.broken(empty.db) == []


@pytest.mark.parametrize(
    ("which", "count", "first"),
    [("badges", 8, "李收货"), ("badge:1003", 1, "陈主管"), ("cards", len(CARDS), "确认")],
)
def test_badges_and_cards_are_printed_on_labels_and_sheets(
    floor: Floor, desk: Desk, which: str, count: int, first: str
) -> None:
    """As often as somebody asks: another badge beside it opens nothing more."""
    for _again in range(2):
        assert desk.post("/desk/hall/labels", {"which": which, "paper": "label"})[0] == 200
    labels = _papers(floor, "thing_label")
    assert len(labels) == 2 * count
    assert first in str(labels[0]["display"])
    assert desk.post("/desk/hall/labels", {"which": which, "paper": "a4"})[0] == 200
    (sheet,) = _papers(floor, "label_sheet")
    assert len(sheet["labels"]) == count  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "which", ["badge:9999", "badge:", "", "under:", "under:Z", "kind:SUPPLIER", "nothing", "under:A-0"]
)
def test_labels_of_nothing_are_refused(desk: Desk, which: str) -> None:
    assert desk.post("/desk/hall/labels", {"which": which, "paper": "label"})[0] == 422
