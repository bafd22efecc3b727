"""The web shell: sign-in, CSRF, headers, the JSON door, and pages that only show."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from station import create_app
from station.ground.scan.models import Scan
from station.ground.web.kit import csrf_token
from station.people.models import User
from station.practice.demo import goods, world
from station.stock.models import Movement
from station.wiring.hub import Hub
from tests.floor import LI, SUN, Floor
from tests.station.scenarios.conftest import order_of


@pytest.fixture
def app(hub: Hub) -> Flask:
    hub.demo_people = world.people(0)
    return create_app(hub=hub)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_in(client: FlaskClient, number: str, pin: str = world.PIN) -> TestResponse:
    answer = client.post("/login", json={"badge": world.badge(number), "pin": pin, "device": "T"})
    if answer.status_code == 200:
        client.environ_base["HTTP_X_CSRF_TOKEN"] = answer.json["csrf"]  # type: ignore[index]
    return answer


def scan(
    client: FlaskClient, flow: str, raw: str, scan_id: str = "web-scan-1", **headers: str
) -> TestResponse:
    token = client.get(f"/scan/{flow}").json["step_token"]  # type: ignore[index]
    fields = {"scan_id": scan_id, "raw": raw, "step_token": token}
    return client.post(f"/scan/{flow}", data=fields, headers=headers)


def test_a_program_signs_in_looks_and_scans(client: FlaskClient, floor: Floor) -> None:
    floor.erp(*goods.products(4))
    assert sign_in(client, LI).json["roles"] == ["CLERK", "RECEIVER"]  # type: ignore[index]
    shown = client.get("/scan/arrive").json
    assert shown["screen"]["step"] == "notice"  # type: ignore[index]
    answer = client.post(
        "/scan/arrive", json={"scan_id": "program-1", "raw": "nothing", "step_token": "start"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json["code"] == "E-RCV-01"  # type: ignore[index]
    assert set(answer.json) == {"accepted", "tone", "code", "message", "screen", "step_token"}  # type: ignore[arg-type]


def test_htmx_gets_one_event_with_ascii_header(client: FlaskClient, floor: Floor) -> None:
    sign_in(client, LI)
    answer = scan(client, "arrive", "没有", **{"HX-Request": "true", "Accept": "text/html"})
    assert answer.status_code == 422
    event = json.loads(answer.headers["HX-Trigger"])
    assert event == {"scanRefused": {"tone": "error", "code": "E-RCV-01"}}
    assert 'id="screen"' in answer.text
    page = client.get("/work/arrive").text
    assert page.count('id="screen"') == 1


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"scan_id": "x", "raw": "a", "step_token": "start"}, {"scan_id": "a" * 65, "raw": "a", "step_token": "s"},
        {"scan_id": "good-id-1", "step_token": "start"}, {"scan_id": "good-id-1", "raw": ["a"], "step_token": "start"},
        {"scan_id": "good-id-1", "raw": "a", "step_token": ""}, [], "text", None,
    ],
)  # fmt: skip
def test_absurd_requests_are_refused_with_a_code(client: FlaskClient, fields: object) -> None:
    sign_in(client, LI)
    answer = client.post("/scan/arrive", json=fields, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (422, "E-SYS-05")  # type: ignore[index]


def test_too_big_a_body_is_refused(client: FlaskClient) -> None:
    sign_in(client, LI)
    answer = client.post("/scan/arrive", data={"raw": "A" * 100_000}, headers={"Accept": "application/json"})
    assert answer.status_code in {413, 422}


def test_without_the_synchroniser_token_nothing_changes(client: FlaskClient, floor: Floor) -> None:
    sign_in(client, LI)
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    assert (
        client.post(
            "/scan/arrive", data={"scan_id": "csrf-try-1", "raw": "x", "step_token": "start"}
        ).status_code
        == 403
    )
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Scan)) == 0


def test_a_foreign_origin_is_refused(client: FlaskClient) -> None:
    sign_in(client, LI)
    answer = client.post("/logout", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_sessions_end_on_the_server(client: FlaskClient, hub: Hub) -> None:
    """Sign-out, idle time and a disabled badge all end a session; the old cookie is worthless."""
    sign_in(client, LI)
    cookie = client.get_cookie("sid")
    assert cookie is not None
    client.post("/logout")
    client.set_cookie("sid", cookie.value)
    assert client.get("/scan/arrive", headers={"Accept": "application/json"}).status_code == 401
    sign_in(client, LI)
    hub.clock.advance(minutes=16)  # type: ignore[attr-defined]
    assert client.get("/scan/arrive", headers={"Accept": "application/json"}).status_code == 401
    sign_in(client, LI)
    hub.db.write(lambda tx: tx.execute(update(User).values(is_active=False)))
    assert client.get("/scan/arrive", headers={"Accept": "application/json"}).status_code == 401


def test_who_works_at_the_desk_is_not_signed_out(client: FlaskClient, hub: Hub) -> None:
    """Opening pages and sending forms is work; what a page asks by itself, or a program reads, is none."""
    page, poll = {"Accept": "text/html"}, {"Accept": "text/html, */*", "HX-Request": "true"}
    sign_in(client, "1003")
    for headers in (page, page, page):
        hub.clock.advance(minutes=14)  # type: ignore[attr-defined]
        assert client.get("/desk", headers=headers).status_code == 200
    for headers in (poll, {"Accept": "application/json"}):
        hub.clock.advance(minutes=7)  # type: ignore[attr-defined]
        assert client.get("/desk", headers=headers).status_code == 200
    hub.clock.advance(minutes=2)  # type: ignore[attr-defined]
    assert client.get("/desk", headers=page).status_code == 302


def test_guessing_pins_locks_the_badge_for_a_while(client: FlaskClient, hub: Hub) -> None:
    for _ in range(5):
        assert sign_in(client, LI, "0000").status_code == 422
    assert sign_in(client, LI).status_code == 422
    hub.clock.advance(seconds=31)  # type: ignore[attr-defined]
    assert sign_in(client, LI).status_code == 200
    unknown = client.post("/login", json={"badge": "US9999X", "pin": "1234"})
    assert unknown.json["code"] == "E-AUTH-06"  # type: ignore[index]


def test_every_page_says_what_a_browser_may_do(client: FlaskClient) -> None:
    sign_in(client, "1003")
    for path in ("/", "/login", "/work/pick", "/desk", "/training", "/health", "/nowhere"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


DESK_PAGES = (
    "/desk",
    "/desk/orders",
    "/desk/receipts",
    "/desk/waves",
    "/desk/jobs",
    "/desk/erp",
    "/desk/refusals",
    "/desk/people",
)


def test_only_the_desk_sees_the_desk(client: FlaskClient) -> None:
    for path in DESK_PAGES:
        assert client.get(path).status_code == 302
    sign_in(client, SUN)
    for path in DESK_PAGES:
        assert client.get(path).status_code == 403
    assert client.post("/desk/waves/release").status_code == 403


def test_every_row_leads_to_its_history(client: FlaskClient, floor: Floor) -> None:
    """From the order's list down to signatures, ledger rows, papers and the message to the ERP."""
    articles = goods.products(4)
    floor.erp(*articles, order_of(1, ("S0001", 2)))
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(notice)
    receipt = floor.receive(
        notice.asn_no,
        [(goods.gtin(i), 1, 0, "20260401" if articles[i - 1].is_shelf_life else "") for i in range(1, 5)],
    )
    sign_in(client, "1003")
    floor.advance_orders()
    assert client.post("/desk/waves/release", json={}).json["orders"] == 1  # type: ignore[index]
    floor.pick_next()
    bill = floor.pack_tote()[0]
    floor.dispatch("ZTO", [bill])
    listing = client.get("/desk/orders").text
    number = listing.split("/desk/orders/DO")[1].split('"')[0]
    detail = client.get(f"/desk/orders/DO{number}").text
    for word in ("已发货", bill, "复核", "SHIP-", "快递面单"):
        assert word in detail, word
    assert "陈主管" in client.get(f"/desk/receipts/{receipt}").text
    wave = client.get("/desk/waves").text.split("/desk/waves/WV")[1].split('"')[0]
    assert not re.search(r">\s*DONE\s*<", client.get(f"/desk/waves/WV{wave}").text)
    for path in DESK_PAGES:
        assert client.get(path).status_code == 200


def test_looking_changes_nothing(client: FlaskClient, floor: Floor) -> None:
    sign_in(client, "1003")
    with floor.hub.db.read() as tx:
        before = (
            tx.scalar(select(func.count()).select_from(Movement)),
            tx.scalar(select(func.count()).select_from(Scan)),
        )
    for rule in create_app(hub=floor.hub).url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            client.get(str(rule))
    with floor.hub.db.read() as tx:
        after = (
            tx.scalar(select(func.count()).select_from(Movement)),
            tx.scalar(select(func.count()).select_from(Scan)),
        )
    assert before == after


def test_text_from_outside_is_only_text(client: FlaskClient, floor: Floor) -> None:
    """HTML in notes, shops and scans is shown, never interpreted."""
    evil = '"><img src=x onerror=alert(1)>'
    floor.erp(*goods.products(4))
    order = order_of(1, ("S0001", 1))
    hostile = type(order)(
        **{**{f: getattr(order, f) for f in order.__slots__}, "shop": evil, "seller_note": f"换 {evil}"}
    )
    floor.erp(hostile)
    floor.advance_orders()
    floor.scan(LI, "arrive", evil)
    sign_in(client, "1003")
    for path in ("/desk/orders", "/desk/refusals", "/desk"):
        page = client.get(path).text
        assert "<img src=x" not in page
    assert "&lt;img src=x" in client.get("/desk/orders").text


def test_the_demo_floor_is_absent_from_a_real_warehouse(hub: Hub) -> None:
    hub.demo_people = []
    client = create_app(hub=hub).test_client()
    for path in ("/training", "/demo/floor.json", "/demo/orders.json", "/demo/check.json"):
        assert client.get(path).status_code == 404
    sign_in(client, LI)
    assert client.post("/demo/scale", json={"workstation": "PACK-1", "dg": 1}).status_code == 404
    assert client.post("/demo/cancel", json={"order": "1"}).status_code == 404


def test_the_json_door_describes_itself(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json
    assert described["openapi"] == "3.1.0"  # type: ignore[index]
    assert set(described["paths"]) == {"/login", "/scan/{workflow}"}  # type: ignore[index]


def test_both_languages(client: FlaskClient) -> None:
    sign_in(client, "1003")
    assert "发货单" in client.get("/desk/orders").text
    cookie = client.get_cookie("sid")
    assert cookie is not None
    client.post("/lang", data={"csrf": csrf_token(cookie.value)})
    page = client.get("/desk/orders").text
    assert "Orders" in page
    assert "发货单" not in page
