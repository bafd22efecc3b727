"""Stock care at the desk: what waits, and the lists of it."""

from __future__ import annotations

from typing import Any

from flask import url_for

from station.ground.registers.filters import Asked
from station.ground.registers.pages import newest
from station.ground.web.desk import DESK, blueprint, form, list_page
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub
from station.inbound.quarantine import ageing
from station.stock.holds import HoldState
from station.storage.adjusting.models import AdjustmentState
from station.storage.adjusting.registers import ADJUSTMENTS
from station.storage.aging.registers import AGING
from station.storage.counting.models import COUNTS
from station.storage.holds.registers import HOLDS
from station.storage.moves.models import MOVES

LOOKS = 7
APART = (
    ("quarantine", "Quarantine"),
    ("set-apart", "Set apart"),
    ("quarantine-papers", "Quarantine papers"),
    ("gifts", "Gift register"),
    ("gift-labels", "Gift labels"),
    ("gift-issues", "Gift issue book"),
    ("gift_book", "Gift book"),
)
"""The lists of what is kept apart: pages, and their titles."""


@blueprint.get("/desk/care")
@allow(*DESK)
def care() -> Any:
    """Holds, counts, corrections, moves that wait, and the last looks at the shelf lives."""
    with hub().db.read() as tx:
        held = HOLDS.total(tx, Asked(state=HoldState.HELD))
        moves, waiting = MOVES.count_waiting(tx), COUNTS.count_waiting(tx)
        drafts = ADJUSTMENTS.total(tx, Asked(state=AdjustmentState.DRAFT))
        looks = newest(tx, AGING, LOOKS)
        settings, now = hub().settings, hub().clock.now()
        forgotten, until = ageing.count_old(tx, settings, now), ageing.last_day(tx, settings, now)
    counts = [
        (_("Holds"), held, url_for("office.holds", state=HoldState.HELD)),
        (_("Counts that wait"), waiting, url_for("office.counts", state="OPEN")),
        (_("Corrections to sign"), drafts, url_for("office.adjustments", state=AdjustmentState.DRAFT)),
        (_("Moves that wait"), moves, url_for("office.stock", state="EXPIRED")),
        (_("In quarantine for too long"), forgotten, url_for("office.quarantine", to=until)),
    ]
    links = [(url_for("office.stock"), _("Stock")), (url_for("office.aging"), _("Shelf life"))]
    links += [(url_for(f"office.{page}"), _(title)) for page, title in APART]
    links.append((url_for("office.new_hold"), _("Hold goods")))
    links.append((url_for("office.new_adjustment"), _("Correct the stock")))
    buttons = form("office.age_now", _("Look at the shelf lives now"))
    return list_page(_("Stock care"), (_("Shelf life"), looks), counts=counts, links=links, forms=buttons)
