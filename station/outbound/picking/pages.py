"""A short pick on the desk: what is kept of which slot, and letting it go after somebody has looked (P15)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, g, redirect, request, url_for
from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.web.desk import DESK, blueprint, detail_page, form, state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.actor import Role
from station.outbound.picking import shorts
from station.outbound.picking.models import PickList, PickTask, ShortPick
from station.stock.models import Location

_SHORT = (
    select(ShortPick, Location.code.label("slot"), Sku.code, Sku.name_zh, PickList.pick_no)
    .join(Location, Location.id == ShortPick.location_id)
    .join(Sku, Sku.id == ShortPick.sku_id)
    .join(PickTask, PickTask.id == ShortPick.task_id)
    .join(PickList, PickList.id == PickTask.pick_list_id)
)


@blueprint.get("/desk/shorts/<int(max=2147483647):short_id>")
@allow(*DESK)
def short(short_id: int) -> Any:
    """What a picker did not find, and who has looked since."""
    with hub().db.read() as tx:
        row = tx.execute(_SHORT.where(ShortPick.id == short_id)).first()
        if row is None:
            abort(404)
        happened = trail(tx, documents(("SHORT", str(short_id))))
    short_pick = row[0]
    facts = [
        (_("Slot"), row.slot),
        (_("Article"), f"{row.code} {row.name_zh}"),
        (_("Kept"), short_pick.qty_kept),
        (_("Wanted"), short_pick.wanted),
        (_("Found"), short_pick.found),
        (_("Reason"), state_word(short_pick.reason)),
        (_("Pick list"), row.pick_no),
        (_("Picker"), short_pick.by),
        (_("Time"), short_pick.at),
        (_("Let go"), short_pick.closed_at),
        (_("Let go by"), short_pick.closed_by),
        (_("What was seen"), state_word(short_pick.closed_reason) if short_pick.closed_reason else ""),
    ]
    return detail_page(row.slot, facts, happened, forms=_release(short_pick))


def _release(short_pick: ShortPick) -> list[Any]:
    if short_pick.closed_at is not None or not g.actor.may(frozenset({Role.SUPERVISOR})):
        return []
    choices = [(key, state_word(reason)) for key, reason in enumerate(shorts.SEEN)]
    return form("office.release_short", _("Let it go"), choices=choices, short_id=short_pick.id)


@blueprint.post("/desk/shorts/<int(max=2147483647):short_id>/release")
@allow(Role.SUPERVISOR)
def release_short(short_id: int) -> Any:
    """A supervisor looked at the slot: what was kept may be promised again."""
    text = request.form.get("choice", "")
    with hub().db.read() as tx:
        known = tx.get(ShortPick, short_id) is not None
    if not known or text not in {str(key) for key in range(len(shorts.SEEN))}:
        abort(404)
    rule = partial(shorts.close, short_id=short_id, reason=shorts.SEEN[int(text)])
    hub().works.do(rule, actor())
    return redirect(url_for("office.short", short_id=short_id))
