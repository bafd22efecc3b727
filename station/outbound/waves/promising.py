"""Promising lots in slots to order lines (P12, I7): everything an order wants, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.ground.work import Work
from station.outbound.orders.models import Allocation, AllocationState
from station.stock import allocation, promises
from station.stock.fifo import Pick, plan
from station.stock.models import StockStatus


@dataclass(frozen=True, slots=True)
class Want:
    """EACH of an article that an order line still needs."""

    line_id: int
    sku_id: int
    qty: int
    is_gift: bool


Held = tuple[Want, Pick]


def gather(work: Work, wants: Sequence[Want], min_left_days: int) -> list[Held] | None:
    """Reserve stock for all wants, oldest lot first; None, and nothing reserved, when it is not there."""
    held: list[Held] = []
    for want in wants:
        picks = _plan(work, want, min_left_days)
        if picks is None or not _hold_all(work, want, picks, held):
            for _want, pick in held:
                promises.let_go(work.tx, pick.stock_id, pick.qty)
            return None
    return held


def there_is(work: Work, wants: Sequence[Want], min_left_days: int) -> bool:
    """Whether `gather` would find all of it now; nothing is reserved."""
    return all(_plan(work, want, min_left_days) is not None for want in wants)


def _plan(work: Work, want: Want, min_left_days: int) -> list[Pick] | None:
    """A gift line gets gifts and a sales line goods, even where they are the same article (P7)."""
    status = StockStatus.GIFT if want.is_gift else StockStatus.GOOD
    rows = allocation.candidates(work.tx, want.sku_id, work.today, status)
    return plan(want.qty, rows, work.today, min_left_days)


def _hold_all(work: Work, want: Want, picks: Sequence[Pick], held: list[Held]) -> bool:
    for pick in picks:
        if not promises.hold(work.tx, pick.stock_id, pick.qty):
            return False
        held.append((want, pick))
    return True


def promised(work: Work, held: Held, task_id: int | None = None) -> Allocation:
    """The promise that was reserved, written down; `task_id` is the stop that takes it."""
    want, pick = held
    made = Allocation(
        owner_id=want.line_id,
        stock_id=pick.stock_id,
        lot_id=pick.lot_id,
        task_id=task_id,
        qty=pick.qty,
        state=AllocationState.OPEN,
        made_at=work.now,
    )
    work.tx.add(made)
    return made
