"""What could not be said or understood: messages to the ERP, documents from it, and what a person does.

A message that a living ERP refused and a document that could not be taken over wait here. A person mends
them and tries again, under the same key and number, or lets them go with a reason.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from station.erp.inward import problems, retrying
from station.erp.inward.reasons import NOT_APPLICABLE, REASONS
from station.erp.models import InboxProblem
from station.erp.outward import courier
from station.erp.pages import queries
from station.erp.pages.fields import changed_fields, mended, pretty, readable
from station.erp.pages.shared import decide, page, plain
from station.ground.web.desk import DESK, RULERS, asked, blueprint, page_number
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE

REASON_LIMIT = 200
MENDED_BYTES = 3_000_000
"""A carrier's label in base64, or an order of a thousand lines, is longer than a scan may be."""
OUT_STATES = ("DEAD", "PENDING", "LEASED", "DONE", "DROPPED")
IN_STATES = ("OPEN", "DONE", "DROPPED")


@blueprint.url_value_preprocessor
def allow_long_documents(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001
    """A document that is mended comes back whole; this runs before the form is read for the first time."""
    if endpoint in {"office.erp_resend", "office.erp_retry"}:
        request.max_content_length = MENDED_BYTES
        request.max_form_memory_size = MENDED_BYTES


# --- out ---------------------------------------------------------------------------------------


@blueprint.get("/desk/erp/out")
@allow(*DESK)
def erp_out() -> Any:
    """Confirmations for the ERPs, those that were set aside first."""
    state, target, doc_no = asked("state", 10), asked("target", 20), asked("q", 80)
    chosen = state if state in OUT_STATES else ""
    with hub().db.read() as tx:
        rows = queries.messages(tx, page_number(), state=chosen, target=target, doc_no=doc_no)
        first = not chosen and page_number() == 0
        dead = queries.messages(tx, 0, state="DEAD", target=target, doc_no=doc_no) if first else []
        known = queries.connections(tx)
    return page(
        "erp_out",
        dead=dead[:PAGE],
        more_dead=len(dead) > PAGE,
        rows=[row for row in rows[:PAGE] if not (dead and row.state == "DEAD")],
        more=len(rows) > PAGE,
        next_page=page_number() + 1,
        connections=known,
        choices=OUT_STATES,
        state=chosen,
        target=target,
        q=doc_no,
    )


@blueprint.get("/desk/erp/out/<int(max=2147483647):message_id>")
@allow(*DESK)
def erp_message(message_id: int) -> Any:
    """One message: what it says, what became of it, what waits behind it."""
    return _message(message_id)


def _message(message_id: int, notice: str = "", text: str | None = None) -> str:
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
        if row is None:
            abort(404)
        behind = queries.behind(tx, row)
        audits = queries.audits(tx, row.event_key)
    return page(
        "erp_message",
        notice=notice,
        row=row,
        behind=behind,
        audits=audits,
        part=readable(row.payload),
        text=pretty(row.payload) if text is None else text,
    )


@blueprint.post("/desk/erp/out/<int(max=2147483647):message_id>/resend")
@allow(*RULERS)
def erp_resend(message_id: int) -> Any:
    """Send a message that was set aside again, under the same key, perhaps mended."""
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
    if row is None:
        abort(404)
    who, now, text = actor().name, hub().clock.now(), request.form.get("payload")
    try:
        payload = None if text is None else mended(row.kind, text, row.event_key)
        decide(
            "ERP_RESEND",
            row.event_key,
            lambda tx: courier.resend(tx, message_id, payload, who=who, now=now),
            changed=changed_fields(row.payload, payload) if payload else [],
        )
    except ValueError as wrong:
        return _message(message_id, f"{_('This cannot be sent')}: {wrong}", text), 422
    except LookupError:
        return _message(message_id, _("This message is not set aside any more.")), 409
    return redirect(url_for("office.erp_message", message_id=message_id))


@blueprint.post("/desk/erp/out/<int(max=2147483647):message_id>/drop")
@allow(*RULERS)
def erp_drop(message_id: int) -> Any:
    """The ERP need not hear of this: somebody says why."""
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
    if row is None:
        abort(404)
    who, now, reason = actor().name, hub().clock.now(), plain(request.form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return _message(message_id, _("Say why")), 422
    try:
        decide(
            "ERP_DROP",
            row.event_key,
            lambda tx: courier.drop(tx, message_id, who=who, now=now),
            reason=reason,
        )
    except LookupError:
        return _message(message_id, _("This message is not set aside any more.")), 409
    return redirect(url_for("office.erp_out"))


# --- in ----------------------------------------------------------------------------------------


@blueprint.get("/desk/erp/in")
@allow(*DESK)
def erp_in() -> Any:
    """Documents that could not be taken over, newest first."""
    state, source = asked("state", 10), asked("target", 20)
    chosen = state if state in IN_STATES else "OPEN"
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
    return _problem(problem_id)


def _problem(problem_id: int, notice: str = "", text: str | None = None) -> str:
    with hub().db.read() as tx:
        row = _found_problem(tx, problem_id)
        audits = queries.audits(tx, _subject(row))
    return page(
        "erp_problem",
        notice=notice,
        row=row,
        reason=reason_of(row.code),
        audits=audits,
        part=readable(row.payload),
        text=pretty(row.payload) if text is None else text,
    )


def _found_problem(tx: Session, problem_id: int) -> InboxProblem:
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
        row = _found_problem(tx, problem_id)
    if row.state != "OPEN":
        return _problem(problem_id, _("This document is not open any more.")), 409
    text = request.form.get("payload")
    try:
        payload = None if text is None else mended(row.doc_type, text, row.doc_no)
        changed = changed_fields(row.payload, payload) if payload else []
        result = _again(row, payload, changed)
    except ValueError as wrong:
        why = reason_of(str(wrong))[language()] if str(wrong) in REASONS else str(wrong)
        return _problem(problem_id, f"{_('This cannot be taken over')}: {why}", text), 422
    if result.result == "PROBLEM":
        return _problem(problem_id, _("It cannot be taken over yet."), text), 422
    return redirect(url_for("office.erp_problem", problem_id=problem_id))


def _again(row: InboxProblem, payload: dict[str, Any] | None, changed: list[str]) -> Any:
    station = hub()
    results: list[Any] = []
    today, now, who = station.clock.today(), station.clock.now(), actor().name
    item = retrying.item_of(row, payload)

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
        row = _found_problem(tx, problem_id)
    who, now, reason = actor().name, hub().clock.now(), plain(request.form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return _problem(problem_id, _("Say why")), 422
    try:
        decide("ERP_LEAVE", _subject(row), lambda tx: problems.drop(tx, problem_id, who, now), reason=reason)
    except LookupError:
        return _problem(problem_id, _("This document is not open any more.")), 409
    return redirect(url_for("office.erp_in"))
