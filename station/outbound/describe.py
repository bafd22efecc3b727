"""What orders and their papers are at this moment, for whoever asks why a scan was refused.

No consignee is named: a number and a state are enough to put a thing into the right hands.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.catalog.models import Carrier
from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code
from station.outbound.dispatch.models import Manifest
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.models import Parcel
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave


def order(tx: Session, code: Code) -> list[Said]:
    """The order's number and state."""
    order = tx.scalars(select(DeliveryOrder).where(DeliveryOrder.order_no == code.text)).first()
    return [("L-IS-ORDER", {"no": order.order_no, "st": order.state})] if order else []


def wave(tx: Session, code: Code) -> list[Said]:
    """The wave's number and state."""
    wave = tx.scalars(select(Wave).where(Wave.wave_no == code.text)).first()
    return [("L-IS-WAVE", {"no": wave.wave_no, "st": wave.state})] if wave else []


def pick_list(tx: Session, code: Code) -> list[Said]:
    """The pick list's number and state."""
    pick_list = tx.scalars(select(PickList).where(PickList.pick_no == code.text)).first()
    return [("L-IS-PICK-LIST", {"no": pick_list.pick_no, "st": pick_list.state})] if pick_list else []


def manifest(tx: Session, code: Code) -> list[Said]:
    """The manifest's carrier and state."""
    row = tx.execute(
        select(Manifest.manifest_no, Manifest.state, Carrier.name)
        .join(Carrier, Carrier.id == Manifest.carrier_id)
        .where(Manifest.manifest_no == code.text)
    ).first()
    return [("L-IS-MANIFEST", {"no": row.manifest_no, "carrier": row.name, "st": row.state})] if row else []


def waybill(tx: Session, code: Code) -> list[Said]:
    """The order and carrier that a waybill is for, and the order's state."""
    row = tx.execute(
        select(Carrier.name, DeliveryOrder.order_no, DeliveryOrder.state)
        .select_from(Waybill)
        .join(Carrier, Carrier.id == Waybill.carrier_id)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .where(Waybill.waybill_no == code.text)
        .limit(1)
    ).first()
    return [("L-IS-WAYBILL", {"carrier": row.name, "no": row.order_no, "st": row.state})] if row else []
