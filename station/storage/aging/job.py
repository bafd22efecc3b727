"""The look that nobody has to remember: five past midnight, by the warehouse's clock (P10)."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select

from station.ground.work import SYSTEM, Works
from station.storage.aging import rules
from station.storage.aging.models import AgingRun

AT = time(0, 5)


class Nightly:
    """One turn looks whether the newest look is of today; a clock that was set makes one more look."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def turn(self) -> bool:
        """Look at the shelf lives when today's look is due; never more to do at once."""
        clock = self._works.clock
        if clock.now().astimezone(clock.zone).time() < AT:
            return False
        with self._works.db.read() as tx:
            newest = tx.execute(
                select(AgingRun.day, AgingRun.ended_at).order_by(AgingRun.id.desc()).limit(1)
            ).first()
        if newest is None or newest.day != clock.today() or newest.ended_at is None:
            rules.run(self._works, SYSTEM)
        return False
