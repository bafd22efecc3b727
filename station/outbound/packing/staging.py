"""A parcel is done: into the carrier's lane (P18), and its units along with it wherever it goes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderState
from station.outbound.packing.models import PARCEL, Parcel, ParcelLine
from station.outbound.waves.models import SEAT, WaveOrder
from station.stock import ledger, locations
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType, Stock, StockStatus


def stage(work: Work, parcel: Parcel, dg: int | None, *, is_typed: bool = False) -> str:
    """The weight is right (or, None, was not to be had): the parcel stands in the carrier's lane, whose code
    is returned. `is_typed`: a person typed the weight (M). With its last parcel the order is WEIGHED and
    STAGED; ledger PACK → LANE.
    """
    order = work.tx.get_one(DeliveryOrder, parcel.order_id)
    lane = locations.by_kind(work.tx, LocationKind.LANE, order.carrier_id)
    PARCEL.move(
        work,
        parcel,
        "stage",
        detail={"dg": dg} | ({"mark": "M"} if is_typed else {}),
        lane_id=lane.id,
        weight_dg=dg,
        is_unweighed=dg is None,
        is_typed=is_typed,
        weighed_at=work.now,
    )
    move_parcel(work, parcel, order.order_no, parcel.pack_location_id, lane.id, MovementType.STAGE)
    if order.state == OrderState.PACKED:
        ORDER.move(work, order, "weigh", detail={"dg": dg})
        ORDER.move(work, order, "stage")
        SEAT.move_where(work.tx, WaveOrder.order_id == order.id, "pack", now=work.now, who=work.by.name)
    return lane.code


def move_parcel(
    work: Work, parcel: Parcel, order_no: str, source_id: int, target_id: int, kind: MovementType
) -> None:
    """Post all units of a parcel from one place to another."""
    statuses = status_of_lines(work.tx, parcel.id)
    lines = work.tx.scalars(
        select(ParcelLine).where(ParcelLine.parcel_id == parcel.id).order_by(ParcelLine.id)
    )
    for line in lines.all():
        status = statuses.get(line.id, StockStatus.GOOD)
        source, target = Place(source_id, status), Place(target_id, status)
        key = f"{work.key}:{kind}:{line.id}"
        ledger.post(
            work, Posting(kind, line.sku_id, line.lot_id, line.qty, source, target, "DO", order_no, key)
        )


def status_of_lines(tx: Session, parcel_id: int) -> dict[int, str]:
    """Stock status of the parcel lines that are not ordinary GOOD stock."""
    rows = tx.execute(
        select(ParcelLine.id, Stock.status)
        .join(
            Allocation,
            (Allocation.owner_id == ParcelLine.order_line_id) & (Allocation.lot_id == ParcelLine.lot_id),
        )
        .join(Stock, Stock.id == Allocation.stock_id)
        .where(ParcelLine.parcel_id == parcel_id, Stock.status != StockStatus.GOOD, Allocation.qty_taken > 0)
    )
    return {row.id: row.status for row in rows}
