"""Start page and health."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, render_template

from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub, public
from station.ground.web.scan import workflows
from station.office import queries


@blueprint.get("/health")
@public
def health() -> Any:
    """For a watchdog: the database answers and the writer keeps up."""
    station = hub()
    with station.db.read() as tx:
        queries.alive(tx)
    kind = "sqlite" if station.db.is_sqlite else "postgresql"
    return jsonify(status="ok", database=kind, writer_queue=station.db.queued)


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
    return render_template("office/start.html", warehouse=hub().settings.warehouse_name, **_tiles())


@blueprint.get("/tiles")
@allow(everybody=True)
def tiles() -> Any:
    """The start page's keys alone, for its refresh."""
    return render_template("office/_tiles.html", **_tiles())
