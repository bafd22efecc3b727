"""What a restored copy must be told before it works: time has gone on without it.

Numbers that were given out since stand on paper and in the ERP, so they are not given again; papers that
waited were printed; the ERP hears again what it may have heard (the same keys), and is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import insert, select, true, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from printers.schema import QUEUED, SENDING, UNKNOWN, print_job
from station.carriers.models import WaybillRange
from station.copies.archive import Manifest
from station.erp.compare import wishes
from station.erp.compare.models import RECONCILIATION
from station.exchange.models import MESSAGE, ErpConnection
from station.ground.db import Database, table
from station.ground.documents import epoch
from station.ground.documents.numbers import DocCounter
from station.people.models import DeviceSession

GAP = 2000
"""Numbers left out for each kind of document when nobody knows which were given since the copy."""

WHO = "restore"


@dataclass(frozen=True)
class Beyond:
    """How far the replaced station had come; `is_known` is false when it could not be read."""

    is_known: bool = False
    epoch: int = 0
    counters: Mapping[tuple[str, date], int] = field(default_factory=dict)
    ranges: Mapping[tuple[int, str, int], int] = field(default_factory=dict)


def beyond(db: Database) -> Beyond:
    """What can still be read of the station that is about to be replaced."""
    try:
        with db.read() as tx:
            counters = tx.execute(select(DocCounter.kind, DocCounter.day, DocCounter.last)).all()
            ranges = tx.scalars(select(WaybillRange)).all()
            return Beyond(
                is_known=True,
                epoch=epoch.number(tx),
                counters={(row.kind, row.day): row.last for row in counters},
                ranges={_key(row): row.next_serial for row in ranges},
            )
    except (DBAPIError, ValueError, TypeError):  # damaged: that is often why a copy is put back
        return Beyond()


def settle(tx: Session, manifest: Manifest, name: str, past: Beyond, now: datetime, today: date) -> str:
    """Make a copy ready to go on at `now`; the tag of its new epoch."""
    past = past if _is_continued(tx, past) else replace(past, is_known=False)
    _skip_numbers(tx, past, today)
    _skip_waybills(tx, past)
    doubtful = "The station was restored from a copy in which this was waiting."
    tx.execute(
        update(print_job)
        .where(print_job.c.state.in_((QUEUED, SENDING)))
        .values(state=UNKNOWN, error=doubtful, done_at=now)
    )
    tx.execute(update(DeviceSession).where(DeviceSession.ended_at.is_(None)).values(ended_at=now))
    MESSAGE.move_where(tx, true(), "give_back", now=now, who=WHO, next_at=now)
    tx.execute(update(ErpConnection).values(leased_until=None, leased_by="", retry_at=None))
    ended = {"error": "the station was restored", "finished_at": now}
    RECONCILIATION.move_where(tx, true(), "fail", now=now, who=WHO, **ended)
    for connection in tx.scalars(select(ErpConnection).where(ErpConnection.is_active)).all():
        if connection.kind != "folder":
            wishes.ask(tx, connection.code, WHO, now)
    return epoch.begin(
        tx, after=max(past.epoch, manifest.epoch), copy_of=name, copied_at=manifest.at, now=now
    )


def _is_continued(tx: Session, past: Beyond) -> bool:
    """Whether the replaced station went on from these books; an empty one on a new machine did not."""
    given = tx.execute(select(DocCounter.kind, DocCounter.day, DocCounter.last)).all()
    return past.is_known and all(past.counters.get((row.kind, row.day), -1) >= row.last for row in given)


def _skip_numbers(tx: Session, past: Beyond, today: date) -> None:
    """No number of a document, carton or list is given twice: its paper is on the floor."""
    mine = {(row.kind, row.day): row for row in tx.scalars(select(DocCounter)).all()}
    wanted = dict(past.counters)
    if not past.is_known:
        kinds = {kind for kind, _day in mine}
        wanted = {
            (kind, today): (mine[kind, today].last if (kind, today) in mine else 0) + GAP for kind in kinds
        }
    for (kind, day), last in wanted.items():
        row = mine.get((kind, day))
        if row is None:
            tx.execute(insert(table(DocCounter)).values(kind=kind, day=day, last=last))
        else:
            row.last = max(row.last, last)
    tx.flush()


def _skip_waybills(tx: Session, past: Beyond) -> None:
    """A parcel with this number may be on its way. Unknown how many: some, and never the whole range."""
    for row in tx.scalars(select(WaybillRange)).all():
        left = row.last_serial + 1 - row.next_serial
        unknown = row.next_serial + min(GAP, left // 2)
        row.next_serial = max(row.next_serial, past.ranges.get(_key(row), 0)) if past.is_known else unknown
        row.next_serial = min(row.next_serial, row.last_serial + 1)
    tx.flush()


def _key(row: WaybillRange) -> tuple[int, str, int]:
    return row.carrier_id, row.prefix, row.last_serial
