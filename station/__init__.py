"""station: the software that runs the floor of an e-commerce warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from station.settings import Settings
    from station.wiring.hub import Hub

ABOVE = (
    "station.serving.tls.pages",
    "station.serving.handhelds",
    "station.practice.training.pages",
    "station.practice.demo.pages",
)
"""Pages that belong to no room of the warehouse."""


def create_app(settings: Settings | None = None, *, hub: Hub | None = None) -> Flask:
    """The WSGI application: wires the rooms together and nothing else."""
    import importlib

    from flask import Flask

    from station import settings as knobs
    from station.ground.registers import pages as registers
    from station.ground.web import folders, guard, i18n
    from station.serving import hosts
    from station.wiring.hub import build

    hub = hub or build(settings or knobs.load())
    app = Flask(
        __name__,
        template_folder=str(folders.beside("templates")),
        static_folder=str(folders.beside("static")),
    )
    known = hosts.Known(hub.settings)
    guard.install(app, hub, known)
    hosts.install(app, known)
    i18n.install(app)
    names = [*(name for room in hub.rooms for name in room.pages), *ABOVE]
    for blueprint in dict.fromkeys(importlib.import_module(name).blueprint for name in names):
        app.register_blueprint(blueprint)
    registers.install(app, [register for room in hub.rooms for register in room.registers])
    guard.check_marked(app)
    return app
