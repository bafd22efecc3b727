"""Reconciliation: both sides say what they know, and what differs is listed, never overwritten (§11).

One comparison reads how things stand here, asks the ERP outside any transaction, and reads again. Only what
differs from both of ours alike, with no movement of the article in between, is a difference: a warehouse at
work is a moving target. What undelivered messages account for is kept with that explanation. A difference
has a row from when it was first seen until both agree again (`gone_at`); one that comes back is a new row;
what each comparison found is its history. ASKED → RUNNING → DONE or FAILED; only one runs per connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp import connections, port
from station.erp.compare import comparison, differences, standing
from station.erp.compare.comparison import Differences, Key
from station.erp.compare.differences import Outcome
from station.erp.models import Difference, ErpFeed, Reconciliation
from station.exchange.models import ErpConnection
from station.ground.db import BULK, Database, table
from station.outbound.orders import standing as orders

LEFT_OVER = timedelta(minutes=30)
"""After that a comparison that still runs was left over by a process that is gone."""

NIGHTLY = time(3)
TRY_AGAIN = timedelta(hours=1)
"""After a comparison of the night that failed."""

WINDOW_DAYS, MOST_DAYS, EARLIER_DAYS = 7, 60, 2
"""Shipments are compared a week back, as far back as one differs, and at most so far. The ERP is asked for
two days more, because its day of shipping need not be ours."""

# --- asking for one ------------------------------------------------------------------------------


def ask(tx: Session, code: str, who: str, now: datetime) -> int:
    """Wish for a comparison; a wish that waits already, or one that runs, is enough. Its id."""
    connection_id = _lock(tx, code)
    fail_left_over(tx, now)
    waits = tx.scalar(
        select(Reconciliation.id)
        .where(Reconciliation.connection_id == connection_id, Reconciliation.state.in_(("ASKED", "RUNNING")))
        .order_by(Reconciliation.id.desc())
        .limit(1)
    )
    return waits if waits is not None else _insert(tx, connection_id, "ASKED", who, now)


def asked(tx: Session, code: str) -> int | None:
    """The oldest wish nobody works on; None too while a comparison with this ERP runs."""
    rows = tx.execute(
        select(Reconciliation.id, Reconciliation.state)
        .join(ErpConnection, ErpConnection.id == Reconciliation.connection_id)
        .where(ErpConnection.code == code, Reconciliation.state.in_(("ASKED", "RUNNING")))
        .order_by(Reconciliation.id)
    ).all()
    if any(row.state == "RUNNING" for row in rows):
        return None
    return rows[0].id if rows else None


def last(tx: Session, code: str) -> Reconciliation | None:
    """The newest comparison with a connection, asked for or not."""
    return tx.scalars(
        select(Reconciliation)
        .join(ErpConnection, ErpConnection.id == Reconciliation.connection_id)
        .where(ErpConnection.code == code)
        .order_by(Reconciliation.id.desc())
        .limit(1)
    ).first()


def due_nightly(tx: Session, code: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the comparison of the night is due; not of a folder, and not during the first import."""
    found = connections.known(tx, code)
    unfinished = select(ErpFeed.id).where(ErpFeed.connection_id == found.id, ErpFeed.finished_at.is_(None))
    if found.kind == "folder" or tx.scalar(unfinished.limit(1)) is not None:
        return False
    rows = tx.execute(
        select(Reconciliation.state, Reconciliation.started_at).where(
            Reconciliation.connection_id == found.id,
            Reconciliation.started_at >= nightly_before(now, zone),
        )
    )
    return is_due(now, zone, found.created_at, [(row.state, row.started_at) for row in rows])


def nightly_before(now: datetime, zone: ZoneInfo) -> datetime:
    """The last three o'clock in the morning of the station."""
    local = now.astimezone(zone)
    day = local.date() if local.time() >= NIGHTLY else local.date() - timedelta(days=1)
    return datetime.combine(day, NIGHTLY, zone).astimezone(now.tzinfo)


def is_due(now: datetime, zone: ZoneInfo, created_at: datetime, runs: Iterable[tuple[str, datetime]]) -> bool:
    """Once after every three o'clock, later in the day when the ERP or the station was not there.

    `runs` are (state, start) of the comparisons so far. A connection waits for its first night.
    """
    night = nightly_before(now, zone)
    if created_at > night:
        return False
    for state, started_at in runs:
        if started_at < night:
            continue
        if state == "DONE" or (state == "FAILED" and now < started_at + TRY_AGAIN):
            return False
        if state == "RUNNING" and now < started_at + LEFT_OVER:
            return False
    return True


def fail_left_over(tx: Session, now: datetime) -> int:
    """Comparisons whose process is gone have failed; how many."""
    done = tx.execute(
        update(Reconciliation)
        .where(Reconciliation.state == "RUNNING", Reconciliation.started_at < now - LEFT_OVER)
        .values(state="FAILED", error="left over by a process that is gone", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _lock(tx: Session, code: str) -> int:
    """The connection's id, so that two processes decide one after the other."""
    found = tx.scalar(select(ErpConnection.id).where(ErpConnection.code == code).with_for_update())
    if found is None:
        raise LookupError(f"there is no connection {code}")
    return found


def _insert(tx: Session, connection_id: int, state: str, who: str, now: datetime) -> int:
    values = {"connection_id": connection_id, "state": state, "asked_by": who[:80], "started_at": now}
    row = insert(table(Reconciliation)).values(**values, compared=0, differences=0, error="")
    return int(tx.execute(row.returning(table(Reconciliation).c.id)).scalar_one())


def _claim(tx: Session, code: str, who: str, wish: int | None, now: datetime) -> int | None:
    """Be the one that runs it: the id of the comparison, None when another process does."""
    connection_id = _lock(tx, code)
    fail_left_over(tx, now)
    runs = select(Reconciliation.id).where(
        Reconciliation.connection_id == connection_id, Reconciliation.state == "RUNNING"
    )
    if tx.scalar(runs.limit(1)) is not None:
        return None
    if wish is None:
        return _insert(tx, connection_id, "RUNNING", who, now)
    taken = tx.execute(
        update(Reconciliation)
        .where(
            Reconciliation.id == wish,
            Reconciliation.connection_id == connection_id,
            Reconciliation.state == "ASKED",
        )
        .values(state="RUNNING", started_at=now)
        .execution_options(synchronize_session=False)
    )
    return wish if taken.rowcount == 1 else None  # type: ignore[attr-defined]


# --- one comparison ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """What the ERP says; None where it cannot tell."""

    stock: dict[Key, int] | None
    open_orders: set[str] | None
    shipped: dict[str, str] | None


def run(
    db: Database,
    clock: Clock,
    code: str,
    connector: port.Connector,
    *,
    asked_by: str,
    reconciliation_id: int | None = None,
) -> int | None:
    """Compare with one ERP; the comparison's id, None when another process is at it.

    An ERP that is silent or refuses makes it FAILED with the reason; the next turn of the connection
    notices by itself that it is down.
    """
    claim = partial(_claim, code=code, who=asked_by, wish=reconciliation_id, now=clock.now())
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
        differences.finish(tx, run_id, state="FAILED", error=text[:300], finished_at=now)
        if isinstance(error, port.Unmapped):
            connections.note_word(tx, connections.known(tx, code).id, error.kind, error.theirs, now)

    db.write(work, BULK)


def _compare(db: Database, clock: Clock, code: str, connector: port.Connector) -> Outcome:
    with db.read() as tx:
        since = _since(tx, code, clock.today(), clock.zone)
        begin = datetime.combine(since, time(), clock.zone)
        before = standing.read(tx, code, begin)
        hears_of_stock = _hears_of_stock(tx, code)
    told = _ask(connector, since - timedelta(days=EARLIER_DAYS), hears_of_stock=hears_of_stock)
    with db.read() as tx:
        after = standing.read(tx, code, begin)
        moved = standing.moved(tx, before.movement_id)
        closed = orders.states(tx, (told.open_orders or set()) - after.open_orders.keys())
        problems = standing.set_aside(tx, code, (told.open_orders or set()) - closed.keys())
    outcome = Outcome()
    if not hears_of_stock:
        outcome.remarks.append(differences.NOT_MAIN)
    elif told.stock is None:
        outcome.remarks.append(differences.NO_STOCK)
    else:
        _judge_stock(outcome, before, after, told.stock, moved)
    _judge_orders(outcome, before, after, told, closed, problems)
    return outcome


def _ask(connector: port.Connector, since: date, *, hears_of_stock: bool) -> _Told:
    """Everything the ERP has to say, read to the end; takes as long as it takes."""
    lines = connector.stock() if hears_of_stock else None
    stock: dict[Key, int] | None = None if lines is None else {}
    for line in lines or ():
        assert stock is not None
        key = (_clean(line.sku_code), _clean(line.status), _clean(line.lot))
        stock[key] = stock.get(key, 0) + line.qty_each
    told = connector.open_orders()
    shipped = connector.shipped(since)
    return _Told(
        stock,
        None if told is None else {_clean(order.doc_no) for order in told},
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
    told: dict[Key, int],
    moved: Collection[str],
) -> None:
    found, moving = comparison.settled(
        comparison.stock(before.stock, told, before.waiting),
        comparison.stock(after.stock, told, after.waiting),
    )
    outcome.judged.add("stock")
    touched = {(item.what, item.key) for item in found if item.key.split("|", 1)[0] in moved}
    outcome.found += [item for item in found if (item.what, item.key) not in touched]
    outcome.moving |= moving | touched
    with_lots = {sku for sku, _status, lot in told if lot}
    ours = comparison.fold(after.stock.items(), with_lots)
    outcome.compared += len(ours.keys() | comparison.fold(told.items(), with_lots).keys())


def _judge_orders(
    outcome: Outcome,
    before: standing.Standing,
    after: standing.Standing,
    told: _Told,
    closed: dict[str, str],
    problems: Collection[str],
) -> None:
    sides = [_orders_of(side, told, closed, problems) for side in (before, after)]
    found, moving = comparison.settled(*sides)
    outcome.found += found
    outcome.moving |= moving
    outcome.shipments = {*before.shipped, *after.shipped}
    if told.open_orders is None:
        outcome.remarks.append(differences.NO_ORDERS)
    if told.shipped is None:
        outcome.remarks.append(differences.NO_SHIPPED)
    else:
        outcome.judged.add("shipment")
    if told.open_orders is not None or told.shipped is not None:
        outcome.judged.add("order")
        outcome.compared += len(after.open_orders.keys() | (told.open_orders or set()))
    outcome.compared += len(after.shipped)


def _orders_of(
    side: standing.Standing, told: _Told, closed: dict[str, str], problems: Collection[str]
) -> Differences:
    """Orders and shipments of one of our two standings: each order differs once."""
    unheard = side.undelivered.get("shipment_confirmation", {})
    reasons = {number: comparison.reason({"problem": 1}) for number in problems}
    reasons |= {
        number: why
        for number, state in closed.items()
        if (why := (unheard if state == "SHIPPED" else side.undelivered.get("order_state", {})).get(number))
    }
    differing = comparison.orders(side.open_orders, closed, told.open_orders, told.shipped, reasons)
    skip = {number for number in side.shipped if ("order", number) in differing}
    return differing | comparison.shipments(side.shipped, told.shipped, unheard, skip)
