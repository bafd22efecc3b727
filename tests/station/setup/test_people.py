"""People by the set-up file: added once, brought to the file, exported without their PINs."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import select

from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.people.models import User
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONE = '[[person]]\nnumber = "3001"\nname = "李四"\nroles = ["PICKER"]\npin = "2580"\n'


def one(hub: Hub) -> User:
    with hub.db.read() as tx:
        return tx.scalars(select(User).where(User.badge.startswith("US3001"))).one()


@on_sqlite
def test_a_person_is_added_once_and_brought_to_the_file(hub: Hub) -> None:
    (made,) = running.set_up(hub, ONE, SYSTEM)
    assert (made.how, made.things, made.names) == ("NEW", "people", ["李四"])
    pin_hash = one(hub).pin_hash
    assert hub.pins.verify(pin_hash, "2580")
    assert running.set_up(hub, ONE.replace("2580", "9753"), SYSTEM) == []
    assert one(hub).pin_hash == pin_hash
    other = ONE.replace('"PICKER"', '"PACKER", "KEEPER"').replace("李四", "李五") + "active = false\n"
    (changed,) = running.set_up(hub, other, SYSTEM)
    assert (changed.how, changed.names) == ("CHANGED", ["李五"])
    after = one(hub)
    assert (after.name, after.roles, after.is_active) == ("李五", "KEEPER,PACKER", False)
    assert running.set_up(hub, other, SYSTEM) == []


@on_sqlite
def test_the_export_names_everybody_and_no_pin(hub: Hub) -> None:
    running.set_up(hub, ONE + "active = false\n", SYSTEM)
    with hub.db.read() as tx:
        content = tomllib.loads(running.exported(hub.rooms, tx))
    assert {"number": "3001", "name": "李四", "roles": ["PICKER"], "active": False} in content["person"]
    assert {"number": "1005", "name": "孙拣货", "roles": ["PICKER"]} in content["person"]


@on_sqlite
def test_a_pin_that_everybody_tries_first_refuses_the_file(hub: Hub) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(hub, ONE.replace("2580", "1234"), SYSTEM)
    assert [(one.line, one.code) for one in refusal.value.problems] == [(5, "E-PPL-04")]
    with hub.db.read() as tx:
        assert tx.scalar(select(User.id).where(User.badge.startswith("US3001"))) is None


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (ONE + ONE, 7, "E-SET-09"),
        (ONE.replace("PICKER", "BOSS"), 4, "E-SET-10"),
        (ONE.replace('["PICKER"]', "[]"), 4, "E-PPL-06"),
        (ONE.replace("3001", "30-1"), 2, "E-SET-07"),
        (ONE.replace("pin =", "pins ="), 5, "E-SET-01"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    assert (line, code) in [(one.line, one.code) for one in refusal.value.problems]
