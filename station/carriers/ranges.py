"""Numbers from ranges the carrier handed out (号段): the embedded carrier service.

The number is taken in the unit of work that needs it, so none is lost and none given twice. Routing
texts come from the table that the carrier gave (`routes`); what it does not name has none.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from station.carriers import routes
from station.carriers.models import WaybillRange
from station.carriers.port import Consignment, Routed
from station.ground.db import table
from station.ground.words.messages import Refused

_R = table(WaybillRange)
_NEXT = (
    update(_R)
    .where(
        _R.c.id
        == select(_R.c.id)
        .where(_R.c.carrier_id == bindparam("carrier"), _R.c.next_serial <= _R.c.last_serial)
        .order_by(_R.c.id)
        .limit(1)
        .scalar_subquery(),
        _R.c.next_serial <= _R.c.last_serial,
    )
    .values(next_serial=_R.c.next_serial + 1)
    .returning(_R.c.prefix, _R.c.width, _R.c.next_serial)
)


class RangeService:
    """Gives the next number of the carrier's oldest range that is not used up (E-WB-09)."""

    is_immediate = True

    def acquire(self, tx: Session, consignment: Consignment) -> Routed:
        row = tx.connection().execute(_NEXT, {"carrier": consignment.carrier_id}).first()
        if row is None:
            raise Refused("E-WB-09")
        number = f"{row.prefix}{row.next_serial - 1:0{row.width}d}"
        place = consignment.province, consignment.city, consignment.district
        told = consignment.routing
        return Routed(number, *(told if any(told) else routes.find(tx, consignment.carrier_id, *place)))


def left(tx: Session, carrier_id: int) -> int:
    """Numbers of the carrier's ranges that nobody took yet."""
    free = func.sum(WaybillRange.last_serial + 1 - WaybillRange.next_serial)
    return int(tx.scalar(select(free).where(WaybillRange.carrier_id == carrier_id)) or 0)
