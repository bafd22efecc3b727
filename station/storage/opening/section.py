"""Opening stock in the set-up file: ``[[opening]]`` becomes a draft that waits for its two signatures.

What an opening document says already, posted or not, is left alone, so that a file may be read again after
its goods were sold. A draft that the file made follows the file until it is signed. An export names no stock:
what stands now came by documents, and a second station has to count it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.setup.cells import finding, parsed
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.work import Work
from station.storage.opening import looking_up, reading, rules
from station.storage.opening.judging import Wanted
from station.storage.opening.models import Opening, OpeningLine, OpeningSource, OpeningState
from station.storage.opening.reading import MOST_LINES, Said

TITLE = "station setup"
MOST = 9_999_999
COLUMN = {column.name: column for column in reading.COLUMNS}
KEYS = {"slot": "slot", "sku_code": "article", "lot": "lot"}
"""Column of a file of opening stock → key of this one."""
Key = tuple[int, int, str, date | None, date | None]
"""Place, article, supplier's lot and dates: what one line is about."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the file says it, and its place in the file for a refusal."""

    said: Said
    table: Table


@dataclass(frozen=True, slots=True)
class Known:
    """A line that a document has already: how many EACH, and whether the document is a draft of a file's."""

    line_id: int
    qty: int
    is_ours: bool


def read(top: Table) -> list[Row]:
    """``[[opening]]`` of the set-up file: `slot`, `article` (its code or barcode), `qty`; `lot`,
    `produced_on`, `expires_on` where the article has them.
    """
    rows: list[Row] = []
    for number, table in enumerate(top.tables("opening"), 1):
        texts = {column: table.text(key, "" if column == "lot" else None) for column, key in KEYS.items()}
        values = {
            column: parsed(table, KEYS[column], COLUMN[column].parse, text) or "" if text else ""
            for column, text in texts.items()
        }
        said = Said(
            row=number,
            slot=values["slot"],
            article=values["sku_code"],
            qty=table.whole("qty", least=1, most=MOST),
            lot=values["lot"],
            produced_on=table.day("produced_on"),
            expires_on=table.day("expires_on"),
        )
        rows.append(Row(said, table))
    if len(rows) > MOST_LINES:
        top.wrong("opening", "E-SET-04", key="opening", got=len(rows), least=0, most=MOST_LINES)
    return rows


def apply(work: Work, rows: Sequence[Row], _parts: Parts) -> list[Change]:
    """What no document says yet waits for its signatures; the draft of an earlier file follows this one."""
    lines, findings = looking_up.wanted(
        work.tx, [row.said for row in rows], work.today, day0=work.rules.shelf_day0, is_new=False
    )
    known = _known(work.tx, {line.location_id for line in lines})
    met = {line.row: known[_key(line)] for line in lines if _key(line) in known}
    fresh = [line for line in lines if line.row not in met]
    opened = looking_up.opened_places(work.tx, {line.location_id for line in fresh})
    problems = [
        finding(rows[one.row - 1].table, KEYS.get(one.column, one.column), one.value, one.code, one.detail)
        for one in findings
        if one.row is not None and one.row not in met
    ]
    problems += [_opened(rows, line, opened) for line in fresh if line.location_id in opened]
    if problems:
        raise SetupRefused(problems)
    other = [
        line for line in lines if line.row in met and met[line.row].is_ours and met[line.row].qty != line.qty
    ]
    return _write(work, fresh, [(met[line.row].line_id, line) for line in other])


def _opened(rows: Sequence[Row], line: Wanted, opened: dict[int, str]) -> Problem:
    row = rows[line.row - 1]
    return finding(row.table, "slot", row.said.slot, "E-OPN-05", opened[line.location_id])


def _write(work: Work, fresh: Sequence[Wanted], other: Sequence[tuple[int, Wanted]]) -> list[Change]:
    draft = _draft(work.tx)
    for line_id, line in other:
        assert draft is not None
        rules.recount(work, draft, line_id, line.qty)
    if draft is None and fresh:
        draft = rules.begin(work, OpeningSource.FILE, TITLE, fresh)
    elif draft is not None:
        for line in fresh:
            rules.add(work, draft, line)
    told = ((How.NEW, fresh), (How.CHANGED, [line for _id, line in other]))
    note = draft.os_no if draft is not None else ""
    return [Change(how, "opening lines", _slots(work.tx, some), note) for how, some in told if some]


def _draft(tx: Session) -> Opening | None:
    """The draft that a file has made, kept for this unit of work."""
    mine = (Opening.source == OpeningSource.FILE, Opening.title == TITLE)
    query = select(Opening).where(*mine, Opening.state == OpeningState.DRAFT).order_by(Opening.id)
    return tx.scalars(query.limit(1).with_for_update()).first()


def _slots(tx: Session, lines: Sequence[Wanted]) -> list[str]:
    places = looking_up.places_of(tx, {line.location_id for line in lines})
    return [places[line.location_id].code for line in lines]


def _known(tx: Session, place_ids: set[int]) -> dict[Key, Known]:
    """What documents say of these places that were neither dropped nor taken back."""
    taken_back = select(Opening.reverses_id).where(
        Opening.reverses_id.is_not(None), Opening.state == OpeningState.POSTED
    )
    query = (
        select(OpeningLine, Opening.state, Opening.title, Opening.source)
        .join(Opening, Opening.id == OpeningLine.opening_id)
        .where(
            Opening.state != OpeningState.DROPPED,
            Opening.reverses_id.is_(None),
            Opening.id.not_in(taken_back),
            OpeningLine.sku_id.is_not(None),
            OpeningLine.removed_at.is_(None),
        )
        .order_by(OpeningLine.id)
    )
    ids, found = sorted(place_ids), dict[Key, Known]()
    for start in range(0, len(ids), looking_up.AT_ONCE):
        part = ids[start : start + looking_up.AT_ONCE]
        for line, state, title, source in tx.execute(query.where(OpeningLine.location_id.in_(part))):
            is_ours = (state, title, source) == (OpeningState.DRAFT, TITLE, OpeningSource.FILE)
            found[_key(rules.wanted_of(line))] = Known(line.id, line.qty, is_ours)
    return found


def _key(line: Wanted) -> Key:
    return (line.location_id, *line.lot_key)


def export(_tx: Session) -> list[dict[str, Any]]:
    """No stock: see the module's docstring."""
    return []


SECTION = Section("opening", read, apply, export)
