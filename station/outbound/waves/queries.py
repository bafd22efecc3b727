"""What the desk looks up of waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.outbound.orders import queries as orders_of
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.picking.documents import metres
from station.outbound.picking.models import ListTote, PickList
from station.outbound.waves.models import Wave, WaveOrder
from station.outbound.waves.planning import Planned
from station.people.models import User
from station.stock.models import Location


def ready(tx: Session) -> int:
    """How many orders could be released now."""
    query = select(func.count()).where(DeliveryOrder.state == OrderState.ALLOCATED)
    return tx.scalar(query) or 0


_AT_ONCE = 2000
SHOWN = 200
"""Orders that lack goods, of which a page tells at most so many."""


def named(tx: Session, planned: Planned) -> dict[int, Any]:
    """Number and carrier of each order of a plan."""
    ids = list(planned.orders)
    found: dict[int, Any] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = tx.execute(
            select(DeliveryOrder.id, DeliveryOrder.order_no, Carrier.name.label("carrier"))
            .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
            .where(DeliveryOrder.id.in_(ids[start : start + _AT_ONCE]))
        )
        found |= {row.id: row for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class Lack:
    """An order that waits for goods, and what it lacks."""

    order_no: str
    lacking: str
    due: datetime | None


def lacking(tx: Session, today: date) -> list[Lack]:
    """Orders that are in no wave because goods are missing, the most urgent first."""
    waiting = tx.scalars(
        select(DeliveryOrder)
        .where(DeliveryOrder.state == OrderState.AUDITED)
        .order_by(DeliveryOrder.latest_ship_at.is_(None), DeliveryOrder.latest_ship_at, DeliveryOrder.id)
        .limit(SHOWN)
    )
    return [
        Lack(
            order.order_no,
            ", ".join(
                f"{code}: {there}/{wanted}" for code, wanted, there in orders_of.lacking(tx, today, order)
            ),
            order.latest_ship_at,
        )
        for order in waiting
    ]


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
