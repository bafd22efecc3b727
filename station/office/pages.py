"""Start page and desk: plain tables, every row leads to its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from printers import queue
from printers.errors import JobRefused
from station.erp.models import OutboxMessage
from station.i18n import gettext as _
from station.i18n import local_time
from station.inbound.models import Receipt
from station.office import queries
from station.office import training as bench
from station.office.sheets import PAGE, Line, Sheet
from station.outbound.models import DeliveryOrder, OrderState
from station.outbound.orders import rules as order_rules
from station.scan.actor import Role
from station.scan.messages import catalogue
from station.web import actor, allow, hub, public

blueprint = Blueprint("office", __name__)

DESK = (Role.SUPERVISOR, Role.CLERK, Role.FINANCE, Role.ADMIN)


@blueprint.get("/health")
@public
def health() -> Any:
    """For a watchdog: the database answers and the writer keeps up."""
    station = hub()
    with station.db.read() as tx:
        queries.people(tx)
    return jsonify(status="ok", writer_queue=station.db.queued)


def _tiles() -> dict[str, Any]:
    station = hub()
    with station.db.read() as tx:
        tiles = [
            (flow, station.waiting[flow.waiting](tx) if flow.waiting else 0)
            for flow in station.workflows.values()
            if g.actor.may(flow.roles)
        ]
    return {"tiles": tiles, "desk": g.actor.may(frozenset(DESK)), "demo": station.demo_people}


@blueprint.get("/")
@allow(everybody=True)
def start() -> Any:
    """What this person may do, and how much of it waits."""
    return render_template("office/start.html", warehouse=hub().settings.warehouse_name, **_tiles())


@blueprint.get("/tiles")
@allow(everybody=True)
def tiles() -> Any:
    """The start page's keys alone, for its refresh."""
    return render_template("office/_tiles.html", **_tiles())


# --- lists -------------------------------------------------------------------------------------


def _number() -> int:
    text = request.args.get("page", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004


def _sheet(titles: list[str], rows: list[Any], line: Any, state_column: int = -1) -> Sheet:
    args: dict[str, Any] = request.args.to_dict() | {"page": str(_number() + 1)}
    more = url_for(str(request.endpoint), **args) if len(rows) > PAGE else ""
    return Sheet(titles, [line(row) for row in rows[:PAGE]], more, state_column)


def _list(heading: str, sheet: Sheet, **extra: Any) -> str:
    extra.setdefault("counts", [])
    return render_template("office/list.html", heading=heading, sheet=sheet, demo=hub().demo_people, **extra)


@blueprint.get("/desk")
@allow(*DESK)
def desk() -> Any:
    """The day at a glance."""
    with hub().db.read() as tx:
        counts = [
            (f"{_('Orders')} {state}", count, url_for("office.orders", state=state))
            for state, count in queries.state_counts(tx, DeliveryOrder)
        ]
        counts += [
            (f"{_('Receipts')} {state}", count, url_for("office.receipts"))
            for state, count in queries.state_counts(tx, Receipt)
        ]
        counts += [
            (f"{_('To the ERP')} {state}", count, url_for("office.erp"))
            for state, count in queries.state_counts(tx, OutboxMessage)
        ]
        rows = queries.refusals(tx, hub().clock.now(), hub().settings.zone, 0)[:10]
    return _list(_("Overview"), Sheet(_refusal_titles(), [_refusal(row) for row in rows]), counts=counts)


@blueprint.get("/desk/orders")
@allow(*DESK)
def orders() -> Any:
    """Orders by state and number."""
    state, text = request.args.get("state", "")[:16], request.args.get("q", "")[:40]
    with hub().db.read() as tx:
        counts = [
            (name, count, url_for("office.orders", state=name))
            for name, count in queries.state_counts(tx, DeliveryOrder)
        ]
        rows = queries.orders(tx, state, text, _number())
    titles = [
        _("Order"),
        _("State"),
        _("ERP number"),
        _("Shop"),
        _("Carrier"),
        _("Ship before"),
        _("Why it waits"),
    ]
    sheet = _sheet(
        titles,
        rows,
        lambda row: Line(
            [
                row.order_no,
                row.state,
                row.erp_no,
                row.shop,
                row.name,
                local_time(row.latest_ship_at),
                row.hold_reason,
            ],
            url_for("office.order", order_no=row.order_no),
        ),
        1,
    )
    return _list(_("Orders"), sheet, counts=counts)


@blueprint.get("/desk/receipts")
@allow(*DESK)
def receipts() -> Any:
    """Receipts, newest first."""
    with hub().db.read() as tx:
        rows = queries.receipts(tx, _number())
    titles = [
        _("Receipt"),
        _("State"),
        _("Notice"),
        _("Supplier"),
        _("Plate"),
        _("Sheet"),
        _("Inbound slip"),
        _("Arrived"),
    ]
    sheet = _sheet(
        titles,
        rows,
        lambda row: Line(
            [
                row.receipt_no,
                row.state,
                row.asn_no,
                row.name,
                row.plate,
                row.sheet_no,
                row.grn_no or "",
                local_time(row.arrived_at),
            ],
            url_for("office.receipt", receipt_no=row.receipt_no),
        ),
        1,
    )
    return _list(_("Receipts"), sheet)


@blueprint.get("/desk/waves")
@allow(*DESK)
def waves() -> Any:
    """Waves, and how many orders could be released now."""
    with hub().db.read() as tx:
        rows = queries.waves(tx, _number())
        ready = dict(queries.state_counts(tx, DeliveryOrder)).get(OrderState.ALLOCATED, 0)
    sheet = _sheet(
        [_("Wave"), _("State"), _("Type"), _("Carrier"), _("Orders"), _("Released")],
        rows,
        lambda row: Line(
            [row.wave_no, row.state, row.type, row.name, row.orders, local_time(row.created_at)],
            url_for("office.wave", wave_no=row.wave_no),
        ),
        1,
    )
    may = g.actor.may(frozenset({Role.SUPERVISOR, Role.CLERK}))
    return _list(_("Waves"), sheet, release=ready if may else 0)


@blueprint.get("/desk/jobs")
@allow(*DESK)
def jobs() -> Any:
    """Print jobs with their honest states."""
    with hub().db.read() as tx:
        rows = queries.jobs(tx, _number())
    return _list(_("Printing"), _jobs_sheet(rows))


def _jobs_sheet(rows: list[Any]) -> Sheet:
    return _sheet(
        [_("Job"), _("State"), _("Paper"), _("For"), _("Copy"), _("Printer"), _("Trouble"), _("Queued")],
        rows,
        lambda row: Line(
            [
                row.id,
                row.state,
                row.kind,
                row.subject_no,
                row.copy_no,
                row.name,
                row.error or "",
                local_time(row.created_at),
            ],
            url_for("office.job", job_id=row.id),
        ),
        1,
    )


@blueprint.get("/desk/erp")
@allow(*DESK)
def erp() -> Any:
    """Files in and confirmations out."""
    with hub().db.read() as tx:
        files = queries.erp_files(tx, _number())
        messages = queries.outbox(tx, _number())
    rows = [
        Line(["←", row.state, row.name, row.documents, str(row.detail or ""), local_time(row.at)])
        for row in files
    ]
    rows += [
        Line(["→", row.state, row.event_key, row.attempts, row.last_error, local_time(row.created_at)])
        for row in messages
    ]
    sheet = Sheet(
        ["", _("State"), _("File or message"), _("Documents or tries"), _("Detail"), _("Time")], rows, "", 1
    )
    return _list(_("ERP"), sheet)


def _refusal_titles() -> list[str]:
    return [_("Time"), _("Who"), _("Process"), _("Step"), _("Refused"), _("Scanned")]


def _refusal(row: Any) -> Line:
    message = catalogue()[row.code].text()
    words = message["zh"] if g.actor.lang == "zh" else message["en"]
    return Line([local_time(row.at), row.name, row.workflow, row.step, f"{row.code} {words}", row.raw])


@blueprint.get("/desk/refusals")
@allow(*DESK)
def refusals() -> Any:
    """Scans refused today."""
    with hub().db.read() as tx:
        rows = queries.refusals(tx, hub().clock.now(), hub().settings.zone, _number())
    return _list(_("Refusals"), _sheet(_refusal_titles(), rows, _refusal))


@blueprint.get("/desk/people")
@allow(*DESK)
def people() -> Any:
    """Who may sign in."""
    with hub().db.read() as tx:
        rows = queries.people(tx)
    titles = [_("Badge"), _("Name"), _("Roles"), _("Language"), _("Active")]
    lines = [
        Line([row.badge, row.name, row.roles.replace(",", ", "), row.lang, "✔" if row.is_active else ""])
        for row in rows
    ]
    return _list(_("People"), Sheet(titles, lines))


# --- one document ------------------------------------------------------------------------------


def _history(tx: Session, *doc_nos: str) -> list[tuple[str, Sheet]]:
    """History, signatures, ledger rows, papers and messages of documents."""
    return [
        (
            _("History"),
            Sheet(
                [_("Time"), _("Event"), _("From"), _("To"), _("Who")],
                [
                    Line([local_time(row.at), row.event, row.old, row.new, row.actor])
                    for row in queries.history(tx, *doc_nos)
                ],
            ),
        ),
        (
            _("Signatures"),
            Sheet(
                [_("Time"), _("Paper"), _("As"), _("Signed by")],
                [
                    Line([local_time(row.at), row.doc_no, row.meaning, row.signer])
                    for row in queries.signatures(tx, *doc_nos)
                ],
            ),
        ),
        (
            _("Ledger"),
            Sheet(
                [_("Time"), _("Type"), _("Article"), _("Quantity"), _("From"), _("To")],
                [
                    Line([local_time(row.at), row.type, row.code, row.qty, row.source, row.target])
                    for row in queries.movements(tx, *doc_nos)
                ],
            ),
        ),
        (
            _("Papers"),
            _jobs_sheet([row for doc_no in doc_nos if doc_no for row in queries.jobs(tx, 0, doc_no)]),
        ),
        (
            _("To the ERP"),
            Sheet(
                [_("Message"), _("State"), _("Trouble"), _("Time")],
                [
                    Line([row.event_key, row.state, row.last_error, local_time(row.created_at)])
                    for doc_no in doc_nos
                    if doc_no
                    for row in queries.outbox(tx, 0, doc_no)
                ],
            ),
        ),
    ]


def _detail(heading: str, facts: list[tuple[str, Any]], sheets: list[tuple[str, Sheet]], **extra: Any) -> str:
    extra.setdefault("forms", [])
    return render_template(
        "office/detail.html",
        heading=heading,
        facts=[(k, v) for k, v in facts if v not in {"", None}],
        sheets=sheets,
        demo=hub().demo_people,
        **extra,
    )


@blueprint.get("/desk/orders/<order_no>")
@allow(*DESK)
def order(order_no: str) -> Any:
    """One order down to its ledger rows."""
    with hub().db.read() as tx:
        found = queries.order(tx, order_no)
        if found is None:
            abort(404)
        row = found[0]
        lines = Sheet(
            [_("Article"), _("Name"), _("Ordered"), _("Picked"), _("Packed"), _("Shipped")],
            [Line(list(line)) for line in queries.order_lines(tx, row.id)],
        )
        sheets = [
            (_("Lines"), lines),
            *_history(tx, order_no, found.waybill_no or "", *queries.pick_numbers(tx, row.id)),
        ]
        facts = [
            (_("State"), row.state),
            (_("ERP number"), row.erp_no),
            (_("Shop"), row.shop),
            (_("Carrier"), found.name),
            (_("Waybill"), found.waybill_no),
            (_("Weight g"), found.weight_dg and found.weight_dg // 10),
            (_("Why it waits"), row.hold_reason),
            (_("Ship before"), local_time(row.latest_ship_at)),
        ]
    forms = []
    if row.state == OrderState.HOLD:
        forms = [{"action": url_for("office.unhold", order_no=order_no), "button": _("Let it go on")}]
    return _detail(order_no, facts, sheets, forms=forms)


@blueprint.post("/desk/orders/<order_no>/unhold")
@allow(Role.SUPERVISOR, Role.CLERK)
def unhold(order_no: str) -> Any:
    """A person looked at a held order."""
    station, who = hub(), actor()
    with station.db.read() as tx:
        found = queries.order(tx, order_no)
    if found is None or found[0].state != OrderState.HOLD:
        abort(404)
    station.db.write(lambda tx: order_rules.unhold(tx, found[0].id, who.name, station.clock.now()))
    return redirect(url_for("office.order", order_no=order_no))


@blueprint.get("/desk/receipts/<receipt_no>")
@allow(*DESK)
def receipt(receipt_no: str) -> Any:
    """One receipt down to its ledger rows."""
    with hub().db.read() as tx:
        row = queries.receipt(tx, receipt_no)
        if row is None:
            abort(404)
        lines = Sheet(
            [_("Article"), _("Name"), _("Delivered"), _("Refused"), _("Reason"), _("Expires"), _("Samples")],
            [
                Line(
                    [
                        line.code,
                        line.name_zh,
                        line.qty_delivered,
                        line.qty_rejected,
                        line.reject_reason,
                        line.expires_on or "",
                        f"{line.samples_done}/{line.samples_due}",
                    ]
                )
                for line in queries.receipt_lines(tx, row.id)
            ],
        )
        sheets = [(_("Lines"), lines), *_history(tx, receipt_no, row.sheet_no, row.grn_no or "")]
        facts = [
            (_("State"), row.state),
            (_("Sheet"), row.sheet_no),
            (_("Inbound slip"), row.grn_no),
            (_("Plate"), row.plate),
            (_("Driver"), row.driver),
            (_("Arrived"), local_time(row.arrived_at)),
            (_("Posted"), local_time(row.posted_at)),
        ]
    return _detail(receipt_no, facts, sheets)


@blueprint.get("/desk/waves/<wave_no>")
@allow(*DESK)
def wave(wave_no: str) -> Any:
    """One wave: its orders and pick lists."""
    with hub().db.read() as tx:
        lists = queries.wave_lists(tx, wave_no)
        orders_ = queries.wave_orders(tx, wave_no)
        if not lists and not orders_:
            abort(404)
        sheets = [
            (
                _("Orders"),
                Sheet(
                    [_("Order"), _("State"), _("In wave")],
                    [Line(list(row), url_for("office.order", order_no=row.order_no)) for row in orders_],
                ),
            ),
            (
                _("Pick lists"),
                Sheet(
                    [_("Pick list"), _("State"), _("Tote"), _("Picker")],
                    [Line([row.pick_no, row.state, row.code or "", row.name or ""]) for row in lists],
                ),
            ),
            *_history(tx, wave_no, *(row.pick_no for row in lists)),
        ]
    return _detail(wave_no, [], sheets)


@blueprint.get("/desk/jobs/<int:job_id>")
@allow(*DESK)
def job(job_id: int) -> Any:
    """One print job with the picture of its paper."""
    with hub().db.read() as tx:
        found = queue.show(tx, job_id)
        if found is None:
            abort(404)
        has_picture = queue.picture(tx, job_id) is not None
    facts = [
        (_("State"), found.state),
        (_("Paper"), found.kind),
        (_("For"), found.subject_no),
        (_("Trouble"), found.error),
    ]
    forms = [
        {
            "action": url_for("office.reprint", job_id=job_id),
            "field": "reason",
            "label": _("Reason"),
            "button": _("Print again"),
        }
    ]
    picture = url_for("office.job_picture", job_id=job_id) if has_picture else ""
    return _detail(f"{_('Job')} {job_id}", facts, [], forms=forms, picture=picture)


@blueprint.get("/desk/jobs/<int:job_id>.png")
@allow(everybody=True)
def job_picture(job_id: int) -> Any:
    """What the printer printed."""
    if not (g.actor.may(frozenset(DESK)) or hub().demo_people):
        abort(403)
    with hub().db.read() as tx:
        data = queue.picture(tx, job_id)
    if data is None:
        abort(404)
    return Response(data, mimetype="image/png")


@blueprint.post("/desk/jobs/<int:job_id>/reprint")
@allow(Role.SUPERVISOR, Role.CLERK)
def reprint(job_id: int) -> Any:
    """Print the paper again, marked, with a reason (I10)."""
    station, who = hub(), actor()
    reason = " ".join(request.form.get("reason", "").split())[:60]
    if not reason:
        abort(422)
    try:
        made = station.db.write(
            lambda tx: queue.reprint(
                tx, job_id, reason=reason, requested_by=who.name, now=station.clock.now()
            )
        )
    except JobRefused as refusal:
        flash(str(refusal))
        made = job_id
    return redirect(url_for("office.job", job_id=made))


@blueprint.get("/training")
@public
def training() -> Any:
    """The training bench: a handheld beside the things on the floor; only in a demo."""
    station = hub()
    if not station.demo_people:
        abort(404)
    with station.db.read() as tx:
        shown = bench.floor(tx, station)
    return render_template("office/training.html", people=station.demo_people[:8], **shown)


@blueprint.get("/training/floor")
@public
def training_floor() -> Any:
    """The right half of the training bench alone, for its refresh."""
    station = hub()
    if not station.demo_people:
        abort(404)
    with station.db.read() as tx:
        shown = bench.floor(tx, station)
    return render_template("office/_floor.html", people=station.demo_people[:8], **shown)


@blueprint.get("/training/barcode/<text>.svg")
@public
def barcode(text: str) -> Any:
    """A barcode that a scanner can read from the screen."""
    if not hub().demo_people or len(text) > 40 or not text.isascii() or not text.isprintable():  # noqa: PLR2004
        abort(404)
    response = Response(bench.svg(text), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
