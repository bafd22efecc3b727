"""Labels of a part of the hall, ordered at the desk (P28)."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import render_template, request

from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused, say
from station.storage.hall import carried, labels
from station.storage.hall.pages import BUILDERS


@blueprint.get("/desk/hall/labels")
@allow(*BUILDERS)
def hall_labels() -> Any:
    """What labels can be printed, and on what."""
    return _page()


@blueprint.post("/desk/hall/labels")
@allow(*BUILDERS)
def print_hall_labels() -> Any:
    """Print the labels of an aisle, or of all places of a kind."""
    value, on_a4 = request.form.get("which", "")[:40], request.form.get("paper") == "a4"
    key = secrets.token_hex(8)
    try:
        new, before = hub().works.do(partial(labels.order, value=value, on_a4=on_a4), actor(), key=key)
    except Refused as refusal:
        return _page(refusal=say(refusal.code, refusal.facts), needs_route=refusal.code == "E-PRN-05"), 422
    return _page(done=(new, before))


def _page(**shown: Any) -> str:
    with hub().db.read() as tx:
        found = labels.choices(tx)
    chosen = request.form.get("which", request.args.get("which", ""))[:40]
    number = chosen.removeprefix(f"{carried.ONE_BADGE}:")
    one = [(chosen, f"{_('Badge')} {number}", 1)] if number != chosen else []
    return render_template(
        "hall/labels.html",
        choices=[(choice.value, choice.name or _word(choice.kind), choice.count) for choice in found] + one,
        chosen=chosen,
        demo=hub().demo_people,
        **{"done": None, "refusal": None, "needs_route": False} | shown,
    )


def _word(kind: str) -> str:
    words = {
        carried.BOXES: _("Boxes and bags"),
        carried.BADGES: _("Badges"),
        carried.CARDS: _("Command cards"),
    }
    return words.get(kind) or say(f"L-LOC-{kind}")[language()]
