"""One slot on the desk, and a new label for it (P28)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, state_fact
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.messages import Refused
from station.paper.queries import papers
from station.stock.locations import LABELLED
from station.stock.models import Location
from station.storage import labels
from station.storage.registers import kind_word

REASON_LIMIT = 60


@blueprint.get("/desk/slots/<code>")
@allow(*DESK)
def slot(code: str) -> Any:
    """A place with the version of its label and everything that was printed of it."""
    with hub().db.read() as tx:
        place = tx.scalars(select(Location).where(Location.code == code)).first()
        if place is None or place.kind not in LABELLED:
            abort(404)
        happened = trail(tx, documents(("LC", code)), papers)
    facts = [
        state_fact(place.state),
        (_("Type"), kind_word(place)),
        (_("Zone"), place.zone),
        (_("Barcode"), place.barcode),
        (_("Label version"), place.label_version),
    ]
    forms = form("office.renew_label", _("Print a new label"), _("Reason"), code=code)
    return detail_page(code, facts, happened, forms=forms)


@blueprint.post("/desk/slots/<code>/label")
@allow(*RULERS)
def renew_label(code: str) -> Any:
    """The label is worn, lost or doubled: a new one is printed, and the old one is none any more."""
    reason = " ".join(request.form.get("reason", "").split())[:REASON_LIMIT]
    if not reason or not reason.isprintable():
        raise Refused("E-TXT-01", max=REASON_LIMIT)
    hub().works.do(partial(labels.renew, code=code, reason=reason), actor())
    return redirect(url_for("office.slot", code=code))
