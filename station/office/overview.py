"""The desk's first page: the day at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g, url_for

from station.catalog.models import CodeState
from station.catalog.registers import UNKNOWN_CODES
from station.exchange.models import MessageState, OutboxMessage
from station.ground.registers.filters import Asked
from station.ground.registers.pages import newest
from station.ground.setup.alarms import Alarm, raised
from station.ground.setup.needs import Need, missing
from station.ground.web.desk import DESK, blueprint, list_page, state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub
from station.inbound.registers import RECEIPTS
from station.office import queries
from station.outbound.orders.registers import ORDERS
from station.outbound.picking.registers import SHORTS
from station.people.registers import REFUSALS
from station.storage.registers import SLOTS

LAST_REFUSALS = 10
OPEN_MESSAGES = (MessageState.PENDING, MessageState.LEASED, MessageState.DEAD)


@blueprint.get("/desk")
@allow(*DESK)
def desk() -> Any:
    """What is still open, by state, and the last refusals."""
    with hub().db.read() as tx:
        parts = (
            (_("Orders"), "office.orders", ORDERS.counts(tx, Asked())),
            (_("Receipts"), "office.receipts", RECEIPTS.counts(tx, Asked())),
            (_("To the ERP"), "office.erp_out", queries.state_counts(tx, OutboxMessage, OPEN_MESSAGES)),
        )
        refused = newest(tx, REFUSALS, LAST_REFUSALS)
        kept, slots = SHORTS.total(tx, Asked()), SLOTS.total(tx, Asked())
        unknown = dict(UNKNOWN_CODES.counts(tx, Asked())).get(CodeState.OPEN, 0)
        checks = [check for room in hub().rooms for check in room.needs]
        lacking = missing(checks, tx, hub().settings)
        watches = [watch for room in hub().rooms for watch in room.alarms]
        late = raised(watches, tx, hub().settings, hub().clock.now())
    counts = [
        (f"{name} {state_word(state)}", count, url_for(endpoint, state=state))
        for name, endpoint, states in parts
        for state, count in states
    ]
    if kept:
        counts.append((_("Kept after a short pick"), kept, url_for("office.shorts")))
    if unknown:
        address = url_for("office.unknown_codes", state=CodeState.OPEN)
        counts.append((_("Unknown barcodes"), unknown, address))
    links = [  # not counted: they are as long as the hall is full
        (url_for("office.stock"), _("Stock")),
        (url_for("office.opening"), _("Opening stock")),
        (url_for("office.care"), _("Stock care")),
    ]
    counts.append((_("Slots"), slots, url_for("office.slots")))
    return list_page(
        _("Overview"),
        (_("Refusals"), refused),
        counts=counts,
        needs=_needs(lacking),
        alarms=_alarms(late),
        links=links,
    )


def _needs(lacking: Iterable[Need]) -> list[tuple[str, str]]:
    """What is missing for the first order, and the page that mends it where there is one.

    What may wait stands on the way of the first set-up only.
    """
    return [
        (need.text[g.actor.lang], url_for(need.endpoint) if need.endpoint else "")
        for need in lacking
        if not need.may_wait
    ]


def _alarms(late: Iterable[Alarm]) -> list[tuple[str, str]]:
    """What has waited for too long, and the list of it."""
    return [
        (alarm.text[g.actor.lang], url_for(alarm.endpoint, **alarm.asked) if alarm.endpoint else "")
        for alarm in late
    ]
