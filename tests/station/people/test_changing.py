"""Unlocking, a new PIN, other roles, a lost badge: at the desk and on the command line, and sessions end at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from station.cli import main
from station.clock import MovableClock
from station.ground.words.actor import Role
from station.people import rules
from station.people.models import AuditRow
from station.practice.demo import world
from station.settings import load
from station.wiring.hub import Hub, build
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.people.conftest import Browser

Browsers = Callable[..., Browser]
OWNER = "1008"


# --- at the desk ---------------------------------------------------------------------------------


@pytest.fixture
def desk(browser: Browsers) -> Callable[[str], Browser]:
    """A person at the desk."""

    def sit(number: str) -> Browser:
        made = browser("10.0.0.2")
        assert made.sign_in(number)
        return made

    return sit


def lock(browser: Browsers, number: str) -> None:
    for i in range(40):
        browser(f"10.1.{i}.1").sign_in(number, "0000")
    assert not browser("10.1.99.1").sign_in(number)


def page_of(hub: Hub, number: str) -> str:
    with hub.db.read() as tx:
        return f"/desk/people/{rules.person(tx, number).id}"


def test_the_desk_sees_who_is_tried_and_a_supervisor_unlocks(
    hub: Hub, browser: Browsers, desk: Callable[[str], Browser]
) -> None:
    chief = desk(CHEN).client
    assert "孙拣货" not in chief.get("/desk/orders").text
    lock(browser, SUN)
    assert "有人在试这些人的密码" in chief.get("/desk/orders").text
    assert page_of(hub, SUN) in chief.get("/desk/orders").text
    page = chief.get(page_of(hub, SUN)).text
    assert "10.1.3.1" in page
    assert "密码暂停到" in page
    assert chief.post(f"{page_of(hub, SUN)}/unlock").status_code == 302
    assert "有人在试这些人的密码" not in chief.get("/desk/orders").text
    assert browser("10.1.99.1").sign_in(SUN)


def test_the_list_of_wrong_pins_tells_door_person_and_place(
    floor: Floor, desk: Callable[[str], Browser]
) -> None:
    floor.scan(LI, "arrive", world.badge(CHEN))
    floor.scan(LI, "arrive", "0000")
    page = desk(CHEN).client.get("/desk/wrong_pins").text
    (row,) = re.findall(r"<tr>.*?陈主管.*?</tr>", page, flags=re.DOTALL)
    for word in (world.badge(CHEN), "李收货", "HH-1"):
        assert word in row


def test_nobody_unlocks_himself(hub: Hub, browser: Browsers, desk: Callable[[str], Browser]) -> None:
    chief = desk(CHEN).client
    lock(browser, CHEN)
    assert "/unlock" not in chief.get(page_of(hub, CHEN)).text
    answer = chief.post(f"{page_of(hub, CHEN)}/unlock")
    assert (answer.status_code, "E-AUTH-03" in answer.text) == (422, True)
    assert desk(OWNER).client.post(f"{page_of(hub, CHEN)}/unlock").status_code == 302
    assert browser("10.1.99.1").sign_in(CHEN)


def test_unlocking_is_no_way_to_guess(
    hub: Hub, browser: Browsers, desk: Callable[[str], Browser], judged: Callable[[str], int]
) -> None:
    """Twice a day the desk unlocks, each time for a few tries; the third time it says what to do instead."""
    chief = desk(CHEN).client
    lock(browser, SUN)
    said = []
    for _ in range(3):
        answer = chief.post(f"{page_of(hub, SUN)}/unlock")
        said.append(answer.status_code)
        for i in range(20):
            browser(f"10.3.{i}.1").sign_in(SUN, "0001")
    assert said == [302, 302, 422]
    assert "E-AUTH-09" in answer.text
    assert judged(SUN) < 20


@pytest.mark.parametrize(
    ("by", "whom", "status"),
    [(CHEN, SUN, 302), (OWNER, CHEN, 302), (CHEN, OWNER, 422), (CHEN, CHEN, 422), (LI, SUN, 403)],
    ids=["supervisor: picker", "owner: supervisor", "supervisor: owner", "himself", "a clerk"],
)
def test_a_lost_badge_is_switched_off_by_who_may(
    hub: Hub, browser: Browsers, desk: Callable[[str], Browser], by: str, whom: str, status: int
) -> None:
    person, boss = browser("10.0.0.5"), desk(by)
    assert person.sign_in(whom)
    answer = boss.client.post(f"{page_of(hub, whom)}/disable")
    assert answer.status_code == status
    assert person.is_in() == (status != 302)
    if status == 302:
        assert not person.sign_in(whom)
        boss.client.post(f"{page_of(hub, whom)}/enable")
        assert person.sign_in(whom)


def test_a_person_that_is_none_is_told(desk: Callable[[str], Browser]) -> None:
    chief = desk(CHEN).client
    for number in ("999", "9" * 30):
        assert chief.get(f"/desk/people/{number}").status_code == 404
        assert chief.post(f"/desk/people/{number}/unlock").status_code == 404


# --- sessions ------------------------------------------------------------------------------------


def test_a_new_sign_in_ends_the_browsers_old_session(app: Flask, browser: Browsers) -> None:
    mine = browser()
    assert mine.sign_in(LI)
    old = mine.client.get_cookie("sid")
    assert old is not None
    assert mine.sign_in(SUN)
    assert mine.is_in()
    thief = browser()
    thief.client.set_cookie("sid", old.value)
    assert not thief.is_in()


@pytest.mark.parametrize("change", ["pin", "roles", "disable"])
def test_what_changes_a_person_ends_every_session_at_once(hub: Hub, browser: Browsers, change: str) -> None:
    two = [browser("10.0.0.5"), browser("10.0.0.6")]
    other = browser("10.0.0.7")
    assert all(one.sign_in(SUN) for one in two)
    assert other.sign_in(LI)
    now, new = hub.clock.now(), hub.pins.hash("2580")
    what = {
        "pin": lambda tx, who: rules.set_pin(tx, who, new, now),
        "roles": lambda tx, who: rules.set_roles(tx, who, [Role.PACKER], now),
        "disable": lambda tx, who: rules.set_active(tx, who, now, is_active=False),
    }
    hub.db.write(lambda tx: what[change](tx, rules.person(tx, SUN)))
    assert [one.is_in() for one in (*two, other)] == [False, False, True]


# --- on the command line -------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_hall: Path, pepper: Path) -> Path:
    """The data folder of a station with the people of the demo."""
    shutil.copy(sqlite_hall, tmp_path / "station.sqlite3")
    shutil.copy(pepper, tmp_path)
    monkeypatch.setenv("STATION_DATA", str(tmp_path))
    return tmp_path


def run(*words: str, status: int = 0) -> str:
    done = CliRunner().invoke(main, ["user", *words])
    assert done.exit_code == status, (done.output, done.exception)
    return done.output.strip()


def opens(number: str, pin: str, address: str = "10.0.0.9") -> bool:
    hub = build(load())
    try:
        from station import create_app

        return Browser(create_app(hub=hub), address).sign_in(number, pin)
    finally:
        hub.close()


def test_the_command_line_changes_people(data: Path) -> None:
    assert (
        run("pin", CHEN, "--pin", "2580") == f"{world.badge(CHEN)} 陈主管: a new PIN; signed out everywhere"
    )
    assert opens(CHEN, "2580")
    assert not opens(CHEN, world.PIN)
    assert "switched off" in run("disable", world.badge(CHEN))
    assert not opens(CHEN, "2580")
    assert "may sign in again" in run("enable", CHEN)
    assert opens(CHEN, "2580")
    assert "KEEPER" in run("roles", CHEN, "--role", "keeper")
    assert "was not locked" in run("unlock", SUN)
    hub = build(load())
    with hub.db.read() as tx:
        actions = tx.scalars(select(AuditRow.action).where(AuditRow.subject == world.badge(CHEN))).all()
    hub.close()
    assert [action for action in actions if not action.startswith(("SIGN", "WRONG", "ADD"))] == [
        "SET_PIN", "DISABLE_USER", "ENABLE_USER", "SET_ROLES",
    ]  # fmt: skip


def test_the_command_line_unlocks(data: Path) -> None:
    for i in range(5):
        assert not opens(SUN, f"000{i}")
    assert not opens(SUN, world.PIN)
    assert run("unlock", SUN) == f"{world.badge(SUN)} 孙拣货: unlocked"
    assert opens(SUN, world.PIN)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unlock", "9999"), "nobody has the badge 9999"),
        (("disable", "工牌"), "nobody has the badge 工牌"),
        (("pin", CHEN, "--pin", "12"), "4 to 10 digits"),
        (("pin", CHEN, "--pin", "abcd1"), "4 to 10 digits"),
        (("pin", CHEN, "--pin", "1234"), "tried first"),
        (("pin", CHEN, "--pin", "7777"), "tried first"),
        (("pin", CHEN, "--pin", "4321"), "tried first"),
        (("pin", CHEN, "--pin", "1003"), "tried first"),
        (("add", CHEN, "两个", "--role", "picker", "--pin", "2580"), "is taken"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_status_1(data: Path, words: tuple[str, ...], said: str) -> None:
    (sentence,) = run(*words, status=1).splitlines()
    assert said in sentence


def test_a_role_with_power_wants_more_digits(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATION_RULES_PIN_DIGITS", "SUPERVISOR:6, ADMIN:8")
    assert "6 to 10 digits" in run("pin", CHEN, "--pin", "2580", status=1)
    assert "8 to 10 digits" in run("pin", OWNER, "--pin", "258036", status=1)
    assert "a new PIN" in run("pin", CHEN, "--pin", "258036")
    assert "a new PIN" in run("pin", SUN, "--pin", "2580")


def test_a_person_locked_for_hours_is_free_the_next_day(browser: Browsers, clock: MovableClock) -> None:
    lock(browser, SUN)
    clock.advance(days=1)
    assert browser("10.1.99.1").sign_in(SUN)
