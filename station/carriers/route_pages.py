"""A carrier's routing table on the desk: taken from its own file, looked at first, given back as CSV."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from station.carriers import loading, queries
from station.carriers.pages import SETTERS, found
from station.ground.registers.files import csv_lines
from station.ground.registers.uploads import BadFile, findings_page, rows_of, sent, takes_file
from station.ground.spreadsheets.columns import headings
from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_number
from station.ground.web.kit import actor, allow, hub
from station.ground.work import Work
from station.people import trail

COLUMNS = tuple(column.name for column in loading.COLUMNS)
takes_file("office.load_routes")


@blueprint.get("/desk/carriers/<code>/routes")
@allow(*DESK)
def carrier_routes(code: str) -> Any:
    """The table, or the rows of it that name a place or a code."""
    return _page(code)


@blueprint.get("/desk/carriers/<code>/routes.csv")
@allow(*DESK)
def carrier_routes_file(code: str) -> Any:
    """The whole table, in the shape in which it is loaded."""
    with hub().db.read() as tx:
        rows = [
            [getattr(row, name) for name in COLUMNS]
            for row in queries.find_routes(tx, found(tx, code).carrier.id, most=None)
        ]
    answer = Response(b"".join(csv_lines([COLUMNS, *rows])), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="routes-{code}.csv"'
    return answer


@blueprint.post("/desk/carriers/<code>/routes")
@allow(*SETTERS)
def load_routes(code: str) -> Any:
    """Look what the carrier's file would change, or load it: the whole file or nothing of it."""
    (name, data), is_whole = sent(), request.form.get("whole") == "yes"
    try:
        wanted = loading.read(*rows_of(name, data, headings(loading.COLUMNS)), hub().settings.zone)
    except BadFile as bad:
        back = url_for("office.carrier_routes", code=code)
        return findings_page(_("Routing table"), name, bad.problems, back)
    if request.form.get("do") != "load":
        with hub().db.read() as tx:
            todo = loading.plan(tx, found(tx, code).carrier, wanted, is_whole=is_whole)
        return _page(code, told=f"{_('It would change')}: {_counted(todo)}")
    who = actor()

    def load(work: Work) -> loading.Plan:
        done = loading.load(work, found(work.tx, code).carrier, wanted, is_whole=is_whole)
        facts = {"new": len(done.new), "changed": len(done.changed), "gone": len(done.gone)}
        trail.note(work.tx, who, "ROUTES", code, work.now, **facts)
        return done

    return _page(code, told=f"{_('Loaded')}: {_counted(hub().works.do(load, who))}")


def _page(code: str, told: str = "") -> str:
    wanted = request.args.get("q", "")[:40].strip()
    with hub().db.read() as tx:
        standing = found(tx, code)
        rows = queries.find_routes(tx, standing.carrier.id, wanted)
    return render_template(
        "carriers/routes.html",
        standing=standing,
        rows=rows,
        wanted=wanted,
        told=told,
        may_set=actor().may(frozenset(SETTERS)),
        demo=hub().demo_people,
    )


def _counted(todo: loading.Plan) -> str:
    counts = ((_("new"), todo.new), (_("changed"), todo.changed), (_("gone"), todo.gone))
    return " · ".join(f"{word} {local_number(len(some))}" for word, some in counts)
