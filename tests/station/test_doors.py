"""What a stranger can send to the station's web doors: hosts, addresses, screens that are not theirs."""

from __future__ import annotations

import logging
from ipaddress import ip_address

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
    "host", ["station", "station.lan:8080", "10.0.0.5", "[::1]:8080", "PC_1.local", "a.b."]
)
def test_a_host_name_is_answered(app: Flask, host: str) -> None:
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 200


def locked(hub: Hub, *trusted: str) -> Flask:
    settings = Settings(data=hub.settings.data, trusted_hosts=trusted)
    return create_app(hub=hubs.build(settings, db=hub.db, clock=hub.clock))


def test_the_lan_is_what_this_machine_calls_itself(hub: Hub) -> None:
    client = locked(hub, "lan", "station.shop.example").test_client()
    ours = [str(name) for name in names.here().texts() if ":" not in str(name)]
    assert "127.0.0.1" in ours
    for host in ("localhost", "localhost:8080", "station.shop.example", *ours):
        assert client.get("/login", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "8.8.8.8", "localhost.evil.example"):
        assert client.get("/login", headers={"Host": host}).status_code == 400, host


def test_the_desk_says_when_any_host_is_answered(app: Flask, hub: Hub, floor: Floor) -> None:
    """To who can do something about it; not once the names are set, and not in the demo."""
    said = "trusted_hosts"
    assert said in enter(app, floor, "1008").get("/desk/orders").text
    assert said not in enter(app, floor, CHEN).get("/desk/orders").text
    assert said not in enter(locked(hub, "localhost"), floor, "1008").get("/desk/orders").text
    assert hosts.trusted(Settings()) == []


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
