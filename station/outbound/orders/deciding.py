"""What a person at the desk decides about an order (P11, P13, P24): hold it, put it first, take it out of its
wave, cancel it.

Each leaves the order where its goods are: what was promised and not picked is free again, what was picked
stays where it lies until it is brought to the shelf or the order goes on.
"""

from __future__ import annotations

from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import rules
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.orders.releasing import kick_out, release_open
from station.outbound.picking import offering

_S = OrderState
UNPICKED = frozenset({_S.NEW, _S.AUDITED, _S.ALLOCATED, _S.WAVED})
HOLDABLE = UNPICKED | {_S.PICKED, _S.CHECKED, _S.PACKED, _S.WEIGHED, _S.STAGED}
"""What is being picked has its units in two places: it is held when it is picked, or cancelled."""
CANCELLABLE = HOLDABLE | {_S.PICKING, _S.HOLD, _S.SHORT}
HURRIED = CANCELLABLE - {_S.STAGED}
"""Where being urgent changes anything; a staged parcel waits for its courier alone."""


def hold(work: Work, order_id: int, reason: str) -> None:
    """Nothing more is done for the order until somebody lets it go on (§6.0).

    Unpicked, it leaves its wave and gives its promises back; picked, its goods wait where they are.
    E-ORD-04 while it is being picked, E-ORD-01 when it left or was stopped.
    """
    order = _order(work, order_id)
    if order.state == _S.PICKING:
        raise Refused("E-ORD-04")
    if order.state in {_S.ALLOCATED, _S.WAVED}:
        _unpromise(work, order)
    ORDER.move(
        work, order, "hold", detail={"reason": reason}, held_from=order.state, hold_reason=reason[:200]
    )


def kick(work: Work, order_id: int, reason: str) -> None:
    """Out of its wave (剔除): the order waits for goods again. E-ORD-01 once something of it was picked."""
    order = _order(work, order_id)
    if order.state != _S.WAVED:
        raise Refused("E-ORD-01", st=order.state)
    _unpromise(work, order, reason)


def _unpromise(work: Work, order: DeliveryOrder, reason: str = "") -> None:
    release_open(work, order.id)
    kick_out(work, order.id)
    ORDER.move(work, order, "deallocate", detail={"reason": reason} if reason else None)


def prioritise(work: Work, order_id: int, reason: str, *, is_urgent: bool) -> None:
    """Urgent orders are released and picked before the others, or no longer are. E-ORD-01 when it is too late
    for either.
    """
    order = _order(work, order_id)
    if order.state not in HURRIED:
        raise Refused("E-ORD-01", st=order.state)
    if order.is_urgent == is_urgent:
        return
    order.is_urgent = is_urgent
    offering.hurry(work, order.id)
    event = "hurry" if is_urgent else "unhurry"
    record(work, "DO", order.order_no, event, old=order.state, new=order.state, detail={"reason": reason})


def cancel(work: Work, order_id: int, reason: str) -> None:
    """As if the ERP had cancelled it (P24): stopped at once, or intercepted where goods are on their way; the
    ERP hears of it. E-ORD-01 when it has left, wholly or in part, or was stopped before.
    """
    order = _order(work, order_id)
    if order.state not in CANCELLABLE or rules.is_partly_gone(work.tx, order.id):
        raise Refused("E-ORD-01", st=order.state)
    rules.cancel(work, order.erp_no, reason, f"DESK-{order.order_no}")


def _order(work: Work, order_id: int) -> DeliveryOrder:
    """The order, kept from everybody else in this unit of work."""
    return work.tx.get_one(DeliveryOrder, order_id, with_for_update=True, populate_existing=True)
