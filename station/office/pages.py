"""Start page and health."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, render_template, request

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


MANY = 12
"""So many tiles fit onto the smallest handheld; with more of them some processes share one."""


def _tiles(*, shared: bool = False) -> dict[str, Any]:
    """What the person may do; `shared`: only what shares a tile, on a page of its own."""
    station, is_desk = hub(), g.actor.may(frozenset(DESK))
    with station.db.read() as tx:
        tiles = [
            (flow, flow.count_waiting(tx, station.settings))
            for flow in workflows().values()
            if g.actor.may(flow.roles)
        ]
    together = [tile for tile in tiles if tile[0].shares]
    is_full = len(tiles) + is_desk + bool(station.demo_people) + 1 > MANY
    more = (together[0][0].shares, sum(count for _flow, count in together)) if together and is_full else None
    if shared:
        return {"tiles": together, "more": None, "desk": False, "demo": (), "is_shared": True}
    shown = [tile for tile in tiles if not (more and tile[0].shares)]
    return {"tiles": shown, "more": more, "desk": is_desk, "demo": station.demo_people, "is_shared": False}


@blueprint.get("/")
@allow(everybody=True)
def start() -> Any:
    """What this person may do, and how much of it waits."""
    return _start()


def _start(*, shared: bool = False) -> str:
    with hub().db.read() as tx:
        house = shop.name_of(tx, hub().settings)
    return render_template("office/start.html", warehouse=house, **_tiles(shared=shared))


@blueprint.get("/tiles")
@allow(everybody=True)
def tiles() -> Any:
    """The start page's keys alone, for its refresh."""
    return render_template("office/_tiles.html", **_tiles(shared="shared" in request.args))


@blueprint.get("/more")
@allow(everybody=True)
def more() -> Any:
    """The processes that share a tile."""
    return _start(shared=True)
