"""``station user …``: people and their PINs from the command line of the station's machine.

A PIN is asked for; on the command line it would stay in the shell's history. Exit status 1 with one
sentence when something is not so; a change ends the person's sessions at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import click
from sqlalchemy.orm import Session

from station.clock import Clock
from station.ground.db import Database
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.people import rules, sessions, tallies
from station.people.models import User
from station.people.pins import Pins
from station.settings import Settings

PIN = click.option("--pin", prompt=True, hide_input=True, confirmation_prompt=True, help="4 to 10 digits.")
ROLES = click.option("--role", "roles", multiple=True, required=True, help="Repeat for several roles.")


@click.group("user")
def user() -> None:
    """People who may sign in."""


class Opened(Protocol):
    """The station that the command line opens for us; the real one is `station.wiring.hub.Hub`."""

    db: Database
    clock: Clock
    settings: Settings
    pins: Pins

    def close(self) -> None: ...


@contextmanager
def _opened() -> Iterator[Opened]:
    hub: Opened = click.get_current_context().obj()
    try:
        yield hub
    except Refused as refusal:
        raise click.ClickException(say(refusal.code, refusal.facts)["en"]) from None
    except (ValueError, LookupError) as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        hub.close()


def _roles(names: tuple[str, ...]) -> list[Role]:
    try:
        return [Role(name.upper()) for name in names]
    except ValueError:
        raise click.BadParameter(f"roles are {', '.join(Role)}", param_hint="--role") from None


def _change(number: str, change: Callable[[Session, User, datetime], None], said: str) -> None:
    """Change one person, and say so."""

    def work(tx: Session, now: datetime) -> str:
        person = rules.person(tx, number)
        change(tx, person, now)
        return f"{person.badge} {person.name}"

    with _opened() as hub:
        now = hub.clock.now()
        click.echo(f"{hub.db.write(lambda tx: work(tx, now))}: {said}")


@user.command("add")
@click.argument("number")
@click.argument("name")
@ROLES
@PIN
def add(number: str, name: str, roles: tuple[str, ...], pin: str) -> None:
    """Add a person: badge NUMBER, NAME, roles; prints the badge's barcode text."""
    wanted = _roles(roles)
    with _opened() as hub:
        rules.check_pin(pin, number, hub.settings.rules.least_pin(wanted))
        pin_hash, now = hub.pins.hash(pin), hub.clock.now()
        made = hub.db.write(lambda tx: rules.add_user(tx, number, name, pin_hash, wanted, now).badge)
    click.echo(f"{name}: {made}")


@user.command("pin")
@click.argument("number")
@PIN
def set_pin(number: str, pin: str) -> None:
    """Give the person with the badge NUMBER another PIN; unlocks, and signs out everywhere."""
    with _opened() as hub:
        with hub.db.read() as tx:
            person = rules.person(tx, number)
        plain = rules.number_of(person.badge)
        rules.check_pin(pin, plain, hub.settings.rules.least_pin(sessions.roles_of(person.roles)))
        pin_hash, now = hub.pins.hash(pin), hub.clock.now()
        hub.db.write(lambda tx: rules.set_pin(tx, rules.person(tx, number), pin_hash, now))
    click.echo(f"{person.badge} {person.name}: a new PIN; signed out everywhere")


@user.command("unlock")
@click.argument("number")
def unlock(number: str) -> None:
    """Let the person with the badge NUMBER try the PIN again at once."""

    def work(tx: Session, now: datetime) -> str:
        person = rules.person(tx, number)
        was = tallies.troubles(tx, now, person.id)
        rules.unlock(tx, person, now)
        return f"{person.badge} {person.name}: " + ("unlocked" if was else "was not locked")

    with _opened() as hub:
        now = hub.clock.now()
        click.echo(hub.db.write(lambda tx: work(tx, now)))


@user.command("disable")
@click.argument("number")
def disable(number: str) -> None:
    """Switch the person with the badge NUMBER off: signed out everywhere, the badge opens nothing."""
    _change(
        number,
        lambda tx, person, now: rules.set_active(tx, person, now, is_active=False),
        "switched off; signed out everywhere",
    )


@user.command("enable")
@click.argument("number")
def enable(number: str) -> None:
    """Switch the person with the badge NUMBER on again."""
    _change(
        number,
        lambda tx, person, now: rules.set_active(tx, person, now, is_active=True),
        "may sign in again",
    )


@user.command("roles")
@click.argument("number")
@ROLES
def set_roles(number: str, roles: tuple[str, ...]) -> None:
    """Give the person with the badge NUMBER these roles instead of the old ones."""
    wanted = _roles(roles)
    _change(
        number,
        lambda tx, person, now: rules.set_roles(tx, person, wanted, now),
        f"{', '.join(wanted)}; signed out everywhere",
    )
