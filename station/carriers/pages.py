"""Carriers at the desk: who they are, whose name stands on their labels, numbers and routing (P19).

The form is read by the section of the set-up file, so that a page and a file mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from station.carriers import form, queries, setting_up
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.table import of_values
from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import say
from station.ground.work import Work
from station.people import trail
from station.people.gate import Gate

SETTERS = (Role.SUPERVISOR, Role.ADMIN)


def found(tx: Session, code: str) -> queries.Standing:
    """The carrier of an address with what it can print, or 404."""
    standing = queries.show(tx, code[:40])
    if standing is None:
        abort(404)
    return standing


@blueprint.get("/desk/carriers")
@allow(*DESK)
def carriers() -> Any:
    """All carriers, with what each can print."""
    with hub().db.read() as tx:
        rows = queries.list_all(tx)
    return render_template(
        "carriers/list.html",
        rows=rows,
        need_route=hub().settings.rules.need_route,
        may_set=actor().may(frozenset(SETTERS)),
        demo=hub().demo_people,
    )


@blueprint.get("/desk/carriers/new")
@allow(*SETTERS)
def new_carrier() -> Any:
    """An empty form."""
    return _form({})


@blueprint.get("/desk/carriers/<code>")
@allow(*SETTERS)
def edit_carrier(code: str) -> Any:
    """The form with what is known."""
    with hub().db.read() as tx:
        known = found(tx, code).carrier
    return _form({"of": known.code, "code": known.code} | {name: getattr(known, name) for name in form.PLAIN})


@blueprint.post("/desk/carriers/save")
@allow(*SETTERS)
def save_carrier() -> Any:
    """Add a carrier or change one; numbers and rows of the table are added to what is there."""
    who, station = actor(), hub()
    try:
        top = of_values(form.content(request.form))
        wanted = setting_up.read(top)
        top.settle()

        def save(work: Work) -> None:
            changes = setting_up.apply(work, wanted, station)
            told = {f"{change.how} {change.things}": len(change.names) for change in changes}
            if told:
                trail.note(work.tx, who, "CARRIER", wanted[0].code, work.now, **told)

        station.works.do(save, who)
    except SetupRefused as refusal:
        return _form(request.form, refusal.problems), 422
    return redirect(url_for("office.carriers"))


def _form(values: Mapping[str, str], problems: Sequence[Problem] = ()) -> str:
    of = values.get("of", "")[:40]
    with hub().db.read() as tx:
        standing = queries.show(tx, of) if of else None
        ranges = queries.ranges_of(tx, standing.carrier.id) if standing else []
        routes = queries.find_routes(tx, standing.carrier.id) if standing else []
    rules = hub().part(Gate).settings.rules
    return render_template(
        "carriers/form.html",
        values=values,
        of=of,
        standing=standing,
        ranges=ranges,
        routes=routes,
        need_route=rules.need_route,
        problems=[_said(problem) for problem in problems],
        demo=hub().demo_people,
    )


def _said(problem: Problem) -> dict[str, str]:
    """A mistake with the field, and of the routing table the row, that it is in."""
    rest = problem.where.partition(".")[2]
    part, key = (rest, "") if rest.startswith("route ") and "." not in rest else _halves(rest)
    row = f"{_('Row')} {part.removeprefix('route ')}" if part.startswith("route ") else ""
    at = " · ".join(filter(None, (row, _word(key))))
    facts = dict(problem.facts)
    if "key" in facts:
        facts["key"] = _word(facts["key"])
    return {lang: f"{at}: {text}" if at else text for lang, text in say(problem.code, facts).items()}


def _halves(where: str) -> tuple[str, str]:
    part, _dot, key = where.rpartition(".")
    return part, key


def _word(key: str) -> str:
    return {
        "code": _("Code"),
        "name": _("Name"),
        "prefix": _("Letters before it"),
        "first": _("First number"),
        "last": _("Last number"),
        "digits": _("Last number"),
        "province": _("Province"),
        "city": _("City"),
        "district": _("District"),
        "sortation": _("Sortation name"),
        "consolidation": _("Hub"),
    }.get(key, key)
