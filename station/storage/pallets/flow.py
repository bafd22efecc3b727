"""Pallets: what their steps share (see `station.storage.pallets.workflow`)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from station.catalog import rules as catalog
from station.ground.scan.workflow import Context, Facts, Workflow
from station.ground.tasks import TaskState
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.stock.models import HandlingUnit, Location, Lot
from station.storage.pallets import rules
from station.storage.putaway import proposing
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.position import why_here

pallets = Workflow(
    "pallets",
    title="L-PALLETS",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="load",
    prints=True,
    shares="L-MORE",
)


@dataclass
class Stacking:
    """The cartons on it so far (their tasks), then the pallet, the slot it should go to and the barcode of
    the one where it stands.
    """

    tasks: list[int] = field(default_factory=list)
    pallet: int = 0
    proposed: int | None = None
    slot: str = ""
    reason: str = ""


FIELDS = tuple(one.name for one in fields(Stacking))


def pallet_of(ctx: Context) -> HandlingUnit:
    """The pallet in hand."""
    return ctx.tx.get_one(HandlingUnit, ctx.at(Stacking).pallet)


def tasks_in_hand(ctx: Context) -> list[PutawayTask]:
    """What of the pallet this worker has to put away; back to the beginning when it is theirs no more."""
    try:
        return rules.held(ctx, ctx.at(Stacking).pallet)
    except Refused as gone:
        raise gone.back_to("load", forget=FIELDS) from None


def give_back(ctx: Context) -> None:
    """Its tasks wait again, if this worker still has them."""
    for task in rules.tasks_of(ctx.tx, ctx.at(Stacking).pallet) if ctx.at(Stacking).pallet else ():
        if task.state == TaskState.TAKEN:
            PUTAWAY.let_go(ctx, task.id, proposed_id=None)


def named(ctx: Context, code: str) -> str:
    """Name the slot to go to; what to tell the worker."""
    tasks = rules.tasks_of(ctx.tx, ctx.at(Stacking).pallet)
    ctx.at(Stacking).proposed = rules.name(tasks, rules.propose(ctx, tasks))
    return code if ctx.at(Stacking).proposed else "W-PUT-NOWHERE"


def at_slot(ctx: Context, slot: Location) -> str:
    """What to say at the slot: older goods of another lot come to the front (S-17)."""
    goods = [(task.sku_id, task.lot_id) for task in rules.tasks_of(ctx.tx, ctx.at(Stacking).pallet)]
    found = proposing.side(ctx.tx, goods, slot)
    return "W-PUT-07" if found in {"L-PUT-BEHIND", "L-PUT-FRONT"} else "S-PUT-SLOT"


def facts_of(ctx: Context, slot: Location | None) -> Facts:
    """What every screen says of the pallet: where to, why, what stands on it."""
    pallet = pallet_of(ctx)
    tasks = rules.tasks_of(ctx.tx, pallet.id)
    if not tasks:
        return Facts(big=slot.code if slot else "—", lines=[("L-PAL-NO", pallet.lpn)])
    first = tasks[0]
    sku, lot = catalog.sku(ctx.tx, first.sku_id), ctx.tx.get_one(Lot, first.lot_id)
    is_mixed = rules.is_mixed(tasks)
    goods = [(task.sku_id, task.lot_id) for task in tasks]
    return Facts(
        big=slot.code if slot else "—",
        name="" if is_mixed else sku.name_zh,
        spec="" if is_mixed else sku.spec,
        photo="" if is_mixed else sku.code,
        lines=[
            why_here(ctx, slot, first, goods),
            ("L-PAL-NO", pallet.lpn),
            ("L-PAL-CARTONS", str(len(tasks))),
            ("L-PAL-MIXED", str(len({task.sku_id for task in tasks})) if is_mixed else ""),
            ("L-QTY", "" if is_mixed else f"{sum(task.qty for task in tasks)} {sku.unit}"),
            ("L-EXPIRES", "" if is_mixed else str(lot.expires_on or "")),
        ],
        hint=slot.barcode if slot else "",
    )
