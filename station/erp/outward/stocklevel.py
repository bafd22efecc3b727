"""Telling the ERP what can be sold of the articles that moved (S-36, §11).

`publish` is one short unit of work: it takes the movements since the last one it looked at, up to fifty
articles of them, and queues a `StockChange` for each whose level is not what was told last. Articles that
cannot be sold any more come first. A level is what it is now, computed from the ledger up to a movement;
the number of that movement is in the event's key and is its `seq`.

The row of `StockLevel` that was written last holds the number up to which everything was looked at; rows
are written anew, never changed, so the primary key finds it. One connection hears of levels: the main one,
else the oldest, among those that are active and want to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.erp.models import StockLevel
from station.exchange import outbox
from station.exchange.documents import StockChange, StockLevelLine
from station.exchange.models import MESSAGE, ErpConnection, OutboxMessage
from station.ground.db import BULK, Prepared, quiesce, table
from station.ground.work import SYSTEM, Works
from station.outbound.orders import free
from station.stock.models import Movement, StockStatus

CHUNK = 50
"""Articles looked at in one unit of work."""

WINDOW = 500
"""Movements looked at in one unit of work."""

_movement, _level = table(Movement), table(StockLevel)
_looked_at = select(_level.c.movement_id).order_by(_level.c.id.desc()).limit(1).scalar_subquery()
_NEWS = Prepared(
    select(_movement.c.id)
    .where(_movement.c.id > func.coalesce(_looked_at, 0))
    .order_by(_movement.c.id)
    .limit(1)
)
_WINDOW = Prepared(
    select(_movement.c.id, _movement.c.sku_id)
    .where(_movement.c.id > func.coalesce(_looked_at, 0))
    .order_by(_movement.c.id)
    .limit(bindparam("most"))
)

Lines = list[list[Any]]
"""[status, on hand, free] of an article, by status."""


@dataclass(frozen=True)
class _Change:
    """What is to be told of one article."""

    sku_id: int
    movement_id: int
    lines: Lines
    before: Lines

    @property
    def fell_to_zero(self) -> bool:
        """Nothing is free any more, and that is news."""
        return _free(self.lines) == 0 and (not self.before or _free(self.before) > 0)


def _free(lines: Lines) -> int:
    return sum(line[2] for line in lines)


def publish(tx: Session, *, now: datetime, today: date | None = None) -> int:
    """Queue the levels that changed; how many articles were looked at: call again while there are any.

    `today` is the warehouse's date, which decides what has expired; without it, the date of `now`.
    """
    if _NEWS.first(tx) is None:
        return 0
    target = target_of(tx)
    if target is None or not quiesce(tx, Movement):
        return 0
    code, newest = target[0], _window(tx)
    known = _known(tx, newest)
    levels = free.levels(tx, today or now.date(), sorted(newest))
    looks = [
        _look(sku_id, newest[sku_id], levels.get(sku_id, ()), known.get(sku_id), code) for sku_id in newest
    ]
    changes = [change for change in looks if change is not None]
    _tell(tx, changes, code, now)
    _remember(tx, newest, changes, known, code, now)
    return len(newest)


def target_of(tx: Session) -> tuple[str, str] | None:
    """(code, words) of the connection that hears of levels; None when none wants to."""
    rows = tx.execute(
        select(ErpConnection.code, ErpConnection.wants)
        .where(ErpConnection.is_active)
        .order_by(ErpConnection.is_main.desc(), ErpConnection.id)
    )
    return next(((row.code, row.wants) for row in rows if outbox.wants(row.wants, "stock_change")), None)


def _window(tx: Session) -> dict[int, int]:
    """Article → its newest movement, of the next movements nobody looked at; the newest article last."""
    newest: dict[int, int] = {}
    for row in _WINDOW.all(tx, most=WINDOW):
        if row.sku_id not in newest and len(newest) == CHUNK:
            break
        newest.pop(row.sku_id, None)
        newest[row.sku_id] = row.id
    return newest


def _known(tx: Session, newest: Mapping[int, int]) -> dict[int, Any]:
    rows = tx.execute(select(_level).where(_level.c.sku_id.in_(newest)))
    return {row.sku_id: row for row in rows}


def _look(
    sku_id: int, movement_id: int, levels: Sequence[free.Level], known: Any, code: str
) -> _Change | None:
    """What is to be told of an article; None when the ERP knows."""
    before: Lines = known.levels["lines"] if known is not None and known.levels["to"] == code else []
    now = {level.status: [level.status, level.qty_each, level.free_each] for level in levels}
    for status in {StockStatus.GOOD.value, *(line[0] for line in before)}:
        now.setdefault(status, [status, 0, 0])  # what was told must be taken back in words
    lines = [now[status] for status in sorted(now)]
    return None if lines == before else _Change(sku_id, movement_id, lines, before)


def _tell(tx: Session, changes: Sequence[_Change], target: str, now: datetime) -> None:
    codes = _codes(tx, changes)
    _supersede(tx, [doc_no_of(codes[change.sku_id]) for change in changes], target, now)
    order = sorted(changes, key=lambda change: (not change.fell_to_zero, change.movement_id))
    docs = [_document(change, codes[change.sku_id], now) for change in order]
    if docs:
        outbox.put_all(tx, [(doc, doc_no_of(doc.sku_code), target) for doc in docs], now)


def _document(change: _Change, sku_code: str, now: datetime) -> StockChange:
    return StockChange(
        event_key=f"STOCK-{change.sku_id}-{change.movement_id}",
        sku_code=sku_code,
        seq=change.movement_id,
        at=now,
        lines=tuple(
            StockLevelLine(status=line[0], qty_each=line[1], free_each=line[2]) for line in change.lines
        ),
    )


def doc_no_of(sku_code: str) -> str:
    """Levels of one article are told in order, and hold up nothing else."""
    return f"SKU:{sku_code}"


def _codes(tx: Session, changes: Sequence[_Change]) -> dict[int, str]:
    rows = tx.execute(select(Sku.id, Sku.code).where(Sku.id.in_([change.sku_id for change in changes])))
    return {row.id: row.code for row in rows}


def _supersede(tx: Session, doc_nos: Sequence[str], code: str, now: datetime) -> None:
    """While the ERP is silent only the newest level of an article waits for it.

    When it answers nothing is taken back: a level that is replaced before its turn would never be told.
    """
    is_silent = select(ErpConnection.id).where(
        ErpConnection.code == code, ErpConnection.down_since.is_not(None)
    )
    if not doc_nos or tx.scalar(is_silent) is None:
        return
    older = and_(
        OutboxMessage.doc_no.in_(doc_nos), OutboxMessage.target == code, OutboxMessage.kind == "stock_change"
    )
    values = {"last_error": "a newer level was told", "done_at": now}
    MESSAGE.move_where(tx, older, "supersede", now=now, who=SYSTEM.name, **values)


def _remember(
    tx: Session,
    newest: Mapping[int, int],
    changes: Sequence[_Change],
    known: Mapping[int, Any],
    code: str,
    now: datetime,
) -> None:
    """Write the rows anew, the newest movement last, even when there was nothing to tell of it."""
    rows = {change.sku_id: {"levels": {"to": code, "lines": change.lines}, "at": now} for change in changes}
    last = next(reversed(newest))
    if last not in rows:
        rows[last] = {"levels": known[last].levels, "at": known[last].at}
    tx.execute(delete(_level).where(_level.c.sku_id.in_(rows)))
    tx.execute(
        insert(_level),
        [
            {"sku_id": sku_id, "movement_id": newest[sku_id], **rows[sku_id]}
            for sku_id in newest
            if sku_id in rows
        ],
    )


def turn(works: Works) -> bool:
    """Tell the ERP what can be sold of the articles that moved; whether there are more."""
    now, today = works.clock.now(), works.clock.today()
    return works.db.write(lambda tx: publish(tx, now=now, today=today), BULK) > 0
