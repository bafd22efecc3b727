"""Taking waybill numbers (P19).

The port: persist the request under a stable key, then ask. `ranges.RangeService` answers at once from
number ranges kept in the database; a carrier
reached over a network implements `WaybillService` too and answers a repeated key with the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from station.carriers.models import WAYBILL, Waybill, WaybillState
from station.carriers.routes import NO_TEXTS, Texts
from station.ground.db import Prepared
from station.ground.work import Work


@dataclass(frozen=True, slots=True)
class Routed:
    """A carrier's answer: the number and the routing texts, printed verbatim."""

    waybill_no: str
    route_code: str = ""
    sortation: str = ""
    consolidation: str = ""


@dataclass(frozen=True, slots=True)
class Consignment:
    """What a carrier must know to give a number."""

    request_key: str
    carrier_id: int
    carrier_code: str
    province: str
    city: str
    district: str
    routing: Texts = NO_TEXTS
    """What came with the order; it goes before any table."""


class WaybillService(Protocol):
    """One way to get numbers."""

    def acquire(self, tx: Session, consignment: Consignment) -> Routed: ...


def acquire(work: Work, service: WaybillService, consignment: Consignment, parcel_id: int) -> Waybill:
    """The waybill of a parcel: NONE → REQUESTED → ACQUIRED, once per request key."""
    key = consignment.request_key
    bill = work.tx.scalars(select(Waybill).where(Waybill.request_key == key)).first()
    if bill is not None:
        return bill
    bill = Waybill(
        parcel_id=parcel_id,
        carrier_id=consignment.carrier_id,
        request_key=key,
        state=WaybillState.NONE,
        requested_at=work.now,
    )
    work.tx.add(bill)
    work.tx.flush()
    WAYBILL.move(work, bill, "request")
    routed = service.acquire(work.tx, consignment)
    WAYBILL.move(
        work,
        bill,
        "acquire",
        waybill_no=routed.waybill_no,
        route_code=routed.route_code,
        sortation=routed.sortation,
        consolidation=routed.consolidation,
    )
    return bill


def note_print(work: Work, bill: Waybill) -> None:
    """One more label of this number was handed to a printer (I10): the only place where that is counted."""
    if bill.state == WaybillState.ACQUIRED:
        WAYBILL.move(work, bill, "print", print_count=bill.print_count + 1)
    else:
        bill.print_count += 1
        work.tx.flush()


_KNOWN = Prepared(select(Waybill.id).where(Waybill.waybill_no == bindparam("number")))


def knows(tx: Session, number: str) -> bool:
    """Whether this is a waybill number of ours."""
    return _KNOWN.first(tx, number=number) is not None
