"""station: the software that runs the floor of an e-commerce warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from station.hub import Hub
    from station.settings import Settings


def create_app(settings: Settings | None = None, *, hub: Hub | None = None) -> Flask:
    """The WSGI application: wires the rooms together and nothing else."""
    from flask import Flask

    from station import folders, i18n, web
    from station import settings as knobs
    from station.demo import pages as demo
    from station.hub import build
    from station.office import api
    from station.office import pages as office
    from station.outbound.waves import pages as waves
    from station.people import pages as people
    from station.scan import pages as scan

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
    web.check_marked(app)
    return app
