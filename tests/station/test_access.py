"""Who may reach which route: strangers, foreign pages, the floor; and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule

from station import create_app
from station.clock import MovableClock
from station.ground.db import Database
from station.ground.web.kit import csrf_token
from station.people.models import AuditRow, DeviceSession, User
from station.people.sessions import digest
from station.practice.demo import world
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import LI, SUN, Floor

JSON = {"Accept": "application/json"}
OPEN = {
    "static", "people.sign_in", "people.first_start", "office.health", "office.manifest", "office.worker", "office.offline", "office.barcode",
    "office.camera_worker", "office.trust", "office.trust_ca", "office.trust_qr", "scan.openapi", "scan.take",
    "office.training", "office.training_floor", "demo.book", "demo.check", "demo.orders", "demo.things",
}  # fmt: skip
"""Routes that need no session: the scan door asks for one itself, the first start for its code, and those of the
demo are absent elsewhere."""
KEYED = ("api.", "office.begin_scale", "office.tell_scale")
"""Programs bring a key."""
PART = re.compile(r"<(?:([^:<>]*(?:\([^)]*\))?):)?\w+>")


@pytest.fixture
def app(hub: Hub) -> Flask:
    return create_app(hub=hub)


def enter(app: Flask, floor: Floor, number: str, *, with_token: bool = True) -> FlaskClient:
    client = app.test_client()
    token = floor.sign_in(number)
    client.set_cookie("sid", token)
    if with_token:
        client.environ_base["HTTP_X_CSRF_TOKEN"] = csrf_token(token)
    return client


def routes(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Every route that takes the method, with an address of its own."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule, PART.sub(_like, rule.rule)


def _like(part: re.Match[str]) -> str:
    kind, _, words = (part[1] or "").partition("(")
    return {"int": "1", "any": words.split(",")[0].strip(" )\"'")}.get(kind, "pick")


def _is_open(rule: Rule) -> bool:
    return rule.endpoint in OPEN or rule.endpoint.startswith(KEYED)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_is_closed_to_strangers(app: Flask, method: str) -> None:
    closed = [(rule, path) for rule, path in routes(app, method) if not _is_open(rule)]
    assert len(closed) > 15
    for rule, path in closed:
        answer = app.test_client().open(path, method=method, headers=JSON)
        assert answer.status_code in {401, 403}, (rule.endpoint, answer.status_code)


def test_no_route_changes_anything_without_the_token(app: Flask, floor: Floor) -> None:
    """Whoever is signed in, a foreign page's form changes nothing: every POST, PUT and DELETE."""
    client = enter(app, floor, "1008", with_token=False)
    tried = 0
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for rule, path in routes(app, method):
            if not rule.endpoint.startswith(KEYED):
                tried += 1
                assert client.open(path, method=method).status_code == 403, rule.endpoint
    assert tried > 30


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_desk_is_closed_to_the_floor(app: Flask, floor: Floor, method: str) -> None:
    client = enter(app, floor, SUN)
    desk = [(rule, path) for rule, path in routes(app, method) if path.startswith("/desk")]
    assert len(desk) > 15
    for rule, path in desk:
        answer = client.open(path, method=method, headers=JSON)
        assert answer.status_code in {403, 404}, (rule.endpoint, answer.status_code)


def test_every_answer_keeps_its_headers(app: Flask, floor: Floor) -> None:
    client = enter(app, floor, LI)
    for path in ("/", "/login", "/nowhere", "/health", "/scan/arrive", "/scan/pack"):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_say_how_they_may_be_used(app: Flask) -> None:
    """HttpOnly and SameSite everywhere; on HTTPS Secure and bound to this host as well."""
    for scheme, names in (("http", ["sid", "device"]), ("https", ["__Host-sid", "__Host-device"])):
        right = {"badge": "1001", "pin": world.PIN}
        answer = app.test_client().post("/login", json=right, base_url=f"{scheme}://localhost")
        cookies = answer.headers.getlist("Set-Cookie")
        assert [cookie.partition("=")[0] for cookie in cookies] == names
        for cookie in cookies:
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert "Domain" not in cookie
            assert ("; Secure" in cookie) == (scheme == "https")


def test_a_token_is_long_new_and_kept_as_a_hash(app: Flask, hub: Hub) -> None:
    """A token brought along is not taken over, and none can be read from a copy of the database."""
    client = app.test_client()
    client.set_cookie("sid", "brought-along")
    tokens = []
    for _ in range(2):
        assert client.post("/login", json={"badge": "1001", "pin": world.PIN}).status_code == 200
        cookie = client.get_cookie("sid")
        assert cookie is not None
        tokens.append(cookie.value)
    assert len({*tokens, "brought-along"}) == 3
    assert min(map(len, tokens)) >= 43  # 256 bits in base 64
    with hub.db.read() as tx:
        kept = set(tx.scalars(select(DeviceSession.token_hash)))
    assert kept == {digest(token) for token in tokens}


def test_a_session_ends_after_a_shift_however_busy(app: Flask, floor: Floor, clock: MovableClock) -> None:
    client = enter(app, floor, LI)
    for _ in range(71):
        clock.advance(minutes=10)
        assert client.post("/here").status_code == 204
    clock.advance(minutes=11)
    assert client.post("/here", headers=JSON).status_code == 401


def test_a_forwarded_address_is_not_believed(app: Flask, hub: Hub) -> None:
    """Whoever makes up an address at each try still guesses from one place."""
    for i in range(12):
        headers = {
            "X-Forwarded-For": f"10.0.0.{i}",
            "Forwarded": f"for=10.0.0.{i}",
            "X-Real-IP": f"10.0.0.{i}",
        }
        app.test_client().post("/login", json={"badge": "1003", "pin": "0000"}, headers=headers)
    with hub.db.read() as tx:
        assert len(tx.scalars(select(AuditRow.id).where(AuditRow.action == "WRONG_PIN")).all()) == 5


def test_an_empty_station_lets_nobody_in(db: Database, clock: MovableClock, tmp_path: Path) -> None:
    hub = hubs.build(Settings(data=tmp_path / "data"), db=db, clock=clock)
    client = create_app(hub=hub).test_client()
    for badge, pin in (("admin", "admin"), ("1001", "1234"), ("", ""), ("0", "0000")):
        assert client.post("/login", json={"badge": badge, "pin": pin}).status_code == 422
    with hub.db.read() as tx:
        assert tx.scalars(select(User.id)).all() == []


def test_pins_are_kept_by_a_slow_hash_with_a_key(hub: Hub) -> None:
    """OWASP's least for argon2id: 19 MiB and two passes; and a copy of the database alone checks no PIN."""
    kept = hub.pins.hash("2580")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    other = type(hub.pins)(bytes(32))
    assert hub.pins.verify(kept, "2580")
    assert not other.verify(kept, "2580")


def test_a_person_switched_off_by_hand_in_the_database_is_out(app: Flask, floor: Floor) -> None:
    client = enter(app, floor, LI)
    assert client.get("/", headers=JSON).status_code == 200
    floor.hub.db.write(lambda tx: tx.execute(update(User).values(is_active=False)))
    assert client.get("/", headers=JSON).status_code == 401
