"""The desk's lists: plain tables, newest first, every row leads to its history."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import g, request, url_for

from station.exchange.models import OutboxMessage
from station.ground.web.desk import (
    DESK,
    RULERS,
    Columns,
    asked,
    blueprint,
    list_page,
    page_number,
    paged,
    state_word,
)
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub
from station.ground.web.scan import workflows
from station.ground.web.sheets import Sheet
from station.ground.words.messages import say
from station.inbound.models import Receipt
from station.office import queries
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.paper.board import words


@blueprint.get("/desk")
@allow(*DESK)
def desk() -> Any:
    """The day at a glance."""
    kinds = (
        (_("Orders"), "office.orders", DeliveryOrder),
        (_("Receipts"), "office.receipts", Receipt),
        (_("To the ERP"), "office.erp_out", OutboxMessage),
    )
    with hub().db.read() as tx:
        counts = [
            (f"{name} {state_word(state)}", count, url_for(endpoint, state=state))
            for name, endpoint, model in kinds
            for state, count in queries.state_counts(tx, model)
        ]
        rows = queries.refusals(tx, hub().clock.now(), hub().settings.zone, 0)[:10]
    return list_page(_("Overview"), (_("Refusals"), _refusals(rows)), counts=counts)


@blueprint.get("/desk/orders")
@allow(*DESK)
def orders() -> Any:
    """Orders by state and number."""
    state, text = asked("state", 16), asked("q", 40)
    with hub().db.read() as tx:
        counts = [
            (state_word(name), count, url_for("office.orders", state=name))
            for name, count in queries.state_counts(tx, DeliveryOrder)
        ]
        rows = queries.orders(tx, state, text, page_number())
    columns = [
        (_("Order"), "order_no"),
        (_("State"), "state"),
        (_("ERP number"), "erp_no"),
        (_("Shop"), "shop"),
        (_("Carrier"), "name"),
        (_("Ship before"), "latest_ship_at"),
        (_("Why it waits"), "hold_reason"),
    ]
    sheet = paged(columns, rows, lambda row: url_for("office.order", order_no=row.order_no))
    return list_page(_("Orders"), ("", sheet), counts=counts, search=text, state=state)


@blueprint.get("/desk/receipts")
@allow(*DESK)
def receipts() -> Any:
    """Receipts, newest first."""
    with hub().db.read() as tx:
        rows = queries.receipts(tx, asked("state", 16), page_number())
    columns = [
        (_("Receipt"), "receipt_no"),
        (_("State"), "state"),
        (_("Notice"), "asn_no"),
        (_("Supplier"), "name"),
        (_("Plate"), "plate"),
        (_("Sheet"), "sheet_no"),
        (_("Inbound slip"), "grn_no"),
        (_("Arrived"), "arrived_at"),
    ]
    sheet = paged(columns, rows, lambda row: url_for("office.receipt", receipt_no=row.receipt_no))
    return list_page(_("Receipts"), ("", sheet))


@blueprint.get("/desk/waves")
@allow(*DESK)
def waves() -> Any:
    """Waves, and how many orders could be released now."""
    with hub().db.read() as tx:
        rows = queries.waves(tx, page_number())
        ready = dict(queries.state_counts(tx, DeliveryOrder)).get(OrderState.ALLOCATED, 0)
    columns = [
        (_("Wave"), "wave_no"),
        (_("State"), "state"),
        (_("Type"), "type"),
        (_("Carrier"), "name"),
        (_("Orders"), "orders"),
        (_("Released"), "created_at"),
    ]
    sheet = paged(columns, rows, lambda row: url_for("office.wave", wave_no=row.wave_no))
    may = g.actor.may(frozenset(RULERS))
    return list_page(_("Waves"), ("", sheet), release=ready if may else 0, notice=_released())


def _released() -> str:
    """What the last release did, when this page is the answer to one."""
    counts = {name: request.args.get(name, "") for name in ("waves", "orders", "waiting", "unprinted")}
    if not all(text.isdecimal() and len(text) < 6 for text in counts.values()):  # noqa: PLR2004
        return ""
    text = _("Released waves: %(waves)s, with orders: %(orders)s. Still waiting: %(waiting)s.") % counts
    if int(counts["unprinted"]):
        text += " " + _("Pick lists without paper: %(unprinted)s; they are walked by handheld.") % counts
    return text


@blueprint.get("/desk/jobs")
@allow(*DESK)
def jobs() -> Any:
    """Print jobs with their honest states."""
    with hub().db.read() as tx:
        rows = queries.jobs(tx, page_number())
    return list_page(_("Papers"), ("", paged(job_columns(), job_rows(rows), job_link)))


def job_rows(rows: list[Any]) -> list[Any]:
    """Print jobs in the person's words."""
    return [
        SimpleNamespace(
            **row._asdict()
            | {"kind": words(row.kind), "error": words(row.cause) if row.cause else _(row.error or "")}
        )
        for row in rows
    ]


def job_columns() -> Columns:
    """Columns of a table of print jobs."""
    return [
        (_("Job"), "id"),
        (_("State"), "state"),
        (_("Paper"), "kind"),
        (_("For"), "subject_no"),
        (_("Copy"), "copy_no"),
        (_("Printer"), "name"),
        (_("Trouble"), "error"),
        (_("Queued"), "created_at"),
    ]


def job_link(row: Any) -> str:
    """Where a print job's row leads."""
    return url_for("office.job", job_id=row.id)


def _refusals(rows: list[Any]) -> Sheet:
    lang = g.actor.lang
    columns = [
        (_("Time"), "at"),
        (_("Who"), "name"),
        (_("Process"), "workflow"),
        (_("Step"), "step"),
        (_("Refused"), "why"),
        (_("Scanned"), "raw"),
    ]
    told = [
        SimpleNamespace(
            **row._asdict() | _where(row.workflow, row.step), why=f"{row.code} {say(row.code)[lang]}"
        )
        for row in rows
    ]
    return paged(columns, told)


def _where(workflow: str, step: str) -> dict[str, str]:
    """A process and its step in words."""
    flow = workflows().get(workflow)
    if flow is None:
        return {}
    known = flow.steps.get(step)
    return {"workflow": say(flow.title)[g.actor.lang]} | (
        {"step": say(known.prompt)[g.actor.lang]} if known is not None else {}
    )


@blueprint.get("/desk/refusals")
@allow(*DESK)
def refusals() -> Any:
    """Scans refused today."""
    with hub().db.read() as tx:
        rows = queries.refusals(tx, hub().clock.now(), hub().settings.zone, page_number())
    return list_page(_("Refusals"), ("", _refusals(rows)))


@blueprint.get("/desk/people")
@allow(*DESK)
def people() -> Any:
    """Who may sign in."""
    with hub().db.read() as tx:
        rows = queries.people(tx)
    columns = [
        (_("Badge"), "badge"),
        (_("Name"), "name"),
        (_("Roles"), "roles"),
        (_("Language"), "lang"),
        (_("Active"), "is_active"),
    ]
    return list_page(_("People"), ("", paged(columns, rows)))
