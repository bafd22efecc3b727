"""An order whose carrier's label cannot be printed waits for another one, or for a person's word (P19)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import refused, supplied
from station.carriers.supplied import SuppliedLabel
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import auditing, deciding
from station.outbound.orders.models import DeliveryOrder, OrderState

_S = OrderState


def refuse(work: Work, erp_no: str, label: Any, why: str) -> None:
    """A label document (`waybill_no`, `label_format`) came for the order and cannot be printed. Also the
    label it had before is not used any more: the newest word of the carrier is this one.
    """
    order = _order(work.tx, erp_no)
    if order is None or order.state in {_S.SHIPPED, _S.CANCELLED}:
        return
    supplied.forget(work.tx, order.id)
    refused.note(work, order.id, order.order_no, label.waybill_no, label.label_format, why)
    if order.state in deciding.UNPICKED:  # later the bench refuses to label it
        deciding.hold(work, order.id, auditing.LABEL_REFUSED)


def accept(work: Work, order_id: int, label: SuppliedLabel) -> str:
    """A label that can be printed: kept, and the order goes on if it waited for nothing else. ValueError when
    its number is taken already.
    """
    result = supplied.take_over(work.tx, order_id, label)
    if result == "TAKEN" and refused.replaced(work, order_id):
        _go_on(work, order_id)
    return result


def overrule(work: Work, order_id: int, reason: str) -> None:
    """A person decides that the station's own label goes out. E-WB-12 when none waits for that."""
    standing = refused.standing(work.tx, order_id)
    if standing is None:
        raise Refused("E-WB-12")
    refused.overrule(work, standing, reason)
    _go_on(work, order_id)


def _go_on(work: Work, order_id: int) -> None:
    order = work.tx.get_one(DeliveryOrder, order_id, with_for_update=True, populate_existing=True)
    if order.state != _S.HOLD or order.hold_reason != auditing.LABEL_REFUSED:
        if order.state == _S.HOLD and auditing.LABEL_REFUSED in order.hold_reason:
            left = [part for part in order.hold_reason.split("; ") if part != auditing.LABEL_REFUSED]
            order.hold_reason = "; ".join(left)
        return
    if order.held_from == _S.NEW:
        auditing.look_again(work, order)
    else:
        auditing.unhold(work, order_id)


def _order(tx: Session, erp_no: str) -> DeliveryOrder | None:
    return tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == erp_no).with_for_update()).first()
