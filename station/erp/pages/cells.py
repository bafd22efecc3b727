"""Rows of a file that were set aside: shown as cells with what is wrong in each, mended, and taken again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from station.erp.folder import aside, columns
from station.erp.inward import inbox, retrying
from station.erp.models import InboxProblem, ProblemState
from station.erp.pages import problems as page_of
from station.erp.pages.shared import decide
from station.erp.port import Item
from station.exchange import documents as erp
from station.ground.spreadsheets.columns import headings
from station.ground.spreadsheets.headers import plain
from station.ground.spreadsheets.reasons import Problem
from station.ground.spreadsheets.sheets import tidy
from station.ground.web.desk import RULERS, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub

LONGEST = 1_400_000


@dataclass
class Grid:
    """The rows as a form: headers that mean something, a text for each cell, and what is wrong, in words."""

    headers: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    wrong: dict[tuple[int, str], str] = field(default_factory=dict)
    findings: list[tuple[str, str, str, str]] = field(default_factory=list)
    file: str = ""


def grid_of(row: InboxProblem, mended: list[tuple[int, dict[str, str]]] | None = None) -> Grid | None:
    """The form of what was set aside, with the findings of now; None for what is no row of a file."""
    if not aside.is_rows(row.payload):
        return None
    told = _told(row)
    rows = told if mended is None else mended
    known = _known(row.doc_type)
    grid = Grid(file=str(row.payload.get("file", "")))
    grid.headers = [
        cell for cell in dict.fromkeys(cell for _n, cells in rows for cell in cells) if plain(cell) in known
    ]
    grid.headers += [
        name for name in _needed(row.doc_type) if name not in {known[plain(cell)] for cell in grid.headers}
    ]
    grid.rows = [(number, [cells.get(header, "") for header in grid.headers]) for number, cells in rows]
    _doc, found = aside.reread(row.doc_type, rows, hub().settings.zone)
    by_name = {known[plain(header)]: header for header in grid.headers if plain(header) in known}
    for problem in found:
        why = problem.reason[0 if language() == "zh" else 1]
        header = by_name.get(problem.column, problem.column)
        if problem.row is not None:
            grid.wrong.setdefault((problem.row, header), why)
        grid.findings.append((str(problem.row or ""), header, problem.value, why))
    return grid


def _known(doc_type: str) -> dict[str, str]:
    item = next(one for one in columns.FILES.values() if one.doc_type == doc_type)
    return {plain(name): column for name, column in headings(item.all_columns).items()}


def _needed(doc_type: str) -> list[str]:
    item = next(one for one in columns.FILES.values() if one.doc_type == doc_type)
    return sorted(item.required)


def _told(row: InboxProblem) -> list[tuple[int, dict[str, str]]]:
    return [
        (int(number), {str(k): str(v) for k, v in cells.items()}) for number, cells in row.payload[aside.MARK]
    ]


@blueprint.post("/desk/erp/in/<int(max=2147483647):problem_id>/cells")
@allow(*RULERS)
def erp_cells(problem_id: int) -> Any:
    """Take rows over as a person mended them; what is still wrong is shown beside its cell."""
    with hub().db.read() as tx:
        row = page_of.found_problem(tx, problem_id)
    if row.state != ProblemState.OPEN or not aside.is_rows(row.payload):
        return page_of.problem_page(problem_id, _("This document is not open any more.")), 409
    rows = _written(grid_of(row))
    doc, found = aside.reread(row.doc_type, rows, hub().settings.zone)
    if doc is None:
        return page_of.problem_page(
            problem_id, _("It cannot be taken over yet."), grid=grid_of(row, rows)
        ), 422
    result = _take(row, doc, rows)
    if result.result == "PROBLEM" and result.doc_no == row.doc_no:
        return page_of.problem_page(problem_id, _("It cannot be taken over yet.")), 422
    assert not found
    return redirect(url_for("office.erp_problem", problem_id=problem_id))


def _written(grid: Grid | None) -> list[tuple[int, dict[str, str]]]:
    """The cells of the form: `c0-1` is the first row's second column."""
    assert grid is not None
    return [
        (
            number,
            {
                header: tidy(request.form.get(f"c{at}-{place}", cells[place])[:LONGEST])
                for place, header in enumerate(grid.headers)
            },
        )
        for at, (number, cells) in enumerate(grid.rows)
    ]


def _take(row: InboxProblem, doc: Any, rows: list[tuple[int, dict[str, str]]]) -> inbox.Result:
    station = hub()
    now, today, who = station.clock.now(), station.clock.today(), actor().name
    item = retrying.vetted(Item(row.doc_type, erp.doc_no_of(doc), doc), hub().db)
    before = dict(_told(row))
    changed = sorted(
        {
            header
            for number, cells in rows
            for header, text in cells.items()
            if before.get(number, {}).get(header, "") != text
        }
    )
    results: list[inbox.Result] = []

    def change(tx: Session) -> None:
        results[:] = [
            retrying.retry(tx, row.id, item, who=who, settings=station.settings, today=today, now=now)
        ]

    decide("ERP_RETRY", f"{row.source} {row.doc_type} {row.doc_no}"[:80], change, changed=changed)
    return results[0]


def finding_words(findings: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Kept findings as place, column, value and reason in the person's language."""
    which = 0 if language() == "zh" else 1
    told = []
    for one in findings:
        problem = Problem(**one)
        place = problem.cell or (str(problem.row) if problem.row else "")
        told.append((place, problem.column, problem.value, problem.reason[which]))
    return told
