"""Places: finding them by what was scanned, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from station.ground.db import Prepared
from station.ground.documents.history import record
from station.ground.documents.lifecycle import Ref
from station.ground.scan.codes import internal
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.stock.models import LOCATION, VIRTUAL, Location, LocationKind, LocationState, OldLabel

_BY_BARCODE = Prepared(
    select(
        Location.id,
        Location.code,
        Location.kind,
        Location.state,
        Location.zone,
        Location.pick_seq,
        Location.carrier_id,
        Location.barcode,
        Location.max_weight_g,
    ).where(Location.barcode == bindparam("barcode"))
)

PREFIX = {LocationKind.TOTE: "TT", LocationKind.WALL: "WL", LocationKind.PACK: "WS"}
"""Totes, wall cells and pack benches are places too, with barcodes of their own kind."""


def find(tx: Session, barcode: str) -> Any:
    """The place with this barcode; refused with E-LOC-01 when there is none, with E-LOC-04 when the label
    was replaced by a newer one (T31).
    """
    row = _BY_BARCODE.first(tx, barcode=barcode)
    if row is None:
        raise Refused("E-LOC-04" if replaced(tx, barcode) else "E-LOC-01")
    return row


def replaced(tx: Session, barcode: str) -> int | None:
    """The id of the place whose older label says this; None when no label ever did."""
    return tx.scalar(select(OldLabel.location_id).where(OldLabel.barcode == barcode))


LABELLED = tuple(kind for kind in LocationKind if kind not in VIRTUAL and kind not in PREFIX)
"""Places with a slot label; totes, wall cells and benches have labels of their own kind."""


def relabel(work: Work, code: str, reason: str) -> Location:
    """A new label for a place, because the old one is worn, lost or doubled (P28): from now on only the new
    one is it, and the old one is E-LOC-04. E-LOC-01 for a code of no place, E-LOC-03 for one without a slot
    label.
    """
    tx = work.tx
    place = tx.scalars(select(Location).where(Location.code == code).with_for_update()).first()
    if place is None:
        raise Refused("E-LOC-01")
    if place.kind not in LABELLED:
        raise Refused("E-LOC-03", type=names_of(LABELLED))
    old, number = place.barcode, place.label_version
    tx.add(OldLabel(barcode=old, location_id=place.id, version=number, at=work.now, by=work.by.name))
    version = number + 1
    while _is_used(tx, text := barcode(LocationKind(place.kind), code, version)):
        version += 1
    place.barcode, place.label_version = text, version
    tx.flush()
    record(work, "LC", code, "relabel", old=str(number), new=str(version), detail={"reason": reason})
    return place


def _is_used(tx: Session, barcode: str) -> bool:
    """Whether a label, of now or of old, says this already."""
    return _BY_BARCODE.first(tx, barcode=barcode) is not None or replaced(tx, barcode) is not None


def require(place: Any, kinds: Iterable[LocationKind]) -> None:
    """Refuse a frozen place (E-LOC-02) or one of another type (E-LOC-03)."""
    allowed = list(kinds)
    if place.kind not in allowed:
        raise Refused("E-LOC-03", type=names_of(allowed))
    if place.state != LocationState.OPEN:
        raise Refused("E-LOC-02")


def names_of(kinds: Iterable[LocationKind]) -> dict[str, str]:
    """What kinds of places are called, in both languages, in one order whoever asks."""
    order = list(LocationKind)
    wants = [say(f"L-LOC-{kind}") for kind in sorted(kinds, key=order.index)]
    return {lang: "/".join(text[lang] for text in wants) for lang in ("zh", "en")}


def freeze(work: Work, place: Any, why: str) -> None:
    """Nothing goes in or out of a place from now on (P10, P27): it is counted, or not what the book says.

    Any row with id, code and state; E-LOC-02 when it is frozen or closed already.
    """
    LOCATION.move(work, Ref(place.id, place.code, place.state), "freeze", detail={"why": why})


def thaw(work: Work, place: Any, why: str) -> None:
    """A frozen place takes part again; E-LOC-02 when it was not frozen."""
    LOCATION.move(work, Ref(place.id, place.code, place.state), "thaw", detail={"why": why})


def make(tx: Session, code: str, kind: LocationKind, **values: Any) -> Location:
    """A new place with its label's barcode."""
    place = Location(code=code, kind=kind, barcode=barcode(kind, code), **values)
    tx.add(place)
    tx.flush()
    return place


def by_kind(tx: Session, kind: LocationKind, carrier_id: int | None = None) -> Location:
    """The first open place of `kind` (of a carrier, for lanes); E-LOC-01 when there is none."""
    query = select(Location).where(Location.kind == kind, Location.state == LocationState.OPEN)
    if carrier_id is not None:
        query = query.where(Location.carrier_id == carrier_id)
    place = tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(1)).first()
    if place is None:
        raise Refused("E-LOC-01")
    return place


def first_of(tx: Session, kind: LocationKind) -> Location | None:
    """The first open place of `kind` in the walk, for who is sent there; None when there is none."""
    query = select(Location).where(Location.kind == kind, Location.state == LocationState.OPEN)
    return tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(1)).first()


def barcode(kind: LocationKind, code: str, version: int = 1) -> str:
    """What the label of the place `code` says; the first version of a label says none (P28)."""
    return internal(PREFIX.get(kind, "LC"), code if version == 1 else f"{code}V{version}")
