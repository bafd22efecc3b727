"""Several goods, or several dates, in one carton (P6): its labels say so, and show the oldest date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.inbound import cartons, rules
from station.inbound.models import Receipt, ReceiptLine
from station.stock.models import HandlingUnit

GOODS, LOTS = "混", "混批"


@dataclass(frozen=True, slots=True)
class Mixed:
    """What a carton's label says beside its own line: 混 for other goods, 混批 for other dates of the same;
    the days of the oldest of them.
    """

    marks: tuple[str, ...]
    produced_on: date | None
    expires_on: date | None


def of(tx: Session, receipt: Receipt, line: ReceiptLine, unit: HandlingUnit) -> Mixed | None:
    """What lies in the carton of a label beside the label's own line; None when nothing does."""
    counted = rules.lines(tx, receipt.id)
    if not line.first_carton or not any(one.is_mixed for one in counted):
        return None
    nth = select(func.count()).where(HandlingUnit.receipt_line_id == line.id, HandlingUnit.seq <= unit.seq)
    inside = cartons.inside(counted, cartons.number(line, tx.scalar(nth) or 1))
    if len(inside) < 2:  # noqa: PLR2004
        return None
    same = [one for one in inside if one.sku_id == line.sku_id]
    oldest = min(same, key=lambda one: one.expires_on or date.max)
    known = ((GOODS, len(same) < len(inside)), (LOTS, len({one.expires_on for one in same}) > 1))
    return Mixed(tuple(mark for mark, on in known if on), oldest.produced_on, oldest.expires_on)
