"""Whether a carrier is there, with a lane, numbers and the routing it needs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import ranges
from station.carriers.models import CarrierRoute, WaybillRange
from station.catalog.models import Carrier
from station.ground.setup.needs import Need
from station.settings import Settings
from station.stock.models import Location, LocationKind, LocationState


def of_carriers(tx: Session, settings: Settings) -> Iterator[Need]:
    """What each carrier lacks; one whose labels come from the office needs no numbers or routes here."""
    carriers = list(tx.scalars(select(Carrier).order_by(Carrier.code)))
    if not carriers:
        yield Need("L-NEED-CARRIER", {}, "office.carriers")
    with_lane = set(
        tx.scalars(
            select(Location.carrier_id).where(
                Location.kind == LocationKind.LANE, Location.state != LocationState.CLOSED
            )
        )
    )
    for carrier in carriers:
        if carrier.id not in with_lane:
            yield Need("L-NEED-LANE", {"carrier": carrier.name}, "office.hall")
        yield from _numbers(tx, carrier, settings)


def _numbers(tx: Session, carrier: Carrier, settings: Settings) -> Iterator[Need]:
    """A carrier with a range prints from it: numbers must be left, and routes there if it sorts by them."""
    if tx.scalar(select(WaybillRange.id).where(WaybillRange.carrier_id == carrier.id).limit(1)) is None:
        return
    if not ranges.left(tx, carrier.id):
        yield Need("L-NEED-NUMBERS", {"carrier": carrier.name}, "office.carriers")
    routes = select(CarrierRoute.id).where(CarrierRoute.carrier_id == carrier.id).limit(1)
    if carrier.code in settings.rules.need_route and tx.scalar(routes) is None:
        yield Need("L-NEED-ROUTES", {"carrier": carrier.name}, "office.carriers")
