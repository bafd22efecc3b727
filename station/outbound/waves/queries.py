"""What the desk looks up of waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.picking.documents import metres
from station.outbound.picking.models import ListTote, PickList
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


@dataclass(frozen=True, slots=True)
class ListRow:
    """A pick list with its totes, its picker and its way in whole metres, as a page shows it."""

    pick_no: str
    state: str
    code: str
    name: str
    metres: int
    saved: int


def lists(tx: Session, wave_id: int) -> list[ListRow]:
    """Pick lists of a wave."""
    rows = tx.execute(
        select(PickList.id, PickList.pick_no, PickList.state, PickList.walk_cm, PickList.fixed_cm, User.name)
        .outerjoin(User, User.id == PickList.user_id)
        .where(PickList.wave_id == wave_id)
        .order_by(PickList.id)
    ).all()
    carried: dict[int, list[str]] = {}
    for tote in tx.execute(
        select(ListTote.pick_list_id, Location.code)
        .join(Location, Location.id == ListTote.tote_id)
        .where(ListTote.pick_list_id.in_([row.id for row in rows]))
        .order_by(ListTote.id)
    ):
        carried.setdefault(tote.pick_list_id, []).append(tote.code)
    return [
        ListRow(
            row.pick_no,
            row.state,
            " ".join(carried.get(row.id, ())),
            row.name or "",
            metres(row.walk_cm),
            metres(row.fixed_cm - row.walk_cm),
        )
        for row in rows
    ]


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
