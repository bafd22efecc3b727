"""Start page and health; importing this module puts all pages of the office on its blueprint."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, render_template

from station.catalog import pages as photos
from station.devices import pages as device
from station.erp.pages import board as erp
from station.erp.pages import differing as erp_differing
from station.erp.pages import files as erp_files
from station.erp.pages import keys as erp_keys
from station.erp.pages import mapping as erp_words
from station.erp.pages import setup as erp_setup
from station.erp.pages import talk as erp_talk
from station.erp.pages import trying as erp_trying
from station.ground.web import pwa as app
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub, public
from station.office import cards, design, lists, papers, queries
from station.outbound.packing import pages as pack_bench
from station.paper.pages import printers as printing
from station.paper.pages import routes as print_routes
from station.paper.pages import setup as printer_setup
from station.practice.training import pages as bench
from station.serving.tls import pages as trust

__all__ = [
    "app",
    "bench",
    "blueprint",
    "cards",
    "design",
    "device",
    "erp",
    "erp_differing",
    "erp_files",
    "erp_keys",
    "erp_setup",
    "erp_talk",
    "erp_trying",
    "erp_words",
    "lists",
    "pack_bench",
    "papers",
    "photos",
    "print_routes",
    "printer_setup",
    "printing",
    "trust",
]


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
            (flow, station.waiting[flow.waiting](tx) if flow.waiting else 0)
            for flow in station.workflows.values()
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
