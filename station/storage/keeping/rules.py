"""A zone of racks is kept for goods before they come (S-15): theirs first for them, last for all others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import Location, LocationKind, LocationState, Stock
from station.storage.keeping.models import KeptZone

Known = Callable[[Session, str], str]
_DOCUMENTS: dict[str, Known] = {}


def for_tasks_of(origin_type: str) -> Callable[[Known], Known]:
    """Declare what a zone may be kept for: the function gives the number of the document that stands behind
    a putaway task's origin, empty for none. One room speaks for a type of origin.
    """

    def declare(function: Known) -> Known:
        if _DOCUMENTS.setdefault(origin_type, function) is not function:
            raise ValueError(f"two rooms want to speak for {origin_type}")
        return function

    return declare


@dataclass(frozen=True, slots=True)
class Room:
    """A zone, named by the id of one of its places, with its reserve slots: empty ones, of how many."""

    id: int
    zone: str
    empty: int
    slots: int


def rooms(tx: Session) -> list[Room]:
    """The zones in which goods are stored, by name."""
    taken = select(Stock.id).where(Stock.location_id == Location.id, Stock.on_hand > 0).exists()
    rows = tx.execute(
        select(func.min(Location.id), Location.zone, func.sum(case((taken, 0), else_=1)), func.count())
        .where(Location.kind == LocationKind.RSV, Location.state == LocationState.OPEN)
        .group_by(Location.zone)
        .order_by(Location.zone)
    )
    return [Room(int(one), zone, int(empty), int(slots)) for one, zone, empty, slots in rows]


def kept(tx: Session) -> dict[str, str]:
    """Document → the zone that is kept for it."""
    rows = tx.execute(select(KeptZone.doc_no, KeptZone.zone).order_by(KeptZone.id))
    return {row.doc_no: row.zone for row in rows}


def keep(work: Work, doc_no: str, room_id: int) -> str:
    """A zone is kept for this document's goods, instead of the one before; its name. E-LOC-01 for none."""
    zone = next((room.zone for room in rooms(work.tx) if room.id == room_id), None)
    if zone is None:
        raise Refused("E-LOC-01")
    free(work, doc_no)
    work.tx.add(KeptZone(doc_no=doc_no, zone=zone, at=work.now, by=work.by.name))
    work.tx.flush()
    return zone


def free(work: Work, doc_no: str) -> bool:
    """Nothing is kept for this document any more; whether something was."""
    gone = work.tx.execute(delete(KeptZone).where(KeptZone.doc_no == doc_no).returning(KeptZone.id)).all()
    return bool(gone)


def order_for(tx: Session, origin_type: str, origin_no: str) -> ColumnElement[int] | None:
    """What sorts places for the goods of a task: 0 in the zone that is kept for them, 2 in others', else 1.
    None while nothing is kept for anybody.
    """
    now = kept(tx)
    if not now:
        return None
    known = _DOCUMENTS.get(origin_type)
    own = now.pop(known(tx, origin_no) if known else "", None)
    others = sorted({zone for zone in now.values() if zone != own})
    ranks: list[tuple[ColumnElement[bool], int]] = []
    if own is not None:
        ranks.append((Location.zone == own, 0))
    if others:
        ranks.append((Location.zone.in_(others), 2))
    return case(*ranks, else_=1)
