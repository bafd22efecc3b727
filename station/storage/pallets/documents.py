"""The label of a pallet (P8): what stands on it, and until when it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.documents import PalletLabel, PalletLine
from station.catalog.models import Sku
from station.stock.lots import lot_no
from station.stock.models import HandlingUnit, Lot
from station.storage.pallets import rules
from station.storage.putaway.models import PutawayTask


def label(tx: Session, pallet: HandlingUnit, zone: str = "") -> PalletLabel:
    """Article by article and lot by lot; several articles make it a mixed pallet."""
    tasks = rules.tasks_of(tx, pallet.id)
    lots = _lots(tx, tasks)
    expiries = [lot.expires_on for lot, _sku in lots.values() if lot.expires_on]
    received = [lot.received_on for lot, _sku in lots.values()]
    return PalletLabel(
        pallet_code=pallet.lpn,
        lines=tuple(_line(tasks, lot, sku) for lot, sku in lots.values()),
        earliest_expires_on=str(min(expiries)) if expiries else "",
        received_on=str(min(received)) if received else "",
        zone=zone,
        marks=("混",) if rules.is_mixed(tasks) else (),
    )


def _lots(tx: Session, tasks: Sequence[PutawayTask]) -> dict[int, tuple[Lot, Sku]]:
    wanted = sorted({task.lot_id for task in tasks})
    query = select(Lot, Sku).join(Sku, Sku.id == Lot.sku_id).where(Lot.id.in_(wanted))
    return {row.Lot.id: (row.Lot, row.Sku) for row in tx.execute(query.order_by(Sku.code, Lot.id))}


def _line(tasks: Sequence[PutawayTask], lot: Lot, sku: Sku) -> PalletLine:
    return PalletLine(
        sku_code=sku.code,
        product_name=sku.name_zh,
        qty=sum(task.qty for task in tasks if task.lot_id == lot.id),
        unit=sku.unit,
        lot_no=lot.supplier_lot or lot_no(lot.id),
        expires_on=str(lot.expires_on or ""),
    )
