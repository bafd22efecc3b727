"""A code that nobody knew: where it was scanned, and the clerk's answer (P6)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from station.catalog import binding, rules
from station.catalog.articles import LEVELS
from station.catalog.models import CodeState, UnknownCode
from station.catalog.registers import kinds_wanted
from station.ground.web.desk import DESK, RULERS, blueprint, state_fact
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_number, local_time
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.messages import Refused
from station.people.registers import process, step

REASON = 60


@blueprint.get("/desk/unknown_codes/<int(max=2147483647):code_id>")
@allow(*DESK)
def unknown_code(code_id: int) -> Any:
    """What was scanned, by whom, at which step, and what that step wanted."""
    with hub().db.read() as tx:
        asked = tx.get(UnknownCode, code_id)
        if asked is None:
            abort(404)
        happened = trail(tx, documents(("UB", asked.ub_no)))
        facts = [
            state_fact(asked.state),
            (_("Process"), process(asked.workflow)),
            (_("Step"), step(asked.workflow, asked.step)),
            (_("Wanted"), kinds_wanted(asked)),
            (_("Who"), f"{asked.who} {asked.device}".strip()),
            (_("Times"), local_number(asked.times)),
            (_("First"), local_time(asked.first_at)),
            (_("Last"), local_time(asked.last_at)),
        ]
        return render_template(
            "catalog/unknown.html",
            heading=asked.text,
            asked=asked,
            facts=[(name, value) for name, value in facts if value],
            levels=LEVELS,
            may_bind=asked.state != CodeState.BOUND and actor().may(frozenset(RULERS)),
            may_dismiss=asked.state == CodeState.OPEN and actor().may(frozenset(RULERS)),
            sheets=[(title, sheet) for title, sheet in happened if sheet.rows],
            demo=hub().demo_people,
        )


@blueprint.post("/desk/unknown_codes/<int(max=2147483647):code_id>/bind")
@allow(*RULERS)
def bind_unknown(code_id: int) -> Any:
    """It is this article, at this level: the worker's next scan of it works."""
    number, qty = request.form.get("sku_code", "").strip()[:40], request.form.get("qty", "").strip() or "1"
    with hub().db.read() as tx:
        asked = tx.get(UnknownCode, code_id)
        sku_id = rules.sku_id(tx, number)
        if asked is None:
            abort(404)
        text = asked.text
    if sku_id is None:
        raise Refused("E-OPN-04")
    if not (qty.isascii() and qty.isdigit() and len(qty) < 8):  # noqa: PLR2004 — as many as a quantity has
        raise Refused("E-QTY-01", max=binding.MOST)
    level = request.form.get("level", "")
    hub().works.do(partial(binding.bind, sku_id=sku_id, text=text, level=level, qty=int(qty)), actor())
    return redirect(url_for("office.article", sku_id=sku_id))


@blueprint.post("/desk/unknown_codes/<int(max=2147483647):code_id>/dismiss")
@allow(*RULERS)
def dismiss_unknown(code_id: int) -> Any:
    """No article."""
    reason = " ".join(request.form.get("reason", "").split())[:REASON]
    if not reason or not reason.isprintable():
        raise Refused("E-TXT-01", max=REASON)
    hub().works.do(partial(binding.dismiss, code_id=code_id, reason=reason), actor())
    return redirect(url_for("office.unknown_codes"))
