"""station: the software that runs the floor of an e-commerce warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from station.settings import Settings
    from station.wiring.hub import Hub


def create_app(settings: Settings | None = None, *, hub: Hub | None = None) -> Flask:
    """The WSGI application: wires the rooms together and nothing else."""
    from flask import Flask

    from station import settings as knobs
    from station.erp.rest import pages as api
    from station.ground.registers import pages as registers
    from station.ground.scan import pages as scan
    from station.ground.web import folders, i18n
    from station.ground.web import kit as web
    from station.office import pages as office
    from station.outbound.waves import pages as waves
    from station.people import pages as people
    from station.practice.demo import pages as demo
    from station.wiring.hub import build
    from station.wiring.registers import REGISTERS

    hub = hub or build(settings or knobs.load())
    app = Flask(
        __name__,
        template_folder=str(folders.beside("templates")),
        static_folder=str(folders.beside("static")),
    )
    web.install(app, hub)
    i18n.install(app)
    for room in (scan, people, office, waves, demo, api):
        app.register_blueprint(room.blueprint)
    registers.install(app, REGISTERS)
    web.check_marked(app)
    return app
