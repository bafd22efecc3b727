"""Wanting a number, using it, and giving it back. The asking itself is the loop's (`asking`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from station.carriers.models import GIVEN_UP, Waybill
from station.carriers.service.models import (
    LIVE,
    NUMBER_REQUEST,
    TO_DO,
    NumberRequest,
    NumberService,
    NumberState,
)
from station.carriers.supplied import SuppliedLabel
from station.ground.documents.history import record
from station.ground.vault import Vault
from station.ground.words.messages import Refused
from station.ground.work import Work

LONGEST_WAIT = timedelta(hours=1)
"""Nothing waits longer for its next try: what lies further ahead is of a clock that was wrong."""
KEY = "key"


def service_of(tx: Session, carrier_id: int) -> NumberService | None:
    """Where this carrier's numbers come from; None when from its ranges or the office."""
    return tx.scalars(select(NumberService).where(NumberService.carrier_id == carrier_id)).first()


def set_service(tx: Session, carrier_id: int, url: str, key: str, vault: Vault) -> None:
    """Numbers come from this address from now on; an empty one takes the service away, an empty key stays."""
    known = service_of(tx, carrier_id)
    if not url:
        if known is not None:
            tx.delete(known)
    elif known is None:
        tx.add(NumberService(carrier_id=carrier_id, url=url, secrets=vault.lock({KEY: key}) if key else ""))
    else:
        known.url, known.trouble = url, ""
        known.secrets = vault.lock({KEY: key}) if key else known.secrets
    tx.flush()


def want(
    work: Work, carrier_id: int, order_id: int, order_no: str, seq: int, body: Mapping[str, Any]
) -> NumberRequest:
    """A number is wanted for a parcel of an order. `body` is what the service is told beside the key."""
    before = select(func.count()).where(NumberRequest.order_id == order_id, NumberRequest.seq == seq)
    key = f"{order_no}/{seq}/{(work.tx.scalar(before) or 0) + 1}"
    made = NumberRequest(
        request_key=key,
        carrier_id=carrier_id,
        order_id=order_id,
        seq=seq,
        state=NumberState.WAITING,
        body=dict(body),
        next_at=work.now,
        created_at=work.now,
    )
    work.tx.add(made)
    work.tx.flush()
    record(work, "NR", key, "want", old="", new=NumberState.WAITING)
    return made


def drop(work: Work, request: NumberRequest) -> None:
    """Nobody wants it any more: forgotten when it was never asked for, else given back to the service."""
    if request.state in {NumberState.WAITING, NumberState.REFUSED}:
        NUMBER_REQUEST.move(work, request, "drop", body=None)
    elif request.state in LIVE:
        NUMBER_REQUEST.move(work, request, "cancel", next_at=work.now, tries=0, body=None, data="")


def drop_all(work: Work, order_id: int) -> None:
    """The order goes elsewhere or not at all."""
    for request in _of_order(work.tx, order_id):
        drop(work, request)


def _of_order(tx: Session, order_id: int) -> Sequence[NumberRequest]:
    rows = select(NumberRequest).where(NumberRequest.order_id == order_id, NumberRequest.state.in_(LIVE))
    return tx.scalars(rows.order_by(NumberRequest.id)).all()


def answered(tx: Session, order_id: int, seq: int) -> SuppliedLabel:
    """What the service gave for a parcel, like a label the office supplied. E-WB-04 while nobody knows it
    yet, E-WB-07 with the carrier's words when it said no.
    """
    request = next((one for one in _of_order(tx, order_id) if one.seq == seq), None)
    if request is not None and request.state == NumberState.REFUSED:
        raise Refused("E-WB-07", text=request.why)
    if request is None or request.state != NumberState.GIVEN:
        raise Refused("E-WB-04")
    return SuppliedLabel(
        order_id=order_id,
        waybill_no=request.waybill_no,
        route_code=request.route_code,
        sortation=request.sortation,
        consolidation=request.consolidation,
        format=request.format,
        made_for_dpi=request.dpi,
        data=request.data,
        received_at=request.created_at,
    )


def ask_again(work: Work, request: NumberRequest) -> None:
    """The office has mended what the carrier refused."""
    NUMBER_REQUEST.move(work, request, "again", why="", tries=0, next_at=work.now)


def due(tx: Session, carrier_id: int, now: datetime, limit: int) -> Sequence[NumberRequest]:
    """What the service is to be asked now, oldest first."""
    rows = select(NumberRequest).where(
        NumberRequest.carrier_id == carrier_id,
        NumberRequest.state.in_(TO_DO),
        or_(NumberRequest.next_at <= now, NumberRequest.next_at > now + LONGEST_WAIT),
    )
    return tx.scalars(rows.order_by(NumberRequest.id).limit(limit)).all()


def unreleased(tx: Session, carrier_id: int) -> Sequence[NumberRequest]:
    """Numbers that were given and are not used and not taken back either (未释放单号)."""
    used = select(Waybill.waybill_no).where(Waybill.state.not_in(GIVEN_UP), Waybill.waybill_no.is_not(None))
    rows = select(NumberRequest).where(
        NumberRequest.carrier_id == carrier_id,
        NumberRequest.state.in_({NumberState.KEPT, NumberState.CANCELLING}),
        NumberRequest.waybill_no.not_in(used),
    )
    return tx.scalars(rows.order_by(NumberRequest.id)).all()
