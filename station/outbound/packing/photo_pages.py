"""What lies in an open parcel, taken with the camera of the device and kept with the parcel (P17)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for

from station.catalog.photos import BYTES
from station.catalog.proof_pages import Album
from station.ground.registers import uploads
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused
from station.outbound.packing import photos
from station.outbound.packing.pages import PACKERS

ALBUM = Album("parcels")
uploads.takes_file("office.add_parcel_photo", BYTES)


@blueprint.get("/work/parcel-photos")
@allow(*PACKERS)
def parcel_photos_in_hand() -> Any:
    """The photos of the parcel in hand; without one back to the bench."""
    with hub().db.read() as tx:
        number = photos.number_in_hand(tx, actor().user_id)
    if not number:
        return redirect(url_for("scan.work", workflow="pack"))
    return redirect(url_for("office.parcel_photos", parcel_no=number))


@blueprint.get("/work/parcel-photos/<parcel_no>")
@allow(*PACKERS, *DESK)
def parcel_photos(parcel_no: str) -> Any:
    """Those that there are, and a key that takes another."""
    names, may_add = _found(parcel_no)
    may_add = may_add and actor().may(frozenset(PACKERS))
    return ALBUM.page(
        parcel_no,
        [url_for("office.parcel_photo", parcel_no=parcel_no, name=name) for name in names],
        back=url_for("scan.work", workflow="pack"),
        add=url_for("office.add_parcel_photo", parcel_no=parcel_no) if may_add else "",
    )


@blueprint.post("/work/parcel-photos/<parcel_no>")
@allow(*PACKERS)
def add_parcel_photo(parcel_no: str) -> Any:
    """As `Album.take`; E-PAK-14 once the parcel has left."""
    _names, may_add = _found(parcel_no)
    ALBUM.take(parcel_no, None if may_add else Refused("E-PAK-14"), photos.tell)
    return redirect(url_for("office.parcel_photos", parcel_no=parcel_no))


@blueprint.get("/work/parcel-photos/<parcel_no>/<name>")
@allow(*PACKERS, *DESK)
def parcel_photo(parcel_no: str, name: str) -> Any:
    """One photo as it was taken."""
    names, _may_add = _found(parcel_no)
    return ALBUM.send(parcel_no, name, names)


def _found(parcel_no: str) -> tuple[list[str], bool]:
    """The names of a parcel's photos, whether another may be taken; or 404."""
    with hub().db.read() as tx:
        parcel = photos.of_number(tx, parcel_no)
        if parcel is None:
            abort(404)
        names = photos.names(tx, parcel_no)
        return names, photos.may_add(parcel, len(names))
