"""The warehouse's name at the desk."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from station.ground import shop as naming
from station.ground.web.desk import blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.people import trail

SETTERS = (Role.SUPERVISOR, Role.ADMIN)


@blueprint.route("/desk/shop", methods=["GET", "POST"])
@allow(*SETTERS)
def shop() -> Any:
    """What the warehouse is called; a name in station.toml is shown and changed there."""
    station = hub()
    if request.method == "GET":
        with station.db.read() as tx:
            return _form(naming.given_name(tx, station.settings))
    who, name = actor(), request.form.get("name", "").strip()

    def call(work: Work) -> None:
        if naming.rename(work, name):
            trail.note(work.tx, who, "RENAME_SHOP", name, work.now)

    try:
        station.works.do(call, who)
    except Refused as refusal:
        return _form(name[:80], refusal), 422
    return redirect(url_for("office.desk"))


def _form(name: str, refusal: Refused | None = None) -> str:
    return render_template(
        "office/shop.html",
        name=name,
        most=naming.LONGEST,
        is_fixed=bool(hub().settings.warehouse_name),
        refusal=say(refusal.code, refusal.facts) if refusal else None,
        demo=hub().demo_people,
    )
