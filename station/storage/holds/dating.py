"""Dated goods that came without a date (P6): held by their lot until a supervisor says how old they are.

The dates are then judged as at the dock, on the day on which the goods came: what the receiver would have
refused, another supervisor than the one who gave the dates must allow, with a reason (`check`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import func, select

from station.catalog import rules as catalog
from station.ground.documents.history import record
from station.ground.documents.signatures import Signature, sign, signed_as
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.stock import shelf_life
from station.stock.holds import HOLD, Hold, HoldState
from station.stock.models import Lot

DATED = "dated"

Heard = Callable[[Work, int], None]
_HEARD: list[Heard] = []


def when_dated(function: Heard) -> Heard:
    """Declare who hears, in the same unit of work, that a lot (its id) has other dates: its labels lie."""
    if function not in _HEARD:
        _HEARD.append(function)
    return function


def give(work: Work, hold_id: int, who: Actor, produced: date, expires: date | None, why: str) -> Hold:
    """The lot of a hold was produced on that day and keeps until `expires`, or as its shelf life says.

    It can be corrected as long as it is held. E-HLD-07 for any other hold; E-EXP-01 when it would be younger
    than the day on which it came, E-EXP-02 when it would keep until before it was made.
    """
    made = work.tx.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)
    lot = work.tx.get(Lot, made.lot_id or 0)
    if lot is None or not lot.is_undated or made.state != HoldState.HELD:
        raise Refused("E-HLD-07")
    if produced > lot.received_on:
        raise Refused("E-EXP-01")
    until = expires or derived(work, lot, produced)
    if until <= produced:
        raise Refused("E-EXP-02")
    lot.produced_on, lot.expires_on = produced, until
    work.tx.flush()
    times = signed_as(work.tx, HOLD.doc_type, made.hold_no, DATED)
    sign(work, HOLD.doc_type, made.hold_no, f"{DATED}{times or ''}", signer=who)
    _tell(work, made, "date", f"{produced} – {until}: {why}")
    for heard in _HEARD:
        heard(work, lot.id)
    return made


def derived(work: Work, lot: Lot, produced: date) -> date:
    """When goods of this article expire that were produced on a day; E-EXP-02 without a shelf life."""
    sku = catalog.sku(work.tx, lot.sku_id)
    if not sku.shelf_life_n:
        raise Refused("E-EXP-02")
    return shelf_life.expiry(produced, sku.shelf_life_n, sku.shelf_life_unit, day0=work.rules.shelf_day0)


def fault(work: Work, lot: Lot) -> str:
    """Why the dock would not have received goods of these dates; empty when it would."""
    if not lot.is_undated or lot.produced_on is None or lot.expires_on is None:
        return ""
    gate = shelf_life.Gate.of(work.rules, catalog.sku(work.tx, lot.sku_id).reject_days)
    found = shelf_life.judge_receipt(
        lot.produced_on, lot.expires_on, lot.received_on, gate.rule, gate.reject_days
    )
    return found or ""


def check(work: Work, made: Hold, why: str) -> None:
    """Refuse to release goods whose date is missing (E-HLD-06), or that the dock would have refused.

    The latter go on with `why` from another supervisor than the one who gave the dates (E-AUTH-03).
    """
    lot = work.tx.get(Lot, made.lot_id or 0)
    if lot is None:
        return
    if lot.lacks_date:
        raise Refused("E-HLD-06")
    against = fault(work, lot)
    if not against:
        return
    if not why:
        raise Refused(against)
    of_it = (Signature.doc_type == HOLD.doc_type, Signature.doc_no == made.hold_no)
    last = select(func.max(Signature.id)).where(*of_it, Signature.meaning.startswith(DATED))
    if (
        work.tx.scalar(select(Signature.user_id).where(Signature.id == last.scalar_subquery()))
        == work.by.user_id
    ):
        raise Refused("E-AUTH-03")
    _tell(work, made, "allow", f"{say(against)['zh']}: {why}")


def _tell(work: Work, made: Hold, event: str, reason: str) -> None:
    record(
        work, HOLD.doc_type, made.hold_no, event, old=made.state, new=made.state, detail={"reason": reason}
    )
