"""What a stranger can send to the station's web doors: hosts, addresses, screens that are not theirs."""

from __future__ import annotations

import logging
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station import create_app
from station.ground.web.kit import is_path_here
from station.ground.words.actor import Role
from station.people.gate import network
from station.practice.demo import world
from station.serving import hosts
from station.serving.tls import names
from station.settings import Rules, Settings, SettingsError
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, SUN, Floor
from tests.https import certify

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(hub: Hub) -> Flask:
    return create_app(hub=hub)


def enter(app: Flask, floor: Floor, number: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("sid", floor.sign_in(number))
    return client


# --- screens -------------------------------------------------------------------------------------


def test_a_screen_is_shown_to_those_who_may_work_it(app: Flask, floor: Floor) -> None:
    """GET, the refused POST and the stored answer of it: no prompt, no order, no name for anybody else."""
    client = enter(app, floor, SUN)
    for name, flow in floor.hub.workflows.items():
        may = Role.PICKER in flow.roles
        assert client.get(f"/scan/{name}", headers=JSON).status_code == (200 if may else 403), name
    answers = [
        floor.scan(SUN, "dispatch", "anything", scan_id="not-mine-1", step_token="start") for _ in "12"
    ]
    for answer in answers:
        assert answer.code == "E-AUTH-02"
        assert set(answer.body) == {"accepted", "tone", "code", "message"}


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    ["/\t/evil.example/x", "/\r\nX: y", "/\n/x", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "https://evil.example", "javascript:alert(1)", "/ /x", "", "work/pick", "/ü", "/\x00", "///evil.example"],
)  # fmt: skip
def test_no_address_leads_elsewhere(target: str) -> None:
    assert not is_path_here(target)


def test_next_with_line_ends_is_no_error(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """It was an unhandled 500 with a traceback."""
    client = app.test_client()
    for target in ("/\r\nX: y", "/\n/x", "/\t/evil.example/x"):
        fields = {"badge": "1001", "pin": world.PIN, "next": target}
        client.delete_cookie("sid")
        answer = client.post("/login", data=fields)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# --- hosts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "a" * 64,
        f"x.{'a' * 64}.lan",
        "a..b",
        "-a",
        "a b",
        "a/b",
        "ü.lan",
        "[::1",
        "a:b",
        "a:123456",
        "a" * 300,
        "x@y",
        "<script>",
    ],
)
def test_what_is_no_host_name_is_a_bad_request_and_no_traceback(
    app: Flask, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    """A label of 64 characters was an unhandled UnicodeError."""
    for path in ("/login", "/health", "/api/v1/stock"):
        answer = app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert host not in answer.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "host", ["station", "station.lan:8080", "10.0.0.5", "[2001:db8::1]:8080", "PC_1.local", "a.b."]
)
def test_any_host_name_is_answered_where_the_owner_wants_it(hub: Hub, host: str) -> None:
    assert called(hub, "any").get("/login", headers={"Host": host}).status_code == 200


def trusting(hub: Hub, *trusted: str) -> Flask:
    settings = Settings(data=hub.settings.data, trusted_hosts=trusted)
    return create_app(hub=hubs.build(settings, db=hub.db, clock=hub.clock))


def called(hub: Hub, *trusted: str) -> FlaskClient:
    return trusting(hub, *trusted).test_client()


@pytest.mark.parametrize("trusted", [(), ("lan",), ("station.shop.example", ".shop.test")])
def test_a_station_answers_to_what_this_machine_is(hub: Hub, trusted: tuple[str, ...]) -> None:
    """Without set-up; what the owner adds is answered too."""
    client = called(hub, *trusted)
    ours = [f"[{name}]" if ":" in str(name) else str(name) for name in names.here().texts()]
    assert "127.0.0.1" in ours
    for host in ("LOCALHOST", "localhost:8080", f"{socket.gethostname()}.", "127.0.0.1:9", *ours):
        assert client.get("/login", headers={"Host": host}).status_code == 200, host
    added = trusted and trusted != ("lan",)
    for host in ("station.shop.example", "Station.Shop.Example:443", "a.shop.test", "shop.test"):
        status = 200 if added and host != "shop.test" else 400
        assert client.get("/login", headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize(
    "host",
    ["evil.example", "8.8.8.8", "[2001:db8::1]", "localhost.evil.example", "0.0.0.0:8080", "lan", "any",
     "224.0.0.1", "255.255.255.255", "127.0.0.1.evil.example"],
)  # fmt: skip
def test_a_foreign_name_is_refused_and_told_what_to_do(hub: Hub, host: str) -> None:
    client = called(hub)
    for path in ("/login", "/health", "/static/scan.css", "/no/such/page"):
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert "trusted_hosts" in answer.text
        assert "本站" in answer.text
        assert host not in answer.text
    error = client.get("/api/v1/stock", headers={"Host": host}).get_json()["error"]
    assert error["code"] == "unknown_host"
    assert "trusted_hosts" in error["message"]["en"]


def test_the_certificates_names_are_answered(hub: Hub) -> None:
    certify(hub.settings.data)
    assert called(hub).get("/login", headers={"Host": "station.lan:8443"}).status_code == 200


def test_an_address_is_judged_by_what_the_machine_has_now() -> None:
    """DHCP gives and takes addresses while the station runs: one is believed for half a minute, then looked at."""
    assert hosts.is_own_address("127.0.0.77")
    assert not hosts.is_own_address("203.0.113.5")
    assert not hosts.is_own_address("localhost")
    now, given = [0.0], {"203.0.113.5"}
    known = hosts.Known(Settings(data=Path("/nonexistent")), lambda: now[0], given.__contains__)
    assert known("203.0.113.5:8080")
    given.clear()
    assert known("203.0.113.5:8080")
    now[0] += hosts.FRESH_S + 1
    assert not known("203.0.113.5:8080")
    given.add("203.0.113.9")
    assert known("203.0.113.9")


@pytest.mark.parametrize("name", ["http://station.lan", "station.lan/", "a b", "", "*"])
def test_what_is_no_name_to_trust_stops_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match="trusted_hosts"):
        Settings(trusted_hosts=(name,))


def test_the_desk_says_when_any_host_is_answered(app: Flask, hub: Hub, floor: Floor) -> None:
    """To who can do something about it."""
    said, open_to_all = "trusted_hosts", trusting(hub, "any")
    assert said in enter(open_to_all, floor, "1008").get("/desk/orders").text
    assert said not in enter(open_to_all, floor, CHEN).get("/desk/orders").text
    assert said not in enter(app, floor, "1008").get("/desk/orders").text


@pytest.mark.parametrize(
    ("address", "one"),
    [("10.0.0.5", "10.0.0.5"), ("::ffff:10.0.0.5", "10.0.0.5"), ("2001:db8::7", "2001:db8::/64"),
     ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix:", "unix:")],
)  # fmt: skip
def test_who_sends_is_one_host(address: str, one: str) -> None:
    assert network(address) == one
    assert not one or "/" in one or ":" in one or ip_address(one)


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "said"),
    [({"idle_lock_s": 0}, "idle_lock_s"), ({"idle_lock_s": 60}, "at least 120"), ({"cosign_window_s": 0}, "cosign_window_s"),
     ({"pin_digits": ("BOSS:6",)}, "BOSS:6"), ({"pin_digits": ("ADMIN:3",)}, "ADMIN:3"), ({"pin_digits": ("ADMIN",)}, "ADMIN")],
)  # fmt: skip
def test_rules_under_which_nobody_could_work_are_refused(rules: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Rules(**rules)  # type: ignore[arg-type]


def test_every_role_may_want_a_longer_pin() -> None:
    rules = Rules(pin_digits=tuple(f"{role}:6" for role in Role))
    assert {rules.least_pin([role]) for role in Role} == {6}
    assert Rules(pin_digits=("ADMIN:8", "SUPERVISOR:6")).least_pin(["SUPERVISOR", "ADMIN", "PICKER"]) == 8
    assert Rules(pin_digits=("ADMIN:8",)).least_pin([LI]) == 4
