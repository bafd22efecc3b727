"""What a WSGI server imports: ``station.serving.wsgi:create`` makes the app and starts its workers."""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
import sys
import threading

from flask import Flask
from waitress.server import create_server

from station import create_app
from station.ground.db import DatabaseUnusable, schema
from station.ground.keyfile import KeyUnusable
from station.serving import owning, server, watch, welcome
from station.serving.doors import Doorkeeper
from station.serving.workers import Workers
from station.settings import Settings, SettingsError, load
from station.wiring import keys
from station.wiring.hub import Hub, build

PREPARE = "STATION_PREPARE"
"""Names a ``module:function`` that is handed the station before it serves: the demo brings its people so."""

SWITCH_S = 0.001
"""How long a busy thread keeps the interpreter from the others. A scan is handed over several times
(request, writer, answer); with Python's 5 ms each of them waits that long behind an import.
"""


def create() -> Flask:
    """The app of this process, with the background loops unless the settings say otherwise.

    The process that opens the database owns it as long as it lives; what forbids the start is one sentence.
    """
    sys.setswitchinterval(SWITCH_S)
    _end_with_parent()
    try:
        return _create(load())
    except (DatabaseUnusable, KeyUnusable, SettingsError) as error:
        raise SystemExit(f"station: {error}") from None


def _create(settings: Settings) -> Flask:
    owned = server.owned(settings, "station serve")
    schema.require_current(settings.url)
    keys.require(settings)
    hub = build(settings)
    if os.environ.get(PREPARE):
        module, _, name = os.environ[PREPARE].partition(":")
        getattr(importlib.import_module(module), name)(hub)
    app = create_app(hub=hub)
    if settings.workers:
        workers = Workers(hub, on_end=watch.ended)
        workers.start()
        atexit.register(workers.close)
    atexit.register(hub.close)
    app.extensions["station_owned"] = owned  # as long as the app
    owning.look_after(owned, hub.db)
    _watch(settings, hub)
    if not os.environ.get(PREPARE):
        welcome.tell(settings, hub)
    return app


def _watch(settings: Settings, hub: Hub) -> None:
    is_secure = server.https_files(settings) is not None
    ports = (settings.port, settings.https_port) if is_secure else (settings.port,)
    keeper = Doorkeeper(ports, settings.address_connections)
    watching = watch.Watch(keeper, settings.host, ports, hub.db.is_writing, hub.vitals.look)
    hub.vitals.refusing = lambda: watching.silent
    watch.guarded("watch", watching.run)


def _end_with_parent() -> None:
    """A worker whose main process is gone would go on unseen, and share the port with the next start."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, name="parent", daemon=True).start()


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
        connection_limit=server.CONNECTIONS,
        asyncore_use_poll=True,  # select() knows no file above 1023 and would end the listener
        clear_untrusted_proxy_headers=True,
    )
    watch.guarded("plain-http", plain.run)
    return app
