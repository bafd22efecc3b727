"""Shelf-life arithmetic in whole days (P2, P10). Pure: today is an argument.

P production, X expiry, L = X − P, used = today − P, left = X − today. The production day is day 0.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


class LifeRule(StrEnum):
    """Which third is meant by the gate (S-05): the first one used up, or the last one left."""

    ELAPSED = "ELAPSED"
    REMAINING = "REMAINING"


class Knobs(Protocol):
    """What the warehouse has decided (`station.settings.Rules`)."""

    @property
    def life_rule(self) -> str: ...
    @property
    def reject_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """By what dates are judged at the dock: which third, and so many days that must be left (None: any)."""

    rule: LifeRule
    reject_days: int | None

    @classmethod
    def of(cls, knobs: Knobs, reject_days: int | None) -> Gate:
        """The warehouse's; `reject_days` of the article's own win over the warehouse's."""
        given = knobs.reject_days or None
        return cls(LifeRule(knobs.life_rule), given if reject_days is None else reject_days)


def expiry(produced_on: date, n: int, unit: str, *, day0: bool = True) -> date:
    """The expiry of goods that keep `n` days ("D") or months ("M", clamped to the month's end).

    With `day0` off the production day counts as the first day of life. (T1, T4)
    """
    if unit == "D":
        expires = produced_on + timedelta(days=n)
    else:
        months = produced_on.year * 12 + produced_on.month - 1 + n
        year, month = divmod(months, 12)
        month += 1
        expires = date(year, month, min(produced_on.day, calendar.monthrange(year, month)[1]))
    return expires if day0 else expires - timedelta(days=1)


def production(expires_on: date, n: int, unit: str, *, day0: bool = True) -> date:
    """The production day of goods that keep `n` days ("D") or months ("M") until `expires_on`; `day0` as for
    `expiry`.
    """
    if not day0:
        expires_on += timedelta(days=1)
    if unit == "D":
        return expires_on - timedelta(days=n)
    year, month = divmod(expires_on.year * 12 + expires_on.month - 1 - n, 12)
    month += 1
    return date(year, month, min(expires_on.day, calendar.monthrange(year, month)[1]))


def judge_receipt(
    produced_on: date | None, expires_on: date, today: date, rule: LifeRule, reject_days: int | None
) -> str | None:
    """The first of `faults`, or None."""
    return next(faults(produced_on, expires_on, today, rule, reject_days), None)


def faults(
    produced_on: date | None, expires_on: date, today: date, rule: LifeRule, reject_days: int | None
) -> Iterator[str]:
    """Every reason not to receive these dates, gravest first: E-EXP-01 future, -02 swapped, -04
    expired, -05 past the third, -06 fewer than `reject_days` left (T1–T7). Without a production day goods are
    judged by what is left.
    """
    if produced_on and produced_on > today:
        yield "E-EXP-01"
    if produced_on and expires_on <= produced_on:
        yield "E-EXP-02"
    if today > expires_on:
        yield "E-EXP-04"
    if produced_on and _is_past_third(produced_on, expires_on, today, rule):
        yield "E-EXP-05"
    if reject_days is not None and (expires_on - today).days < reject_days:
        yield "E-EXP-06"


def _is_past_third(produced_on: date, expires_on: date, today: date, rule: LifeRule) -> bool:
    length = (expires_on - produced_on).days
    if rule is LifeRule.ELAPSED:
        return 3 * (today - produced_on).days > length
    return 3 * (expires_on - today).days < length


def lockup(produced_on: date | None, expires_on: date, lockup_days: int | None) -> int:
    """So many days before their expiry goods are sold for the last time: the article's, else max(7, L/6)."""
    if lockup_days is not None:
        return lockup_days
    length = (expires_on - produced_on).days if produced_on else 0
    # Rounded up: a sixth of 100 days is 16⅔, and 16 days left are fewer than that.
    return max(7, -(-length // 6))


def sell_by(produced_on: date | None, expires_on: date, lockup_days: int | None) -> date:
    """The last day on which goods may be sold; from the next day on they are locked."""
    return expires_on - timedelta(days=max(0, lockup(produced_on, expires_on, lockup_days)))


def sales_state(
    produced_on: date | None,
    expires_on: date,
    today: date,
    lockup_days: int | None,
    advent_days: int | None,
) -> str:
    """GOOD, NEAR (临期), LOCKED (禁售) or EXPIRED; advent by default L/3, lockup see `lockup` (P10)."""
    if today > expires_on:
        return "EXPIRED"
    if today > sell_by(produced_on, expires_on, lockup_days):
        return "LOCKED"
    length = (expires_on - produced_on).days if produced_on else 0
    advent = advent_days if advent_days is not None else length // 3
    return "NEAR" if (expires_on - today).days <= advent else "GOOD"
