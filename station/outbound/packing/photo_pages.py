"""What lies in an open parcel, taken with the camera of the device and kept with the parcel (P17)."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import abort, redirect, render_template, send_file, url_for

from station.catalog.photos import BYTES, ENDINGS, Photos
from station.ground.registers import uploads
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused
from station.inbound.photos import code, name_of
from station.outbound.packing import photos
from station.outbound.packing.models import Parcel
from station.outbound.packing.pages import PACKERS

uploads.takes_file("office.add_parcel_photo", BYTES)


def _folder() -> Photos:
    return Photos(hub().settings.data.resolve() / "photos" / "parcels")


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
    _parcel, names, may_add = _found(parcel_no)
    may_add = may_add and actor().may(frozenset(PACKERS))
    return render_template("outbound/parcel_photos.html", parcel_no=parcel_no, names=names, may_add=may_add)


@blueprint.post("/work/parcel-photos/<parcel_no>")
@allow(*PACKERS)
def add_parcel_photo(parcel_no: str) -> Any:
    """E-FIL-01 without a file, E-FIL-02 or E-FIL-04 for no picture, E-PAK-14 once the parcel has left."""
    _parcel, _names, may_add = _found(parcel_no)
    file, data = uploads.sent(ENDINGS)
    if not may_add:
        raise Refused("E-PAK-14")
    name = name_of(data)
    if not _folder().put(code(parcel_no, name), PurePath(file).suffix.lower(), data):
        raise Refused("E-FIL-04")
    hub().works.do(lambda work: photos.tell(work, parcel_no, name), actor())
    return redirect(url_for("office.parcel_photos", parcel_no=parcel_no))


@blueprint.get("/work/parcel-photos/<parcel_no>/<name>")
@allow(*PACKERS, *DESK)
def parcel_photo(parcel_no: str, name: str) -> Any:
    """One photo as it was taken."""
    _parcel, names, _may_add = _found(parcel_no)
    file = _folder().original(code(parcel_no, name)) if name in names else None
    if file is None:
        abort(404)
    return send_file(file, max_age=600)


def _found(parcel_no: str) -> tuple[Parcel, list[str], bool]:
    """A parcel, the names of its photos, whether another may be taken; or 404."""
    with hub().db.read() as tx:
        parcel = photos.of_number(tx, parcel_no)
        if parcel is None:
            abort(404)
        names = photos.names(tx, parcel_no)
        return parcel, names, photos.may_add(parcel, len(names))
