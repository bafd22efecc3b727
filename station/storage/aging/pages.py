"""Looks at the shelf lives at the desk: one of them with all that it changed, and one more now (P10)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy import select

from station.ground.web.desk import DESK, RULERS, blueprint, detail_page
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents
from station.storage.aging import queries, rules
from station.storage.aging.models import AgingRun


@blueprint.get("/desk/aging/<run_no>")
@allow(*DESK)
def aging_run(run_no: str) -> Any:
    """What a look changed, and the moves it ordered."""
    with hub().db.read() as tx:
        found = tx.scalars(select(AgingRun).where(AgingRun.run_no == run_no[:30])).first()
        if found is None:
            abort(404)
        sheets = queries.changed(tx, documents(("SL", found.run_no)))
    facts = [
        (_("Day"), found.day),
        (_("Near expiry"), found.near),
        (_("Not sold any more"), found.locked),
        (_("Expired"), found.expired),
        (_("Good again"), found.good),
        (_("Began"), found.began_at),
        (_("Ended"), found.ended_at),
        (_("Who"), found.by),
    ]
    return detail_page(found.run_no, facts, sheets)


@blueprint.post("/desk/aging")
@allow(*RULERS)
def age_now() -> Any:
    """Look at all shelf lives now."""
    run_no = rules.run(hub().works, actor())
    return redirect(url_for("office.aging_run", run_no=run_no))
