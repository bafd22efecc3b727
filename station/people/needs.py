"""Whether somebody is there for every job of an order's way."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.setup.needs import Need, words
from station.ground.words.actor import Role
from station.people.models import User
from station.people.sessions import roles_of
from station.settings import Settings

JOBS = (
    Role.RECEIVER,
    Role.INSPECTOR,
    Role.SUPERVISOR,
    Role.KEEPER,
    Role.PICKER,
    Role.PACKER,
    Role.DISPATCHER,
)
"""From the truck to the courier; two signatures want two persons."""


def of_people(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Roles that nobody has who can sign in."""
    given: set[Role] = set()
    for roles in tx.scalars(select(User.roles).where(User.is_active, User.pin_hash != "").distinct()):
        given |= roles_of(roles)
    lacking = [role for role in JOBS if role not in given]
    if lacking:
        yield Need("L-NEED-ROLES", {"roles": words(f"L-ROLE-{role}" for role in lacking)}, "office.people")
