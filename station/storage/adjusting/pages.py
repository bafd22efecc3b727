"""Corrections at the desk: a new one, its second signature, its refusal, its mirror (P27)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import abort, g, redirect, url_for
from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, state_fact, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.stock.models import Location, Lot, StockStatus
from station.stock.trail import movements
from station.storage import forms
from station.storage.adjusting import rules
from station.storage.adjusting.models import Adjustment, AdjustmentLine, AdjustmentState
from station.storage.forms import REASON_LIMIT, Field
from station.storage.holds.rules import find as find_goods

DIGITS = 5
"""A quantity on a form has so many."""


@blueprint.get("/desk/adjustments/new")
@allow(*RULERS)
def new_adjustment() -> Any:
    """What is really there."""
    return _form()


@blueprint.post("/desk/adjustments/new")
@allow(*RULERS)
def make_adjustment() -> Any:
    """The first signature: whoever fills in the form. A supervisor who is somebody else signs on its page."""
    try:
        names = ("slot", "article", "lot", "status", "there", "reason_code")
        typed = {name: forms.typed(name) for name in names} | {"note": forms.typed("note", REASON_LIMIT)}
        number = hub().works.do(partial(_draft, typed=typed, who=actor()), actor())
    except Refused as refusal:
        return _form(refusal)
    return redirect(url_for("office.adjustment", adjustment_no=number))


def _draft(work: Work, typed: Mapping[str, str], who: Actor) -> str:
    there, status = typed["there"], typed["status"]
    place = work.tx.scalars(select(Location).where(Location.code == typed["slot"].upper())).first()
    if place is None:
        raise Refused("E-LOC-01")
    if not there.isascii() or not there.isdigit():
        raise Refused("E-QTY-01", max=work.settings.rules.qty_max)
    reasons = {one.name for one in rules.REASONS}
    if typed["reason_code"] not in reasons or status not in set(StockStatus):
        raise Refused("E-SYS-05")
    sku_id, lot_id = find_goods(work, typed["article"], typed["lot"])
    if lot_id is None:
        raise Refused("E-HLD-03")
    book = rules.stock_row(work.tx, rules.Line(sku_id, lot_id, place.id, 0, status))
    qty = inputs.quantity(Code(Kind.QUANTITY, there), 0, work.settings.rules.qty_max)
    line = rules.Line(sku_id, lot_id, place.id, qty - (book.on_hand if book else 0), status)
    return rules.draft(work, [line], typed["reason_code"], who, note=typed["note"]).adjustment_no


def _form(refusal: Refused | None = None) -> Any:
    reasons = [(one.name, say(one.label)[g.actor.lang]) for one in rules.REASONS]
    statuses = [(one.value, state_word(one.value)) for one in StockStatus]
    fields = [
        Field("slot", _("Slot"), needed=True),
        Field("article", _("Article"), needed=True),
        Field(
            "lot",
            _("Lot"),
            needed=True,
            hint=_("The supplier's lot number, ours (L000012), or the expiry 2027-03-01."),
        ),
        Field("status", _("Type"), options=statuses, value=StockStatus.GOOD.value),
        Field(
            "there",
            _("Really there"),
            DIGITS,
            needed=True,
            hint=_("Loose units; cartons are corrected on a handheld."),
        ),
        Field("reason_code", _("Reason"), options=reasons),
        Field("note", _("Note"), REASON_LIMIT),
    ]
    return forms.page(_("Correct the stock"), url_for("office.make_adjustment"), _("Sign"), fields, refusal)


@blueprint.get("/desk/adjustments/<adjustment_no>")
@allow(*DESK)
def adjustment(adjustment_no: str) -> Any:
    """One correction, with what it changes and who answers for it."""
    with hub().db.read() as tx:
        made = rules.find(tx, adjustment_no[:30])
        if made is None:
            abort(404)
        query = (
            select(
                Sku.code, Sku.name_zh, Lot.supplier_lot, Lot.expires_on, Location.code.label("place"),
                AdjustmentLine.status.label("type"), AdjustmentLine.delta,
            )
            .join(Sku, Sku.id == AdjustmentLine.sku_id)
            .join(Lot, Lot.id == AdjustmentLine.lot_id)
            .join(Location, Location.id == AdjustmentLine.location_id)
            .where(AdjustmentLine.adjustment_id == made.id)
            .order_by(AdjustmentLine.id)
        )  # fmt: skip
        columns = [
            (_("Slot"), "place"),
            (_("Article"), "code"),
            (_("Name"), "name_zh"),
            (_("Lot"), "supplier_lot"),
        ]
        columns += [(_("Expires"), "expires_on"), (_("Type"), "type"), (_("More or fewer"), "delta")]
        sheet = table(columns, tx.execute(query))
        mirror = tx.scalar(select(Adjustment.adjustment_no).where(Adjustment.reverse_of == made.id))
        of = tx.get(Adjustment, made.reverse_of or 0)
        happened = trail(tx, documents(("AJ", made.adjustment_no)), movements)
    facts = [
        state_fact(made.state),
        (_("Reason"), state_word(made.reason)),
        (_("Note"), made.note),
        (_("Count"), made.origin_no),
        (_("Who"), made.made_name),
        (_("Time"), made.made_at),
        (_("Posted"), made.posted_at),
        (_("Takes back"), of.adjustment_no if of else ""),
        (_("Taken back by"), mirror or ""),
    ]
    return detail_page(
        made.adjustment_no, facts, [(_("Lines"), sheet), *happened], forms=_forms(made, mirror)
    )


def _forms(made: Adjustment, mirror: str | None) -> list[dict[str, Any]]:
    number, buttons = made.adjustment_no, []
    if made.state == AdjustmentState.DRAFT:
        if g.actor.may(frozenset({Role.SUPERVISOR})) and g.actor.user_id != made.made_by:
            buttons += form("office.post_adjustment", _("Sign and post"), adjustment_no=number)
        buttons += form("office.refuse_adjustment", _("Refuse it"), _("Reason"), adjustment_no=number)
    elif made.state == AdjustmentState.POSTED and mirror is None:
        buttons += form("office.reverse_adjustment", _("Take it back"), _("Reason"), adjustment_no=number)
    return buttons


@blueprint.post("/desk/adjustments/<adjustment_no>/post")
@allow(Role.SUPERVISOR)
def post_adjustment(adjustment_no: str) -> Any:
    """The second signature."""
    made = _made(adjustment_no)
    hub().works.do(partial(rules.post, adjustment_id=made.id, allower=actor()), actor())
    return redirect(url_for("office.adjustment", adjustment_no=made.adjustment_no))


@blueprint.post("/desk/adjustments/<adjustment_no>/refuse")
@allow(*RULERS)
def refuse_adjustment(adjustment_no: str) -> Any:
    """Nobody believes it."""
    made = _made(adjustment_no)
    hub().works.do(partial(rules.refuse, adjustment_id=made.id, reason=forms.reason()), actor())
    return redirect(url_for("office.adjustment", adjustment_no=made.adjustment_no))


@blueprint.post("/desk/adjustments/<adjustment_no>/reverse")
@allow(*RULERS)
def reverse_adjustment(adjustment_no: str) -> Any:
    """It was wrong: another one takes it back."""
    made, why, who = _made(adjustment_no), forms.reason(), actor()

    def mirror(work: Work) -> str:
        return rules.reverse(work, made.id, why, who).adjustment_no

    return redirect(url_for("office.adjustment", adjustment_no=hub().works.do(mirror, who)))


def _made(adjustment_no: str) -> Adjustment:
    with hub().db.read() as tx:
        made = rules.find(tx, adjustment_no[:30])
    if made is None:
        abort(404)
    return made
