"""People in the set-up file: ``[[person]]`` with number, name, roles, and a first PIN for who is new.

PINs are never written to a file: who comes out of an export without one gets it at the desk. A person that
the file does not name stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people import rules, sessions
from station.people.editing import LONGEST_NAME
from station.people.gate import Gate
from station.people.models import User
from station.people.pins import LONGEST, Pins
from station.people.rules import LONGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the file wants them, and the place of the PIN in it for a refusal."""

    number: str
    name: str
    roles: frozenset[Role]
    is_active: bool
    pin: str
    row: Table


def read(top: Table) -> list[Person]:
    """``[[person]]`` of the set-up file: `number`, `name`, `roles`, `active` (true), `pin` (who is new)."""
    people: list[Person] = []
    for row in top.tables("person"):
        number = row.code("number", most=LONGEST_NUMBER)
        if "-" in number:
            row.wrong("number", "E-SET-07", got=number, meant=number.replace("-", ""))
        elif number and any(person.number == number for person in people):
            row.wrong("number", "E-SET-09", got=number)
        name, roles = row.text("name", most=LONGEST_NAME), _roles(row)
        people.append(
            Person(number, name, roles, row.flag("active", True), row.text("pin", "", most=LONGEST), row)
        )
    return people


def _roles(row: Table) -> frozenset[Role]:
    known, given = {role.value: role for role in Role}, row.texts("roles")
    for name in given:
        if name not in known:
            row.wrong("roles", "E-SET-10", got=name, known=", ".join(known))
    if not given:
        row.wrong("roles", "E-PPL-06")
    return frozenset(known[name] for name in given if name in known)


def apply(work: Work, people: Sequence[Person], parts: Parts) -> list[Change]:
    """Add who is new, and bring the others to the file; a PIN that somebody has stays theirs."""
    known = {rules.number_of(user.badge): user for user in work.tx.scalars(select(User))}
    new = [person for person in people if person.number not in known]
    _check_pins(new, parts)
    for person in new:
        pin_hash = parts.part(Pins).hash(person.pin) if person.pin else ""
        user = rules.add_user(work.tx, person.number, person.name, pin_hash, person.roles, work.now)
        if not person.is_active:
            rules.set_active(work.tx, user, work.now, is_active=False)
    changed = [
        person for person in people if person.number in known and _bring(work, known[person.number], person)
    ]
    told = ((How.NEW, new), (How.CHANGED, changed))
    return [Change(how, "people", [person.name for person in some]) for how, some in told if some]


def _check_pins(new: Sequence[Person], parts: Parts) -> None:
    """Refuse the file with every first PIN that is too short or that everybody tries."""
    problems: list[Problem] = []
    rulebook = parts.part(Gate).settings.rules
    for person in new:
        try:
            if person.pin:
                rules.check_pin(person.pin, person.number, rulebook.least_pin(person.roles))
        except Refused as refusal:
            problems.append(person.row.problem("pin", refusal.code, **refusal.facts))
    if problems:
        raise SetupRefused(problems)


def _bring(work: Work, user: User, person: Person) -> bool:
    """Whether anything of this person was not as the file says; now it is."""
    is_other = (user.name, sessions.roles_of(user.roles), user.is_active) != (
        person.name,
        person.roles,
        person.is_active,
    )
    if user.name != person.name:
        rules.set_name(work.tx, user, person.name, work.now)
    if sessions.roles_of(user.roles) != person.roles:
        rules.set_roles(work.tx, user, person.roles, work.now)
    if user.is_active != person.is_active:
        rules.set_active(work.tx, user, work.now, is_active=person.is_active)
    return is_other


def export(tx: Session) -> list[dict[str, Any]]:
    """All people as the file names them, without their PINs."""
    return [
        {
            "number": rules.number_of(user.badge),
            "name": user.name,
            "roles": sorted(sessions.roles_of(user.roles)),
        }
        | ({} if user.is_active else {"active": False})
        for user in tx.scalars(select(User).order_by(User.badge))
    ]


SECTION = Section("person", read, apply, export)
