"""All lists of all rooms, each a click away."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, render_template, url_for

from station.ground.registers.register import Register
from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub


@blueprint.get("/desk/lists")
@allow(*DESK)
def lists() -> Any:
    """The lists that this person may see, by room."""
    rooms = []
    for room in hub().rooms:
        mine = [one for one in room.registers if g.actor.may(frozenset(one.roles))]
        links = [(_(one.title), _address(one)) for one in mine]
        if links:
            rooms.append((room.name, links))
    return render_template("office/lists.html", rooms=rooms, demo=hub().demo_people)


def _address(register: Register) -> str:
    """Its own page, where there may be more than the list."""
    own = f"office.{register.path or register.name}"
    return (
        url_for(own) if own in current_app.view_functions else url_for("registers.page", name=register.name)
    )
