"""Start page and health."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, render_template

from station.ground import shop
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub, public
from station.ground.web.scan import workflows


@blueprint.get("/health")
@public
def health() -> Any:
    """For a watchdog: whether the station writes, has room, and all of its parts live; 503 when not."""
    told = hub().vitals.tell()
    return jsonify(told), 200 if told["status"] == "ok" else 503


def _tiles() -> dict[str, Any]:
    station = hub()
    with station.db.read() as tx:
        tiles = [
            (flow, flow.count_waiting(tx, station.settings))
            for flow in workflows().values()
            if g.actor.may(flow.roles)
        ]
    return {"tiles": tiles, "desk": g.actor.may(frozenset(DESK)), "demo": station.demo_people}


@blueprint.get("/")
@allow(everybody=True)
def start() -> Any:
    """What this person may do, and how much of it waits."""
    with hub().db.read() as tx:
        house = shop.name_of(tx, hub().settings)
    return render_template("office/start.html", warehouse=house, **_tiles())


@blueprint.get("/tiles")
@allow(everybody=True)
def tiles() -> Any:
    """The start page's keys alone, for its refresh."""
    return render_template("office/_tiles.html", **_tiles())
