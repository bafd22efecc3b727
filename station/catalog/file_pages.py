"""A file of articles at the desk: looked through first, applied when a person has seen what would change."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for

from station.catalog import articles
from station.catalog.articles import Change, Wanted
from station.catalog.columns import ARTICLE, NEEDS, contradictions, wanted_of
from station.ground.registers import uploads
from station.ground.registers.uploads import BadFile, Problem
from station.ground.setup.section import How
from station.ground.spreadsheets import templates
from station.ground.spreadsheets.columns import by_header, headings, located, values_of
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import MOST_PROBLEMS
from station.ground.web.desk import DESK, RULERS, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KNOWN = headings(ARTICLE)
PIECE = 500
"""Articles of one unit of work: scans pass between them."""
SHOWN = 200
uploads.takes_file("office.articles_file")


class _Misfit(Exception):
    """Findings that send the whole file back."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(len(problems))
        self.problems = problems[:MOST_PROBLEMS]


@blueprint.route("/desk/articles/file", methods=["GET", "POST"])
@allow(*RULERS)
def articles_file() -> Any:
    """Bring a file: what would be new and what would change is shown; nothing is done yet."""
    if request.method == "GET":
        return render_template("catalog/file.html", columns=ARTICLE, needs=NEEDS, demo=hub().demo_people)
    name, data = uploads.sent()
    try:
        wanted = _wanted(name, data)
    except (BadFile, _Misfit) as bad:
        problems = list(bad.problems)
        return uploads.findings_page(_("Articles"), name, problems, url_for("office.articles_file"))
    station = hub()
    with station.db.read() as tx:
        changes = articles.take(station.works.work(tx, actor()), wanted, rehearse=True)
    kept = uploads.brought().keep(data, station.clock.now())
    return render_template(
        "catalog/rehearsal.html", name=name, kept=kept, demo=station.demo_people, **_told(changes)
    )


@blueprint.post("/desk/articles/file/apply")
@allow(*RULERS)
def apply_articles() -> Any:
    """Do what was shown: the file as it was brought, against the articles as they are now."""
    kept, name = request.form.get("kept", ""), request.form.get("name", "")[:80]
    data = uploads.brought().take(kept)
    try:
        wanted = _wanted(name, data)
    except (BadFile, _Misfit):
        raise Refused("E-FIL-05") from None
    for start in range(0, len(wanted), PIECE):
        part = wanted[start : start + PIECE]
        hub().works.do(lambda work, some=part: articles.take(work, some), actor())  # type: ignore[misc]
    uploads.brought().forget(kept)
    return redirect(url_for("office.articles"))


@blueprint.get("/desk/articles/template.<any(csv, xlsx):kind>")
@allow(*DESK)
def articles_template(kind: str) -> Any:
    """An empty file with an example row."""
    if kind == "xlsx":
        response = Response(templates.workbook("products", ARTICLE, NEEDS), mimetype=XLSX)
    else:
        text = templates.text(ARTICLE).encode("utf-8-sig")
        response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="articles-template.{kind}"'
    return response


def _wanted(name: str, data: bytes) -> list[Wanted]:
    """What every row says, or `_Misfit`; the same columns and rules as the office's folder has."""
    table = uploads.table_of(name, data, KNOWN)
    rows = table.rows
    problems: list[Problem] = list(table.faults)
    columns = by_header(ARTICLE, NEEDS, table.header, problems, table.header_row) if not problems else {}
    wanted: list[Wanted] = []
    first: dict[str, int] = {}
    for row in rows if not problems else ():
        if len(problems) >= MOST_PROBLEMS:
            break
        before = len(problems)
        if row.fault:
            problems.append(Problem(row.number, "", "", row.fault))
            continue
        values = values_of(row, columns, NEEDS, hub().settings.zone, problems)
        problems += [
            Problem(row.number, column, str(values.get(column, "")), code)
            for column, code in contradictions(values)
        ]
        if len(problems) == before:
            problems += _twice(row, values["sku_code"], first)
            wanted.append(
                wanted_of(values, {column.name for cell, column in columns.items() if cell in row.cells})
            )
    if not problems:
        problems = _faults(wanted, rows)
    if problems:
        raise _Misfit(located(problems, table, columns))
    return wanted


def _twice(row: Row, code: str, first: dict[str, int]) -> list[Problem]:
    if first.setdefault(code, row.number) != row.number:
        return [Problem(row.number, "sku_code", code, "E-ERP-22")]
    return []


def _faults(wanted: list[Wanted], rows: list[Row]) -> list[Problem]:
    with hub().db.read() as tx:
        found = articles.faults(tx, wanted)
    return [Problem(rows[at].number, column, "", code) for at, (code, column) in sorted(found.items())]


def _told(changes: list[Change]) -> dict[str, Any]:
    news = [change for change in changes if change.how is How.NEW]
    changed = [change for change in changes if change.how is How.CHANGED]
    return {
        "new": len(news),
        "changed": len(changed),
        "same": len(changes) - len(news) - len(changed),
        "lines": [(change.how, change.code, change.words) for change in [*changed, *news][:SHOWN]],
        "is_more": len(news) + len(changed) > SHOWN,
    }
