"""Printers found on the network at the desk: only when the owner asks for it, one look at a time (P30)."""

from __future__ import annotations

import threading
from typing import Any

from flask import render_template, request

from printers import finding, roster
from printers.finding import Neighbour
from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.paper.pages.printers import SETTERS
from station.paper.pages.setup import LOOK, number
from station.people import trail

_looking = threading.Lock()
"""One look at a time: two would only slow each other down, and the network with them."""
_LAST_PORT = 65_535


@blueprint.get("/desk/printers/find")
@allow(*SETTERS)
def find_printers() -> Any:
    """What the button will do; nothing has been asked yet."""
    return _page()


@blueprint.post("/desk/printers/find")
@allow(*SETTERS)
def look_for_printers() -> Any:
    """Knock at the neighbours' doors and say who opened."""
    station = hub()
    port = number(request.form.get("port", "").strip() or str(finding.PORT))
    if port is None or not 0 < port <= _LAST_PORT:
        return _page(notice=_("A port is a whole number up to 65535.")), 422
    if not _looking.acquire(blocking=False):
        return _page(notice=_("Somebody is looking already: wait a few seconds.")), 422
    try:
        reach = station.settings.reach
        around = finding.neighbourhood(reach.only)
        found = finding.look_around(around, port, reach, LOOK)
    finally:
        _looking.release()
    who, now = actor(), station.clock.now()
    station.db.write(
        lambda tx: trail.note(tx, who, "PRINTER_FIND", str(port), now, asked=len(around), found=len(found))
    )
    return _page(found=found, asked=len(around), port=port)


def _page(
    *, found: list[Neighbour] | None = None, asked: int = 0, port: int = finding.PORT, notice: str = ""
) -> str:
    with hub().db.read() as tx:
        known = {printer.address: printer for printer in roster.list_printers(tx)}
    return render_template(
        "office/printers_found.html",
        found=found,
        known=known,
        asked=asked,
        port=port,
        notice=notice,
        demo=hub().demo_people,
    )
