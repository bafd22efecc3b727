"""One place on the desk: what it is, what lies in it, a new label for it, closing and opening it (P28)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, g, redirect, url_for
from sqlalchemy import select

from station.ground.web.desk import DESK, RULERS, asked_why, blueprint, detail_page, form, state_fact, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_number
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.paper.queries import papers
from station.stock.locations import LABELLED
from station.stock.models import VIRTUAL, Location, LocationState
from station.stock.trail import at_place
from station.storage import labels
from station.storage.hall import queries, rules
from station.storage.hall.addresses import check_digits
from station.storage.hall.pages import BUILDERS
from station.storage.holds.rules import HELD_PLACES
from station.storage.registers import kind_word


@blueprint.get("/desk/slots/<code>")
@allow(*DESK)
def slot(code: str) -> Any:
    """A place with what lies in it, the version of its label and everything that was printed of it."""
    with hub().db.read() as tx:
        place = tx.scalars(
            select(Location).where(Location.code == code, Location.kind.not_in(VIRTUAL))
        ).first()
        if place is None:
            abort(404)
        goods, homes = queries.lies_in(tx, place.id), queries.homes(tx, place.id)
        happened = trail(tx, documents(("LC", code)), papers)
        done = at_place(tx, place.id)
    has_label = place.kind in LABELLED
    facts = [
        state_fact(place.state),
        (_("Type"), kind_word(place)),
        (_("Zone"), place.zone),
        (_("Barcode"), place.barcode),
        (_("Label version"), place.label_version if has_label else ""),
        (_("Check digits"), check_digits(code, place.label_version) if has_label else ""),
        (_("Walk"), place.pick_seq or ""),
        (_("Heaviest, kg"), _kilograms(place.max_weight_g)),
        (_("Pick slot of"), ", ".join(homes)),
    ]
    columns = [(_("Article"), "sku"), (_("Name"), "name"), (_("Type"), "type"), (_("Lot"), "supplier_lot")]
    columns += [(_("Expires"), "expires_on"), (_("Quantity"), "qty"), (_("Promised"), "promised")]
    sheets = [(_("What lies there"), table(columns, goods)), (_("What was done there"), done), *happened]
    return detail_page(code, facts, sheets, forms=_forms(place, has_label=has_label))


def _kilograms(grams: int | None) -> str:
    if grams is None:
        return ""
    return local_number(grams // 1000) if grams % 1000 == 0 else f"{local_number(grams)} g"


def _forms(place: Location, *, has_label: bool) -> list[dict[str, Any]]:
    """A new label where there is one; closing and opening for whoever builds the hall."""
    forms = []
    if has_label and place.state != LocationState.CLOSED:
        forms += form("office.renew_label", _("Print a new label"), _("Reason"), code=place.code)
    if place.state == LocationState.OPEN and place.kind in HELD_PLACES:
        forms += form("office.have_it_counted", _("Have it counted"), code=place.code)
        forms += form("office.hold_this_slot", _("Hold this slot"), _("Reason"), code=place.code)
    if g.actor.may(frozenset(BUILDERS)):
        if place.state == LocationState.CLOSED:
            forms.append(_change("office.reopen_place", _("Open it again"), place.code))
        else:
            forms.append(_change("office.close_place", _("Close it"), place.code))
    return forms


def _change(endpoint: str, button: str, code: str) -> dict[str, Any]:
    return {"action": url_for(endpoint, code=code), "button": button, "label": _("Reason"), "choices": None}


@blueprint.post("/desk/slots/<code>/label")
@allow(*RULERS)
def renew_label(code: str) -> Any:
    """The label is worn, lost or doubled: a new one is printed, and the old one is none any more."""
    hub().works.do(partial(labels.renew, code=code, reason=asked_why()), actor())
    return redirect(url_for("office.slot", code=code))


@blueprint.post("/desk/slots/<code>/close")
@allow(*BUILDERS)
def close_place(code: str) -> Any:
    """The place takes part no more; refused while something lies there or is on its way (E-HAL-09)."""
    hub().works.do(partial(rules.close, code=code, reason=asked_why()), actor())
    return redirect(url_for("office.slot", code=code))


@blueprint.post("/desk/slots/<code>/reopen")
@allow(*BUILDERS)
def reopen_place(code: str) -> Any:
    """The place takes part again."""
    hub().works.do(partial(rules.reopen, code=code, reason=asked_why()), actor())
    return redirect(url_for("office.slot", code=code))
