"""Carriers in the set-up file: ``[[carrier]]`` with account, sender, number ranges and routing table.

A carrier, a range or a route that the file does not name stays; numbers that were taken from a range stay
taken. A range is known by its prefix and first number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import loading
from station.carriers.models import CarrierRoute, WaybillRange
from station.carriers.routes import Destination, Texts, plain
from station.catalog.models import Carrier
from station.ground.setup.problems import SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.work import Work

MOST_SERIAL = 10**15
_FIELDS = ("name", "color", "account", "sender_name", "sender_phone", "sender_address")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that the carrier handed out: `prefix` and `width` digits, from `first` to `last`."""

    prefix: str
    width: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A carrier as the file wants it."""

    code: str
    fields: dict[str, str]
    ranges: tuple[tuple[Range, Table], ...]
    routes: dict[Destination, Texts]


def read(top: Table) -> list[Wanted]:
    """``[[carrier]]``: `code`, `name`, `color`, `account`, `sender_…`, lists ``range`` and ``route``."""
    carriers: list[Wanted] = []
    for row in top.tables("carrier"):
        code = row.code("code", most=20)
        if code and any(one.code == code for one in carriers):
            row.wrong("code", "E-SET-09", got=code)
        fields = {
            "name": row.text("name", most=60),
            "color": row.text("color", "", most=20),
            "account": row.text("account", "", most=60),
            "sender_name": row.text("sender_name", "", most=60),
            "sender_phone": row.text("sender_phone", "", most=30),
            "sender_address": row.text("sender_address", "", most=200),
        }
        carriers.append(Wanted(code, fields, tuple(_ranges(row)), _routes(row)))
    return carriers


def _ranges(carrier: Table) -> Iterator[tuple[Range, Table]]:
    found: list[Range] = []
    for row in carrier.tables("range"):
        prefix = row.code("prefix", "", most=10)
        first, last = (row.whole(key, least=0, most=MOST_SERIAL) for key in ("first", "last"))
        width = row.whole("digits", len(str(last)), least=1, most=15)
        if last < first or len(str(last)) > width:
            row.wrong("last", "E-CAR-01", first=first, last=last, digits=width)
        wanted = Range(prefix, width, first, last)
        if any(_overlap(wanted, other) for other in found):
            row.wrong("first", "E-CAR-02", got=f"{prefix}{first}")
        found.append(wanted)
        yield wanted, row


def _overlap(one: Range, other: Range) -> bool:
    is_alike = (one.prefix, one.width) == (other.prefix, other.width)
    return is_alike and one.first <= other.last and other.first <= one.last


def _routes(carrier: Table) -> dict[Destination, Texts]:
    found: dict[Destination, Texts] = {}
    for row in carrier.tables("route"):
        place = Destination(
            plain(row.text("province", most=40)),
            plain(row.text("city", "", most=40)),
            "".join(row.text("district", "", most=40).split()),
        )
        if place.district and not place.city:
            row.wrong("district", "E-SET-02", key="city")
        if place in found:
            row.wrong("", "E-SET-09", got=" ".join(filter(None, place)))
        code, sortation = row.text("code", most=40), row.text("sortation", "", most=40)
        found[place] = Texts(code, sortation, row.text("consolidation", "", most=60))
    return found


def apply(work: Work, carriers: Sequence[Wanted], _parts: Parts) -> list[Change]:
    """Make and change carriers, add ranges, and bring the routes to the file."""
    known = {row.code: row for row in work.tx.scalars(select(Carrier))}
    new, changed, ranges, routes = [], [], [], []
    for wanted in carriers:
        row = known.get(wanted.code)
        if row is None:
            row = Carrier(code=wanted.code, **wanted.fields)
            work.tx.add(row)
            new.append(wanted.code)
        elif {name: getattr(row, name) for name in _FIELDS} != wanted.fields:
            for name, value in wanted.fields.items():
                setattr(row, name, value)
            changed.append(wanted.code)
        work.tx.flush()
        ranges += _add_ranges(work.tx, row, wanted)
        routes += _bring_routes(work, row, wanted)
    told = (
        Change(How.NEW, "carriers", new),
        Change(How.CHANGED, "carriers", changed),
        Change(How.NEW, "number ranges", ranges),
        Change(How.CHANGED, "routes", routes),
    )
    return [change for change in told if change.names]


def _add_ranges(tx: Session, carrier: Carrier, wanted: Wanted) -> list[str]:
    """New ranges; one that overlaps numbers that are there already refuses the file."""
    known = [
        Range(row.prefix, row.width, row.next_serial, row.last_serial)
        for row in tx.scalars(select(WaybillRange).where(WaybillRange.carrier_id == carrier.id))
    ]
    made = []
    for one, row in wanted.ranges:
        if any(_is_known(one, old) for old in known):
            continue
        if any(_overlap(one, old) for old in known):
            raise SetupRefused([row.problem("first", "E-CAR-02", got=f"{one.prefix}{one.first}")])
        tx.add(
            WaybillRange(
                carrier_id=carrier.id,
                prefix=one.prefix,
                width=one.width,
                next_serial=one.first,
                last_serial=one.last,
            )
        )
        made.append(f"{one.prefix}{one.first:0{one.width}d}")
    tx.flush()
    return made


def _is_known(one: Range, old: Range) -> bool:
    """The same range, of which some numbers may be gone already."""
    is_alike = (one.prefix, one.width, one.last) == (old.prefix, old.width, old.last)
    return is_alike and one.first <= old.first


def _bring_routes(work: Work, carrier: Carrier, wanted: Wanted) -> list[str]:
    done = loading.load(work, carrier, wanted.routes, is_whole=False)
    return [
        " ".join(filter(None, place)) for place in wanted.routes if place in done.new or place in done.changed
    ]


def export(tx: Session) -> list[dict[str, Any]]:
    """All carriers as the file names them; a range begins with its first number that is free."""
    return [_exported(tx, row) for row in tx.scalars(select(Carrier).order_by(Carrier.code))]


def _exported(tx: Session, carrier: Carrier) -> dict[str, Any]:
    said = {name: getattr(carrier, name) for name in _FIELDS}
    ranges = select(WaybillRange).where(WaybillRange.carrier_id == carrier.id).order_by(WaybillRange.id)
    routes = select(CarrierRoute).where(CarrierRoute.carrier_id == carrier.id).order_by(CarrierRoute.id)
    return (
        {"code": carrier.code}
        | {name: value for name, value in said.items() if value or name == "name"}
        | {
            "range": [
                {"prefix": row.prefix, "digits": row.width, "first": row.next_serial, "last": row.last_serial}
                for row in tx.scalars(ranges)
                if row.next_serial <= row.last_serial
            ],
            "route": [
                {
                    "province": row.province,
                    "city": row.city,
                    "district": row.district,
                    "code": row.route_code,
                    "sortation": row.sortation,
                    "consolidation": row.consolidation,
                }
                for row in tx.scalars(routes)
            ],
        }
    )


SECTION = Section("carrier", read, apply, export)
