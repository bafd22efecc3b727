"""The first person of a new station: whoever reads the server's window makes the owner in the browser.

A station without people would be anybody's who finds it on the network. So it shows a code where only the
person at its machine sees it, and takes the first person only together with that code, once.
"""

from __future__ import annotations

import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.db import locking
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people import rules
from station.people.models import User

OWNER = (Role.ADMIN, Role.SUPERVISOR)
"""What the owner may do: everything that sets the station up; the work itself is given at the desk."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is read for something else; eight of these 32 are 40 bits: no number of tries finds them."""


class FirstStart:
    """The code of this run of the server; a restart has another."""

    def __init__(self) -> None:
        self.code = "".join(secrets.choice(_LETTERS) for _ in range(8))

    @property
    def shown(self) -> str:
        """As a person reads it off: two groups of four."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def is_right(self, text: str) -> bool:
        """Whether somebody typed it, with or without the hyphen, in whatever case."""
        said = "".join(char for char in text[:40].upper() if char.isalnum())
        return hmac.compare_digest(said.encode(), self.code.encode())


def nobody_is_there(tx: Session) -> bool:
    """Whether the station has no people at all, not even switched off ones."""
    return tx.scalar(select(User.id).limit(1)) is None


def make_owner(work: Work, number: str, name: str, pin_hash: str) -> User:
    """The first person, with the roles `OWNER`; E-PPL-09 when there is one already, also by a moment."""
    locking.alone(work.tx, User)
    if not nobody_is_there(work.tx):
        raise Refused("E-PPL-09")
    return rules.add_user(work.tx, number, name, pin_hash, OWNER, work.now)
