"""What a form says of a person: their number, name, roles and PIN, judged before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people import rules, sessions
from station.people.models import User
from station.settings import Rules

LONGEST_NAME = 60


class Form(Protocol):
    """What a browser sent."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person as somebody wants them; with an empty PIN the old one stays."""

    number: str
    name: str
    roles: tuple[Role, ...]
    pin: str = ""
    again: str = ""


def read(form: Form, roles: Iterable[Role] | None = None) -> Wanted:
    """A form's fields, cleaned; `roles` when the form does not ask for them."""
    number, name, pin, again = (
        "".join(char for char in form.get(key, "")[:80] if char.isprintable()).strip()
        for key in ("number", "name", "pin", "again")
    )
    chosen = [role for role in Role if role.value in form.getlist("roles")] if roles is None else roles
    return Wanted(number.upper(), name, tuple(chosen), pin, again)


def judge(wanted: Wanted, rulebook: Rules, *, has_pin: bool) -> None:
    """Refuse what no person can be (E-PPL-03 to 07); who has no PIN yet needs one."""
    if not 1 <= len(wanted.name) <= LONGEST_NAME:
        raise Refused("E-PPL-07")
    if not wanted.roles:
        raise Refused("E-PPL-06")
    if wanted.pin or wanted.again or not has_pin:
        rules.check_pin(wanted.pin, wanted.number, rulebook.least_pin(wanted.roles))
        if wanted.pin != wanted.again:
            raise Refused("E-PPL-05")


def add(work: Work, wanted: Wanted, pin_hash: str, by: Actor) -> User:
    """A new person, by an administrator at the desk."""
    return rules.add_user(work.tx, wanted.number, wanted.name, pin_hash, wanted.roles, work.now, by)


def change(work: Work, user: User, wanted: Wanted, pin_hash: str, by: Actor) -> None:
    """What is different is changed, each with its line in the audit trail (`station.people.rules`).

    Nobody gives himself other roles or another badge: a colleague does, or the command line.
    """
    if user.id != by.user_id:
        if frozenset(wanted.roles) != sessions.roles_of(user.roles):
            rules.set_roles(work.tx, user, wanted.roles, work.now, by)
        if wanted.number != rules.number_of(user.badge):
            rules.set_badge(work.tx, user, wanted.number, work.now, by)
    if wanted.name != user.name:
        rules.set_name(work.tx, user, wanted.name, work.now, by)
    if pin_hash:
        rules.set_pin(work.tx, user, pin_hash, work.now, by)
