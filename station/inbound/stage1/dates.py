"""Whether goods with these dates may be received, and what of it a supervisor must allow (P2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock import shelf_life
from station.stock.models import Location, Lot, Stock, StockStatus

ALLOWABLE = frozenset({"E-EXP-05", "E-EXP-06"})


def derived_expiry(work: Work, sku: Any, produced: date) -> date:
    """The expiry that follows from the article's shelf life."""
    life = sku.shelf_life_n or 0
    return shelf_life.expiry(produced, life, sku.shelf_life_unit, day0=work.rules.shelf_day0)


def derived_production(work: Work, sku: Any, expires: date) -> date | None:
    """The production that follows from an expiry and the article's shelf life; None when it would be still to
    come: then the goods keep longer than the article says, and how old they are is not known.
    """
    if not sku.shelf_life_n:
        return None
    try:
        made = shelf_life.production(
            expires, sku.shelf_life_n, sku.shelf_life_unit, day0=work.rules.shelf_day0
        )
    except (OverflowError, ValueError):
        return None
    return made if made <= work.today else None


def judge(work: Work, sku: Any, produced: date | None, expires: date) -> str:
    """What a supervisor has allowed of these dates, one to a row; empty when nothing is wrong with them.

    Refused with each fault in turn: allowing one (E-EXP-05) does not allow the next (E-EXP-06, W-EXP-07).
    """
    allowed = []
    for code in _faults(work, sku, produced, expires):
        if code not in ALLOWABLE:
            raise Refused(code)
        allowed.append(f"{code} {work.unless_allowed(code)}")
    if is_older(work, sku, expires):
        allowed.append(f"W-EXP-07 {work.unless_allowed('W-EXP-07')}")
    return "\n".join(allowed)


def is_older(work: Work, sku: Any, expires: date) -> bool:
    """Whether they expire before goods that are in stock already (W-EXP-07)."""
    youngest = youngest_on_hand(work.tx, sku.id)
    return youngest is not None and expires < youngest


def first_fault(work: Work, sku: Any, produced: date | None, expires: date) -> str:
    """The gravest thing against these dates, or nothing."""
    return next(iter(_faults(work, sku, produced, expires)), "")


def against(work: Work, sku: Any, produced: date | None, expires: date) -> list[str]:
    """Everything that speaks against these dates, gravest first; what is older than the stock comes last."""
    older = ["W-EXP-07"] if is_older(work, sku, expires) else []
    return [*_faults(work, sku, produced, expires), *older]


def differ(work: Work, sku: Any, produced: date | None, expires: date) -> bool:
    """Whether the printed expiry is not the one that follows from the shelf life (W-EXP-03)."""
    if produced is None:
        return False
    tolerance = timedelta(days=work.rules.exp_mismatch_days)
    return abs(expires - derived_expiry(work, sku, produced)) > tolerance


def youngest_on_hand(tx: Session, sku_id: int) -> date | None:
    """The latest expiry among the article's stock: anything older arriving is 批次倒挂 (W-EXP-07)."""
    return tx.scalar(
        select(func.max(Lot.expires_on))
        .join(Stock, Stock.lot_id == Lot.id)
        .join(Location, Location.id == Stock.location_id)
        .where(Stock.sku_id == sku_id, Stock.on_hand > 0, Stock.status == StockStatus.GOOD)
    )


def used_percent(produced: date | None, expires: date | None, today: date) -> int:
    """How much of the shelf life is used up, in whole percent, halves rounded up (0 without dates)."""
    if produced is None or expires is None or expires <= produced:
        return 0
    used, length = max(0, (today - produced).days), (expires - produced).days
    return (200 * used + length) // (2 * length)


def _faults(work: Work, sku: Any, produced: date | None, expires: date) -> list[str]:
    gate = shelf_life.Gate.of(work.rules, sku.reject_days)
    return list(shelf_life.faults(produced, expires, work.today, gate.rule, gate.reject_days))
