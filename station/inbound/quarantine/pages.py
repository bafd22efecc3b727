"""What was set apart, with its photos, and the papers by which it left, at the desk (P5)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for

from station.catalog.photos import BYTES
from station.catalog.proof_pages import Album
from station.exchange.trail import messages
from station.ground.registers import uploads
from station.ground.web.desk import DESK, blueprint, detail_page, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_number
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound.quarantine import photos, queries
from station.inbound.quarantine.models import Exit
from station.inbound.quarantine.registers import HOW, STATUS
from station.inbound.quarantine.rules import IN, NUMBERS
from station.paper.queries import papers
from station.stock.trail import movements

FLOOR = (Role.KEEPER, Role.INSPECTOR, Role.SUPERVISOR)
ALBUM = Album("apart")
uploads.takes_file("office.add_apart_photo", BYTES)


@blueprint.get("/desk/set-apart/<entry_no>")
@allow(*DESK)
def set_apart_entry(entry_no: str) -> Any:
    """One entry of quarantine: what came, from where, why, and what was booked and printed for it."""
    with hub().db.read() as tx:
        one = queries.entry(tx, entry_no)
        if one is None:
            abort(404)
        shown = trail(tx, documents((IN, entry_no)), movements, papers, messages)
    facts = [
        (_("Name"), f"{one.code} {one.name_zh}"),
        (_("Quantity"), one.qty),
        (_("Expires"), one.expires_on),
        (_("From"), one.source),
        (_("To"), one.place),
        (_("Reason"), HOW.shown(one.reason)),
        (_("Type"), STATUS.shown(one.now_status)),
        (_("Time"), one.at),
        (_("Who"), one.by),
    ]
    links = [(url_for("office.apart_photos", entry_no=entry_no), _("Photos"))]
    return detail_page(entry_no, facts, shown, links=links)


@blueprint.get("/desk/quarantine-papers/<exit_no>")
@allow(*DESK)
def quarantine_paper(exit_no: str) -> Any:
    """One paper by which goods left: its lines, who signed, what was booked and printed."""
    with hub().db.read() as tx:
        made = queries.paper(tx, exit_no)
        if made is None:
            abort(404)
        lines = table(
            [
                (_("Article"), "code"),
                (_("Name"), "name_zh"),
                (_("Expires"), "expires_on"),
                (_("Slot"), "place"),
                (_("Quantity"), "qty"),
            ],
            queries.lines(tx, made.id),
        )
        shown = trail(tx, documents((NUMBERS[Exit(made.kind)], exit_no)), movements, papers, messages)
    facts = [
        (_("Type"), HOW.shown(made.kind)),
        (_("Time"), made.at),
        (_("Plate"), made.plate),
        (_("Driver"), made.driver),
        (_("First signature"), made.first_name),
        (_("Second signature"), made.second_name),
    ]
    return detail_page(exit_no, facts, [(_("Lines"), lines), *shown])


# --- photos ---------------------------------------------------------------------------------------


@blueprint.get("/work/apart-photos")
@allow(*FLOOR)
def apart_photos_in_hand() -> Any:
    """The photos of what this person set apart last; without any back to the process."""
    with hub().db.read() as tx:
        last = photos.last_of(tx, actor().name)
    if last is None:
        return redirect(url_for("scan.work", workflow="quarantine"))
    return redirect(url_for("office.apart_photos", entry_no=last.entry_no))


@blueprint.get("/work/apart-photos/<entry_no>")
@allow(*FLOOR, *DESK)
def apart_photos(entry_no: str) -> Any:
    """Those that there are, and a key that takes another."""
    with hub().db.read() as tx:
        one = queries.entry(tx, entry_no)
    names, may_add = _found(entry_no)
    may_add = may_add and actor().may(frozenset(FLOOR))
    return ALBUM.page(
        entry_no,
        [url_for("office.apart_photo", entry_no=entry_no, name=name) for name in names],
        back=url_for("scan.work", workflow="quarantine"),
        add=url_for("office.add_apart_photo", entry_no=entry_no) if may_add else "",
        about=f"{one.name_zh} ×{local_number(one.qty)} · {HOW.shown(one.reason)} · {one.place}",
    )


@blueprint.post("/work/apart-photos/<entry_no>")
@allow(*FLOOR)
def add_apart_photo(entry_no: str) -> Any:
    """As `Album.take`; E-QUAR-04 once the goods have left."""
    _names, may_add = _found(entry_no)
    ALBUM.take(entry_no, None if may_add else Refused("E-QUAR-04"), photos.tell)
    return redirect(url_for("office.apart_photos", entry_no=entry_no))


@blueprint.get("/work/apart-photos/<entry_no>/<name>")
@allow(*FLOOR, *DESK)
def apart_photo(entry_no: str, name: str) -> Any:
    """One photo as it was taken."""
    names, _may_add = _found(entry_no)
    return ALBUM.send(entry_no, name, names)


def _found(entry_no: str) -> tuple[list[str], bool]:
    """The names of an entry's photos, whether another may be taken; or 404."""
    with hub().db.read() as tx:
        one = photos.entry(tx, entry_no)
        if one is None:
            abort(404)
        names = photos.names(tx, entry_no)
        return names, photos.may_add(tx, one, len(names))
