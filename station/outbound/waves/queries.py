"""What the desk looks up of waves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave, WaveOrder
from station.people.models import User
from station.stock.models import Location


def ready(tx: Session) -> int:
    """How many orders could be released now."""
    query = select(func.count()).where(DeliveryOrder.state == OrderState.ALLOCATED)
    return tx.scalar(query) or 0


def wave(tx: Session, wave_no: str) -> Any:
    """One wave with its carrier, or None."""
    query = select(Wave, Carrier.name).join(Carrier, Carrier.id == Wave.carrier_id)
    return tx.execute(query.where(Wave.wave_no == wave_no)).first()


def lists(tx: Session, wave_id: int) -> list[Any]:
    """Pick lists of a wave."""
    return list(
        tx.execute(
            select(PickList.pick_no, PickList.state, Location.code, User.name)
            .outerjoin(Location, Location.id == PickList.tote_id)
            .outerjoin(User, User.id == PickList.user_id)
            .where(PickList.wave_id == wave_id)
            .order_by(PickList.id)
        )
    )


def orders(tx: Session, wave_id: int) -> list[Any]:
    """Orders of a wave."""
    return list(
        tx.execute(
            select(DeliveryOrder.order_no, DeliveryOrder.state, WaveOrder.flag)
            .join(WaveOrder, WaveOrder.order_id == DeliveryOrder.id)
            .where(WaveOrder.wave_id == wave_id)
            .order_by(WaveOrder.seq)
        )
    )
