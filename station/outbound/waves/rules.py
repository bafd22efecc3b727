"""Releasing waves: hard allocation, pick lists, papers (P12, P13, P14).

Each wave is one unit of work, so a big release never holds scans up. An order that cannot be
promised completely stays ALLOCATED and waits (ship-complete).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.work import By, Work, Works
from station.outbound import documents
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, AllocationState, DeliveryOrder, OrderLine, OrderState
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.grouping import DraftWave, build
from station.outbound.waves.grouping import WaveOrder as Candidate
from station.outbound.waves.models import Wave, WaveOrder
from station.paper.sending import print_
from station.stock import allocation, promises
from station.stock.fifo import Pick, plan
from station.stock.models import Location, Stock, StockStatus
from station.stock.walk import walk_key


@dataclass
class Released:
    """What one release did."""

    waves: list[str] = field(default_factory=list)
    orders: int = 0
    waiting: list[str] = field(default_factory=list)


def release(works: Works, by: By) -> Released:
    """Release everything that is ALLOCATED, wave by wave (a person's key, or a timer's)."""
    with works.db.read() as tx:
        drafts = build(candidates(tx), works.settings.rules.wave_orders)
    result = Released()
    for draft in drafts:
        made, orders, waiting = works.do(partial(release_one, draft=draft), by)
        result.waves += [made] if made else []
        result.orders += orders
        result.waiting += waiting
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


def release_one(work: Work, draft: DraftWave) -> tuple[str, int, list[str]]:
    """Promise lots and slots to the orders of one wave and write its pick lists.

    Returns the wave's number ("" when no order could join), how many joined, and who waits.
    """
    tx = work.tx
    joined: list[DeliveryOrder] = []
    waiting: list[str] = []
    for order_id in draft.order_ids:
        order = tx.get_one(DeliveryOrder, order_id, with_for_update=True)
        if order.state == OrderState.ALLOCATED and allocate(work, order):
            joined.append(order)
        else:
            waiting.append(order.order_no)
    if not joined:
        return "", 0, waiting
    wave = Wave(
        wave_no=next_no(tx, "WV", work.today),
        type=draft.type,
        carrier_id=draft.carrier_id,
        state="RELEASED",
        created_at=work.now,
        created_by=work.by.name,
    )
    tx.add(wave)
    tx.flush()
    for seq, order in enumerate(joined, 1):
        tx.add(WaveOrder(wave_id=wave.id, order_id=order.id, seq=seq, flag="IN"))
        ORDER.move(work, order, "join_wave", detail={"wave": wave.wave_no})
    groups = [[order.id for order in joined]] if draft.type == "W1" else [[order.id] for order in joined]
    for group in groups:
        pick_list = _make_list(work, wave, group)
        print_(work, documents.pick_list(tx, pick_list), "PK", pick_list.pick_no)
    return wave.wave_no, len(joined), waiting


def allocate(work: Work, order: DeliveryOrder) -> bool:
    """Promise (sku, lot, slot) for every line, oldest lot first, all or nothing (I7)."""
    tx, today = work.tx, work.today
    promised: list[tuple[OrderLine, Pick]] = []
    lines = list(tx.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)))
    for line in lines:
        status = StockStatus.GIFT if line.is_gift else StockStatus.GOOD
        found = allocation.candidates(tx, line.sku_id, today, status)
        if not found and line.is_gift:
            found = allocation.candidates(tx, line.sku_id, today)
        picks = plan(line.qty, found, today, order.min_left_days)
        taken = picks is not None and all(promises.hold(tx, pick.stock_id, pick.qty) for pick in picks)
        if picks is None or not taken:
            for _line, pick in promised:
                promises.let_go(tx, pick.stock_id, pick.qty)
            return False
        promised += [(line, pick) for pick in picks]
    for line, pick in promised:
        tx.add(
            Allocation(
                owner_id=line.id,
                stock_id=pick.stock_id,
                lot_id=pick.lot_id,
                qty=pick.qty,
                state=AllocationState.OPEN,
                made_at=work.now,
            )
        )
    tx.flush()
    return True


def _make_list(work: Work, wave: Wave, order_ids: list[int]) -> PickList:
    """One walk for these orders: allocations of the same stock row become one stop."""
    tx, number = work.tx, next_no(work.tx, "PK", work.today)
    pick_list = PickList(pick_no=number, wave_id=wave.id, state="OPEN", created_at=work.now)
    tx.add(pick_list)
    tx.flush()
    rows = tx.execute(
        select(
            Allocation.id,
            Allocation.qty,
            Stock.id.label("stock_id"),
            Stock.sku_id,
            Stock.lot_id,
            Stock.location_id,
            Location.zone,
            Location.pick_seq,
            Location.code,
        )
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(Location, Location.id == Stock.location_id)
        .where(OrderLine.order_id.in_(order_ids), Allocation.state == "OPEN")
    ).all()
    stops: dict[int, PickTask] = {}
    members: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda r: (*walk_key(r.zone, r.pick_seq, r.code), r.stock_id, r.id)):
        task = stops.get(row.stock_id)
        if task is None:
            task = stops[row.stock_id] = PickTask(
                pick_list_id=pick_list.id,
                seq=len(stops) + 1,
                stock_id=row.stock_id,
                location_id=row.location_id,
                sku_id=row.sku_id,
                lot_id=row.lot_id,
                qty=0,
                state="OPEN",
            )
        task.qty += row.qty
        members.setdefault(row.stock_id, []).append(row.id)
    tx.add_all(stops.values())
    tx.flush()
    for stock_id, task in stops.items():
        tx.execute(update(Allocation).where(Allocation.id.in_(members[stock_id])).values(task_id=task.id))
    return pick_list
