"""Slot labels (P28): every place that has one, and a new one for a worn, lost or doubled label.

The old label is refused from the moment the new one is ordered (E-LOC-04): two labels of one slot would be
two answers to where goods stand.
"""

from __future__ import annotations

from printers.documents import SlotLabel
from station.ground.words.messages import say
from station.ground.work import Work
from station.paper.sending import print_
from station.stock import locations
from station.stock.models import Location
from station.storage.hall.addresses import check_digits


def renew(work: Work, code: str, reason: str) -> Location:
    """Raise the version of a place's label and print the new one; see `locations.relabel` for refusals.

    E-PRN-05 without a printer for slot labels: then the old label stays the right one.
    """
    place = locations.relabel(work, code, reason)
    print_(work, label(place), "LC", place.code, key=str(place.label_version))
    return place


def label(place: Location) -> SlotLabel:
    """What stands on a place's present label."""
    name = say(f"L-LOC-{place.kind}")
    return SlotLabel(
        slot_code=place.barcode,
        display=place.code,
        check_digits=check_digits(place.code, place.label_version),
        slot_type=f"{name['zh']} {place.kind}",
        zone=place.zone,
        version=place.label_version,
    )
