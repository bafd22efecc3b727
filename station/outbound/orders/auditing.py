"""Auditing new orders and reserving stock for audited ones (P11, P12), many at a time where they are many."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers.refused import LabelRefusal, RefusalState
from station.catalog.models import Sku
from station.ground.words.causes import cause, joined
from station.ground.work import Work
from station.outbound.orders import changing
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.place import faults
from station.outbound.orders.shelves import Account, Shelves, is_served, shelves
from station.settings import Settings

LABEL_REFUSED = "L-HELD-LABEL"


def blocks(
    order: DeliveryOrder,
    settings: Settings,
    *,
    has_inactive: bool,
    has_bad_label: bool = False,
    double: str = "",
    goods: Sequence[str] = (),
) -> list[str]:
    """Why an order must be looked at by a person before it goes on (P11); empty when it may go on.

    Causes as they are stored: `station.ground.words.causes`.
    """
    reasons = []
    if not order.is_paid:
        reasons.append("L-HELD-UNPAID")
    note = f"{order.buyer_note} {order.seller_note}"
    reasons += [cause("L-HELD-REMARK", word) for word in settings.rules.remark_words if word in note]
    if order.wants_invoice and not (order.invoice and order.invoice.get("title")):
        reasons.append("L-HELD-INVOICE")
    if not (order.receiver_name and order.receiver_phone and order.address):
        reasons.append("L-HELD-RECEIVER")
    if has_inactive:
        reasons.append("L-HELD-INACTIVE")
    if has_bad_label:
        reasons.append(LABEL_REFUSED)
    if double:
        reasons.append(cause("L-HELD-DOUBLE", double))
    reasons += faults(order, goods)
    return reasons


def audit(work: Work, order_ids: Collection[int]) -> int:
    """NEW orders go on, or are held with the reason; how many were looked at."""
    orders = _locked(work.tx, order_ids, OrderState.NEW)
    inactive, unlabelled = _with_inactive(work.tx, order_ids), _with_bad_label(work.tx, order_ids)
    twice = changing.doubles(work.tx, orders)
    goods = _goods(work.tx, order_ids)
    good: list[tuple[int, str]] = []
    for order in orders:
        reasons = blocks(
            order,
            work.settings,
            has_inactive=order.id in inactive,
            has_bad_label=order.id in unlabelled,
            double=twice.get(order.id, ""),
            goods=goods.get(order.id, ()),
        )
        if not reasons:
            good.append((order.id, order.order_no))
            continue
        ORDER.move(work, order, "hold", held_from=order.state, hold_reason=joined(reasons))
    ORDER.move_many(work, good, "audit", old=OrderState.NEW)
    return len(orders)


def _locked(tx: Session, order_ids: Collection[int], state: OrderState) -> list[DeliveryOrder]:
    query = select(DeliveryOrder).where(DeliveryOrder.id.in_(order_ids), DeliveryOrder.state == state)
    return list(tx.scalars(query.order_by(DeliveryOrder.id).with_for_update()))


def _with_inactive(tx: Session, order_ids: Collection[int]) -> set[int]:
    return set(
        tx.scalars(
            select(OrderLine.order_id)
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(OrderLine.order_id.in_(order_ids), ~Sku.is_active)
        )
    )


def _with_bad_label(tx: Session, order_ids: Collection[int]) -> set[int]:
    return set(
        tx.scalars(
            select(LabelRefusal.order_id).where(
                LabelRefusal.order_id.in_(order_ids), LabelRefusal.state == RefusalState.OPEN
            )
        )
    )


def _goods(tx: Session, order_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the articles of orders, as their papers show them."""
    found: dict[int, list[str]] = {}
    rows = select(OrderLine.order_id, Sku.name_zh, Sku.spec).join(Sku, Sku.id == OrderLine.sku_id)
    for row in tx.execute(rows.where(OrderLine.order_id.in_(order_ids))):
        found.setdefault(row.order_id, []).append(f"{row.name_zh} {row.spec}")
    return found


def look_again(work: Work, order: DeliveryOrder) -> None:
    """What held a new order was mended: it goes on, or waits for what else there is."""
    inactive = order.id in _with_inactive(work.tx, [order.id])
    goods = _goods(work.tx, [order.id]).get(order.id, ())
    double = changing.doubles(work.tx, [order]).get(order.id, "")
    reasons = blocks(order, work.settings, has_inactive=inactive, double=double, goods=goods)
    if reasons:
        order.hold_reason = joined(reasons)
    else:
        ORDER.move(work, order, "audit", held_from="", hold_reason="")


def reserve(work: Work, order_ids: Sequence[int]) -> int:
    """Soft reservation for AUDITED orders in this order, all or nothing for each; how many got theirs.

    Σ soft + Σ hard never exceeds what is sellable, and keeps as long as each order wants (P12).
    """
    tx = work.tx
    waiting = {order.id: order for order in _locked(tx, order_ids, OrderState.AUDITED)}
    lines: dict[int, list[OrderLine]] = {}
    for line in tx.scalars(select(OrderLine).where(OrderLine.order_id.in_(waiting)).order_by(OrderLine.id)):
        lines.setdefault(line.order_id, []).append(line)
    skus = sorted({line.sku_id for some in lines.values() for line in some})
    free = shelves(tx, work.today, skus, wanted={order.min_left_days for order in waiting.values()})
    served = [
        (order_id, waiting[order_id].order_no)
        for order_id in order_ids
        if order_id in waiting and _take(lines.get(order_id, []), waiting[order_id].min_left_days, free)
    ]
    tx.flush()
    ORDER.move_many(work, served, "allocate", old=OrderState.AUDITED)
    return len(served)


def _take(lines: Sequence[OrderLine], days: int, free: Shelves) -> bool:
    """Reserve for one order out of what is free and keeps `days` yet, if there is enough of everything."""
    wanted: dict[Account, int] = {}
    for line in lines:
        account = (line.sku_id, line.is_gift)
        wanted[account] = wanted.get(account, 0) + line.qty
    if not is_served(wanted, days, free):
        return False
    for line in lines:
        line.qty_reserved = line.qty
    return True


def unhold(work: Work, order_id: int) -> None:
    """A person looked at a held order and lets it go on where it was; a new one counts as audited (§6.0)."""
    order = work.tx.get_one(DeliveryOrder, order_id)
    back = order.held_from if order.state == OrderState.HOLD else ""
    if back in {"", OrderState.NEW}:
        ORDER.move(work, order, "audit", held_from="", hold_reason="")
    else:
        ORDER.move(work, order, "unhold", to=back, held_from="", hold_reason="")
