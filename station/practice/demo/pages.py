"""What a virtual or learning worker can see on the demo's floor. Absent from a real warehouse (404)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, request

from station.devices import scales
from station.ground.web.kit import allow, hub, public
from station.outbound.orders import standing
from station.practice.demo import files, floor
from station.practice.demo import standing as standing_goods
from station.wiring import checks

blueprint = Blueprint("demo", __name__)


def _only_in_demo() -> None:
    if not hub().demo_people:
        abort(404)


@blueprint.get("/demo/floor.json")
@public
def things() -> Any:
    """Everything with a barcode, and what the trucks really carry."""
    _only_in_demo()
    with hub().db.read() as tx:
        return jsonify(floor.things(tx) | {"people": [list(person) for person in hub().demo_people]})


@blueprint.get("/demo/book.json")
@public
def book() -> Any:
    """What the book says of the goods in the hall, of refused ones and of gift labels."""
    _only_in_demo()
    with hub().db.read() as tx:
        return jsonify(standing_goods.book(tx))


@blueprint.get("/demo/orders.json")
@public
def orders() -> Any:
    """Every order with its state and, when it waits, why."""
    _only_in_demo()
    with hub().db.read() as tx:
        return jsonify(floor.orders(tx, hub().clock.today()))


@blueprint.get("/demo/check.json")
@public
def check() -> Any:
    """``station check`` over HTTP."""
    _only_in_demo()
    return jsonify(checks.by_code(checks.run(hub().db)))


@blueprint.post("/demo/cancel")
@allow(everybody=True)
def cancel() -> Any:
    """The demo's office cancels ``{order}`` (its own number), by a file as an office would."""
    _only_in_demo()
    fields = (request.get_json(silent=True) or {}) if request.is_json else request.form
    number = str(fields.get("order", ""))[:60]
    with hub().db.read() as tx:
        if not standing.order_no(tx, number):
            abort(404)
    files.write_cancel(hub().settings, number)
    return jsonify(order=number)


@blueprint.post("/demo/scale")
@allow(everybody=True)
def put_on_scale() -> Any:
    """Put a parcel on a bench's virtual scale: ``{workstation, dg}`` in tenths of a gram."""
    _only_in_demo()
    fields = (request.get_json(silent=True) or {}) if request.is_json else request.form
    try:
        dg = int(fields["dg"])
    except (KeyError, TypeError, ValueError):
        abort(422)
    if not 0 <= dg <= 1_000_000:  # noqa: PLR2004
        abort(422)
    station, now = hub(), hub().clock.now()
    placed = station.db.write(lambda tx: scales.place(tx, str(fields.get("workstation", ""))[:40], dg, now))
    return jsonify(placed=placed), 200 if placed else 404
