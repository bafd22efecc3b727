"""Boxes and bags at the desk: named and weighed, so that a parcel's weight can be judged (P18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for

from station.catalog import boxes as rules
from station.ground.setup.problems import SetupRefused
from station.ground.setup.table import of_values
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.work import Work
from station.people import trail

SETTERS = (Role.SUPERVISOR, Role.ADMIN)


@blueprint.get("/desk/boxes")
@allow(*DESK)
def boxes() -> Any:
    """All boxes, and the form for another one or another weight."""
    return _page({})


@blueprint.post("/desk/boxes")
@allow(*SETTERS)
def save_box() -> Any:
    """Add a box, or give the one of this code another name or weight."""
    who, station, given = actor(), hub(), request.form
    box: dict[str, Any] = {
        "code": given.get("code", "").strip()[:20],
        "name": given.get("name", "").strip()[:80],
    }
    box |= {name: _figure(given.get(name, "")) for name in ("tare_g", *rules.SIZES)}
    try:
        top = of_values({"box": [{name: value for name, value in box.items() if value != ""}]})
        wanted = rules.read(top)
        top.settle()

        def save(work: Work) -> None:
            if rules.apply(work, wanted, station):
                trail.note(work.tx, who, "BOX", wanted[0].barcode, work.now, tare_g=wanted[0].tare_g)

        station.works.do(save, who)
    except SetupRefused as refusal:
        return _page(given, [problem.text for problem in refusal.problems]), 422
    return redirect(url_for("office.boxes"))


def _figure(text: str) -> int | str:
    """A whole number where one was typed, else the text, for the rules to refuse."""
    text = text.strip()[:10]
    return int(text) if text.isascii() and text.isdecimal() else text


def _page(values: Mapping[str, str], problems: list[dict[str, str]] | None = None) -> str:
    with hub().db.read() as tx:
        rows = rules.export(tx)
    return render_template(
        "office/boxes.html",
        rows=rows,
        values=values,
        problems=problems or [],
        may_set=actor().may(frozenset(SETTERS)),
        demo=hub().demo_people,
    )
