"""Who stands where, and the way to free a worker whose handheld is lost, broken or gone home (design §9)."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, render_template, url_for

from station.ground.scan.door import Door
from station.ground.web.desk import DESK, blueprint, shown
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.office import queries
from station.people.registers import process, step


@blueprint.get("/desk/positions")
@allow(*DESK)
def positions() -> Any:
    """Everybody who holds something, longest first."""
    with hub().db.read() as tx:
        rows = queries.held(tx)
    return render_template(
        "office/positions.html",
        titles=[_("Name"), _("Process"), _("Document"), _("Step"), _("Device"), _("Since")],
        rows=[(row.id, _told(row)) for row in rows],
        may_free=g.actor.may(frozenset({Role.SUPERVISOR})),
        demo=hub().demo_people,
    )


def _told(row: Any) -> list[str]:
    where = [process(row.workflow), row.subject.rpartition(":")[2], step(row.workflow, row.step)]
    return [row.name, *where, row.device, shown(row.updated_at)]


@blueprint.post("/desk/positions/<int(max=2147483647):run_id>/free")
@allow(Role.SUPERVISOR)
def free_position(run_id: int) -> Any:
    """Take what a worker holds out of the hands; it waits for whoever scans it next."""
    try:
        hub().part(Door).free(run_id, actor())
    except LookupError:
        abort(404)
    return redirect(url_for("office.positions"))
