"""The training bench's pages: a handheld beside the things on the floor. Absent from a real warehouse."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template

from station.ground.web import barcodes
from station.ground.web.desk import blueprint
from station.ground.web.kit import hub, public
from station.practice.training import things


def _floor() -> dict[str, Any]:
    station = hub()
    if not station.demo_people:
        abort(404)
    with station.db.read() as tx:
        return things.floor(tx, station)


@blueprint.get("/training")
@public
def training() -> Any:
    """The training bench."""
    return render_template("office/training.html", **_floor())


@blueprint.get("/training/floor")
@public
def training_floor() -> Any:
    """The right half of the training bench alone, for its refresh."""
    return render_template("office/_floor.html", **_floor())


@blueprint.get("/training/barcode/<text>.svg")
@public
def barcode(text: str) -> Any:
    """A barcode that a scanner can read from the screen."""
    if not hub().demo_people or len(text) > 40 or not text.isascii() or not text.isprintable():  # noqa: PLR2004
        abort(404)
    response = Response(barcodes.code128(text), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
