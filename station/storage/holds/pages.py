"""Holds at the desk: a new one, one with what it is on and whom it met, and its end (P10)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, g, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, state_fact, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.outbound.orders import recalling
from station.stock.holds import Hold, HoldState
from station.stock.lots import lot_no
from station.stock.models import Location, Lot
from station.stock.trail import movements
from station.storage import forms
from station.storage.forms import REASON_LIMIT, Field
from station.storage.holds import dating, rules
from station.storage.lookup import rules as lookup


@blueprint.get("/desk/holds/new")
@allow(*RULERS)
def new_hold() -> Any:
    """What is to be held."""
    return _form()


@blueprint.post("/desk/holds/new")
@allow(*RULERS)
def make_hold() -> Any:
    """Hold a slot, a lot, or all lots of an article."""
    try:
        why, slot, article, lot = (
            forms.reason(),
            forms.typed("slot"),
            forms.typed("article"),
            forms.typed("lot"),
        )
        hold_no = hub().works.do(partial(_hold, slot=slot, article=article, lot=lot, why=why), actor())
    except Refused as refusal:
        return _form(refusal)
    return redirect(url_for("office.hold_page", hold_no=hold_no))


def _hold(work: Work, slot: str, article: str, lot: str, why: str) -> str:
    if bool(slot) == bool(article):
        raise Refused("E-HLD-05")
    if slot:
        return rules.hold_slot(work, slot.upper(), why).hold_no
    sku_id, lot_id = rules.find(work, article, lot)
    if lot_id is None:
        return rules.hold_article(work, sku_id, why).hold_no
    return rules.hold_lot(work, lot_id, why).hold_no


def _form(refusal: Refused | None = None) -> Any:
    fields = [
        Field("slot", _("Slot"), hint=_("A slot alone: nothing goes in or out.")),
        Field("article", _("Article"), hint=_("An article's code: all its lots, unless a lot is named.")),
        Field(
            "lot", _("Lot"), hint=_("The supplier's lot number, ours (L000012), or the expiry 2027-03-01.")
        ),
        Field("reason", _("Reason"), REASON_LIMIT, needed=True),
    ]
    return forms.page(_("Hold goods"), url_for("office.make_hold"), _("Hold them"), fields, refusal)


@blueprint.post("/desk/slots/<code>/hold")
@allow(*RULERS)
def hold_this_slot(code: str) -> Any:
    """From the page of a place."""
    hub().works.do(partial(rules.hold_slot, code=code, reason=forms.reason()), actor())
    return redirect(url_for("office.slot", code=code))


@blueprint.get("/desk/holds/<hold_no>")
@allow(*DESK)
def hold_page(hold_no: str) -> Any:
    """One hold: what it is on, where that stands, and the orders that got some of it."""
    with hub().db.read() as tx:
        hold = tx.scalars(select(Hold).where(Hold.hold_no == hold_no[:30])).first()
        if hold is None:
            abort(404)
        sku, lot = tx.get(Sku, hold.sku_id or 0), tx.get(Lot, hold.lot_id or 0)
        place = tx.get(Location, hold.location_id or 0)
        lots = [lot.id] if lot else list(rules.lots_of(tx, sku.id)) if sku else []
        where = lookup.at_place(place.id) if place else lookup.of_lots(lots)
        there, met = lookup.find(tx, where).rows, recalling.with_lots(tx, lots)
        against = _against(tx, lot) if lot else ""
        happened = trail(tx, documents(("HD", hold.hold_no)), movements)
    columns = [(_("Slot"), "place"), (_("Article"), "sku"), (_("Lot"), "lot"), (_("Type"), "status_word")]
    columns += [(_("Quantity"), "qty"), (_("Promised"), "promised")]
    orders = [(_("Order"), "order_no"), (_("ERP number"), "erp_no"), (_("State"), "state")]
    orders.append((_("Quantity"), "qty"))
    sheets = [
        (_("What stands there"), table(columns, [_Shown(row) for row in there])),
        (_("Orders that got some of it"), table(orders, met, _order_address)),
    ]
    buttons, links = [], []
    if hold.state == HoldState.HELD:
        label = _("Reason") if against else ""
        buttons = form("office.release_hold", _("Release it"), label, hold_no=hold.hold_no)
        if lot and lot.is_undated and g.actor.may(frozenset(RULERS)):
            links = [(url_for("office.date_hold", hold_no=hold.hold_no), _("Give it a date"))]
    facts = [*_facts(hold, sku, lot, place), (_("Against its dates"), against)]
    return detail_page(hold.hold_no, facts, [*sheets, *happened], forms=buttons, links=links)


def _against(tx: Session, lot: Lot) -> str:
    """What stands against the sale of goods that came without a date, in the person's language."""
    found = dating.fault(hub().works.work(tx, actor()), lot)
    return say("E-HLD-06" if lot.lacks_date else found)[language()] if lot.lacks_date or found else ""


def _facts(hold: Hold, sku: Any, lot: Any, place: Any) -> list[tuple[str, Any]]:
    return [
        state_fact(hold.state),
        (_("Type"), state_word(hold.kind)),
        (_("Slot"), place.code if place else ""),
        (_("Article"), f"{sku.code} {sku.name_zh}" if sku else ""),
        (_("Lot"), (lot.supplier_lot or lot_no(lot.id)) if lot else ""),
        (_("Produced"), lot.produced_on if lot else ""),
        (_("Expires"), lot.expires_on if lot else ""),
        (_("Reason"), hold.reason),
        (_("Since"), hold.at),
        (_("Who"), hold.by),
        (_("Until"), hold.ended_at),
        (_("Released by"), hold.ended_by),
    ]


def _order_address(row: Any) -> str:
    return url_for("office.order", order_no=row.order_no)


class _Shown:
    """A row of stock with its status as a word."""

    def __init__(self, row: lookup.Row) -> None:
        self.place, self.sku, self.lot = row.place, row.sku, row.lot
        self.status_word, self.qty, self.promised = state_word(row.status), row.qty, row.promised


@blueprint.post("/desk/holds/<hold_no>/release")
@allow(*RULERS)
def release_hold(hold_no: str) -> Any:
    """The goods may be sold again; E-HLD-06 while their date is missing."""
    with hub().db.read() as tx:
        hold_id = tx.scalar(select(Hold.id).where(Hold.hold_no == hold_no[:30]))
    if hold_id is None:
        abort(404)
    hub().works.do(partial(rules.release, hold_id=hold_id, why=forms.typed("reason", REASON_LIMIT)), actor())
    return redirect(url_for("office.hold_page", hold_no=hold_no))
