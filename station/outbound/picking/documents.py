"""What picking prints: the pick list, for those who walk with paper (P14)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.seals import head_on_paper
from station.ground.words.messages import say
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.kinds import kind_of
from station.outbound.waves.models import Wave
from station.stock.lots import lot_no
from station.stock.models import Location, Lot


def pick_list(tx: Session, pick: PickList) -> paper.PickList:
    """拣货单 in walk order (S-32)."""
    wave = tx.get_one(Wave, pick.wave_id)
    rows = tx.execute(
        select(
            Location.code,
            Sku.code.label("sku_code"),
            Sku.name_zh,
            Sku.spec,
            Lot.id,
            Lot.supplier_lot,
            Lot.expires_on,
            PickTask.qty,
        )
        .join(Location, Location.id == PickTask.location_id)
        .join(Sku, Sku.id == PickTask.sku_id)
        .join(Lot, Lot.id == PickTask.lot_id)
        .where(PickTask.pick_list_id == pick.id)
        .order_by(PickTask.seq)
    )
    return paper.PickList(
        pick_no=pick.pick_no,
        lines=tuple(
            paper.PickLine(
                slot_code=row.code,
                sku_code=row.sku_code,
                product_name=row.name_zh,
                spec=row.spec,
                lot_no=row.supplier_lot or lot_no(row.id),
                expires_on=str(row.expires_on or ""),
                qty=row.qty,
            )
            for row in rows
        ),
        kind_text=f"{wave.type} {say(kind_of(wave.type).label)['zh']}",
        carrier_name=catalog.carrier(tx, wave.carrier_id).name,
        seal=head_on_paper(tx),
    )
