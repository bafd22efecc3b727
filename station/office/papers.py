"""One document each: an order, a receipt, a wave, a print job, with everything that happened to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session

from printers import queue, roster
from printers.errors import JobRefused, PrintError
from printers.schema import FAILED, QUEUED, SENT, UNKNOWN
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, state_fact, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import Sheet
from station.ground.words.messages import Refused
from station.office import queries
from station.office.lists import job_columns, job_link, job_rows
from station.outbound.orders import auditing
from station.outbound.orders import rules as orders
from station.outbound.orders.models import OrderState
from station.paper.board import advice, words
from station.people import trail

Sheets = list[tuple[str, Sheet]]


def _trail(tx: Session, *named: tuple[str, str | None]) -> Sheets:
    """History, signatures, ledger rows, papers and messages of documents, each a (kind, number)."""
    documents = [(kind, number) for kind, number in named if number]
    when = (_("Time"), "at")
    history = [when, (_("Event"), "event"), (_("From"), "old"), (_("To"), "new"), (_("Who"), "actor")]
    signatures = [when, (_("Paper"), "doc_no"), (_("As"), "meaning"), (_("Signed by"), "signer")]
    ledger = [
        when,
        (_("Type"), "type"),
        (_("Article"), "code"),
        (_("Quantity"), "qty"),
        (_("From"), "source"),
        (_("To"), "target"),
    ]
    messages = [(_("Message"), "event_key"), (_("State"), "state"), (_("Trouble"), "last_error")]
    jobs = queries.jobs_of(tx, documents)
    outbox = [row for _kind, number in documents for row in queries.outbox(tx, 0, number)]
    return [
        (_("History"), table(history, queries.history(tx, documents))),
        (_("Signatures"), table(signatures, queries.signatures(tx, documents))),
        (_("Ledger"), table(ledger, queries.movements(tx, documents))),
        (_("Papers"), table(job_columns(), job_rows(jobs), job_link)),
        (_("To the ERP"), table([*messages, (_("Time"), "created_at")], outbox, _message_link)),
    ]


def _message_link(row: Any) -> str:
    return url_for("office.erp_message", message_id=row.id)


def _form(
    endpoint: str, button: str, label: str = "", choices: list[tuple[int, str]] | None = None, **values: Any
) -> list[dict[str, Any]]:
    """A form for those who may change something; nobody else sees it. `choices`: (value, text) to pick."""
    if not g.actor.may(frozenset(RULERS)):
        return []
    return [{"action": url_for(endpoint, **values), "button": button, "label": label, "choices": choices}]


@blueprint.get("/desk/orders/<order_no>")
@allow(*DESK)
def order(order_no: str) -> Any:
    """One order down to its ledger rows."""
    with hub().db.read() as tx:
        found = queries.order(tx, order_no)
        if found is None:
            abort(404)
        row = found[0]
        inside = queries.order_lines(tx, row.id)
        lines = table(_order_columns(), inside)
        trail = _trail(
            tx,
            ("DO", order_no),
            ("WB", found.waybill_no),
            ("waybill", found.waybill_no),
            *(("PK", number) for number in queries.pick_numbers(tx, row.id)),
        )
    facts = [
        state_fact(row.state),
        (_("ERP number"), row.erp_no),
        (_("Shop"), row.shop),
        (_("Carrier"), found.name),
        (_("Waybill"), found.waybill_no),
        (_("Weight g"), found.weight_dg and found.weight_dg // 10),
        (_("Why it waits"), row.hold_reason),
        (_("Ship before"), row.latest_ship_at),
    ]
    held = row.state == OrderState.HOLD
    forms = _form("office.unhold", _("Let it go on"), order_no=order_no) if held else []
    if row.state == OrderState.SHORT and not any(line.qty_picked for line in inside):
        forms = _form("office.restock", _("Wait for goods again"), order_no=order_no)
    return detail_page(order_no, facts, [(_("Lines"), lines), *trail], forms=forms)


def _order_columns() -> list[tuple[str, str]]:
    return [
        (_("Article"), "code"),
        (_("Name"), "name_zh"),
        (_("Ordered"), "qty"),
        (_("Picked"), "qty_picked"),
        (_("Packed"), "qty_packed"),
        (_("Shipped"), "qty_shipped"),
    ]


@blueprint.post("/desk/orders/<order_no>/unhold")
@allow(*RULERS)
def unhold(order_no: str) -> Any:
    """A person looked at a held order."""
    with hub().db.read() as tx:
        found = queries.order(tx, order_no)
    if found is None or found[0].state != OrderState.HOLD:
        abort(404)
    hub().works.do(partial(auditing.unhold, order_id=found[0].id), actor())
    return redirect(url_for("office.order", order_no=order_no))


@blueprint.post("/desk/orders/<order_no>/restock")
@allow(*RULERS)
def restock(order_no: str) -> Any:
    """A person decides that a short order waits for goods; 409 while its picked goods are in a tote."""
    with hub().db.read() as tx:
        found = queries.order(tx, order_no)
    if found is None:
        abort(404)
    try:
        hub().works.do(partial(orders.restock, order_id=found[0].id), actor())
    except Refused:
        abort(409)
    return redirect(url_for("office.order", order_no=order_no))


@blueprint.get("/desk/receipts/<receipt_no>")
@allow(*DESK)
def receipt(receipt_no: str) -> Any:
    """One receipt down to its ledger rows."""
    with hub().db.read() as tx:
        row = queries.receipt(tx, receipt_no)
        if row is None:
            abort(404)
        lines = table(_receipt_columns(), queries.receipt_lines(tx, row.id))
        trail = _trail(tx, ("RC", receipt_no), ("AS", row.sheet_no), ("GR", row.grn_no))
    facts = [
        state_fact(row.state),
        (_("Sheet"), row.sheet_no),
        (_("Inbound slip"), row.grn_no),
        (_("Plate"), row.plate),
        (_("Driver"), row.driver),
        (_("Arrived"), row.arrived_at),
        (_("Posted"), row.posted_at),
    ]
    return detail_page(receipt_no, facts, [(_("Lines"), lines), *trail])


def _receipt_columns() -> list[tuple[str, str]]:
    return [
        (_("Article"), "code"),
        (_("Name"), "name_zh"),
        (_("Delivered"), "qty_delivered"),
        (_("Refused"), "qty_rejected"),
        (_("Reason"), "reject_reason"),
        (_("Expires"), "expires_on"),
        (_("Samples due"), "samples_due"),
        (_("Samples done"), "samples_done"),
    ]


@blueprint.get("/desk/waves/<wave_no>")
@allow(*DESK)
def wave(wave_no: str) -> Any:
    """One wave: its orders and pick lists."""
    order_columns = [(_("Order"), "order_no"), (_("State"), "state"), (_("In wave"), "flag")]
    list_columns = [
        (_("Pick list"), "pick_no"),
        (_("State"), "state"),
        (_("Tote"), "code"),
        (_("Picker"), "name"),
    ]
    with hub().db.read() as tx:
        lists, inside = queries.wave_lists(tx, wave_no), queries.wave_orders(tx, wave_no)
        if not lists and not inside:
            abort(404)
        orders = table(order_columns, inside, lambda row: url_for("office.order", order_no=row.order_no))
        trail = _trail(tx, ("WV", wave_no), *(("PK", row.pick_no) for row in lists))
    sheets = [(_("Orders"), orders), (_("Pick lists"), table(list_columns, lists)), *trail]
    return detail_page(wave_no, [], sheets)


@blueprint.get("/desk/jobs/<int(max=2147483647):job_id>")
@allow(*DESK)
def job(job_id: int) -> Any:
    """One print job with the picture of its paper."""
    return _job(job_id)


def _job(job_id: int, notice: str = "") -> str:
    with hub().db.read() as tx:
        try:
            found = queue.show(tx, job_id)
        except JobRefused:
            abort(404)
        done = queue.progress(tx, found.batch or "")
        names = {other.id: other.name for other in roster.list_printers(tx)}
        has_picture = queue.picture(tx, job_id) is not None
    facts = [
        state_fact(found.state),
        (_("Paper"), words(found.kind)),
        (_("For"), found.subject_no),
        (_("Printer"), names.get(found.printer_id, "")),
        (_("Moved from"), names.get(found.moved_from or 0, "")),
        (_("Proof"), words(found.proof or "")),
        (_("Why it waits"), f"{words(found.cause)} · {advice(found.cause)}" if found.cause else ""),
        (_("Trouble"), _(found.error or "")),
        (_("Answered by"), found.answered_by),
        (_("Batch"), f"{found.batch} · {done.done}/{done.total}" if found.batch else ""),
        (_("Copy"), found.copy_no),
        (_("Asked for by"), f"{found.requested_by} · {found.workstation}"),
        (_("Queued"), found.created_at),
        (_("Sent"), found.started_at),
        (_("Layout"), found.layout),
    ]
    forms = _job_forms(found, names)
    picture = url_for("office.job_picture", job_id=job_id) if has_picture else ""
    return detail_page(f"{_('Job')} {job_id}", facts, [], forms=forms, picture=picture, notice=notice)


def _job_forms(found: queue.Job, names: dict[int, str]) -> list[dict[str, Any]]:
    """What a person may do with this paper now."""
    job_id = found.id
    if found.state == QUEUED:
        forms = _form("office.cancel_job", _("Do not print it"), _("Reason"), job_id=job_id)
        others = [(number, name) for number, name in names.items() if number != found.printer_id]
        if others and not found.bytes_written:
            forms += _form("office.hand_over", _("Give it to"), choices=others, job_id=job_id)
        return forms
    forms = _form("office.reprint", _("Print again"), _("Reason"), job_id=job_id)
    if found.state in {SENT, UNKNOWN}:
        forms += _form("office.seen", _("The paper came out"), job_id=job_id, paper="yes")
        forms += _form("office.seen", _("No paper came out"), job_id=job_id, paper="no")
    if found.state == FAILED and not found.bytes_written:
        forms += _form("office.retry", _("Try once more"), job_id=job_id)
    if found.state == FAILED and found.answered_by is None:
        forms += _form("office.answer", _("Go on without it"), job_id=job_id)
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
