"""Making and changing the hall, in one unit of work (P28).

Places come and close; none is ever deleted, because the ledger tells what stood in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.db import table
from station.ground.documents.history import record
from station.ground.documents.lifecycle import Ref
from station.ground.setup.problems import SetupRefused
from station.ground.setup.section import Change
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.people import sessions
from station.stock import locations
from station.stock.models import LOCATION, VIRTUAL, Location, LocationKind, LocationState, OldLabel
from station.storage.hall import planning
from station.storage.hall.description import Hall
from station.storage.hall.emptiness import why_not_empty
from station.storage.hall.models import ZoneRow
from station.storage.hall.walks import Zone

_AT_ONCE = 500


def make(work: Work, hall: Hall) -> list[Change]:
    """Bring the hall to a description, and tell what was new, changed, closed: nothing the second time.

    Whole or not at all: SetupRefused with everything that stands in the way (see `planning.plan`).
    """
    plan = planning.plan(work.tx, hall)
    _store_zones(work.tx, plan.zones)
    if plan.new:
        work.tx.execute(insert(table(Location)), plan.new)
        _old_labels(work, [row for row in plan.new if row["label_version"] > 1])
    _change(work, hall, plan)
    for place_id, code in plan.reopened:
        LOCATION.move(work, Ref(place_id, code, LocationState.CLOSED), "reopen")
    for places in _parts(plan.closed):
        query = select(Location.id, Location.code).where(Location.code.in_(places))
        rows = work.tx.execute(query.order_by(Location.id).with_for_update()).all()
        _still_empty(work, hall, rows, "E-HAL-09")
        LOCATION.move_many(work, [(row.id, row.code) for row in rows], "close", old=LocationState.OPEN)
    _let_go_homes(work.tx, plan.closed)
    work.tx.expire_all()
    return plan.changes()


def close(work: Work, code: str, reason: str) -> None:
    """A place takes part no more. E-LOC-01 for a code of no place, E-HAL-09 with what lies there or is on its
    way, or who is signed in at it, E-LOC-02 for one that is frozen or closed already. Whoever's pick slot it
    was has none from now on.
    """
    place = _kept(work.tx, code)
    why = _in_the_way(work, [place]).get(place.id)
    if why is not None:
        raise Refused("E-HAL-09", code=code, why=why)
    LOCATION.move(work, place, "close", detail={"reason": reason})
    _let_go_homes(work.tx, [code])


def reopen(work: Work, code: str, reason: str) -> None:
    """A closed place takes part again, with the label it has; E-LOC-01, E-LOC-02 as above."""
    LOCATION.move(work, _kept(work.tx, code), "reopen", detail={"reason": reason})


def _kept(tx: Session, code: str) -> Location:
    """The place, kept from movers until the unit of work ends."""
    place = tx.scalars(
        select(Location).where(Location.code == code, Location.kind.not_in(VIRTUAL)).with_for_update()
    ).first()
    if place is None:
        raise Refused("E-LOC-01")
    return place


def _in_the_way(work: Work, rows: Sequence[Any]) -> dict[int, dict[str, str]]:
    """What is in the way at these places: goods, work, and a person who is signed in at a bench."""
    idle_s = work.settings.rules.idle_lock_s
    names = sessions.who_stands_at(work.tx, [row.code for row in rows], work.now, idle_s)
    people = {row.id: say("L-HAL-PERSON", {"name": names[row.code]}) for row in rows if row.code in names}
    return people | why_not_empty(work.tx, [row.id for row in rows])


def _still_empty(work: Work, hall: Hall, rows: Sequence[Any], code: str) -> None:
    """What was empty when the plan was made must be so now that the places are kept from movers."""
    why = _in_the_way(work, rows)
    problems = [
        hall.table.problem("closed", code, code=row.code, why=why[row.id]) for row in rows if row.id in why
    ]
    if problems:
        raise SetupRefused(problems)


def _store_zones(tx: Session, zones: Iterable[Zone]) -> None:
    rows = {row.code: row for row in tx.scalars(select(ZoneRow))}
    for zone in zones:
        row = rows.get(zone.code)
        if row is None:
            tx.add(ZoneRow(code=zone.code, walk=zone.walk, beside=zone.beside))
        else:
            row.walk, row.beside = zone.walk, zone.beside
    tx.flush()


def _old_labels(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    """A place that comes with a later label had earlier ones: whoever scans them is told so (E-LOC-04)."""
    for row in rows:
        place_id = work.tx.scalars(select(Location.id).where(Location.code == row["code"])).one()
        for version in range(1, row["label_version"]):
            text = locations.barcode(LocationKind(row["kind"]), row["code"], version)
            label = OldLabel(
                barcode=text, location_id=place_id, version=version, at=work.now, by=work.by.name
            )
            work.tx.add(label)
    work.tx.flush()


def _change(work: Work, hall: Hall, plan: planning.Plan) -> None:
    """New values of present places, each with its history; the walk's numbers without, they are no event."""
    if plan.walked:
        work.tx.execute(
            update(Location), [{"id": place_id, "pick_seq": nth} for place_id, nth in plan.walked.items()]
        )
    for place_id, values in plan.changed.items():
        place = work.tx.get_one(Location, place_id, with_for_update=True, populate_existing=True)
        if "kind" in values:
            _still_empty(work, hall, [place], "E-HAL-10")
        old = {key: getattr(place, key) for key in values}
        for key, value in values.items():
            setattr(place, key, value)
        detail = {key: [old[key], value] for key, value in values.items()}
        record(work, LOCATION.doc_type, place.code, "change", old=place.state, new=place.state, detail=detail)
    work.tx.flush()
    _let_go_homes(work.tx, [plan.codes[at] for at, values in plan.changed.items() if "kind" in values])


def _let_go_homes(tx: Session, codes: Sequence[str]) -> None:
    for part in _parts(codes):
        catalog.unbind_homes(tx, tx.scalars(select(Location.id).where(Location.code.in_(part))).all())


def _parts(codes: Sequence[str]) -> Iterable[Sequence[str]]:
    return (codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE))
