"""The office hears what became of stock that neither came nor left: corrections, new statuses (§11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.catalog import rules as catalog
from station.exchange import outbox
from station.exchange.documents import AdjustmentLine, StockAdjustment
from station.ground.work import Work
from station.stock.lots import lot_no
from station.stock.models import Lot


@dataclass(frozen=True, slots=True)
class Told:
    """`delta` EACH of a lot, from a status to a status; the same twice where there are more or fewer."""

    sku_id: int
    lot_id: int
    delta: int
    was: str
    now: str


def tell(work: Work, key: str, number: str, kind: str, reason: str, lines: Sequence[Told]) -> None:
    """Queue one correction for the office; `key` is this event's own, `kind` COUNT, STATUS or EXPIRE."""
    doc = StockAdjustment(
        event_key=key,
        adjustment_no=number,
        adjustment_type=kind,
        at=work.now,
        operator=work.by.name,
        reason=reason,
        lines=tuple(_line(work, line) for line in lines),
    )
    outbox.put(work.tx, doc, doc_no=number, now=work.now)


def _line(work: Work, line: Told) -> AdjustmentLine:
    lot = work.tx.get_one(Lot, line.lot_id)
    return AdjustmentLine(
        sku_code=catalog.sku(work.tx, line.sku_id).code,
        lot=lot.supplier_lot or lot_no(lot.id),
        expires_on=lot.expires_on,
        status_from=line.was,
        status_to=line.now,
        delta_each=line.delta,
    )
