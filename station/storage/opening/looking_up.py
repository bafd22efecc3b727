"""What the rows of a file mean here: slots and articles by their codes, each finding with its row and
column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import finding
from station.catalog.models import Sku
from station.ground.scan.kinds import ProductHit
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, Problem
from station.stock.models import VIRTUAL, Location, LocationState, Stock
from station.storage.opening import judging
from station.storage.opening.judging import Wanted
from station.storage.opening.models import Opening, OpeningLine, OpeningState
from station.storage.opening.reading import Said

T = TypeVar("T", int, str)
AT_ONCE = 500
"""So many keys one statement asks for."""


def wanted(
    tx: Session, said: Sequence[Said], today: date, *, day0: bool, is_new: bool = True
) -> tuple[list[Wanted], list[Problem]]:
    """The rows with their slots and articles, or the first findings; nothing is written.

    A place that an opening has filled takes no more (E-OPN-05), unless what is said need not be new. An
    expiry that is not said follows from the shelf life, by `day0` (the threshold `shelf_day0`).
    """
    slots = _slots(tx, {one.slot for one in said})
    articles = finding.by_code(tx, {one.article for one in said})
    skus = skus_of(tx, {hit.sku_id for hits in articles.values() for hit in hits})
    opened = opened_places(tx, [slot.id for slot in slots.values()]) if is_new else {}
    lines: list[Wanted] = []
    problems: list[Problem] = []
    for one in said:
        if len(problems) >= MOST_PROBLEMS:
            break
        slot = slots.get(one.slot)
        wrong = [*_slot_faults(one, slot, opened), *_article_faults(one, articles.get(one.article, []))]
        if wrong or slot is None:
            problems += wrong
            continue
        sku = skus[articles[one.article][0].sku_id]
        expires = judging.expiry_of(sku, one.produced_on, one.expires_on, day0=day0)
        line = Wanted(slot.id, sku.id, one.qty, one.lot, one.produced_on, expires, one.row)
        code = judging.fault(sku, slot.kind, line, today)
        if code:
            problems.append(_finding(one, code))
        lines.append(line)
    by_row = {one.row: one for one in said}
    problems += [_finding(by_row[line.row], code) for line, code in judging.doubled(lines)]
    return lines, sorted(problems, key=lambda problem: problem.row or 0)[:MOST_PROBLEMS]


def skus_of(tx: Session, ids: Iterable[int]) -> dict[int, Any]:
    """The articles with these ids."""
    rows = (tx.scalars(select(Sku).where(Sku.id.in_(part))) for part in _parts(ids))
    return {sku.id: sku for part in rows for sku in part}


def places_of(tx: Session, ids: Iterable[int]) -> dict[int, Location]:
    """The places with these ids."""
    rows = (tx.scalars(select(Location).where(Location.id.in_(part))) for part in _parts(ids))
    return {place.id: place for part in rows for place in part}


def opened_places(tx: Session, ids: Iterable[int]) -> dict[int, str]:
    """Which of the places an opening document has filled and still hold stock: place → that document's
    number.

    A document that was taken back does not count.
    """
    taken_back = select(Opening.reverses_id).where(
        Opening.reverses_id.is_not(None), Opening.state == OpeningState.POSTED
    )
    holds = select(Stock.id).where(Stock.location_id == OpeningLine.location_id, Stock.on_hand > 0)
    query = (
        select(OpeningLine.location_id, Opening.os_no)
        .join(Opening, Opening.id == OpeningLine.opening_id)
        .where(
            Opening.state == OpeningState.POSTED,
            Opening.reverses_id.is_(None),
            Opening.id.not_in(taken_back),
            OpeningLine.sku_id.is_not(None),
            OpeningLine.removed_at.is_(None),
            holds.exists(),
        )
    )
    found: dict[int, str] = {}
    for part in _parts(ids):
        found |= {
            row.location_id: row.os_no for row in tx.execute(query.where(OpeningLine.location_id.in_(part)))
        }
    return found


def _parts(keys: Iterable[T]) -> Iterator[list[T]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _slots(tx: Session, codes: set[str]) -> dict[str, Location]:
    query = select(Location).where(Location.kind.not_in(VIRTUAL))
    found: dict[str, Location] = {}
    for part in _parts(codes):
        found |= {place.code: place for place in tx.scalars(query.where(Location.code.in_(part)))}
    return found


def _slot_faults(one: Said, slot: Location | None, opened: dict[int, str]) -> list[Problem]:
    if slot is None:
        return [Problem(one.row, "slot", one.slot, "E-LOC-01")]
    if slot.kind not in judging.KINDS:
        return [Problem(one.row, "slot", one.slot, "E-OPN-15", slot.kind)]
    if slot.state != LocationState.OPEN:
        return [Problem(one.row, "slot", one.slot, "E-LOC-02", slot.state)]
    if slot.id in opened:
        return [Problem(one.row, "slot", one.slot, "E-OPN-05", opened[slot.id])]
    return []


def _article_faults(one: Said, hits: list[ProductHit]) -> list[Problem]:
    code = ""
    if not hits:
        code = "E-OPN-04"
    elif len({hit.sku_id for hit in hits}) > 1:
        code = "E-OPN-16"
    elif hits[0].qty_each > 1:
        code = "E-OPN-14"
    return [Problem(one.row, "sku_code", one.article, code)] if code else []


_COLUMN = {
    "E-OPN-06": "slot",
    "E-OPN-07": "lot",
    "E-OPN-09": "lot",
    "E-OPN-10": "lot",
    "E-EXP-01": "produced_on",
    "E-OPN-08": "produced_on",
}


def _finding(one: Said, code: str) -> Problem:
    """A finding at the column that it is about."""
    column = _COLUMN.get(code, "expires_on")
    value = getattr(one, column)
    return Problem(one.row, column, str(value or ""), code)
