"""One print job on the desk: its paper, what became of it, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session

from printers import queue, roster
from printers.errors import JobRefused, PrintError
from printers.schema import FAILED, QUEUED, SENT, UNKNOWN
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, state_fact
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.paper.board import advice, words
from station.paper.registers import said
from station.people import trail


@blueprint.get("/desk/jobs/<int(max=2147483647):job_id>")
@allow(*DESK)
def job(job_id: int) -> Any:
    """One print job with the picture of its paper."""
    return _job(job_id)


def _job(job_id: int, notice: str = "") -> str:
    with hub().db.read() as tx:
        try:
            job = queue.show(tx, job_id)
        except JobRefused:
            abort(404)
        done = queue.progress(tx, job.batch or "")
        names = {other.id: other.name for other in roster.list_printers(tx)}
        has_picture = queue.picture(tx, job_id) is not None
    facts = [
        state_fact(job.state),
        (_("Paper"), words(job.kind)),
        (_("For"), job.subject_no),
        (_("Printer"), names.get(job.printer_id, "")),
        (_("Moved from"), names.get(job.moved_from or 0, "")),
        (_("Proof"), words(job.proof or "")),
        (_("Why it waits"), f"{words(job.cause)} · {advice(job.cause)}" if job.cause else ""),
        (_("Trouble"), said(job.error or "")),
        (_("Answered by"), job.answered_by),
        (_("Batch"), f"{job.batch} · {done.done}/{done.total}" if job.batch else ""),
        (_("Copy"), job.copy_no),
        (_("Asked for by"), f"{job.requested_by} · {job.workstation}"),
        (_("Queued"), job.created_at),
        (_("Sent"), job.started_at),
        (_("Layout"), job.layout),
    ]
    forms = _job_forms(job, names)
    picture = url_for("office.job_picture", job_id=job_id) if has_picture else ""
    return detail_page(f"{_('Job')} {job_id}", facts, [], forms=forms, picture=picture, notice=notice)


def _job_forms(job: queue.Job, names: dict[int, str]) -> list[dict[str, Any]]:
    """What a person may do with this paper now."""
    job_id = job.id
    if job.state == QUEUED:
        forms = form("office.cancel_job", _("Do not print it"), _("Reason"), job_id=job_id)
        others = [(number, name) for number, name in names.items() if number != job.printer_id]
        if others and not job.bytes_written:
            forms += form("office.hand_over", _("Give it to"), choices=others, job_id=job_id)
        return forms
    forms = form("office.reprint", _("Print again"), _("Reason"), job_id=job_id)
    if job.state in {SENT, UNKNOWN}:
        forms += form("office.seen", _("The paper came out"), job_id=job_id, paper="yes")
        forms += form("office.seen", _("No paper came out"), job_id=job_id, paper="no")
    if job.state == FAILED and not job.bytes_written:
        forms += form("office.retry", _("Try once more"), job_id=job_id)
    if job.state == FAILED and job.answered_by is None:
        forms += form("office.answer", _("Go on without it"), job_id=job_id)
    return forms


@blueprint.get("/desk/jobs/<int(max=2147483647):job_id>.png")
@allow(everybody=True)
def job_picture(job_id: int) -> Any:
    """What the printer printed; labels name people, so only the desk sees them (and a demo's guests)."""
    if not (g.actor.may(frozenset(DESK)) or hub().demo_people):
        abort(403)
    with hub().db.read() as tx:
        data = queue.picture(tx, job_id)
    if data is None:
        abort(404)
    return Response(data, mimetype="image/png")


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/reprint")
@allow(*RULERS)
def reprint(job_id: int) -> Any:
    """Print the paper again, marked, with a reason (I10)."""
    station, who = hub(), actor()
    reason = " ".join(request.form.get("reason", "").split())[:60]
    if not reason or not reason.isprintable():
        return _job(job_id, _("Say why it is printed again")), 422
    try:
        made = station.db.write(
            lambda tx: queue.reprint(
                tx, job_id, reason=reason, requested_by=who.name, now=station.clock.now()
            )
        )
    except PrintError as refusal:
        return _job(job_id, str(refusal)), 422
    return redirect(url_for("office.job", job_id=made))


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/seen/<any(yes, no):paper>")
@allow(*RULERS)
def seen(job_id: int, paper: str) -> Any:
    """A person looked at the printer: whether the paper of a job nobody is sure of came out."""
    station, who = hub(), actor()
    settle = _came_out if paper == "yes" else _stayed_in
    try:
        station.db.write(lambda tx: settle(tx, job_id, who.name, station.clock.now()))
    except JobRefused as refusal:
        return _job(job_id, str(refusal)), 422
    return redirect(url_for("office.job", job_id=job_id))


def _came_out(tx: Session, job_id: int, who: str, now: datetime) -> None:
    queue.vouch(tx, job_id, now=now, by=who)


def _stayed_in(tx: Session, job_id: int, who: str, now: datetime) -> None:
    queue.deny(tx, job_id, now=now, by=who)


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/cancel")
@allow(*RULERS)
def cancel_job(job_id: int) -> Any:
    """Take a paper out of the queue, with a reason."""
    reason = " ".join(request.form.get("reason", "").split())[:60]
    if not reason or not reason.isprintable():
        return _job(job_id, _("Say why")), 422
    return _do(job_id, lambda tx, now: queue.cancel(tx, job_id, now=now, reason=reason), "PRINT_CANCEL")


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/hand-over")
@allow(*RULERS)
def hand_over(job_id: int) -> Any:
    """Give a waiting paper to another printer."""
    text = request.form.get("choice", "")
    target = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004
    return _do(job_id, lambda tx, now: queue.hand_over(tx, job_id, target, now=now), "PRINT_MOVE")


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/retry")
@allow(*RULERS)
def retry(job_id: int) -> Any:
    """Queue a paper of which no byte was sent once more."""
    return _do(job_id, lambda tx, now: queue.retry(tx, job_id, now=now), "PRINT_RETRY")


@blueprint.post("/desk/jobs/<int(max=2147483647):job_id>/answer")
@allow(*RULERS)
def answer(job_id: int) -> Any:
    """Go on without a failed paper."""
    who = actor().name
    return _do(job_id, lambda tx, _now: queue.answer(tx, job_id, by=who), "PRINT_ANSWER")


def _do(job_id: int, change: Callable[[Session, datetime], None], action: str) -> Any:
    """Change a job, note who did it, and show it; a refusal is shown on its page."""
    station, who = hub(), actor()
    now = station.clock.now()

    def work(tx: Session) -> None:
        change(tx, now)
        trail.note(tx, who, action, str(job_id), now)

    try:
        station.db.write(work)
    except PrintError as refusal:
        return _job(job_id, str(refusal)), 422
    return redirect(url_for("office.job", job_id=job_id))
