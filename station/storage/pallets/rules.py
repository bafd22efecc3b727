"""A pallet and the cartons on it (P8, S-19, S-20).

The book knows cartons: a pallet is the unit that its cartons name as what they stand on. It is labelled when
it is whole, its label scanned onto it, and then its cartons are put away together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.documents.numbers import next_no
from station.ground.tasks import TaskState
from station.ground.tasks.models import LIVE
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock import locations, standing
from station.stock.models import HANDLING_UNIT, HandlingUnit, Location, LocationKind, UnitState
from station.stock.standing import Breach, Limits, Standing
from station.storage.keeping import rules as keeping
from station.storage.putaway import fullness, places, proposing
from station.storage.putaway import rules as putaway
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.proposing import Proposal

KIND = "PALLET"
MOST = 60
"""More cartons than this stand on no pallet."""
WHERE = frozenset({LocationKind.RSV, LocationKind.NEW})
"""Pallets stand in reserve; what a pick slot holds is loose."""


def of_label(tx: Session, lpn: str) -> HandlingUnit:
    """The pallet with this label; E-PAL-03 when there is none."""
    unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn, HandlingUnit.kind == KIND)).first()
    if unit is None:
        raise Refused("E-PAL-03")
    return unit


def free_task(tx: Session, lpn: str) -> PutawayTask:
    """A carton's task, for who builds a pallet: E-PAL-01 when it stands on one, E-TSK-05 when somebody
    carries it; else as for putting away (E-LBL-03, E-PUT-01, E-PUT-07).
    """
    task = putaway.task_of(tx, lpn)
    if task.state != TaskState.OPEN:
        raise Refused("E-TSK-05")
    return task


def next_carton(tx: Session) -> str:
    """The carton that waits first, for the hint of an empty pallet; "" without one."""
    loaded = select(HandlingUnit.id).where(HandlingUnit.parent_id.is_not(None))
    where = (PutawayTask.hu_id.is_not(None), PutawayTask.hu_id.not_in(loaded))
    task = tx.scalars(PUTAWAY.waiting(where=where).limit(1)).first()
    return tx.get_one(HandlingUnit, task.hu_id).lpn if task else ""


def unlabelled(tx: Session, lpn: str) -> HandlingUnit | None:
    """The pallet that a carton stands on, as long as its label is not on it."""
    carton = select(HandlingUnit.parent_id).where(HandlingUnit.lpn == lpn).scalar_subquery()
    query = select(HandlingUnit).where(HandlingUnit.id == carton, HandlingUnit.state == UnitState.PRINTED)
    return tx.scalars(query).first()


def hand_over(work: Work, pallet: HandlingUnit) -> None:
    """Whoever works has what another person had of it."""
    for task in tasks_of(work.tx, pallet.id):
        if task.state == TaskState.TAKEN and task.taken_by != work.by.user_id and work.by.user_id:
            PUTAWAY.hand_over(work, task, work.by.user_id)


def build(work: Work, task_ids: Sequence[int], empty_id: int = 0) -> HandlingUnit:
    """A pallet of these cartons: a number, and its label (E-PRN-05 without a printer). An empty one is used
    again under its number (E-LBL-01 when somebody else just did). E-PAL-02 for no cartons; what is wrong with
    one of them is refused as in `free_task`.
    """
    if not task_ids:
        raise Refused("E-PAL-02")
    if empty_id:
        pallet = work.tx.get_one(HandlingUnit, empty_id)
        HANDLING_UNIT.move(work, pallet, "reuse")
    else:
        pallet = HandlingUnit(lpn=next_no(work.tx, "LP", work.today), kind=KIND, state=UnitState.PRINTED)
        work.tx.add(pallet)
    work.tx.flush()
    for task_id in task_ids:
        task = PUTAWAY.load(work.tx, task_id)
        unit = work.tx.get_one(HandlingUnit, task.hu_id)
        free_task(work.tx, unit.lpn)
        unit.parent_id = pallet.id
    work.tx.flush()
    return pallet


def stick(work: Work, pallet: HandlingUnit) -> None:
    """Its label is on it."""
    HANDLING_UNIT.move(work, pallet, "stick")


def take_apart(work: Work, pallet: HandlingUnit) -> None:
    """There is no pallet after all: its cartons stand by themselves, and wait as before."""
    on_it = update(HandlingUnit).where(HandlingUnit.parent_id == pallet.id)
    work.tx.execute(on_it.values(parent_id=None), execution_options={"synchronize_session": "fetch"})
    HANDLING_UNIT.move(work, pallet, "dissolve")


def tasks_of(tx: Session, pallet_id: int) -> list[PutawayTask]:
    """What of it is still to be put away, as it was stacked."""
    query = (
        select(PutawayTask)
        .join(HandlingUnit, HandlingUnit.id == PutawayTask.hu_id)
        .where(HandlingUnit.parent_id == pallet_id, PutawayTask.state.in_(LIVE))
    )
    return list(tx.scalars(query.order_by(PutawayTask.id)))


def is_mixed(tasks: Sequence[PutawayTask]) -> bool:
    """Whether several articles stand on it (混托)."""
    return len({task.sku_id for task in tasks}) > 1


def take(work: Work, pallet: HandlingUnit) -> list[PutawayTask]:
    """Whoever drives it has all of its tasks now: E-PAL-04 when nothing of it is to be put away any more,
    E-TSK-05 when somebody else has it.
    """
    tasks = tasks_of(work.tx, pallet.id)
    if not tasks:
        raise Refused("E-PAL-04")
    for task in tasks:
        if task.state == TaskState.OPEN or task.taken_by != work.by.user_id:
            PUTAWAY.take(work, PUTAWAY.load(work.tx, task.id))
    return tasks


def held(work: Work, pallet_id: int) -> list[PutawayTask]:
    """What this person has of it: E-PAL-04 when nothing is left, E-TSK-05 when somebody else has it now."""
    tasks = tasks_of(work.tx, pallet_id)
    if not tasks:
        raise Refused("E-PAL-04")
    return [PUTAWAY.held(work, task.id) for task in tasks]


def propose(work: Work, tasks: Sequence[PutawayTask]) -> Proposal | None:
    """The slot for all of them together: with the same lot, behind an older one, an empty one. Articles
    beside each other only where that is allowed.
    """
    proposing.one_at_a_time(work.tx)
    first = tasks[0]
    goods = standing.goods_of(work, first.sku_id, first.lot_id, first.qty, first.status, is_on_pallet=True)
    home = work.tx.get(Location, goods.home_id) if goods.home_id else None
    kept = keeping.order_for(work.tx, first.origin_type, first.origin_no)
    sku, near = catalog.sku(work.tx, first.sku_id), home.pick_seq if home else 0
    wanted = places.Wanted(near, sku.abc, sku.goods_class, is_on_pallet=True, first=kept)
    ways = (
        ("L-NAMED-LOT", places.same_lot(work.tx, goods, near)),
        ("L-NAMED-BEHIND", places.same_article(work.tx, goods, near)),
        ("L-NAMED-EMPTY", places.empty(work.tx, LocationKind.RSV, wanted, proposing.FARTHER)),
        ("L-NAMED-NEW", places.empty(work.tx, LocationKind.NEW, wanted, proposing.NEAREST)),
    )
    for why, found in [("L-NAMED-MIXED", places.mixing(work.tx, near))] if is_mixed(tasks) else ways:
        for place in found:
            if breach(work, tasks, place) is None and not fullness.is_full(work.tx, place):
                return Proposal(place, why)
    return None


def name(tasks: Sequence[PutawayTask], proposal: Proposal | None) -> int | None:
    """All of them go there; the slot's id."""
    for task in tasks:
        task.proposed_id = proposal.place.id if proposal else None
        task.proposed_why = proposal.why if proposal else ""
    return proposal.place.id if proposal else None


def breach(work: Work, tasks: Sequence[PutawayTask], place: Location) -> Breach | None:
    """The first rule that the pallet would break in a place, or None."""
    return next(iter(_breaches(work, tasks, place)), None)


def check(work: Work, tasks: Sequence[PutawayTask], place_id: int) -> None:
    """Refuse the pallet in a place with the first rule broken, unless a supervisor has allowed it (level S).
    The place is kept from other movers until the unit of work ends.
    """
    place = work.tx.get_one(Location, place_id, with_for_update={"key_share": True}, populate_existing=True)
    if place.kind not in WHERE:
        locations.require(place, WHERE)
    for found in _breaches(work, tasks, place):
        if found.is_final:
            raise Refused(found.code, **found.facts)
        work.unless_allowed(found.code, **found.facts)


def _breaches(work: Work, tasks: Sequence[PutawayTask], place: Location) -> list[Breach]:
    """Each carton beside what stands there and beside the others on the pallet."""
    there, limits = standing.standing_at(work.tx, place.id), Limits.of(work.rules)
    goods = [
        standing.goods_of(work, task.sku_id, task.lot_id, task.qty, task.status, is_on_pallet=True)
        for task in tasks
    ]
    found: list[Breach] = []
    for nth, one in enumerate(goods):
        beside = [
            Standing(
                other.sku_id, other.lot_id, other.qty, other.gross_g, _name(work, other), other.volume_cm3
            )
            for at, other in enumerate(goods)
            if at != nth
        ]
        judged = standing.breaches(
            replace(one, home_id=None), standing.place_of(place), [*there, *beside], limits
        )
        found += [breach for breach in judged if breach not in found]
    return found


def _name(work: Work, goods: Any) -> str:
    return str(catalog.sku(work.tx, goods.sku_id).name_zh)


def put_away(
    work: Work, pallet: HandlingUnit, tasks: Sequence[PutawayTask], slot: Any, off_reason: str
) -> None:
    """All cartons of the pallet stand in the slot."""
    for task in tasks:
        putaway.put_away(work, task, slot, task.status, off_reason)
    HANDLING_UNIT.move(work, pallet, "store")
