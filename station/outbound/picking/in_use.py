"""Which totes somebody walks with or waits for, and which cells are an order's, with or without goods."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.outbound.picking.models import ListTote, PickList, ToteState
from station.outbound.sorting import cells


def lists_of(tx: Session, tote_ids: Sequence[int]) -> dict[int, str]:
    """The pick list each of these totes is in use for, or the wave a cell is; nothing for one that is
    anybody's.
    """
    rows = tx.execute(
        select(ListTote.tote_id, PickList.pick_no)
        .join(PickList, PickList.id == ListTote.pick_list_id)
        .where(ListTote.tote_id.in_(tote_ids), ListTote.state == ToteState.IN_USE)
        .order_by(PickList.id)
    )
    return {row.tote_id: row.pick_no for row in rows} | cells.waves_of(tx, tote_ids)
