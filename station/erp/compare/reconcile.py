"""Reconciliation: both sides say what they know, and what differs is listed, never overwritten (§11).

One comparison reads how things stand here, asks the ERP outside any transaction, and reads again. Only what
differs from both of ours alike, with no movement of the article in between, is a difference: a warehouse at
work is a moving target. What undelivered messages account for is kept with that explanation. A difference
has a row from when it was first seen until both agree again (`gone_at`); one that comes back is a new row;
what each comparison found is its history. ASKED → RUNNING → DONE or FAILED; only one runs per connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp import connections, contract, port, vocabulary
from station.erp.compare import comparison, differences, standing, wishes
from station.erp.compare.comparison import Differences, Key
from station.erp.compare.differences import Outcome
from station.erp.compare.models import Difference
from station.exchange.models import ErpConnection
from station.ground.db import BULK, Database
from station.outbound.orders import standing as orders

WINDOW_DAYS, MOST_DAYS, EARLIER_DAYS = 7, 60, 2
"""Shipments are compared a week back, as far back as one differs, and at most so far. The ERP is asked for
two days more, because its day of shipping need not be ours."""

# --- one comparison ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Answers:
    """What the ERP says; None where it cannot tell."""

    stock: dict[Key, int] | None
    open_orders: set[str] | None
    shipped: dict[str, str] | None


def run(
    db: Database,
    clock: Clock,
    code: str,
    connector: contract.Connector,
    *,
    asked_by: str,
    reconciliation_id: int | None = None,
) -> int | None:
    """Compare with one ERP; the comparison's id, None when another process is at it.

    An ERP that is silent or refuses makes it FAILED with the reason; the next turn of the connection
    notices by itself that it is down.
    """
    claim = partial(wishes.claim, code=code, who=asked_by, wish=reconciliation_id, now=clock.now())
    run_id = db.write(claim, BULK)
    if run_id is None:
        return None
    try:
        outcome = _compare(db, clock, code, connector)
        differences.keep(db, clock, code, run_id, outcome)
    except port.ErpError as error:
        _fail(db, clock, code, run_id, error)
    except Exception as error:
        _fail(db, clock, code, run_id, error)
        raise
    return run_id


def _fail(db: Database, clock: Clock, code: str, run_id: int, error: Exception) -> None:
    is_known = isinstance(error, port.ErpError)
    text = f"{type(error).__name__}: {error}" if is_known else type(error).__name__
    now = clock.now()

    def work(tx: Session) -> None:
        differences.end(tx, run_id, "fail", now=now, error=text[:300])
        if isinstance(error, port.Unmapped):
            vocabulary.note_word(tx, connections.known(tx, code).id, error.kind, error.theirs, now)

    db.write(work, BULK)


def _compare(db: Database, clock: Clock, code: str, connector: contract.Connector) -> Outcome:
    with db.read() as tx:
        since = _since(tx, code, clock.today(), clock.zone)
        begin = datetime.combine(since, time(), clock.zone)
        before = standing.read(tx, code, begin)
        hears_of_stock = _hears_of_stock(tx, code)
    answers = _ask(connector, since - timedelta(days=EARLIER_DAYS), hears_of_stock=hears_of_stock)
    with db.read() as tx:
        after = standing.read(tx, code, begin)
        moved = standing.moved(tx, before.movement_id)
        closed = orders.states(tx, (answers.open_orders or set()) - after.open_orders.keys())
        problems = standing.set_aside(tx, code, (answers.open_orders or set()) - closed.keys())
    outcome = Outcome()
    if not hears_of_stock:
        outcome.remarks.append(differences.NOT_MAIN)
    elif answers.stock is None:
        outcome.remarks.append(differences.NO_STOCK)
    else:
        _judge_stock(outcome, before, after, answers.stock, moved)
    _judge_orders(outcome, before, after, answers, closed, problems)
    return outcome


def _ask(connector: contract.Connector, since: date, *, hears_of_stock: bool) -> _Answers:
    """Everything the ERP has to say, read to the end; takes as long as it takes."""
    lines = connector.stock() if hears_of_stock else None
    stock: dict[Key, int] | None = None if lines is None else {}
    for line in lines or ():
        assert stock is not None
        key = (_clean(line.sku_code), _clean(line.status), _clean(line.lot))
        stock[key] = stock.get(key, 0) + line.qty_each
    orders_open = connector.open_orders()
    shipped = connector.shipped(since)
    return _Answers(
        stock,
        None if orders_open is None else {_clean(order.doc_no) for order in orders_open},
        None if shipped is None else {_clean(number): _clean(bill) for number, bill in shipped.items()},
    )


def _clean(text: str) -> str:
    """Without what no database takes."""
    return "".join(char for char in text if char.isprintable()).strip()


def _since(tx: Session, code: str, today: date, zone: ZoneInfo) -> date:
    """From which day on shipments are compared: as far back as one still differs."""
    differing = (
        select(Difference.key)
        .join(ErpConnection, ErpConnection.id == Difference.connection_id)
        .where(ErpConnection.code == code, Difference.what == "shipment", Difference.gone_at.is_(None))
    )
    oldest = orders.first_shipped(tx, differing)
    days = [today - timedelta(days=WINDOW_DAYS)]
    if oldest is not None:
        days.append(oldest.astimezone(zone).date())
    return max(min(days), today - timedelta(days=MOST_DAYS))


def _hears_of_stock(tx: Session, code: str) -> bool:
    """Whether its stock is to be ours: of several ERPs only the main one hears of all of it."""
    main = tx.scalar(
        select(ErpConnection.code).where(
            ErpConnection.is_main, ErpConnection.is_active, ErpConnection.kind != "folder"
        )
    )
    return main in {None, code}


def _judge_stock(
    outcome: Outcome,
    before: standing.Standing,
    after: standing.Standing,
    theirs: dict[Key, int],
    moved: Collection[str],
) -> None:
    unequal, moving = comparison.settled(
        comparison.stock(before.stock, theirs, before.waiting),
        comparison.stock(after.stock, theirs, after.waiting),
    )
    outcome.judged.add("stock")
    touched = {(item.what, item.key) for item in unequal if item.key.split("|", 1)[0] in moved}
    outcome.differences += [item for item in unequal if (item.what, item.key) not in touched]
    outcome.moving |= moving | touched
    with_lots = {sku for sku, _status, lot in theirs if lot}
    ours = comparison.fold(after.stock.items(), with_lots)
    outcome.compared += len(ours.keys() | comparison.fold(theirs.items(), with_lots).keys())


def _judge_orders(
    outcome: Outcome,
    before: standing.Standing,
    after: standing.Standing,
    answers: _Answers,
    closed: dict[str, str],
    problems: Collection[str],
) -> None:
    sides = [_orders_of(side, answers, closed, problems) for side in (before, after)]
    unequal, moving = comparison.settled(*sides)
    outcome.differences += unequal
    outcome.moving |= moving
    outcome.shipments = {*before.shipped, *after.shipped}
    if answers.open_orders is None:
        outcome.remarks.append(differences.NO_ORDERS)
    if answers.shipped is None:
        outcome.remarks.append(differences.NO_SHIPPED)
    else:
        outcome.judged.add("shipment")
    if answers.open_orders is not None or answers.shipped is not None:
        outcome.judged.add("order")
        outcome.compared += len(after.open_orders.keys() | (answers.open_orders or set()))
    outcome.compared += len(after.shipped)


def _orders_of(
    side: standing.Standing, answers: _Answers, closed: dict[str, str], problems: Collection[str]
) -> Differences:
    """Orders and shipments of one of our two standings: each order differs once."""
    unheard = side.undelivered.get("shipment_confirmation", {})
    reasons = {number: comparison.reason({"problem": 1}) for number in problems}
    reasons |= {
        number: why
        for number, state in closed.items()
        if (why := (unheard if state == "SHIPPED" else side.undelivered.get("order_state", {})).get(number))
    }
    differing = comparison.orders(side.open_orders, closed, answers.open_orders, answers.shipped, reasons)
    skip = {number for number in side.shipped if ("order", number) in differing}
    return differing | comparison.shipments(side.shipped, answers.shipped, unheard, skip)
