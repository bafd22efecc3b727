"""The hall on the desk (P28): its map, the form that describes what is to come, drawn before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change
from station.ground.setup.table import of_values
from station.ground.web.desk import DESK, blueprint, state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import say
from station.people import trail
from station.storage.hall import form, planning, queries, reading, rules
from station.storage.hall.description import AREAS, RACK_KINDS, Hall
from station.storage.hall.walks import Walk, Zone

BUILDERS = (Role.SUPERVISOR, Role.ADMIN)
"""Who makes and changes the hall."""


@blueprint.get("/desk/hall")
@allow(*DESK)
def hall() -> Any:
    """The hall as it is."""
    with hub().db.read() as tx:
        drawn = queries.present(tx)
    made = request.args.get("made", "")[:8]
    return render_template(
        "hall/hall.html",
        drawn=drawn,
        kind_word=_kind_word,
        walk_word=_walk_word,
        made=int(made) if made.isascii() and made.isdigit() else None,
        demo=hub().demo_people,
    )


@blueprint.get("/desk/hall/new")
@allow(*BUILDERS)
def describe_hall() -> Any:
    """The form: an empty hall's begins with a small one, another one's with an empty row."""
    with hub().db.read() as tx:
        is_empty = not queries.present(tx).count
        lanes = {f"lane.{code}": "1" for code in queries.without_lane(tx)}
    if is_empty:
        first = {
            f"rack.{n}.{key}": value for n, row in enumerate(form.BEGINNING) for key, value in row.items()
        }
        return _form(first | lanes | {key: str(count) for key, count in form.FIRST_COUNTS.items()})
    return _form(lanes)


@blueprint.post("/desk/hall/row")
@allow(*BUILDERS)
def more_racks() -> Any:
    """The same form with one row of racks more."""
    return _form(request.form, more=1)


@blueprint.post("/desk/hall/draw")
@allow(*BUILDERS)
def draw_hall() -> Any:
    """A part of the form's page: the map of what would be, or what is wrong with it. Nothing is made."""
    shown, status = _rehearsed(request.form)
    return render_template("hall/_drawn.html", **shown), status


@blueprint.post("/desk/hall/make")
@allow(*BUILDERS)
def make_hall() -> Any:
    """Make what the form says, as a whole or not at all."""
    who = actor()
    try:
        wanted = _wanted(request.form)

        def make(work: Any) -> list[Change]:
            changes = rules.make(work, wanted)
            told = {f"{change.how} {change.things}": len(change.names) for change in changes}
            trail.note(work.tx, who, "SETUP", "hall", work.now, **told)
            return changes

        changes = hub().works.do(make, who)
    except SetupRefused as refusal:
        return _form(request.form, problems=refusal.problems), 422
    return redirect(url_for("office.hall", made=sum(len(change.names) for change in changes)))


def _wanted(fields: Mapping[str, str]) -> Hall:
    """What the form describes; SetupRefused with every mistake in it."""
    with hub().db.read() as tx:
        known, carriers = planning.zones_of(tx), [code for code, _name in queries.carriers(tx)]
    top = of_values(form.content(fields, carriers, known))
    found = reading.read(top)
    top.settle()
    return found


def _rehearsed(fields: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """What the drawing shows, and its status."""
    words = {"kind_word": _kind_word, "walk_word": _walk_word, "told": _told}
    try:
        wanted = _wanted(fields)
        with hub().db.read() as tx:
            plan = planning.plan(tx, wanted)
            drawn = queries.planned(tx, wanted, plan)
    except SetupRefused as refusal:
        return words | {"problems": _said(refusal.problems)}, 422
    return words | {"drawn": drawn, "changes": plan.changes(), "problems": []}, 200


def _form(fields: Mapping[str, str], *, more: int = 0, problems: Sequence[Problem] = ()) -> str:
    with hub().db.read() as tx:
        carriers, zones = queries.carriers(tx), planning.zones_of(tx)
    rows = form.rows_of(fields)
    rows += [dict.fromkeys(form.FIELDS, "") | {"kind": "PICK"}] * more
    shown, _status = _rehearsed(fields) if not problems else ({"problems": _said(problems)}, 422)
    return render_template(
        "hall/form.html",
        rows=rows[: form.MOST_ROWS],
        values=fields,
        counts=[(key, _count_word(key)) for key in AREAS],
        kinds=[(kind, _kind_word(kind)) for kind in RACK_KINDS],
        walks=_walks(zones),
        carriers=carriers,
        demo=hub().demo_people,
        **{"kind_word": _kind_word, "walk_word": _walk_word, "told": _told} | shown,
    )


def _walks(zones: Mapping[str, Zone]) -> list[tuple[str, str]]:
    known = [(str(walk), _walk_word(walk)) for walk in Walk]
    return [("", _("as it is")), *known] if zones else known


def _kind_word(kind: str) -> str:
    return say(f"L-LOC-{kind}")[language()]


def _walk_word(walk: str) -> str:
    return {
        Walk.SERPENTINE: _("serpentine: up one aisle, down the next"),
        Walk.ONE_WAY: _("one-way: up every aisle"),
        Walk.BOTH_SIDES: _("both sides: up along the odd bays, back along the even ones"),
    }[Walk(walk)]


def _count_word(key: str) -> str:
    return {
        "docks": _("Docks"),
        "inspection": _("Inspection areas"),
        "quarantine": _("Quarantine areas"),
        "intercept": _("Intercept shelves"),
        "returns": _("Returns areas"),
        "gifts": _("Gift areas"),
        "vaults": _("Vaults"),
        "benches": _("Pack benches"),
        "totes": _("Totes"),
    }[key]


def _told(change: Change) -> str:
    """A change in the person's language: how many of what."""
    things = {
        "places": _("places"),
        "places in the walk": _("places in the walk"),
        "zones": _("zones"),
    }[change.things]
    return f"{state_word(change.how)}: {len(change.names)} {things}"


def _said(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Mistakes with the row of the form they are in, in both languages."""
    return [
        {lang: f"{_row(problem.where)}{say(problem.code, problem.facts)[lang]}" for lang in ("zh", "en")}
        for problem in problems
    ]


def _row(where: str) -> str:
    """``hall.rack 3.bays`` as a person at the form calls it."""
    row, _dot, key = where.removeprefix("hall").strip(".").partition(".")
    words = {
        "zone": _("Zone"),
        "aisles": _("Aisles"),
        "bays": _("Bays"),
        "levels": _("Levels"),
        "positions": _("Positions"),
        "max_weight_g": _("Heaviest, kg"),
    }
    number = row.removeprefix("rack ") if row.startswith("rack ") else ""
    name = words.get(key, key) if number else (_count_word(row) if row in AREAS else "")
    told = " · ".join(part for part in (f"{_('Row')} {number}" if number else "", name) if part)
    return f"{told}: " if told else ""
