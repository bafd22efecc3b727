"""What picking prints: the pick list, for those who walk with paper (P14)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
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

_LINES = (
    select(
        PickTask.pick_list_id,
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
    .where(PickTask.pick_list_id.in_(bindparam("ids", expanding=True)))
    .order_by(PickTask.pick_list_id, PickTask.seq)
)


def metres(cm: int) -> int:
    """Whole metres, as pages and papers show a way."""
    return (cm + 50) // 100


def pick_lists(tx: Session, wave: Wave, lists: Sequence[PickList]) -> list[paper.PickList]:
    """拣货单 of a wave's lists, each in walk order (S-32)."""
    rows = tx.execute(_LINES, {"ids": [pick.id for pick in lists]})
    lines: dict[int, list[paper.PickLine]] = {}
    for row in rows:
        lines.setdefault(row.pick_list_id, []).append(
            paper.PickLine(
                slot_code=row.code,
                sku_code=row.sku_code,
                product_name=row.name_zh,
                spec=row.spec,
                lot_no=row.supplier_lot or lot_no(row.id),
                expires_on=str(row.expires_on or ""),
                qty=row.qty,
            )
        )
    carrier, seal = catalog.carrier(tx, wave.carrier_id).name, head_on_paper(tx)
    kind = f"{wave.type} {say(kind_of(wave.type).label)['zh']}"
    return [
        paper.PickList(
            pick_no=pick.pick_no,
            lines=tuple(lines.get(pick.id, ())),
            kind_text=kind,
            carrier_name=carrier,
            walk_m=metres(pick.walk_cm),
            saved_m=metres(pick.fixed_cm - pick.walk_cm),
            seal=seal,
        )
        for pick in lists
    ]
