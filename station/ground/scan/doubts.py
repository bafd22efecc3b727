"""What is said of a label where its dates, its lot and its count are taken down."""

from __future__ import annotations

from typing import Any

from station.ground.scan.kinds import Code
from station.ground.words.messages import say

Said = tuple[str, dict[str, Any]]


def told(code: Code, otherwise: str, **facts: Any) -> Said:
    """The gravest thing that cannot be of a label, or that it gave only a month of production; else the
    answer `otherwise`. What cannot be was left out of the code already.
    """
    if code.faults:
        return code.faults[0]
    if "produced" in code.months:
        return "W-LBL-MONTH", {"what": say("L-PRODUCED"), "day": str(code.produced_on)}
    return otherwise, facts
