"""What a WSGI server imports: ``station.serving.wsgi:create`` makes the app and starts its workers."""

from __future__ import annotations

import atexit
import importlib
import os
import sys
import threading

from flask import Flask
from waitress.server import create_server

from station import create_app
from station.ground.db import schema
from station.serving.workers import Workers
from station.settings import load
from station.wiring.hub import build

PREPARE = "STATION_PREPARE"
"""Names a ``module:function`` that is handed the station before it serves: the demo brings its people so."""

SWITCH_S = 0.001
"""How long a busy thread keeps the interpreter from the others. A scan is handed over several times
(request, writer, answer); with Python's 5 ms each of them waits that long behind an import.
"""


def create() -> Flask:
    """The app of this process, with the background loops unless the settings say otherwise."""
    sys.setswitchinterval(SWITCH_S)
    settings = load()
    schema.require_current(settings.url)
    hub = build(settings)
    if os.environ.get(PREPARE):
        module, _, name = os.environ[PREPARE].partition(":")
        getattr(importlib.import_module(module), name)(hub)
    app = create_app(hub=hub)
    if settings.workers:
        workers = Workers(hub)
        workers.start()
        atexit.register(workers.close)
    atexit.register(hub.close)
    return app


def create_with_plain() -> Flask:
    """The app behind HTTPS, which also listens for plain HTTP: in the same process, because one SQLite
    file has one writer. Waitress reads requests whole before a thread sees them, so slow clients cost little.
    """
    app = create()
    settings = load()
    plain = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        connection_limit=1000,
        clear_untrusted_proxy_headers=True,
    )
    threading.Thread(target=plain.run, name="plain-http", daemon=True).start()
    return app
