"""Whether a parcel can be weighed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.devices.models import Scale
from station.ground.setup.needs import Need
from station.settings import Settings
from station.stock.models import Location, LocationKind, LocationState


def of_scales(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Benches without a scale: a supervisor has to let each weight be typed there."""
    benches = tx.scalars(
        select(Location.code)
        .where(
            Location.kind == LocationKind.PACK,
            Location.state != LocationState.CLOSED,
            Location.code.not_in(select(Scale.workstation)),
        )
        .order_by(Location.code)
    ).all()
    if benches:
        yield Need("L-NEED-SCALE", {"benches": ", ".join(benches)}, "office.scales")
