"""Where a worker stands in putaway, and what the screens show of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan.context import Context
from station.ground.scan.outcome import Facts
from station.ground.words.messages import say
from station.stock import locations
from station.stock.models import HandlingUnit, Location, Lot, StockStatus
from station.storage.putaway import proposing
from station.storage.putaway.models import PutawayTask


@dataclass
class Putting:
    """The task, the slot it should go to, and the barcode of the one where the worker stands; `load` are the
    tasks on the cart behind it, in the order of the walk.
    """

    task: int = 0
    proposed: int | None = None
    slot: str = ""
    reason: str = ""
    is_damaged: bool = False
    load: list[int] = field(default_factory=list)


def status_of(at: Putting, task: PutawayTask) -> str:
    """The status the goods will have where they are brought."""
    return StockStatus.DEFECT if at.is_damaged else task.status


def slot_of(ctx: Context) -> Any:
    """The slot whose label was scanned."""
    return locations.find(ctx.tx, ctx.at(Putting).slot)


def why_here(ctx: Context, slot: Any, task: PutawayTask, goods: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """A line of the screen: why this slot (as long as it is the proposed one), and where in it the goods
    (article, lot) go; in the worker's language.
    """
    is_named = slot is not None and slot.id == task.proposed_id
    said = [task.proposed_why if is_named else "", proposing.side(ctx.tx, goods, slot)]
    words = " · ".join(say(label)[ctx.by.lang] for label in said if label)
    return ("L-PUT-WHY" if is_named and task.proposed_why else "L-PUT-HOW", words)


def facts_of(ctx: Context, slot: Any) -> Facts:
    """What every screen says: where to, which goods, where they stand."""
    task = ctx.tx.get_one(PutawayTask, ctx.at(Putting).task)
    sku = catalog.sku(ctx.tx, task.sku_id)
    lot = ctx.tx.get_one(Lot, task.lot_id)
    unit = ctx.tx.get(HandlingUnit, task.hu_id) if task.hu_id else None
    return Facts(
        big=slot.code if slot else "—",
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            why_here(ctx, slot, task, [(task.sku_id, task.lot_id)]),
            ("L-CARTON", unit.lpn if unit else ""),
            ("L-PUT-FROM", "" if unit else ctx.tx.get_one(Location, task.source_id).code),
            ("L-QTY", f"{task.qty} {sku.unit}"),
            ("L-EXPIRES", str(lot.expires_on or "")),
            ("L-PUT-LOAD", str(len(load) + 1) if (load := ctx.at(Putting).load) else ""),
        ],
        hint=slot.barcode if slot else "",
    )
