"""In step with the office: the board, the wishes of the desk, and where both sides differ (§11).

Everybody of the desk reads; supervisors and clerks decide. Nothing here talks to an ERP: a button writes
down a wish, and the workers fulfil it.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for

from station.erp import connections, liveness
from station.erp.compare import differences, wishes
from station.erp.pages import bringing, health, queries
from station.erp.pages.files import rows_of_files
from station.erp.pages.shared import ASKERS, KEEPERS, decide, found_connection, page, plain
from station.ground.documents import epoch
from station.ground.web.desk import DESK, RULERS, asked, blueprint, page_number
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE
from station.outbound.orders import standing as orders

NOTE_LIMIT = 200


# --- the board ---------------------------------------------------------------------------------


@blueprint.get("/desk/erp")
@allow(*DESK)
def erp() -> Any:
    """Do the two agree? Every connection at a glance."""
    station = hub()
    with station.db.read() as tx:
        rows = health.board(tx, station.clock.now(), station.settings.rules.cancel_stale_s)
        taken = rows_of_files(queries.files(tx, 5))
        intakes = queries.intakes(tx)
        offered = bringing.choices(queries.connections(tx))
    waits = request.args.get("dropped") == "1"
    return page(
        "erp",
        rows=rows,
        moving=any(row.moves for row in rows),
        files=taken,
        intakes=intakes,
        waits=waits,
        **offered,
    )


@blueprint.post("/desk/erp/<code>/sync")
@allow(*ASKERS)
def erp_sync(code: str) -> Any:
    """The workers are to look at once."""
    with hub().db.read() as tx:
        found_connection(tx, code)
    decide("ERP_SYNC", code, lambda tx: liveness.hasten(tx, code))
    return redirect(url_for("office.erp"))


@blueprint.post("/desk/erp/<code>/reconcile")
@allow(*ASKERS)
def erp_reconcile(code: str) -> Any:
    """The workers are to compare both sides; a wish that is waiting already is enough."""
    with hub().db.read() as tx:
        found_connection(tx, code)
    name, now = actor().name, hub().clock.now()
    decide("ERP_RECONCILE", code, lambda tx: wishes.ask(tx, code, name, now))
    back = "office.erp_differences" if request.form.get("back") == "differences" else "office.erp"
    return redirect(url_for(back))


@blueprint.post("/desk/erp/<code>/<any(pause, resume):what>")
@allow(*KEEPERS)
def erp_pause(code: str, what: str) -> Any:
    """Leave a connection alone, or work on it again; what waits for it is kept."""
    with hub().db.read() as tx:
        found_connection(tx, code)
    is_active = what == "resume"
    decide(f"ERP_{what.upper()}", code, lambda tx: connections.set_active(tx, code, is_active=is_active))
    return redirect(url_for("office.erp"))


# --- where both differ -------------------------------------------------------------------------


@blueprint.get("/desk/erp/differences")
@allow(*DESK)
def erp_differences() -> Any:
    """What station and ERP say differently, and the comparisons that found it."""
    code, gone = asked("target", 20), asked("gone", 1) == "1"
    with hub().db.read() as tx:
        known = queries.connections(tx)
        chosen = next((row.id for row in known if row.code == code), None)
        rows = queries.differences(tx, page_number(), connection_id=chosen, gone=gone)
        runs = queries.runs(tx)
        restored = epoch.latest(tx)
    return page(
        "erp_differences",
        restored=restored,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        next_page=page_number() + 1,
        runs=runs,
        connections=known,
        target=code if chosen else "",
        gone=gone,
        moving=any(run.state in queries.MOVING for run, _code in runs),
    )


@blueprint.get("/desk/erp/differences/<int(max=2147483647):difference_id>")
@allow(*DESK)
def erp_difference(difference_id: int) -> Any:
    """One difference: what each comparison found, and the station's own history of the thing."""
    with hub().db.read() as tx:
        pair = queries.difference(tx, difference_id)
        if pair is None:
            abort(404)
        row, code = pair
        order_no = orders.order_no(tx, row.key) if row.what in {"order", "shipment"} else ""
        moves = queries.movements(tx, sku_of(row.key)) if row.what == "stock" else []
        seen = queries.seen(tx, difference_id)
        audits = queries.audits(tx, f"difference {difference_id}")
    return page(
        "erp_difference", row=row, code=code, order_no=order_no, moves=moves, seen=seen, audits=audits
    )


def sku_of(key: str) -> str:
    """The article of a stock difference, whose key may also name lot and status."""
    return key.split("|", 1)[0].strip()


@blueprint.post("/desk/erp/differences/<int(max=2147483647):difference_id>/note")
@allow(*RULERS)
def erp_note(difference_id: int) -> Any:
    """Write down what is known of a difference; the figures themselves cannot be changed from here."""
    text = plain(request.form.get("note", ""), NOTE_LIMIT)
    with hub().db.read() as tx:
        if queries.difference(tx, difference_id) is None:
            abort(404)
    who = actor().name
    decide(
        "ERP_NOTE",
        f"difference {difference_id}",
        lambda tx: differences.note(tx, difference_id, text, who),
        note=text,
    )
    return redirect(url_for("office.erp_difference", difference_id=difference_id))
