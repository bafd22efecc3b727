"""What the desk shows of carriers: sender, numbers left, rows of the routing table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from station.carriers import ranges
from station.carriers.models import CarrierRoute, WaybillRange
from station.catalog.models import Carrier

SHOWN_ROUTES = 200
"""So many rows of a routing table stand on a carrier's page."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A carrier with what it can print: numbers left (None: it has no range), rows of its table."""

    carrier: Carrier
    left: int | None
    routes: int


def list_all(tx: Session) -> list[Standing]:
    """All carriers by code."""
    return [_standing(tx, row) for row in tx.scalars(select(Carrier).order_by(Carrier.code))]


def show(tx: Session, code: str) -> Standing | None:
    """One carrier; None when there is none of this code."""
    row = tx.scalar(select(Carrier).where(Carrier.code == code))
    return _standing(tx, row) if row else None


def _standing(tx: Session, carrier: Carrier) -> Standing:
    has_range = tx.scalar(select(WaybillRange.id).where(WaybillRange.carrier_id == carrier.id).limit(1))
    routes = tx.scalar(select(func.count()).where(CarrierRoute.carrier_id == carrier.id)) or 0
    return Standing(carrier, ranges.left(tx, carrier.id) if has_range else None, routes)


def ranges_of(tx: Session, carrier_id: int) -> list[WaybillRange]:
    """The numbers it handed out, in the order in which they are used."""
    mine = select(WaybillRange).where(WaybillRange.carrier_id == carrier_id)
    return list(tx.scalars(mine.order_by(WaybillRange.id)))


def find_routes(
    tx: Session, carrier_id: int, wanted: str = "", most: int | None = SHOWN_ROUTES
) -> list[CarrierRoute]:
    """The first rows of its routing table by place; `wanted` is a part of a place's name or of a code."""
    mine = select(CarrierRoute).where(CarrierRoute.carrier_id == carrier_id)
    if wanted:
        texts = (CarrierRoute.province, CarrierRoute.city, CarrierRoute.district, CarrierRoute.route_code)
        mine = mine.where(or_(*[text.contains(wanted, autoescape=True) for text in texts]))
    by_place = mine.order_by(CarrierRoute.province, CarrierRoute.city, CarrierRoute.district)
    return list(tx.scalars(by_place.limit(most)))
