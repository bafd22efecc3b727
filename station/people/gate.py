"""The one place where a PIN is judged: at sign-in, at every signature, at every permission of a supervisor.

A guess is charged to its budgets (`station.people.guessing`) before the PIN is looked at, so that many at
once are no way around them; each wrong one is in the audit trail, never what was typed. What can be no PIN
(a carton scanned at the pad) is no guess.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from station.ground.db import DESK, Database
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.people import sessions, tallies, trail
from station.people.guessing import Line
from station.people.models import DeviceSession, KnownDevice
from station.people.pins import LONGEST, SHORTEST, Pins
from station.people.sessions import digest
from station.people.tallies import Charge
from station.settings import Settings

AT_ONCE = 4
"""PINs judged at the same time, each with 19 MB of memory; the others wait for their turn…"""
TURN_S = 10
"""…so many seconds at most."""
KNOWN_FOR = timedelta(days=90)
"""Since a person signed in there, a browser counts as theirs."""
SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody signs in: the address, the browser's own secret, what the device calls itself."""

    address: str = ""
    mark: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: token and mark go into cookies; only their hashes are stored."""

    token: str
    mark: str
    actor: Actor


@dataclass
class Gate:
    """Sign-in, sign-out, and whether a PIN is right."""

    db: Database
    pins: Pins
    settings: Settings
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    # --- at the door --------------------------------------------------------------------------

    def sign_in(self, badge: str, pin: str, place: Place, now: datetime, *, old: str = "") -> SignedIn:
        """Open a session, and end the one of the token `old` that this browser had.

        E-AUTH-06 for a wrong badge, a wrong PIN and a PIN that is not judged now, after the same work;
        E-AUTH-08 when the PIN is right and too short for this person's roles.
        """
        with self.db.read() as tx:
            holder = sessions.by_badge(tx, badge)
            charges = self._at_sign_in(tx, holder[0] if holder else None, badge, place, now)
        with self._judged(charges, holder[1] if holder else _NOBODY, pin, now) as right:
            if not right or holder is None:
                if right is not None:
                    self._write_down(
                        None, holder[0] if holder else None, SIGN_IN, place.address, place.device, now
                    )
                raise Refused("E-AUTH-06")
            if len(pin) < self._least(holder[0].roles):
                self.db.write(lambda tx: tallies.give_back(tx, charges, now), DESK)
                raise Refused("E-AUTH-08")
            token, mark = secrets.token_urlsafe(32), place.mark or secrets.token_urlsafe(32)

            def enter(tx: Session) -> Actor:
                tallies.give_back(tx, charges, now)
                sessions.end(tx, now, token=old)
                return self._open(tx, holder[0].user_id, token, digest(mark), place, now)

            return SignedIn(token, mark, self.db.write(enter, DESK))

    def _at_sign_in(
        self, tx: Session, who: Actor | None, badge: str, place: Place, now: datetime
    ) -> Sequence[Charge]:
        device = digest(place.mark) if place.mark else ""
        if who is not None and device and _knows(tx, who.user_id, device, now):
            return _own(who.user_id, f"device {device}")
        target = str(who.user_id) if who else f"? {self.pins.blind(badge)}"
        user_id, address = who.user_id if who else None, network(place.address)
        charges = [
            Charge(Line.STRANGER, target, user_id),
            Charge(Line.PLACE, f"{target} address {address}", user_id),
            Charge(Line.ADDRESS, address),
        ]
        return [*charges, Charge(Line.DEVICE, device)] if device else charges

    def _open(
        self, tx: Session, user_id: int, token: str, device_hash: str, place: Place, now: datetime
    ) -> Actor:
        workstation = tx.scalar(
            select(DeviceSession.workstation)
            .where(DeviceSession.device == place.device, DeviceSession.device != "")
            .order_by(DeviceSession.id.desc())
            .limit(1)
        )
        values = {
            "token_hash": digest(token),
            "user_id": user_id,
            "device": place.device,
            "device_hash": device_hash,
            "workstation": workstation or "",
            "created_at": now,
            "seen_at": now,
        }
        tx.execute(insert(DeviceSession), values)
        _learn(tx, user_id, device_hash, now)
        actor = sessions.identify(tx, token, now, self.settings.rules.idle_lock_s, touch=False)
        if actor is None:  # switched off between the look and the writing
            raise Refused("E-AUTH-06")
        trail.note(tx, actor, "SIGN_IN", actor.badge, now)
        return actor

    def sign_out(self, token: str, now: datetime) -> None:
        """End the session; the cookie is worthless afterwards."""
        self.db.write(lambda tx: sessions.end(tx, now, token=token), DESK)

    # --- at a step ----------------------------------------------------------------------------

    def refusal(
        self, who: Actor, pin: str, by: Actor, now: datetime, *, step: str, address: str
    ) -> Refused | None:
        """Why `pin` does not prove that `who` stands at the handheld of `by`; None when it does.

        E-AUTH-01 the badge is no more, E-AUTH-04 wrong, E-AUTH-07 not judged now (`minutes` to wait),
        E-AUTH-08 right and too short for the roles.
        """
        with self.db.read() as tx:
            holder = sessions.by_badge(tx, who.badge)
            device = sessions.device_of(tx, by.session_id)
        if holder is None:
            return Refused("E-AUTH-01")
        charges = _at_step(holder[0], by, device, network(address))
        with self._judged(charges, holder[1], pin, now) as right:
            if right is None:
                return self._wait(charges, now)
            if not right:
                self._write_down(by, holder[0], step, address, by.device, now)
                return Refused("E-AUTH-04")
            self.db.write(lambda tx: tallies.give_back(tx, charges, now), DESK)
        return Refused("E-AUTH-08") if len(pin) < self._least(holder[0].roles) else None

    def _wait(self, charges: Sequence[Charge], now: datetime) -> Refused:
        with self.db.read() as tx:
            left = tallies.opens_at(tx, charges, now) - now
        if not left:  # what can be no PIN
            return Refused("E-AUTH-04")
        return Refused("E-AUTH-07", minutes=-(-left // timedelta(minutes=1)))

    # --- judging ------------------------------------------------------------------------------

    @contextmanager
    def _judged(
        self, charges: Sequence[Charge], pin_hash: str, pin: str, now: datetime
    ) -> Iterator[bool | None]:
        """Whether the PIN is right; None when it is not looked at. What is done inside belongs to the turn,
        so that never more than `AT_ONCE` right ones hold a place in a budget.
        """
        if not could_be(pin) or not self._has_room(charges, now):
            yield None
            return
        if not self._turns.acquire(timeout=TURN_S):
            raise Refused("E-AUTH-10")
        try:
            opens = self.db.write(lambda tx: tallies.charge(tx, charges, now), DESK)
            yield None if opens else self.pins.verify(pin_hash, pin)
        finally:
            self._turns.release()

    def _has_room(self, charges: Sequence[Charge], now: datetime) -> bool:
        with self.db.read() as tx:
            return tallies.opens_at(tx, charges, now) <= now

    def _write_down(
        self, by: Actor | None, who: Actor | None, door: str, address: str, device: str, now: datetime
    ) -> None:
        """A wrong one. Of a badge that nobody has, nothing is kept: it may be a PIN in the wrong box."""
        subject = who.badge if who else "?"
        facts: dict[str, Any] = {"door": door, "address": address, "device": device}
        note: Callable[[Session], None] = lambda tx: trail.note(tx, by, "WRONG_PIN", subject, now, **facts)  # noqa: E731
        self.db.write(note, DESK)

    def _least(self, roles: frozenset[Role]) -> int:
        return self.settings.rules.least_pin(roles)


def could_be(pin: str) -> bool:
    """Whether this can be a PIN at all."""
    return SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()


def network(address: str) -> str:
    """The one who sends from here: an IPv4 address, or the /64 that one IPv6 host may choose from freely."""
    text = address.partition("%")[0].strip("[]")
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def _own(user_id: int, place: str) -> list[Charge]:
    key = str(user_id)
    return [Charge(Line.OWN, key, user_id), Charge(Line.PLACE, f"{key} {place}", user_id)]


def _at_step(who: Actor, by: Actor, device: str, address: str) -> Sequence[Charge]:
    if who.user_id == by.user_id:
        return _own(who.user_id, f"session {by.session_id}")
    key = str(who.user_id)
    charges = [
        Charge(Line.ASKED, key, who.user_id),
        Charge(Line.PLACE, f"{key} colleague {by.user_id}", who.user_id),
        Charge(Line.ASKER, str(by.user_id)),
        Charge(Line.SESSION, str(by.session_id)),
        Charge(Line.CROWD, address),
    ]
    return [*charges, Charge(Line.PLACE, f"{key} step {device}", who.user_id)] if device else charges


def _knows(tx: Session, user_id: int, device_hash: str, now: datetime) -> bool:
    mine = KnownDevice.user_id == user_id, KnownDevice.device_hash == device_hash
    seen_at = tx.scalar(select(KnownDevice.seen_at).where(*mine))
    return seen_at is not None and now - seen_at <= KNOWN_FOR


def _learn(tx: Session, user_id: int, device_hash: str, now: datetime) -> None:
    """A browser is theirs from now on; what they have not used for long is theirs no more."""
    mine = KnownDevice.user_id == user_id
    tx.execute(delete(KnownDevice).where(mine, KnownDevice.seen_at < now - KNOWN_FOR))
    known = update(KnownDevice).where(mine, KnownDevice.device_hash == device_hash).values(seen_at=now)
    if not tx.execute(known).rowcount:  # type: ignore[attr-defined]
        tx.execute(insert(KnownDevice), {"user_id": user_id, "device_hash": device_hash, "seen_at": now})


_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Y2hlY2tlZCBhZ2FpbnN0IG5vYm9keSBhdCBhbGwsIGZpbmU"
)
"""Verified against when the badge is unknown, so that the answer takes as long."""
