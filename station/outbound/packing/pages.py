"""The right-hand side of a packing bench's screen: weight, label preview, carrier."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, abort, render_template

from printers import queue
from station.ground.web.desk import blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.outbound.packing import bench

PACKERS = (Role.PACKER, Role.SUPERVISOR)
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def _beside() -> bench.Beside:
    who, station = actor(), hub()
    with station.db.read() as tx:
        return bench.beside(tx, who.user_id, who.workstation, station.clock.now())


@blueprint.get("/work/pack/beside")
@allow(*PACKERS)
def beside() -> Any:
    """Weight, label and carrier of the parcel in hand."""
    parcel = _beside()
    colour = parcel.color if COLOUR.fullmatch(parcel.color) else ""
    return render_template("scan/_beside.html", beside=parcel, colour=colour)


@blueprint.get("/work/pack/label/<int(max=2147483647):job_id>.png")
@allow(*PACKERS)
def label_preview(job_id: int) -> Any:
    """The label of the parcel in the packer's hands; nobody leafs through other people's labels."""
    if _beside().job_id != job_id:
        abort(404)
    with hub().db.read() as tx:
        data = queue.picture(tx, job_id)
    if data is None:
        abort(404)
    return Response(data, mimetype="image/png", headers={"Cache-Control": "private, max-age=600"})
