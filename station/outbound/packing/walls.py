"""Whether an order's goods were sorted, so that its cell may be packed (P16, P17)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.outbound.packing import verifying
from station.outbound.packing.totes import Filled
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells
from station.outbound.sorting.choosing import name_of
from station.outbound.waves.kinds import PacksBy


def brought_later(tx: Session, filled: Filled) -> int:
    """The order for which this tote was brought after its wave was sorted; E-SRT-09 for one that is still to
    be sorted.
    """
    order_id = replacing.order_of(tx, filled.pick_list)
    if order_id is None:
        raise Refused("E-SRT-09")
    return order_id


def check(tx: Session, order_id: int, home: Filled) -> None:
    """Refuse an order none of whose goods were sorted (E-SRT-09), or not all while its wave is (E-SRT-08)."""
    if home.packs_by is not PacksBy.CELL:
        return
    if not cells.was_sorted(tx, order_id):
        raise Refused("E-SRT-09")
    own = {cell.id for cell in cells.of_order(tx, order_id)}
    lying = [unit for unit in verifying.unpacked_units(tx, order_id) if unit.tote_id not in own]
    if lying and cells.is_open(tx, order_id):
        raise Refused("E-SRT-08", cell=name_of(home.code), n=sum(unit.qty for unit in lying))
