"""Releasing waves: hard allocation, pick lists, papers (P12, P13, P14).

Each wave is one unit of work, so a big release never holds scans up. An order that cannot be
promised completely stays ALLOCATED and waits (ship-complete).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from station.ground.db import BULK, table
from station.ground.documents.numbers import next_no
from station.ground.thresholds.reading import rules_of
from station.ground.words.messages import Refused
from station.ground.work import By, Work, Works
from station.outbound.orders import releasing
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.picking import documents, lists
from station.outbound.picking.lists import Hurry, Part
from station.outbound.picking.models import PickList
from station.outbound.waves import planning
from station.outbound.waves.grouping import DraftWave
from station.outbound.waves.kinds import kind_of
from station.outbound.waves.models import Seat, Wave, WaveOrder
from station.outbound.waves.promising import Held, Want, gather_all
from station.paper.sending import print_all
from station.storage.hall.floors import ground_of
from station.storage.hall.ground import Ground


@dataclass
class Released:
    """What one release did; pick lists without a printer are `unprinted`, and walked by handheld alone. No
    unit of work took longer than `longest_ms`, its commit not counted.
    """

    waves: list[str] = field(default_factory=list)
    orders: int = 0
    waiting: list[str] = field(default_factory=list)
    unprinted: list[str] = field(default_factory=list)
    longest_ms: int = 0

    def add(self, made: Released) -> None:
        """One wave more."""
        self.waves += made.waves
        self.orders += made.orders
        self.waiting += made.waiting
        self.unprinted += made.unprinted
        self.longest_ms = max(self.longest_ms, made.longest_ms)


Note = Callable[[Work, Released, int, int], None]
"""What hears of each wave in its unit of work: what came of it, orders planned in all, orders of this one."""


def release(
    works: Works, by: By, due: datetime | None = None, note: Note = lambda _work, _made, _all, _some: None
) -> Released:
    """Release everything that is ALLOCATED, or must leave until `due`, wave by wave."""
    with works.db.read() as tx:
        now, today = works.clock.now(), works.clock.today()
        planned = planning.plan(tx, rules_of(tx, works.settings), now, today, due)
    result, total = Released(), len(planned.orders)
    for draft in planned.drafts:
        began = time.monotonic()
        result.add(
            works.do(
                partial(_noted, draft=draft, ground=planned.ground, total=total, note=note), by, priority=BULK
            )
        )
        works.db.give_way(time.monotonic() - began)
    return result


def _noted(work: Work, draft: DraftWave, ground: Ground, total: int, note: Note) -> Released:
    began = time.monotonic()
    made = release_one(work, draft, ground)
    note(work, made, total, len(draft.order_ids))
    work.tx.flush()
    made.longest_ms = round((time.monotonic() - began) * 1000)
    return made


def release_one(work: Work, draft: DraftWave, ground: Ground | None = None) -> Released:
    """Promise lots and slots to the orders of one wave and write its pick lists, in some twenty statements.

    No wave is made when no order could join.
    """
    result = Released()
    orders = _locked(work.tx, draft.order_ids)
    held = gather_all(work, _wants(work.tx, orders))
    joined = [order for order in orders if order.id in held]
    for order in orders:
        if order.id not in held:
            result.waiting.append(order.order_no)
            releasing.lapse(work, work.tx.get_one(DeliveryOrder, order.id))
    if not joined:
        return result
    wave = _seat(work, draft, joined)
    result.waves, result.orders = [wave.wave_no], len(joined)
    known = {order.id: order for order in joined}
    kind = kind_of(draft.type)
    groups = kind.group([order.id for order in joined])
    made = lists.make_all(
        work,
        wave.id,
        [_walk(group, held) for group in groups],
        ground or ground_of(work.tx, work.rules),
        [_hurry([known[order_id] for order_id in group], is_led=kind.leads) for group in groups],
    )
    result.unprinted = _print(work, wave, made)
    return result


def _walk(order_ids: Sequence[int], held: Mapping[int, Sequence[Held]]) -> list[Part]:
    return [
        Part(order_id, want.line_id, want.sku_id, pick)
        for order_id in order_ids
        for want, pick in held[order_id]
    ]


def _hurry(orders: Sequence[Any], *, is_led: bool) -> Hurry:
    due = min((order.latest_ship_at for order in orders if order.latest_ship_at), default=None)
    return Hurry(due, is_led or any(order.is_urgent for order in orders))


_LOCKED = (
    select(
        DeliveryOrder.id,
        DeliveryOrder.order_no,
        DeliveryOrder.state,
        DeliveryOrder.min_left_days,
        DeliveryOrder.latest_ship_at,
        DeliveryOrder.is_urgent,
    )
    .where(DeliveryOrder.id.in_(bindparam("ids", expanding=True)))
    .order_by(DeliveryOrder.id)
    .with_for_update()
)
_LINES = (
    select(OrderLine.order_id, OrderLine.id, OrderLine.sku_id, OrderLine.qty, OrderLine.is_gift)
    .where(OrderLine.order_id.in_(bindparam("ids", expanding=True)))
    .order_by(OrderLine.id)
)


def _locked(tx: Session, order_ids: Sequence[int]) -> list[Any]:
    """The orders as they are now, in the wave's order; nobody changes them until the unit of work ends."""
    found = {row.id: row for row in tx.execute(_LOCKED, {"ids": list(order_ids)})}
    return [found[order_id] for order_id in order_ids if order_id in found]


def _wants(tx: Session, orders: Sequence[Any]) -> dict[int, tuple[int, list[Want]]]:
    """What those that still wait for a wave want, in the wave's order."""
    wants: dict[int, tuple[int, list[Want]]] = {
        order.id: (order.min_left_days, []) for order in orders if order.state == OrderState.ALLOCATED
    }
    for row in tx.execute(_LINES, {"ids": list(wants)}):
        wants[row.order_id][1].append(Want(row.id, row.sku_id, row.qty, row.is_gift))
    return wants


def _seat(work: Work, draft: DraftWave, orders: Sequence[Any]) -> Wave:
    wave = Wave(
        wave_no=next_no(work.tx, "WV", work.today),
        type=draft.type,
        carrier_id=draft.carrier_id,
        created_at=work.now,
        created_by=work.by.name,
    )
    work.tx.add(wave)
    work.tx.flush()
    seats = [
        {"wave_id": wave.id, "order_id": order.id, "seq": seq, "flag": Seat.IN}
        for seq, order in enumerate(orders, 1)
    ]
    work.tx.connection().execute(table(WaveOrder).insert(), seats)
    joining = [(order.id, order.order_no) for order in orders]
    ORDER.move_many(work, joining, "join_wave", old=OrderState.ALLOCATED, detail={"wave": wave.wave_no})
    return wave


def _print(work: Work, wave: Wave, made: Sequence[PickList]) -> list[str]:
    """The lists on paper, where a printer is set up for it: handhelds do without (P14). Those without."""
    papers = documents.pick_lists(work.tx, wave, made)
    try:
        print_all(work, [(paper, paper.pick_no) for paper in papers], "PK")
    except Refused:
        return [pick_list.pick_no for pick_list in made]
    return []
