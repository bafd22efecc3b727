"""Waves on the desk: the list, releasing, one wave."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, request, url_for

from station.exchange.trail import messages
from station.ground.registers.pages import page
from station.ground.web import desk
from station.ground.web.desk import DESK, RULERS, detail_page, state_fact, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.outbound.waves import queries, rules
from station.outbound.waves.registers import WAVES
from station.paper.queries import papers
from station.stock.trail import movements

blueprint = Blueprint("waves", __name__)


@desk.blueprint.get("/desk/waves")
@allow(*DESK)
def waves() -> Any:
    """Waves, and how many orders could be released now."""
    with hub().db.read() as tx:
        ready = queries.ready(tx) if g.actor.may(frozenset(RULERS)) else 0
    return page(WAVES, aside="office/_release.html", release=ready, notice=_released())


def _released() -> str:
    """What the last release did, when this page is the answer to one."""
    counts = {name: request.args.get(name, "") for name in ("waves", "orders", "waiting", "unprinted")}
    if not all(text.isdecimal() and len(text) < 6 for text in counts.values()):  # noqa: PLR2004
        return ""
    text = _("Released waves: %(waves)s, with orders: %(orders)s. Still waiting: %(waiting)s.") % counts
    if int(counts["unprinted"]):
        text += " " + _("Pick lists without paper: %(unprinted)s; they are walked by handheld.") % counts
    return text


@blueprint.post("/desk/waves/release")
@allow(*RULERS)
def release() -> Any:
    """Release everything that is allocated; JSON for programs."""
    done = rules.release(hub().works, actor())
    if request.is_json:
        return jsonify(asdict(done))
    counts: dict[str, Any] = {
        "waves": len(done.waves),
        "orders": done.orders,
        "waiting": len(done.waiting),
        "unprinted": len(done.unprinted),
    }
    return redirect(url_for("office.waves", **counts))


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
