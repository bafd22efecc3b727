"""The floor of this hall, as its slots, its zones and the desk's measures say."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.settings import Rules
from station.stock.models import SLOT_KINDS, Location, LocationState
from station.storage.hall.addresses import address_of
from station.storage.hall.ground import Extent, Ground, Measures
from station.storage.hall.planning import zones_of

_LENGTH = 12
"""Characters of a slot's code (P28)."""


def ground_of(tx: Session, rules: Rules) -> Ground:
    """Zones, aisles and bays that are not closed; two small looks, however many slots there are."""
    code = Location.code
    zone, aisle, bay = func.substr(code, 1, 1), func.substr(code, 3, 2), func.substr(code, 6, 2)
    rows = tx.execute(
        select(zone, func.min(aisle), func.max(aisle), func.max(bay))
        .where(
            Location.kind.in_(sorted(SLOT_KINDS)),
            Location.state != LocationState.CLOSED,
            func.length(code) == _LENGTH,
            code.like("_-__-__-_-__"),
        )
        .group_by(zone)
        .order_by(zone)
    ).all()
    extents = {
        letter: Extent(int(first), int(last), int(deep))
        for letter, first, last, deep in rows
        if address_of(f"{letter}-{first}-{deep}-1-01") and address_of(f"{letter}-{last}-{deep}-1-01")
    }
    return Ground(extents, zones_of(tx), Measures(rules.aisle_cm, rules.bay_cm, rules.cross_bays))
