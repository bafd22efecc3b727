"""Parcels that travel under one number (JD): one more renames all, and every label prints again (P19, T59).

The old labels are void. The new ones of the parcels that are closed already are stuck over the old and
scanned, before the label of the new parcel is; until then none of them may leave.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import port, supplied
from station.carriers.children import base_of, child
from station.carriers.models import GIVEN_UP, WAYBILL, Waybill, WaybillState
from station.carriers.routes import Texts
from station.carriers.service import rules as asked
from station.catalog import rules as catalog
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound import documents
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.models import Parcel, ParcelState
from station.paper.sending import print_, seen, withdraw


class _Shared:
    """The number of the first parcel serves all: nothing is asked of anybody."""

    def __init__(self, first: Waybill, nth: int, of: int) -> None:
        self._first, self._number = first, child(base_of(first.number), nth, of)

    def acquire(self, _tx: Session, _consignment: port.Consignment) -> port.Routed:
        one = self._first
        return port.Routed(self._number, one.route_code, one.sortation, one.consolidation)


def live_bill(tx: Session, parcel_id: int) -> Waybill | None:
    """The waybill of a parcel that was not given up."""
    return tx.scalars(
        select(Waybill).where(Waybill.parcel_id == parcel_id, Waybill.state.not_in(GIVEN_UP))
    ).first()


def _parcels(tx: Session, order_id: int) -> Sequence[Parcel]:
    query = select(Parcel).where(Parcel.order_id == order_id, Parcel.state != ParcelState.VOID)
    return tx.scalars(query.order_by(Parcel.seq)).all()


def renamed(work: Work, order: DeliveryOrder, parcel: Parcel) -> Waybill | None:
    """The number of a further parcel, when its carrier lets an order's parcels share one: the others have new
    numbers and labels then. None for a first parcel, another carrier, or numbers that somebody else gives.
    """
    carrier = catalog.carrier(work.tx, order.carrier_id)
    if parcel.seq == 1 or carrier.code not in work.settings.rules.child_numbers:
        return None
    if asked.service_of(work.tx, carrier.id) is not None or supplied.of_order(work.tx, order.id) is not None:
        return None
    own = live_bill(work.tx, parcel.id)
    parcels = _parcels(work.tx, order.id)
    first = live_bill(work.tx, parcels[0].id)
    if own is not None or first is None:
        return own
    for nth, one in enumerate(parcels, 1):
        bill = _rename(work, order, one, _Shared(first, nth, len(parcels)), len(parcels))
        if one.id == parcel.id:
            own = bill
        else:
            print_(work, documents.waybill(work.tx, order, one, bill, work.settings), "waybill", bill.number)
            port.note_print(work, bill)
    return own


def _rename(work: Work, order: DeliveryOrder, parcel: Parcel, service: _Shared, of: int) -> Waybill:
    """The parcel's old number is void; its new one."""
    old = live_bill(work.tx, parcel.id)
    if old is not None:
        withdraw(work, "waybill", old.number, "CANCELLED")
        WAYBILL.move(work, old, "void" if WAYBILL.may(old.state, "void") else "cancel")
    key, place = f"{parcel.parcel_no}/{of}", (order.province, order.city, order.district)
    carrier = catalog.carrier(work.tx, order.carrier_id)
    wanted = port.Consignment(key, carrier.id, carrier.code, *place, Texts("", "", ""))
    return port.acquire(work, service, wanted, parcel.id)


def to_stick(tx: Session, parcel: Parcel) -> list[Waybill]:
    """New labels of the order's other parcels that nobody has scanned yet."""
    query = (
        select(Waybill)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .where(Parcel.order_id == parcel.order_id, Parcel.id != parcel.id)
        .where(Parcel.state.in_((ParcelState.PACKED, ParcelState.STAGED)))
        .where(Waybill.state == WaybillState.PRINTED)
    )
    return list(tx.scalars(query.order_by(Parcel.seq)))


def stick(work: Work, parcel: Parcel, number: str) -> bool:
    """Whether the label scanned is the new one of another parcel of the order: it is on it now."""
    bill = next((one for one in to_stick(work.tx, parcel) if one.waybill_no == number), None)
    if bill is None:
        return False
    WAYBILL.move(work, bill, "bind")
    seen(work, "waybill", number)
    return True


def check(tx: Session, parcel: Parcel) -> None:
    """E-PAK-13 while another parcel of the order bears its old label."""
    missing = to_stick(tx, parcel)
    if missing:
        raise Refused("E-PAK-13", no=missing[0].number)
