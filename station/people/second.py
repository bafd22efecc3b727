"""The second person of a signature at the desk: badge and PIN, typed on the page of the first (domain §2)."""

from __future__ import annotations

from datetime import datetime

from station.ground.scan.cleaning import clean
from station.ground.scan.codes import internal
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.people import sessions
from station.people.gate import Gate


def second_person(
    gate: Gate, badge: str, pin: str, by: Actor, now: datetime, *, step: str, address: str
) -> Actor:
    """Who signs beside `by`: E-AUTH-01 for an unknown badge, E-AUTH-03 for their own, E-AUTH-04 for a wrong
    PIN, E-AUTH-07 while this person's PIN is not judged.
    """
    text = clean(badge)[0].upper()
    with gate.db.read() as tx:
        holder = sessions.by_badge(tx, internal("US", text) if text.isascii() and text.isdigit() else text)
    if holder is None:
        raise Refused("E-AUTH-01")
    who = holder[0]
    if who.user_id == by.user_id:
        raise Refused("E-AUTH-03")
    refusal = gate.refusal(who, pin.strip(), by, now, step=step, address=address)
    if refusal is not None:
        raise refusal
    return who
