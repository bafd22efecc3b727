"""Documents from the ERP that could not be taken over: mended and tried again, or left with a reason."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from station.erp.inward import problems, retrying
from station.erp.models import PROBLEM, InboxProblem, ProblemState
from station.erp.pages import queries
from station.erp.pages.fields import changed_fields, mended, pretty, readable
from station.erp.pages.shared import decide, page, plain
from station.erp.pages.talk import REASON_LIMIT
from station.ground.spreadsheets.reasons import NOT_APPLICABLE, REASONS
from station.ground.web.desk import DESK, RULERS, asked, blueprint, page_number
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE
from station.ground.web.trail import history

IN_STATES = (ProblemState.OPEN, ProblemState.DONE, ProblemState.DROPPED)


@blueprint.get("/desk/erp/in")
@allow(*DESK)
def erp_in() -> Any:
    """Documents that could not be taken over, newest first."""
    state, source = asked("state", 10), asked("target", 20)
    chosen = state if state in IN_STATES else ProblemState.OPEN
    with hub().db.read() as tx:
        rows = queries.problems(tx, page_number(), state=chosen, source=source)
        known = queries.connections(tx)
    return page(
        "erp_in",
        rows=rows[:PAGE],
        reason=reason_of,
        more=len(rows) > PAGE,
        next_page=page_number() + 1,
        connections=known,
        state=chosen,
        target=source,
    )


def reason_of(code: str) -> dict[str, str]:
    """Why a document was not taken over, in both languages."""
    zh, en = REASONS.get(code, REASONS[NOT_APPLICABLE])
    return {"zh": zh, "en": en}


@blueprint.get("/desk/erp/in/<int(max=2147483647):problem_id>")
@allow(*DESK)
def erp_problem(problem_id: int) -> Any:
    """One document as it came, and why it could not be taken over."""
    return problem_page(problem_id)


def problem_page(problem_id: int, notice: str = "", text: str | None = None, grid: Any = None) -> str:
    """One document that was set aside, perhaps with what a person wrote just now."""
    from station.erp.pages import cells

    with hub().db.read() as tx:
        row = found_problem(tx, problem_id)
        audits = queries.audits(tx, _subject(row))
        moves = history(tx, [(PROBLEM.doc_type, str(problem_id))])
    return page(
        "erp_problem",
        notice=notice,
        row=row,
        reason=reason_of(row.code),
        audits=audits,
        moves=moves,
        grid=grid or cells.grid_of(row),
        part=readable(row.payload),
        text=pretty(row.payload) if text is None else text,
    )


def found_problem(tx: Session, problem_id: int) -> InboxProblem:
    """It, or the page that is not there."""
    row = queries.problem(tx, problem_id)
    if row is None:
        abort(404)
    return row


def _subject(row: InboxProblem) -> str:
    return f"{row.source} {row.doc_type} {row.doc_no}"[:80]


@blueprint.post("/desk/erp/in/<int(max=2147483647):problem_id>/retry")
@allow(*RULERS)
def erp_retry(problem_id: int) -> Any:
    """Try a document again, perhaps mended."""
    with hub().db.read() as tx:
        row = found_problem(tx, problem_id)
    if row.state != ProblemState.OPEN:
        return problem_page(problem_id, _("This document is not open any more.")), 409
    text = request.form.get("payload")
    try:
        payload = None if text is None else mended(row.doc_type, text, row.doc_no)
        changed = changed_fields(row.payload, payload) if payload else []
        result = _again(row, payload, changed)
    except ValueError as wrong:
        why = reason_of(str(wrong))[language()] if str(wrong) in REASONS else str(wrong)
        return problem_page(problem_id, f"{_('This cannot be taken over')}: {why}", text), 422
    if result.result == "PROBLEM":
        return problem_page(problem_id, _("It cannot be taken over yet."), text), 422
    return redirect(url_for("office.erp_problem", problem_id=problem_id))


def _again(row: InboxProblem, payload: dict[str, Any] | None, changed: list[str]) -> Any:
    station = hub()
    results: list[Any] = []
    today, now, who = station.clock.today(), station.clock.now(), actor().name
    item = retrying.item_of(row, payload, station.db)

    def change(tx: Session) -> None:
        results[:] = [
            retrying.retry(tx, row.id, item, who=who, settings=station.settings, today=today, now=now)
        ]

    decide("ERP_RETRY", _subject(row), change, changed=changed)
    return results[0]


@blueprint.post("/desk/erp/in/<int(max=2147483647):problem_id>/drop")
@allow(*RULERS)
def erp_leave(problem_id: int) -> Any:
    """Leave this document alone: somebody says why."""
    with hub().db.read() as tx:
        row = found_problem(tx, problem_id)
    who, now, reason = actor().name, hub().clock.now(), plain(request.form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return problem_page(problem_id, _("Say why")), 422
    try:
        decide("ERP_LEAVE", _subject(row), lambda tx: problems.drop(tx, problem_id, who, now), reason=reason)
    except LookupError:
        return problem_page(problem_id, _("This document is not open any more.")), 409
    return redirect(url_for("office.erp_in"))
