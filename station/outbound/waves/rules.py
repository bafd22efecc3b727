"""Releasing waves: hard allocation, pick lists, papers (P12, P13, P14).

Each wave is one unit of work, so a big release never holds scans up. An order that cannot be
promised completely stays ALLOCATED and waits (ship-complete).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import By, Work, Works
from station.outbound.orders import releasing
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.picking import documents, lists
from station.outbound.picking.models import PickList
from station.outbound.waves.grouping import DraftWave, build
from station.outbound.waves.kinds import WaveOrder as Candidate
from station.outbound.waves.kinds import kind_of
from station.outbound.waves.models import Wave, WaveOrder
from station.outbound.waves.promising import Want, gather, promised
from station.paper.sending import print_


@dataclass
class Released:
    """What one release did; pick lists without a printer are `unprinted`, and walked by handheld alone."""

    waves: list[str] = field(default_factory=list)
    orders: int = 0
    waiting: list[str] = field(default_factory=list)
    unprinted: list[str] = field(default_factory=list)


def release(works: Works, by: By) -> Released:
    """Release everything that is ALLOCATED, wave by wave (a person's key, or a timer's)."""
    with works.db.read() as tx:
        drafts = build(candidates(tx), works.settings.rules.wave_orders)
    result = Released()
    for draft in drafts:
        made = works.do(partial(release_one, draft=draft), by)
        result.waves += made.waves
        result.orders += made.orders
        result.waiting += made.waiting
        result.unprinted += made.unprinted
    return result


def candidates(tx: Session) -> list[Candidate]:
    """Orders that may join a wave."""
    rows = tx.execute(
        select(
            DeliveryOrder.id,
            DeliveryOrder.carrier_id,
            DeliveryOrder.is_urgent,
            DeliveryOrder.latest_ship_at,
            DeliveryOrder.paid_at,
            OrderLine.sku_id,
            OrderLine.qty,
        )
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .where(DeliveryOrder.state == OrderState.ALLOCATED)
        .order_by(DeliveryOrder.id, OrderLine.id)
    ).all()
    lines: dict[int, list[tuple[int, int]]] = {}
    heads = {}
    for row in rows:
        lines.setdefault(row.id, []).append((row.sku_id, row.qty))
        heads[row.id] = row
    return [
        Candidate(
            order_id=order_id,
            carrier_id=row.carrier_id,
            lines=tuple(lines[order_id]),
            is_urgent=row.is_urgent,
            latest_ship_at=row.latest_ship_at,
            paid_at=row.paid_at,
        )
        for order_id, row in heads.items()
    ]


def release_one(work: Work, draft: DraftWave) -> Released:
    """Promise lots and slots to the orders of one wave and write its pick lists.

    No wave is made when no order could join.
    """
    tx, result = work.tx, Released()
    joined: list[DeliveryOrder] = []
    for order_id in draft.order_ids:
        order = tx.get_one(DeliveryOrder, order_id, with_for_update=True)
        if order.state == OrderState.ALLOCATED and allocate(work, order):
            joined.append(order)
        else:
            result.waiting.append(order.order_no)
            releasing.lapse(work, order)
    if not joined:
        return result
    wave = _seat(work, draft, joined)
    result.waves, result.orders = [wave.wave_no], len(joined)
    for group in kind_of(draft.type).group([order.id for order in joined]):
        pick_list = lists.make(work, wave.id, group)
        if not _print(work, pick_list):
            result.unprinted.append(pick_list.pick_no)
    return result


def _seat(work: Work, draft: DraftWave, orders: Sequence[DeliveryOrder]) -> Wave:
    wave = Wave(
        wave_no=next_no(work.tx, "WV", work.today),
        type=draft.type,
        carrier_id=draft.carrier_id,
        created_at=work.now,
        created_by=work.by.name,
    )
    work.tx.add(wave)
    work.tx.flush()
    for seq, order in enumerate(orders, 1):
        work.tx.add(WaveOrder(wave_id=wave.id, order_id=order.id, seq=seq))
        ORDER.move(work, order, "join_wave", detail={"wave": wave.wave_no})
    return wave


def allocate(work: Work, order: DeliveryOrder) -> bool:
    """Promise (sku, lot, slot) for every line, oldest lot first, all or nothing (I7)."""
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    wants = [Want(line.id, line.sku_id, line.qty, line.is_gift) for line in work.tx.scalars(query)]
    held = gather(work, wants, order.min_left_days)
    for one in held or ():
        promised(work, one)
    work.tx.flush()
    return held is not None


def _print(work: Work, pick_list: PickList) -> bool:
    """The list on paper, where a printer is set up for it: handhelds do without (P14)."""
    try:
        print_(work, documents.pick_list(work.tx, pick_list), "PK", pick_list.pick_no)
    except Refused:
        return False
    return True
