"""What a WSGI server imports: ``station.wsgi:create`` makes the app and starts its workers."""

from __future__ import annotations

import atexit
import os

from flask import Flask

from station import create_app, schema
from station.demo import world
from station.hub import build
from station.settings import load
from station.workers import Workers


def create() -> Flask:
    """The app of this process, with the background loops unless the settings say otherwise."""
    settings = load()
    schema.require_current(settings.url)
    hub = build(settings)
    if os.environ.get("STATION_IS_DEMO"):
        hub.demo_people = world.people(int(os.environ["STATION_IS_DEMO"]))
    app = create_app(hub=hub)
    if settings.workers:
        workers = Workers(hub)
        workers.start()
        atexit.register(workers.close)
    atexit.register(hub.close)
    return app
