"""Waves on the desk: the list, releasing, one wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, abort, g, jsonify, make_response, redirect, render_template, request, url_for

from station.exchange.trail import messages
from station.ground.registers.pages import page
from station.ground.thresholds.reading import rules_of
from station.ground.web import desk
from station.ground.web.desk import DESK, RULERS, detail_page, form, state_fact, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.outbound.waves import planning, previewing, queries, rules, running
from station.outbound.waves.models import WaveRun
from station.outbound.waves.registers import WAVES
from station.outbound.waves.triggers import Why
from station.paper.queries import papers
from station.stock.trail import movements

blueprint = Blueprint("waves", __name__)


@desk.blueprint.get("/desk/waves")
@allow(*DESK)
def waves() -> Any:
    """Waves, how many orders could be released now, and how far a release is."""
    with hub().db.read() as tx:
        newest = running.last(tx)
        if g.actor.may(frozenset(RULERS)):
            extra = {"aside": "office/_release.html", "release": queries.ready(tx), "notice": _released()}
            return page(WAVES, run=newest, told=_told_of(newest) if not extra["notice"] else "", **extra)
    return page(WAVES, aside="office/_wave_run.html", run=newest, told=_told_of(newest))


NEWS = timedelta(minutes=1)
"""So long the page tells what a release did."""


def _released() -> str:
    """What the last release did, when this page is the answer to one."""
    counts = {name: request.args.get(name, "") for name in ("waves", "orders", "waiting", "unprinted")}
    if not all(text.isdecimal() and len(text) < 6 for text in counts.values()):  # noqa: PLR2004
        return ""
    return _told({name: int(text) for name, text in counts.items()})


def _told(counts: Mapping[str, int]) -> str:
    text = _("Released waves: %(waves)s, with orders: %(orders)s. Still waiting: %(waiting)s.") % counts
    if counts["unprinted"]:
        text += " " + _("Pick lists without paper: %(unprinted)s; they are walked by handheld.") % counts
    return text


@blueprint.post("/desk/waves/release")
@allow(*RULERS)
def release() -> Any:
    """Release everything that is allocated and wait for it; JSON for programs."""
    done = rules.release(hub().works, actor())
    hub().works.do(partial(running.note_done, done=done), actor())
    if request.is_json:
        return jsonify(asdict(done))
    counts: dict[str, Any] = {
        "waves": len(done.waves),
        "orders": done.orders,
        "waiting": len(done.waiting),
        "unprinted": len(done.unprinted),
    }
    return redirect(url_for("office.waves", **counts))


@blueprint.post("/desk/waves/run")
@allow(*RULERS)
def begin() -> Any:
    """Have everything that is allocated released; tell how far it is, asked again each second (who pressed
    elsewhere is led to the list of waves, which tells it).
    """
    hub().works.do(partial(running.ask, why=Why.BUTTON), actor())
    if not hub().settings.workers:
        running.Releasing(hub().works).turn()  # there is no loop that would do it
    return run() if request.headers.get("HX-Request") else redirect(url_for("office.waves"))


@blueprint.get("/desk/waves/run")
@allow(*DESK)
def run() -> Any:
    """How far the newest release is; once it is over the page is loaded anew, and tells what it did."""
    with hub().db.read() as tx:
        newest = running.last(tx)
    answer = make_response(render_template("office/_wave_run.html", run=newest, told=_told_of(newest)))
    if newest is not None and newest.finished_at is not None:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _told_of(newest: WaveRun | None) -> str:
    """What a release did that was over a moment ago."""
    if newest is None or newest.finished_at is None or newest.finished_at + NEWS < hub().clock.now():
        return ""
    return _told(vars(newest))


@desk.blueprint.get("/desk/waves/next")
@allow(*DESK)
def next_waves() -> Any:
    """What a release would make now: waves, why each order is in its own, and what is missing."""
    now, today = hub().clock.now(), hub().clock.today()
    with hub().db.read() as tx:
        planned = planning.plan(tx, rules_of(tx, hub().settings), now, today)
        known = queries.named(tx, planned)
        lacking = queries.lacking(tx, today)
    drafts, orders = previewing.rows(planned, known)
    sheets = [
        (_("Waves"), table(_draft_columns(), drafts)),
        (
            _("Orders"),
            table(_next_columns(), orders, lambda row: url_for("office.order", order_no=row.order_no)),
        ),
        (
            _("Orders that lack goods"),
            table(_lack_columns(), lacking, lambda row: url_for("office.order", order_no=row.order_no)),
        ),
    ]
    facts = [
        (_("Waves"), len(drafts)),
        (_("Orders"), len(planned.orders)),
        (_("Orders that lack goods"), len(lacking)),
    ]
    keys = form("waves.begin", _("Release waves")) if drafts else []
    return detail_page(_("What would be released"), facts, sheets, forms=keys)


def _draft_columns() -> list[tuple[str, str]]:
    return [
        (_("No."), "number"),
        (_("Type"), "type"),
        (_("Carrier"), "carrier"),
        (_("Orders"), "count"),
        (_("Lines"), "lines"),
        (_("Metres"), "metres"),
        (_("Ship before"), "due"),
    ]


def _next_columns() -> list[tuple[str, str]]:
    return [
        (_("Order"), "order_no"),
        (_("Wave"), "number"),
        (_("Type"), "type"),
        (_("Why"), "why"),
        (_("Ship before"), "due"),
    ]


def _lack_columns() -> list[tuple[str, str]]:
    return [(_("Order"), "order_no"), (_("Lacking"), "lacking"), (_("Ship before"), "due")]


@desk.blueprint.get("/desk/waves/<wave_no>")
@allow(*DESK)
def wave(wave_no: str) -> Any:
    """One wave: its orders and pick lists."""
    with hub().db.read() as tx:
        row = queries.wave(tx, wave_no)
        if row is None:
            abort(404)
        doc = row[0]
        inside, lists = queries.orders(tx, doc.id), queries.lists(tx, doc.id)
        docs = documents(("WV", wave_no), *(("PK", part.pick_no) for part in lists))
        happened = trail(tx, docs, movements, papers, messages)
    orders = table(_order_columns(), inside, lambda part: url_for("office.order", order_no=part.order_no))
    facts = [
        state_fact(doc.state),
        (_("Type"), state_word(doc.type)),
        (_("Carrier"), row.name),
        (_("Orders"), len(inside)),
        (_("Metres"), sum(part.metres for part in lists)),
        (_("Metres saved"), sum(part.saved for part in lists)),
        (_("Released"), doc.created_at),
        (_("Released by"), doc.created_by),
    ]
    sheets = [(_("Orders"), orders), (_("Pick lists"), table(_list_columns(), lists)), *happened]
    return detail_page(wave_no, facts, sheets)


def _order_columns() -> list[tuple[str, str]]:
    return [(_("Order"), "order_no"), (_("State"), "state"), (_("In wave"), "flag")]


def _list_columns() -> list[tuple[str, str]]:
    return [
        (_("Pick list"), "pick_no"),
        (_("State"), "state"),
        (_("Tote"), "code"),
        (_("Picker"), "name"),
        (_("Metres"), "metres"),
        (_("Metres saved"), "saved"),
    ]
