"""Once an hour: forget what no ERP asks for any more."""

from __future__ import annotations

from functools import partial

from station.erp.compare import wishes
from station.erp.rest import replies
from station.ground.db import BULK
from station.ground.work import Works


def turn(works: Works) -> bool:
    """Forget old answers of the API, comparisons a crash left running; look at the sizes of tables."""
    now = works.clock.now()
    works.db.write(partial(replies.forget, now=now), BULK)
    works.db.write(partial(wishes.fail_left_over, now=now), BULK)
    works.db.optimize()
    return False
