"""Which printer prints what where, on the desk (P30)."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from printers import roster, routes
from printers.documents import ROUTED
from printers.errors import PrintError
from station.ground.web.desk import DESK, asked, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.paper import board
from station.paper.pages.printers import KEEPERS, may, told
from station.paper.pages.setup import number
from station.people import trail


@blueprint.get("/desk/routes")
@allow(*DESK)
def print_routes() -> Any:
    """Which printer prints what where."""
    return _routes()


def _routes(notice: str = "") -> str:
    with hub().db.read() as tx:
        every = roster.list_printers(tx)
        rows = routes.list_routes(tx)
        places = board.workstations(tx)
    return render_template(
        "office/routes.html",
        routes=rows,
        names={printer.id: printer.name for printer in every},
        printers=every,
        kinds=[kind for kind in ROUTED if kind != "test_page"],
        places=places,
        words=board.words,
        size=board.size,
        may_keep=may(KEEPERS),
        chosen={name: asked(name, 40) for name in ("kind", "workstation")},
        demo=hub().demo_people,
        notice=notice,
    )


@blueprint.post("/desk/routes")
@allow(*KEEPERS)
def set_route() -> Any:
    """Choose the printer of a document at a workstation (empty: everywhere)."""
    station, who = hub(), actor()
    form = request.form
    kind, place = form.get("kind", "")[:40], form.get("workstation", "").strip()[:40] or routes.ANYWHERE
    first, standby = number(form.get("printer", "")), number(form.get("standby", ""))
    if first is None or first == standby or not (place.isascii() and place.isprintable()):
        return _routes(_("Choose a printer, and another one as standby.")), 422

    def work(tx: Any) -> None:
        routes.set_route(tx, kind, first, workstation=place, standby_printer_id=standby)
        trail.note(tx, who, "PRINT_ROUTE", f"{kind}@{place}"[:80], station.clock.now(), printer=first)

    try:
        station.db.write(work)
    except PrintError as refusal:
        return _routes(told(refusal)), 422
    return redirect(url_for("office.print_routes"))


@blueprint.post("/desk/routes/<int(max=2147483647):route_id>/clear")
@allow(*KEEPERS)
def clear_route(route_id: int) -> Any:
    """Forget a route."""
    station, who = hub(), actor()

    def work(tx: Any) -> None:
        routes.clear_route(tx, route_id)
        trail.note(tx, who, "PRINT_ROUTE_CLEAR", str(route_id), station.clock.now())

    station.db.write(work)
    return redirect(url_for("office.print_routes"))
