"""Photos of a truck and of what is refused (P1, P5): taken on the handheld, kept with the receipt."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for

from station.catalog.photos import BYTES
from station.catalog.proof_pages import Album
from station.ground.registers import uploads
from station.ground.scan.runs import in_hand
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import photos, queries
from station.inbound.models import Receipt

DOCK = (Role.RECEIVER, Role.INSPECTOR, Role.SUPERVISOR, Role.CLERK)
FLOWS = ("stage1", "stage2", "sign")
ALBUM = Album("receipts")
uploads.takes_file("office.add_receipt_photo", BYTES)


@blueprint.get("/work/photos")
@allow(*DOCK)
def photos_in_hand() -> Any:
    """The photos of the receipt that this person works on; without one back to the count."""
    with hub().db.read() as tx:
        receipt_id = in_hand(tx, actor().user_id, FLOWS, "receipt")
        receipt = tx.get(Receipt, receipt_id) if receipt_id else None
    if receipt is None:
        return redirect(url_for("scan.work", workflow="stage1"))
    return redirect(url_for("office.receipt_photos", receipt_no=receipt.receipt_no))


@blueprint.get("/work/photos/arrived")
@allow(*DOCK)
def photos_of_arrival() -> Any:
    """The photos of the truck that this person registered last; without one back to the arrivals."""
    with hub().db.read() as tx:
        receipt_no = photos.last_arrival(tx, actor().user_id)
    if not receipt_no:
        return redirect(url_for("scan.work", workflow="arrive"))
    return redirect(url_for("office.receipt_photos", receipt_no=receipt_no))


@blueprint.get("/work/photos/<receipt_no>")
@allow(*DOCK, *DESK)
def receipt_photos(receipt_no: str) -> Any:
    """Those that there are, and a key that takes another."""
    receipt, names = _found(receipt_no)
    may_add = photos.may_add(receipt, len(names)) and actor().may(frozenset(DOCK))
    return ALBUM.page(
        receipt_no,
        [url_for("office.receipt_photo", receipt_no=receipt_no, name=name) for name in names],
        back=url_for("office.start"),
        add=url_for("office.add_receipt_photo", receipt_no=receipt_no) if may_add else "",
    )


@blueprint.post("/work/photos/<receipt_no>")
@allow(*DOCK)
def add_receipt_photo(receipt_no: str) -> Any:
    """As `Album.take`; E-RCV-07 once the truck has gone."""
    receipt, names = _found(receipt_no)
    no = None if photos.may_add(receipt, len(names)) else Refused("E-RCV-07", st=receipt.state)
    ALBUM.take(receipt_no, no, photos.tell)
    return redirect(url_for("office.receipt_photos", receipt_no=receipt_no))


@blueprint.get("/work/photos/<receipt_no>/<name>")
@allow(*DOCK, *DESK)
def receipt_photo(receipt_no: str, name: str) -> Any:
    """One photo as it was taken."""
    _receipt, names = _found(receipt_no)
    return ALBUM.send(receipt_no, name, names)


def _found(receipt_no: str) -> tuple[Receipt, list[str]]:
    """A receipt and the names of its photos, or 404."""
    with hub().db.read() as tx:
        receipt = queries.receipt(tx, receipt_no)
        if receipt is None:
            abort(404)
        return receipt, photos.names(tx, receipt_no)
