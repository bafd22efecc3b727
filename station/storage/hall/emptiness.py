"""Whether a place may go: nothing lies there, nothing of it is promised, nothing is on its way to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.tasks.models import LIVE
from station.ground.words.messages import say
from station.outbound.picking import in_use
from station.stock.models import Location, LocationState, Stock
from station.storage.putaway.models import PutawayTask

SHOWN = 3
"""So many articles are named."""
_AT_ONCE = 500


def why_not_empty(tx: Session, place_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What is in the way at each of these places, in both languages; nothing for an empty one.

    Promised stock lies there too (I4), so it is named by what lies there.
    """
    found: dict[int, dict[str, str]] = {}
    for ids in _parts(place_ids):
        frozen = select(Location.id).where(Location.id.in_(ids), Location.state == LocationState.FROZEN)
        found |= {place_id: say("L-IS-FROZEN") for place_id in tx.scalars(frozen)}
        coming = select(PutawayTask.proposed_id).where(
            PutawayTask.proposed_id.in_(ids), PutawayTask.state.in_(LIVE)
        )
        found |= {place_id: say("L-HAL-COMES") for place_id in tx.scalars(coming) if place_id is not None}
        found |= {tote: say("L-HAL-TOTE", {"no": no}) for tote, no in in_use.lists_of(tx, ids).items()}
        found |= _goods(tx, ids)
    return found


def _goods(tx: Session, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    rows = tx.execute(
        select(Stock.location_id, Sku.name_zh, Sku.code, func.sum(Stock.on_hand).label("qty"))
        .join(Sku, Sku.id == Stock.sku_id)
        .where(Stock.location_id.in_(ids), Stock.on_hand > 0)
        .group_by(Stock.location_id, Sku.id, Sku.name_zh, Sku.code)
        .order_by(Stock.location_id, Sku.code)
    )
    goods: dict[int, list[str]] = {}
    for row in rows:
        goods.setdefault(row.location_id, []).append(f"{row.code} {row.name_zh} ×{row.qty}")
    return {place_id: say("L-IS-HOLDS", {"goods": _some(names)}) for place_id, names in goods.items()}


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
