"""The date of goods that came without one, as a supervisor types it at the desk (P6)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy import select

from station.ground.spreadsheets.days import day
from station.ground.spreadsheets.reasons import BadCell
from station.ground.web.desk import RULERS, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused
from station.stock.holds import Hold
from station.storage import forms
from station.storage.forms import REASON_LIMIT, Field
from station.storage.holds import dating


@blueprint.get("/desk/holds/<hold_no>/date")
@allow(*RULERS)
def date_hold(hold_no: str) -> Any:
    """How old are they, and who says so?"""
    _id_of(hold_no)
    return _form(hold_no)


@blueprint.post("/desk/holds/<hold_no>/date")
@allow(*RULERS)
def give_date(hold_no: str) -> Any:
    """The dates are written down, with who and why; they do not release anything."""
    hold_id = _id_of(hold_no)
    try:
        produced = _day(forms.typed("produced"))
        expires = _day(forms.typed("expires")) if forms.typed("expires") else None
        why = forms.reason()
        rule = partial(dating.give, hold_id=hold_id, who=actor(), produced=produced, expires=expires, why=why)
        hub().works.do(lambda work: rule(work).hold_no, actor())
    except Refused as refusal:
        return _form(hold_no, refusal)
    return redirect(url_for("office.hold_page", hold_no=hold_no))


def _id_of(hold_no: str) -> int:
    """The hold's id; 404 for none."""
    with hub().db.read() as tx:
        hold_id = tx.scalar(select(Hold.id).where(Hold.hold_no == hold_no[:30]))
    if hold_id is None:
        abort(404)
    return hold_id


def _day(text: str) -> date:
    """A day as typed, in any notation that can be read in one way only; E-DAT-01 for what is none."""
    try:
        return day(text, hub().clock.zone)
    except BadCell:
        raise Refused("E-DAT-01") from None


def _form(hold_no: str, refusal: Refused | None = None) -> Any:
    fields = [
        Field("produced", _("Produced"), needed=True, hint=_("For example 2026-11-30.")),
        Field("expires", _("Expires"), hint=_("Empty: as the shelf life of the article says.")),
        Field("reason", _("Who says so, and where it stands"), REASON_LIMIT, needed=True),
    ]
    address = url_for("office.give_date", hold_no=hold_no)
    return forms.page(f"{hold_no} · {_('Give it a date')}", address, _("Keep it"), fields, refusal)
