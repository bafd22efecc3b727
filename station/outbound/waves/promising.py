"""Promising lots in slots to order lines (P12, I7): everything an order wants, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from station.ground.work import Work
from station.outbound.orders.models import Allocation, AllocationState
from station.stock import allocation, promises
from station.stock.fifo import Candidate, Pick, Pool, plan
from station.stock.models import StockStatus


@dataclass(frozen=True, slots=True)
class Want:
    """EACH of an article that an order line still needs."""

    line_id: int
    sku_id: int
    qty: int
    is_gift: bool


Held = tuple[Want, Pick]
Account = tuple[int, bool]
"""An article, and whether gifts of it are meant."""


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


def gather_all(work: Work, orders: Mapping[int, tuple[int, Sequence[Want]]]) -> dict[int, list[Held]]:
    """Reserve stock for many orders (id → days that must be left, wants), one after the other, oldest lot
    first; each gets everything or nothing, and who gets nothing is left out.
    """
    wanted = {(want.sku_id, want.is_gift) for _days, wants in orders.values() for want in wants}
    rows = rows_of(work.tx, wanted, work.today, lock=True)
    pool, held = Pool(rows, work.today), dict[int, list[Held]]()
    taken: dict[int, int] = {}
    for order_id, (days, wants) in orders.items():
        picks = pool.take([((want.sku_id, want.is_gift), want.qty) for want in wants], days)
        if picks is None:
            continue
        held[order_id] = [(want, pick) for want, some in zip(wants, picks, strict=True) for pick in some]
        for _want, pick in held[order_id]:
            taken[pick.stock_id] = taken.get(pick.stock_id, 0) + pick.qty
    promises.hold_all(work.tx, taken)
    return held


def rows_of(
    tx: Session, wanted: Collection[Account], today: date, *, lock: bool = False
) -> dict[Account, list[Candidate]]:
    """Every row from which goods and gifts could be taken now, for `fifo.Pool`; `lock` as in `allocation`."""
    rows: dict[Account, list[Candidate]] = {}
    for is_gift in (False, True):
        skus = sorted(sku_id for sku_id, gift in wanted if gift == is_gift)
        found = allocation.rows_of(tx, skus, today, _status(is_gift=is_gift), lock=lock)
        rows |= {(sku_id, is_gift): some for sku_id, some in found.items()}
    return rows


def _status(*, is_gift: bool) -> StockStatus:
    """A gift line gets gifts and a sales line goods, even where they are the same article (P7)."""
    return StockStatus.GIFT if is_gift else StockStatus.GOOD


def there_is(work: Work, wants: Sequence[Want], min_left_days: int) -> bool:
    """Whether `gather` would find all of it now; nothing is reserved."""
    return all(_plan(work, want, min_left_days) is not None for want in wants)


def _plan(work: Work, want: Want, min_left_days: int) -> list[Pick] | None:
    rows = allocation.candidates(work.tx, want.sku_id, work.today, _status(is_gift=want.is_gift))
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
