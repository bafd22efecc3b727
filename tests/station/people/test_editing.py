"""People at the desk: an administrator adds and changes them; what is changed holds at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from station.people.models import AuditRow, User
from station.people.sessions import roles_of
from station.wiring.hub import Hub
from tests.floor import CHEN, SUN
from tests.station.people.conftest import Browser

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OWNER = "1008"
NEW = {"number": "2001", "name": "新来的", "roles": ["PICKER", "PACKER"], "pin": "2580", "again": "2580"}
Open = Callable[..., Browser]


@pytest.fixture
def owner(browser: Open) -> Browser:
    """The administrator at the desk."""
    seen = browser()
    assert seen.sign_in(OWNER)
    return seen


def person(hub: Hub, number: str) -> User | None:
    with hub.db.read() as tx:
        return tx.scalars(select(User).where(User.badge.startswith(f"US{number}"))).first()


def address(hub: Hub, number: str) -> str:
    found = person(hub, number)
    assert found is not None
    return f"/desk/people/{found.id}/edit"


def test_a_new_person_can_sign_in_at_once(owner: Browser, browser: Open, hub: Hub) -> None:
    assert "/desk/people/new" in owner.client.get("/desk/people").get_data(as_text=True)
    assert owner.client.post("/desk/people/new", data=NEW).status_code == 302
    made = person(hub, "2001")
    assert made is not None
    assert roles_of(made.roles) == {"PICKER", "PACKER"}
    assert browser("10.0.0.7").sign_in("2001", "2580")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"number": SUN}, "is taken"),
        ({"number": "工"}, "letters and digits"),
        ({"roles": []}, "at least one role"),
        ({"roles": ["BOSS"]}, "at least one role"),
        ({"pin": "", "again": ""}, "digits"),
        ({"pin": "2001", "again": "2001"}, "tried first"),
        ({"again": "2581"}, "differ"),
        ({"name": "x" * 61}, "60 characters"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(
    owner: Browser, hub: Hub, other: dict[str, object], code: str
) -> None:
    owner.client.post("/lang")
    answer = owner.client.post("/desk/people/new", data=NEW | other)
    assert answer.status_code == 422
    assert code in answer.get_data(as_text=True)
    assert person(hub, "2001") is None


def test_a_lost_badge_gets_a_new_one_and_the_old_opens_nothing(
    owner: Browser, browser: Open, hub: Hub
) -> None:
    hers = browser("10.0.0.7")
    assert hers.sign_in(SUN)
    fields = {"number": "7777", "name": "孙拣货", "roles": ["PICKER"], "pin": "", "again": ""}
    assert owner.client.post(address(hub, SUN), data=fields).status_code == 302
    assert not hers.is_in()
    assert not browser("10.0.0.8").sign_in(SUN)
    assert browser("10.0.0.7").sign_in("7777")
    with hub.db.read() as tx:
        rows = {row.action: row.detail for row in tx.scalars(select(AuditRow).order_by(AuditRow.id))}
    assert rows["SET_BADGE"]["old"].startswith(f"US{SUN}")
    assert rows["SET_BADGE"]["new"].startswith("US7777")


def test_another_pin_and_other_roles(owner: Browser, browser: Open, hub: Hub) -> None:
    fields = {"number": SUN, "name": "孙某", "roles": ["KEEPER"], "pin": "8520", "again": "8520"}
    assert owner.client.post(address(hub, SUN), data=fields).status_code == 302
    changed = person(hub, SUN)
    assert changed is not None
    assert (changed.name, changed.roles) == ("孙某", "KEEPER")
    assert not browser("10.0.0.7").sign_in(SUN)
    assert browser("10.0.0.7").sign_in(SUN, "8520")


def test_nobody_takes_the_power_from_himself_or_gives_it(owner: Browser, browser: Open, hub: Hub) -> None:
    before = person(hub, OWNER)
    assert before is not None
    fields = {"number": "9", "name": "店主", "roles": ["PICKER"], "pin": "", "again": ""}
    assert owner.client.post(address(hub, OWNER), data=fields).status_code == 302
    after = person(hub, OWNER)
    assert after is not None
    assert (after.badge, after.roles, after.name) == (before.badge, before.roles, "店主")
    supervisor = browser("10.0.0.7")
    assert supervisor.sign_in(CHEN)
    assert supervisor.client.post("/desk/people/new", data=NEW).status_code == 403
    assert supervisor.client.post(address(hub, SUN), data=fields).status_code == 403
    assert "/desk/people/new" not in supervisor.client.get("/desk/people").get_data(as_text=True)


def test_who_has_no_pin_yet_cannot_sign_in_and_is_shown(
    owner: Browser, browser: Open, app: Flask, hub: Hub
) -> None:
    from station.ground.work import SYSTEM
    from station.wiring.setup import running

    running.set_up(hub, '[[person]]\nnumber = "3001"\nname = "无码"\nroles = ["PICKER"]\n', SYSTEM)
    for pin in ("", "0000", "1234"):
        assert not browser("10.0.0.7").sign_in("3001", pin)
    page = address(hub, "3001")
    assert "还没有" in owner.client.get(page.removesuffix("/edit")).get_data(as_text=True)
    assert owner.client.post(page, data=NEW | {"number": "3001", "pin": "", "again": ""}).status_code == 422
    assert owner.client.post(page, data=NEW | {"number": "3001"}).status_code == 302
    assert browser("10.0.0.6").sign_in("3001", "2580")
