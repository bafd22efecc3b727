"""Taking waybill numbers (P19).

The port: persist the request under a stable key, then ask. `ranges.RangeService` answers at once from
number ranges kept in the database; a carrier reached over a network implements `WaybillService` with
`is_immediate = False`, is asked by a worker outside the transaction, and answers a repeated key with the
same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers.models import WAYBILL, Waybill


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


class WaybillService(Protocol):
    """One way to get numbers."""

    is_immediate: bool

    def acquire(self, tx: Session, consignment: Consignment) -> Routed: ...


def acquire(
    tx: Session,
    service: WaybillService,
    consignment: Consignment,
    parcel_id: int,
    *,
    actor: str,
    now: datetime,
) -> Waybill:
    """The waybill of a parcel: NONE → REQUESTED → ACQUIRED, once per request key."""
    bill = tx.scalars(select(Waybill).where(Waybill.request_key == consignment.request_key)).first()
    if bill is not None:
        return bill
    bill = Waybill(
        parcel_id=parcel_id,
        carrier_id=consignment.carrier_id,
        request_key=consignment.request_key,
        state="NONE",
        requested_at=now,
    )
    tx.add(bill)
    tx.flush()
    WAYBILL.move(tx, bill.id, consignment.request_key, "request", old="NONE", actor=actor, now=now)
    routed = service.acquire(tx, consignment)
    WAYBILL.move(
        tx,
        bill.id,
        routed.waybill_no,
        "acquire",
        old="REQUESTED",
        actor=actor,
        now=now,
        waybill_no=routed.waybill_no,
        route_code=routed.route_code,
        sortation=routed.sortation,
        consolidation=routed.consolidation,
    )
    tx.refresh(bill)
    return bill


def move(tx: Session, bill: Waybill, event: str, *, actor: str, now: datetime, **values: object) -> None:
    """Move a waybill along its lifecycle."""
    WAYBILL.move(
        tx,
        bill.id,
        bill.waybill_no or bill.request_key,
        event,
        old=bill.state,
        actor=actor,
        now=now,
        **values,
    )
    tx.refresh(bill)
