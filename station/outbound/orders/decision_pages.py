"""The buttons of an order's page: what may be decided of it as it is (see `deciding`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, redirect, url_for

from station.ground.web.desk import RULERS, asked_why, blueprint, form
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.work import Work
from station.outbound.orders import auditing, deciding, queries
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder, OrderState

Rule = Callable[..., None]


def forms(doc: DeliveryOrder, lines: list[Any]) -> list[dict[str, Any]]:
    """What a person may decide about the order as it is."""
    number, why = doc.order_no, _("Reason")
    made: list[dict[str, Any]] = []
    if doc.state == OrderState.HOLD:
        made += form("office.unhold", _("Let it go on"), order_no=number)
    if doc.state == OrderState.SHORT and not any(line.qty_picked for line in lines):
        made += form("office.restock", _("Wait for goods again"), order_no=number)
    if doc.state in deciding.HURRIED:
        word = _("No hurry any more") if doc.is_urgent else _("Make it urgent")
        made += form("office.hurry", word, why, order_no=number)
    if doc.state in deciding.HOLDABLE:
        made += form("office.hold", _("Hold it"), why, order_no=number)
    if doc.state == OrderState.WAVED:
        made += form("office.kick", _("Take it out of its wave"), why, order_no=number)
    if doc.state in deciding.CANCELLABLE:
        made += form("office.cancel_order", _("Cancel the order"), why, order_no=number)
    return made


@blueprint.post("/desk/orders/<order_no>/unhold")
@allow(*RULERS)
def unhold(order_no: str) -> Any:
    """A person looked at a held order."""
    return _decide(order_no, auditing.unhold, OrderState.HOLD)


@blueprint.post("/desk/orders/<order_no>/restock")
@allow(*RULERS)
def restock(order_no: str) -> Any:
    """A person decides that a short order waits for goods; E-ORD-03 while its picked goods are in a tote."""
    return _decide(order_no, orders.restock)


@blueprint.post("/desk/orders/<order_no>/hold")
@allow(*RULERS)
def hold(order_no: str) -> Any:
    """Nothing more is done for it until somebody lets it go on."""
    return _decide(order_no, partial(deciding.hold, reason=asked_why()))


@blueprint.post("/desk/orders/<order_no>/kick")
@allow(*RULERS)
def kick(order_no: str) -> Any:
    """Out of its wave."""
    return _decide(order_no, partial(deciding.kick, reason=asked_why()))


@blueprint.post("/desk/orders/<order_no>/hurry")
@allow(*RULERS)
def hurry(order_no: str) -> Any:
    """Before the others, or not before them any more."""
    why = asked_why()

    def turn(work: Work, order_id: int) -> None:
        is_urgent = work.tx.get_one(DeliveryOrder, order_id).is_urgent
        deciding.prioritise(work, order_id, why, is_urgent=not is_urgent)

    return _decide(order_no, turn)


@blueprint.post("/desk/orders/<order_no>/cancel")
@allow(*RULERS)
def cancel_order(order_no: str) -> Any:
    """The customer or the shop does not want it any more."""
    return _decide(order_no, partial(deciding.cancel, reason=asked_why()))


def _decide(order_no: str, rule: Rule, *states: OrderState) -> Any:
    """Do it in a unit of work of its own and show the order; 404 for none, or for one in no such state."""
    with hub().db.read() as tx:
        row = queries.order(tx, order_no)
    if row is None or (states and row[0].state not in states):
        abort(404)
    hub().works.do(partial(rule, order_id=row[0].id), actor())
    return redirect(url_for("office.order", order_no=order_no))
