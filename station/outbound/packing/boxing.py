"""The box that is proposed for a parcel, or taken without a scan where the supervisor wants it so (P17)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.carriers.ranges import RangeService
from station.catalog.models import Packaging, Sku
from station.ground.db import savepoint
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.outbound.packing import labelling
from station.outbound.packing.boxes import Size, smallest
from station.outbound.packing.models import Parcel, ParcelLine


def proposed(tx: Session, parcel_id: int) -> Packaging | None:
    """The smallest box for what is in the parcel; None while a volume is not known."""
    rows = tx.execute(
        select(Sku.volume_cm3, Sku.gross_g, func.sum(ParcelLine.qty).label("qty"))
        .join(ParcelLine, ParcelLine.sku_id == Sku.id)
        .where(ParcelLine.parcel_id == parcel_id)
        .group_by(Sku.id, Sku.volume_cm3, Sku.gross_g)
    ).all()
    if not rows or any(not row.volume_cm3 for row in rows):
        return None
    boxes = tx.execute(select(Packaging.id, Packaging.inner_cm3, Packaging.max_g))
    found = smallest(
        sum(row.volume_cm3 * int(row.qty) for row in rows),
        sum(row.gross_g * int(row.qty) for row in rows),
        [Size(row.id, row.inner_cm3, row.max_g) for row in boxes],
    )
    return None if found is None else tx.get_one(Packaging, found.box_id)


def at_once(ctx: Context, parcel_id: int) -> tuple[Waybill, Packaging] | None:
    """With the last good scan the papers print, for the box that is proposed (`box_fixed`).

    None when the packer has to scan one: nothing is proposed, or its label cannot be had yet.
    """
    if not ctx.rules.box_fixed:
        return None
    box = proposed(ctx.tx, parcel_id)
    if box is None:
        return None
    try:
        with savepoint(ctx.tx, Refused):
            bill = labelling.label(
                ctx, ctx.tx.get_one(Parcel, parcel_id), box, ctx.services.part(RangeService)
            )
    except Refused:
        return None
    return bill, box
