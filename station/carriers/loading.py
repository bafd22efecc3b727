"""A carrier's routing table as its file: read whole, compared with what is there, then loaded (P19).

A row for a whole province or city leaves the closer cells empty. Rows that say the same twice are one; two
that contradict each other are refused with both numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from station.carriers.models import CarrierRoute
from station.carriers.routes import Destination, Texts, plain
from station.catalog.models import Carrier
from station.ground.db import table
from station.ground.spreadsheets.cells import text
from station.ground.spreadsheets.columns import Column, by_header, values_of
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, BadFile, Problem
from station.ground.work import Work

COLUMNS = (
    Column("province", "省/省份", "province", text(40), "浙江省"),
    Column("city", "市/城市", "city; empty for the whole province", text(40), "杭州市"),
    Column("district", "区/区县/县区", "district; empty for the whole city", text(40), "西湖区"),
    Column("route_code", "三段码", "route code", text(40), "571-W03-014"),
    Column("sortation", "大头笔", "sortation name", text(40), "杭州"),
    Column("consolidation", "集包地", "consolidation place", text(60), "杭州转运中心"),
)
REQUIRED = frozenset({"province", "route_code"})
Table = dict[Destination, Texts]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would change: places that are new, that get other texts, and that go."""

    new: Table
    changed: Table
    gone: frozenset[Destination]


def read(header: Sequence[str], rows: Sequence[Row], zone: ZoneInfo) -> Table:
    """What a file's rows say; BadFile with every mistake in them."""
    problems: list[Problem] = []
    columns = by_header(COLUMNS, REQUIRED, header, problems)
    if problems:
        raise BadFile(*problems[:MOST_PROBLEMS])
    found: Table = {}
    lines: dict[Destination, int] = {}
    for row in rows:
        values = values_of(row, columns, REQUIRED, zone, problems)
        place = _place(values)
        texts = Texts(*(values.get(name, "") for name in ("route_code", "sortation", "consolidation")))
        if place.district and not place.city:
            problems.append(Problem(row.number, "city", "", "E-ERP-07"))
        elif found.setdefault(place, texts) != texts:
            problems.append(
                Problem(row.number, "route_code", texts.route_code, "E-ERP-18", f"≠ {lines[place]}")
            )
        lines.setdefault(place, row.number)
    if problems:
        raise BadFile(*problems[:MOST_PROBLEMS])
    return found


def _place(values: Mapping[str, str]) -> Destination:
    district = "".join(values.get("district", "").split())
    return Destination(plain(values.get("province", "")), plain(values.get("city", "")), district)


def plan(tx: Session, carrier: Carrier, wanted: Table, *, is_whole: bool) -> Plan:
    """What loading would do; of a whole table what it does not name goes, else that stays."""
    known = {
        Destination(row.province, row.city, row.district): Texts(
            row.route_code, row.sortation, row.consolidation
        )
        for row in tx.scalars(select(CarrierRoute).where(CarrierRoute.carrier_id == carrier.id))
    }
    return Plan(
        {place: texts for place, texts in wanted.items() if place not in known},
        {place: texts for place, texts in wanted.items() if place in known and known[place] != texts},
        frozenset(known.keys() - wanted.keys()) if is_whole else frozenset(),
    )


def load(work: Work, carrier: Carrier, wanted: Table, *, is_whole: bool) -> Plan:
    """Bring the carrier's table to what its file says, as a whole."""
    todo, rows = plan(work.tx, carrier, wanted, is_whole=is_whole), table(CarrierRoute)
    own = rows.c.carrier_id == carrier.id
    for place in todo.gone:
        work.tx.execute(delete(rows).where(own, *_at(place)))
    for place, texts in todo.changed.items():
        work.tx.execute(update(rows).where(own, *_at(place)).values(texts._asdict()))
    if todo.new:
        made = [
            {"carrier_id": carrier.id, **place._asdict(), **texts._asdict()}
            for place, texts in todo.new.items()
        ]
        work.tx.execute(insert(rows), made)
    return todo


def _at(place: Destination) -> list[ColumnElement[bool]]:
    columns = table(CarrierRoute).c
    return [columns[name] == value for name, value in place._asdict().items()]
