"""Which parcels want a waybill number from a carrier's service, and which do not any more (P19).

An order's number is asked for as soon as it is in a wave, so that it is there before the packer is; that of
a further parcel when the parcel is begun. What an order that was stopped has asked for is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from station.carriers.service import rules as asked
from station.carriers.service.models import LIVE, NumberRequest, NumberService
from station.carriers.supplied import SuppliedLabel
from station.catalog.models import Carrier, Sku
from station.ground.work import SYSTEM, Work, Works
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.models import Parcel

_S = OrderState
ON_ITS_WAY = (_S.WAVED, _S.PICKING, _S.PICKED, _S.CHECKED)
AT_ONCE = 50
Wish = tuple[int, int]
"""Order and parcel."""


class Numbers:
    """The loop that tells the carriers' services what the benches will need."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def turn(self) -> bool:
        """Some wishes and some that are dropped; True when there may be more."""
        with self._works.db.read() as tx:
            if tx.scalar(select(NumberService.id).limit(1)) is None:
                return False
            wishes, stopped = [*_first(tx), *_further(tx)][:AT_ONCE], _stopped(tx)
        if wishes:
            self._works.do(lambda work: _want(work, wishes), SYSTEM)
        for order_id in stopped:
            self._works.do(lambda work, order_id=order_id: asked.drop_all(work, order_id), SYSTEM)  # type: ignore[misc]
        return len(wishes) == AT_ONCE or len(stopped) == AT_ONCE


def _is_wanted(order_id: Any, seq: Any) -> Any:
    return exists().where(
        NumberRequest.order_id == order_id, NumberRequest.seq == seq, NumberRequest.state.in_(LIVE)
    )


def _first(tx: Session) -> list[Wish]:
    """First parcels of orders in a wave whose carrier has a service, and for which nothing came yet."""
    rows = (
        select(DeliveryOrder.id)
        .join(NumberService, NumberService.carrier_id == DeliveryOrder.carrier_id)
        .where(
            DeliveryOrder.state.in_(ON_ITS_WAY),
            ~_is_wanted(DeliveryOrder.id, 1),
            ~exists().where(SuppliedLabel.order_id == DeliveryOrder.id),
        )
    )
    return [(order_id, 1) for order_id in tx.scalars(rows.order_by(DeliveryOrder.id).limit(AT_ONCE))]


def _further(tx: Session) -> list[Wish]:
    """Second and later parcels that are begun."""
    rows = (
        select(Parcel.order_id, Parcel.seq)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .join(NumberService, NumberService.carrier_id == DeliveryOrder.carrier_id)
        .where(Parcel.seq > 1, DeliveryOrder.state.in_(ON_ITS_WAY), ~_is_wanted(Parcel.order_id, Parcel.seq))
    )
    return [(row.order_id, row.seq) for row in tx.execute(rows.order_by(Parcel.id).limit(AT_ONCE))]


def _stopped(tx: Session) -> Sequence[int]:
    """Orders that were stopped and still have a wish."""
    rows = (
        select(NumberRequest.order_id)
        .join(DeliveryOrder, DeliveryOrder.id == NumberRequest.order_id)
        .where(NumberRequest.state.in_(LIVE), DeliveryOrder.state.in_(STOPPED - {_S.SHORT, _S.HOLD}))
    )
    return tx.scalars(rows.distinct().limit(AT_ONCE)).all()


def _want(work: Work, wishes: Sequence[Wish]) -> None:
    for order_id, seq in wishes:
        order = work.tx.get(DeliveryOrder, order_id, with_for_update=True)
        if (
            order is not None
            and order.state in ON_ITS_WAY
            and not work.tx.scalar(select(_is_wanted(order_id, seq)))
        ):
            carrier = work.tx.get_one(Carrier, order.carrier_id)
            asked.want(work, carrier.id, order.id, order.order_no, seq, _told(work.tx, order, carrier, seq))


def _told(tx: Session, order: DeliveryOrder, carrier: Carrier, seq: int) -> dict[str, Any]:
    """What the carrier must know. The goods of an order in several parcels are told with the first."""
    lines = (
        select(Sku.name_zh, OrderLine.qty)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.id)
    )
    return {
        "order_no": order.order_no,
        "parcel": seq,
        "carrier": carrier.code,
        "account": carrier.account,
        "sender": {
            "name": carrier.sender_name,
            "phone": carrier.sender_phone,
            "address": carrier.sender_address,
        },
        "receiver": {
            "name": order.receiver_name,
            "phone": order.receiver_phone,
            "province": order.province,
            "city": order.city,
            "district": order.district,
            "address": order.address,
        },
        "goods": [{"name": row.name_zh, "qty": row.qty} for row in tx.execute(lines)] if seq == 1 else [],
    }
