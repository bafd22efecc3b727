"""The first set-up (第一次设置): one way over the pages that set a station up, left and taken up at will."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for

from station.ground.setup.needs import missing
from station.ground.web.desk import blueprint
from station.ground.web.kit import allow, hub
from station.ground.words.actor import Role
from station.office import steps
from station.office.steps import Looked, Standing

GUIDES = (Role.SUPERVISOR, Role.ADMIN)
LOOK_AGAIN_S = 60.0
"""A station that lacked nothing is looked at again after this time, in seconds."""


def _standings() -> list[Standing]:
    station = hub()
    checks = [check for room in station.rooms for check in room.needs]
    with station.db.read() as tx:
        return steps.stand(tx, missing(checks, tx, station.settings))


@blueprint.get("/desk/first")
@allow(*GUIDES)
def first() -> Any:
    """Every step: done, missing and where that is mended, or what may wait."""
    found = _standings()
    return render_template(
        "office/first.html",
        standings=found,
        now=steps.next_of(found),
        is_ready=all(one.is_done or one.step.may_skip for one in found),
        demo=hub().demo_people,
    )


@blueprint.app_template_global("set_up_next")
def set_up_next() -> tuple[str, str] | None:
    """The step that the desk leads on to until the first order has left: its title and page.

    What a working shop lacks later, such as numbers of a carrier, the overview says.
    """
    who = g.actor
    if who is None or not who.may(frozenset(GUIDES)):
        return None
    station = hub()
    looked, now = station.part(Looked), station.clock.steady()
    if now - looked.ready_at < LOOK_AGAIN_S:
        return None
    with station.db.read() as tx:
        if steps.has_shipped(tx):
            looked.ready_at = float("inf")
            return None
    to_do = steps.next_of(_standings())
    if to_do is None or to_do.step.may_skip:
        looked.ready_at = now
        return None
    return to_do.step.title, url_for("office.first")
