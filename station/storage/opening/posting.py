"""Posting opening stock (P29, domain §2): two people sign, and everything is in the books, or nothing.

The first counted or answers for the count, the second is a supervisor who counted none of it; either may be
the one at the desk. Posting a reversal takes out again exactly what its original put in, and is refused as a
whole when some of that has moved on (E-OPN-12).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.documents.signatures import sign
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.stock import ledger, lots
from station.stock.ledger import ADJUST, Place, Posting
from station.stock.models import Location, LocationKind, MovementType
from station.storage.opening import judging, looking_up, rules
from station.storage.opening.models import OPENING, Opening, OpeningLine

COUNTED, POSTED = "COUNTED", "POSTED"
"""What the two signatures say."""


def post(work: Work, os_no: str, one: Actor, other: Actor) -> Opening:
    """Book a draft. E-AUTH-03 when both are one person, E-AUTH-02 when neither is a supervisor, E-OPN-11
    when the supervisor counted it, E-OPN-02 when it is empty, E-OPN-03 when a line cannot be booked any more.
    """
    opening = rules.draft(work, os_no)
    original = work.tx.get_one(Opening, opening.reverses_id) if opening.reverses_id else None
    lines = [line for line in rules.lines_of(work.tx, (original or opening).id) if line.sku_id is not None]
    if not lines:
        raise Refused("E-OPN-02")
    counter, boss = signers(lines if original is None else (), one, other)
    places = _kept(work.tx, lines)
    if original is None:
        _book(work, opening, lines, places)
    else:
        _take_out(work, opening, original, lines, places)
    OPENING.move(work, opening, "post", posted_at=work.now)
    sign(work, "OS", opening.os_no, COUNTED, signer=counter)
    sign(work, "OS", opening.os_no, POSTED, signer=boss)
    return opening


def signers(lines: Iterable[OpeningLine], one: Actor, other: Actor) -> tuple[Actor, Actor]:
    """Who answers for the count and who posts; see `post` for the refusals."""
    if one.user_id == other.user_id:
        raise Refused("E-AUTH-03")
    bosses = [who for who in (other, one) if Role.SUPERVISOR in who.roles]
    if not bosses:
        raise Refused("E-AUTH-02")
    counters = {line.counted_by for line in lines}
    free = [who for who in bosses if who.user_id not in counters]
    if not free:
        raise Refused("E-OPN-11")
    return (one, other) if free[0] is other else (other, one)


def _kept(tx: Session, lines: Sequence[OpeningLine]) -> dict[int, Location]:
    """The places of the lines, kept from other movers until the unit of work ends, in one order for
    everybody.
    """
    wanted = sorted({line.location_id for line in lines})
    found: dict[int, Location] = {}
    for start in range(0, len(wanted), looking_up.AT_ONCE):
        part = wanted[start : start + looking_up.AT_ONCE]
        query = select(Location).where(Location.id.in_(part)).order_by(Location.id)
        rows = tx.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
        found |= {place.id: place for place in rows}
    return found


def _book(work: Work, opening: Opening, lines: Sequence[OpeningLine], places: dict[int, Location]) -> None:
    skus = looking_up.skus_of(work.tx, {line.sku_id for line in lines if line.sku_id})
    _refuse_what_changed(work, lines, places, skus)
    by_lot = {wanted.lot_key: wanted for wanted in map(rules.wanted_of, lines)}
    made = {key: _lot(work, wanted) for key, wanted in by_lot.items()}
    postings = []
    for line in lines:
        wanted, place = rules.wanted_of(line), places[line.location_id]
        line.lot_id = made[wanted.lot_key]
        status = judging.status_of(skus[wanted.sku_id], place.kind, wanted, work.today)
        postings.append(
            Posting(
                MovementType.OPENING,
                wanted.sku_id,
                line.lot_id,
                line.qty,
                Place(ADJUST, status),
                Place(place.id, status),
                "OS",
                opening.os_no,
                _key(opening, line),
            )
        )
    work.tx.flush()
    ledger.post_new(work, postings)
    found = homes(lines, places, skus)
    new = {sku_id: place_id for sku_id, place_id in found.items() if not skus[sku_id].home_location_id}
    catalog.bind_homes(work.tx, new)


def _refuse_what_changed(
    work: Work, lines: Sequence[OpeningLine], places: dict[int, Location], skus: dict[int, Any]
) -> None:
    """What was right when it was written may not be any more: a slot closed or opened by another document,
    goods that expired, an article that has lots now.
    """
    opened = looking_up.opened_places(work.tx, places)
    for line in lines:
        place, wanted = places[line.location_id], rules.wanted_of(line)
        code = "E-OPN-05" if place.id in opened else ""
        code = code or judging.fault(skus[wanted.sku_id], place.kind, wanted, work.today)
        if code:
            raise Refused("E-OPN-03", slot=place.code, why=say(code))


def _lot(work: Work, wanted: judging.Wanted) -> int:
    return lots.make(
        work.tx,
        wanted.sku_id,
        received_on=work.today,
        receipt_id=None,
        produced_on=wanted.produced_on,
        expires_on=wanted.expires_on,
        supplier_lot=wanted.lot,
    )


def homes(lines: Sequence[OpeningLine], places: dict[int, Location], skus: dict[int, Any]) -> dict[int, int]:
    """The pick slot of each article: the one it has, else the first on the walk that a line names (S-14,
    S-25).
    """
    found = {sku.id: sku.home_location_id for sku in skus.values() if sku.home_location_id}
    walked = sorted(lines, key=lambda line: (places[line.location_id].pick_seq, line.location_id))
    for line in walked:
        if line.sku_id and places[line.location_id].kind == LocationKind.PICK:
            found.setdefault(line.sku_id, line.location_id)
    return found


def _take_out(
    work: Work,
    opening: Opening,
    original: Opening,
    lines: Sequence[OpeningLine],
    places: dict[int, Location],
) -> None:
    for line in lines:
        try:
            ledger.reverse(work, _key(original, line), _key(opening, line), doc_no=opening.os_no)
        except Refused as gone:
            if gone.code != "E-STK-02":
                raise
            raise Refused("E-OPN-12", slot=places[line.location_id].code) from None


def _key(opening: Opening, line: OpeningLine) -> str:
    return f"{opening.os_no}:{line.id}"
