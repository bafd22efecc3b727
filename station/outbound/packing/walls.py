"""Whether an order's goods were sorted, so that its cell may be packed (P16, P17)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.outbound.packing.totes import Filled
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells, closing
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
    lying = closing.in_totes(tx, order_id)
    if lying and cells.is_open(tx, order_id):
        raise Refused("E-SRT-08", cell=name_of(home.code), n=sum(unit.qty for unit in lying))
