"""Who may say that goods stay on hold, whoever wants to release them."""

from __future__ import annotations

from collections.abc import Callable

from station.ground.work import Work
from station.stock.holds import Hold

Bar = Callable[[Work, Hold], None]
_BARS: list[Bar] = []


def before_release(function: Bar) -> Bar:
    """Declare a rule that refuses to let a hold end as long as something is missing."""
    if function not in _BARS:
        _BARS.append(function)
    return function


def check(work: Work, hold: Hold) -> None:
    """Refuse what any of these rules refuses."""
    for bar in _BARS:
        bar(work, hold)
