"""What waves would be released now, and what they are built by: reads, changes nothing (P13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from station.carriers.supplied import SuppliedLabel
from station.catalog.models import Sku
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.waves.grouping import DraftWave, build
from station.outbound.waves.kinds import Day, WaveOrder
from station.outbound.waves.limits import Limits, Load
from station.outbound.waves.promising import Account, rows_of
from station.settings import Rules
from station.stock.fifo import Pool
from station.stock.models import Location, LocationKind, LocationState
from station.storage.hall.addresses import address_of
from station.storage.hall.floors import ground_of
from station.storage.hall.ground import Ground, Point

SUPPLIED = "supplied"
"""The channel of orders whose finished labels a platform sent; the others' are the station's own."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The waves as they would be, and the orders by id."""

    drafts: list[DraftWave]
    orders: dict[int, WaveOrder]
    ground: Ground


def plan(tx: Session, rules: Rules, now: datetime, today: date, due: datetime | None = None) -> Planned:
    """What a release would make now: of all orders that wait for a wave, or (`due`) of those that must leave
    until then.
    """
    ground = ground_of(tx, rules)
    heads = _heads(tx, due)
    lines = _lines(tx, heads)
    orders: dict[int, WaveOrder] = {}
    pool, places = _pool(tx, lines, today)
    for order_id, head in heads.items():
        picks = pool.take(
            [((line.sku_id, line.is_gift), line.qty) for line in lines[order_id]], head.min_left_days
        )
        codes = [places[pick.location_id] for some in picks or () for pick in some]
        orders[order_id] = _order(head, lines[order_id], codes, ground)
    drafts = build(list(orders.values()), _day(tx, rules, now), ground)
    return Planned(drafts, orders, ground)


def _day(tx: Session, rules: Rules, now: datetime) -> Day:
    limits = {"lines": rules.wave_lines, "volume_cm3": rules.cart_l * 1000, "weight_g": rules.cart_kg * 1000}
    cells = (
        tx.scalar(
            select(func.count()).where(
                Location.kind == LocationKind.WALL, Location.state == LocationState.OPEN
            )
        )
        if rules.sort_wall
        else 0
    )
    return Day(
        now=now,
        urgent_h=rules.urgent_h,
        same_basket=rules.same_basket,
        same_article=rules.same_article,
        cart=Limits(rules.wave_orders, **limits),
        wall=Limits(min(cells, rules.wall_cells), **limits) if cells else None,
        by_zone=rules.wave_by_zone,
    )


def _heads(tx: Session, due: datetime | None) -> dict[int, Any]:
    """Orders that wait for a wave, in the order in which goods are handed out."""
    is_supplied = exists().where(SuppliedLabel.order_id == DeliveryOrder.id).label("is_supplied")
    query = select(
        DeliveryOrder.id,
        DeliveryOrder.carrier_id,
        DeliveryOrder.is_urgent,
        DeliveryOrder.latest_ship_at,
        DeliveryOrder.paid_at,
        DeliveryOrder.min_left_days,
        is_supplied,
    ).where(DeliveryOrder.state == OrderState.ALLOCATED)
    if due is not None:
        query = query.where(DeliveryOrder.latest_ship_at <= due)
    rows = tx.execute(
        query.order_by(
            DeliveryOrder.is_urgent.desc(),
            DeliveryOrder.latest_ship_at.is_(None),
            DeliveryOrder.latest_ship_at,
            DeliveryOrder.id,
        )
    )
    return {row.id: row for row in rows}


_AT_ONCE = 2000


def _lines(tx: Session, order_ids: Mapping[int, Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {order_id: [] for order_id in order_ids}
    ids = list(order_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = tx.execute(
            select(
                OrderLine.order_id,
                OrderLine.sku_id,
                OrderLine.qty,
                OrderLine.is_gift,
                Sku.is_valuable,
                Sku.is_serial,
                Sku.goods_class,
                Sku.case_qty,
                Sku.gross_g,
                Sku.volume_cm3,
            )
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(OrderLine.order_id.in_(ids[start : start + _AT_ONCE]))
            .order_by(OrderLine.order_id, OrderLine.id)
        )
        for row in rows:
            found[row.order_id].append(row)
    return found


def _pool(
    tx: Session, lines: Mapping[int, Sequence[Any]], today: date
) -> tuple[Pool[Account], dict[int, str]]:
    """What may be handed out, and the codes of the slots it lies in."""
    wanted = {(line.sku_id, line.is_gift) for some in lines.values() for line in some}
    rows = rows_of(tx, wanted, today)
    ids = sorted({row.location_id for some in rows.values() for row in some})
    places: dict[int, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(Location.id, Location.code).where(Location.id.in_(ids[start : start + _AT_ONCE]))
        places |= {row.id: row.code for row in tx.execute(query)}
    return Pool(rows, today), places


def _order(head: Any, lines: Sequence[Any], codes: Sequence[str], ground: Ground) -> WaveOrder:
    addresses = [address_of(code) for code in codes]
    zones = {address.zone if address else "" for address in addresses}
    gifts = sum(1 for line in lines if line.is_gift)
    return WaveOrder(
        order_id=head.id,
        carrier_id=head.carrier_id,
        lines=tuple((line.sku_id, line.qty) for line in lines),
        is_urgent=head.is_urgent,
        latest_ship_at=head.latest_ship_at,
        paid_at=head.paid_at,
        channel=SUPPLIED if head.is_supplied else "",
        zone=zones.pop() if len(zones) == 1 else "",
        is_valuable=any(line.is_valuable for line in lines),
        is_special=any(line.goods_class for line in lines) or 2 * gifts > len(lines),
        is_big=any(1 < line.case_qty <= line.qty for line in lines),
        is_serial=any(line.is_serial for line in lines),
        load=Load(
            1,
            len(lines),
            sum(line.qty * line.volume_cm3 for line in lines),
            sum(line.qty * line.gross_g for line in lines),
        ),
        points=_points(ground, addresses),
    )


def _points(ground: Ground, addresses: Sequence[Any]) -> tuple[Point, ...]:
    found = (ground.point(address) for address in addresses)
    return tuple(sorted({point for point in found if point is not None}))
