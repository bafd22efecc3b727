"""Labels: an aisle, all totes, benches, lanes; boxes, badges, command cards (P28, I10).

On label printers each label is a paper of its own, printed once; a slot's worn label gets a new version
on its own page, so that never two of one version hang about unknown. On A4 they come as sheets to be cut, as
often as somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.documents import LabelSheet, SheetLabel, ThingLabel
from printers.schema import CANCELLED, FAILED, print_job
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.paper.sending import print_
from station.stock.locations import LABELLED
from station.stock.models import VIRTUAL, Location, LocationState
from station.storage.hall import carried
from station.storage.hall.addresses import address_of, check_digits, is_under
from station.storage.hall.carried import Sticker
from station.storage.labels import label

AT_ONCE = 500
"""So many labels are ordered at once; more is asked for aisle by aisle."""
PER_SHEET = 105
"""Labels of one paper of A4 sheets: five pages."""
NOTHING_CAME = frozenset({FAILED, CANCELLED})
"""A label whose job ended so does not hang anywhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something labels can be asked for: its value in the form, its name, how many there are."""

    value: str
    name: str
    kind: str
    count: int


def choices(tx: Session) -> list[Choice]:
    """Aisles by code, then other places by kind, then what is carried."""
    aisles: dict[str, int] = {}
    areas: dict[str, int] = {}
    for place in _open_places(tx):
        address = address_of(place.code)
        if address:
            name = place.code[: len("A-01")]
            aisles[name] = aisles.get(name, 0) + 1
        else:
            areas[place.kind] = areas.get(place.kind, 0) + 1
    found = [Choice(f"under:{name}", name, "", count) for name, count in sorted(aisles.items())]
    found += [Choice(f"kind:{kind}", "", kind, count) for kind, count in sorted(areas.items())]
    return found + [Choice(kind, "", kind, count) for kind, count in carried.counts(tx)]


def order(work: Work, value: str, *, on_a4: bool) -> tuple[int, int]:
    """Print the labels of a choice: (how many are on their way, how many label printers had printed before).

    E-LOC-01 for a choice that is nothing, E-HAL-13 for too many at once, E-PRN-05 without a printer.
    """
    stickers = _stickers(work.tx, value)
    if not stickers:
        raise Refused("E-LOC-01")
    if len(stickers) > AT_ONCE:
        raise Refused("E-HAL-13", n=len(stickers), most=AT_ONCE)
    if on_a4:
        for start in range(0, len(stickers), PER_SHEET):
            part = stickers[start : start + PER_SHEET]
            title = f"{part[0].on_sheet.display} – {part[-1].on_sheet.display}"
            sheet = LabelSheet(title, tuple(sticker.on_sheet for sticker in part))
            print_(work, sheet, "LC", value.partition(":")[2] or value, key=f"sheet:{work.key}:{start}")
        return len(stickers), 0
    before = _printed(work.tx, stickers)
    new = [
        sticker
        for sticker in stickers
        if sticker.is_free or before.get(_idem(sticker), CANCELLED) in NOTHING_CAME
    ]
    for sticker in new:
        again = f":{work.key}" if _idem(sticker) in before else ""
        print_(
            work,
            sticker.paper,
            sticker.subject,
            sticker.number,
            key=f"{sticker.key}{again}",
            batch=f"labels:{work.key}",
        )
    return len(new), len(stickers) - len(new)


def _idem(sticker: Sticker) -> str:
    return f"{sticker.subject}:{sticker.number}:{sticker.key}"


def _printed(tx: Session, stickers: Sequence[Sticker]) -> dict[str, str]:
    """What became of the labels that were ordered before."""
    keys = [_idem(sticker) for sticker in stickers]
    jobs = tx.execute(select(print_job.c.idem_key, print_job.c.state).where(print_job.c.idem_key.in_(keys)))
    return {job.idem_key: job.state for job in jobs}


def _open_places(tx: Session) -> Sequence[Location]:
    query = select(Location).where(Location.kind.not_in(VIRTUAL), Location.state != LocationState.CLOSED)
    return tx.scalars(query.order_by(Location.pick_seq, Location.code)).all()


def _stickers(tx: Session, value: str) -> Sequence[Sticker]:
    """In the order in which a person walks along and sticks them on."""
    what, _colon, name = value.partition(":")
    if what in {*carried.KINDS, carried.ONE_BADGE}:
        return carried.stickers(tx, what, name)
    if what == "kind":
        found = [place for place in _open_places(tx) if place.kind == name and not address_of(place.code)]
    else:
        found = [
            place for place in _open_places(tx) if what == "under" and name and is_under(place.code, name)
        ]
    return [_place(place) for place in found]


def _place(place: Location) -> Sticker:
    name = say(f"L-LOC-{place.kind}")
    words = f"{name['zh']} {name['en']}"
    if place.kind not in LABELLED:
        on_sheet = SheetLabel(place.barcode, place.code, words)
        return Sticker("LC", place.code, "1", ThingLabel(place.barcode, place.code, words), on_sheet)
    digits = check_digits(place.code, place.label_version)
    version = f" v{place.label_version}" if place.label_version > 1 else ""
    on_sheet = SheetLabel(place.barcode, place.code, words + version, digits)
    return Sticker("LC", place.code, str(place.label_version), label(place), on_sheet)
