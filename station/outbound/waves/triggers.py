"""When waves are released without a key: so many orders, so long since the last time, so near the time when
an order must leave (P13). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from station.settings import Rules


class Why(StrEnum):
    """What asked for a release."""

    BUTTON = "BUTTON"
    COUNT = "COUNT"
    TIMER = "TIMER"
    CUT_OFF = "CUT_OFF"


@dataclass(frozen=True, slots=True)
class Standing:
    """Orders that could join a wave now, when the first of them must leave, and when waves were released last
    (None: never yet, so that the timer does not wait).
    """

    ready: int
    due_at: datetime | None
    since: datetime | None


def due(standing: Standing, rules: Rules, now: datetime) -> Why | None:
    """What asks for a release now; None while nothing does, or no order is ready."""
    if not standing.ready:
        return None
    lead = timedelta(minutes=rules.wave_lead_min)
    if rules.wave_lead_min and standing.due_at is not None and standing.due_at - lead <= now:
        return Why.CUT_OFF
    if rules.wave_from and standing.ready >= rules.wave_from:
        return Why.COUNT
    every = timedelta(minutes=rules.wave_every_min)
    if rules.wave_every_min and (standing.since is None or standing.since + every <= now):
        return Why.TIMER
    return None
