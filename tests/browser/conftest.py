"""A real Chromium against a real server on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from station import create_app
from station.practice.demo import world
from station.wiring.hub import Hub
from tests.browser.visitors import Visitors
from tests.conftest import missing
from tests.floor import Floor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def launched() -> Iterator[Browser]:
    """Debian's Chromium, without its windows where that package is there; or the one that CHROMIUM names."""
    shell, whole = (shutil.which(name) for name in ("chromium-headless-shell", "chromium"))
    path = os.environ.get("CHROMIUM") or shell or whole or "/usr/bin/chromium"
    if not Path(path).exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(launched: Browser) -> Iterator[Browser]:
    """The browser, for one test: a page left open would ask for ever at a port that is somebody else's by then."""
    yield launched
    for context in launched.contexts:
        context.close()


@pytest.fixture
def database_url(tmp_path: Path, sqlite_hall: Path) -> str:
    """SQLite is enough here: the browser does not see which database answers."""
    path = tmp_path / "station.sqlite3"
    shutil.copy(sqlite_hall, path)
    return f"sqlite:///{path}"


class Served:
    """An app behind a port of loopback; it can go away and come back, and nobody gets the port meanwhile."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._server: BaseWSGIServer | None = None
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind(("127.0.0.1", 0))
        self.port = int(self._kept.getsockname()[1])
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def close(self) -> None:
        """Stop for good, and give the port back."""
        self.stop()
        self._kept.close()


@pytest.fixture
def served(hub: Hub) -> Iterator[Served]:
    """The whole station, as a demo."""
    hub.demo_people = world.people(0)
    server = Served(create_app(hub=hub))
    yield server
    server.close()


@pytest.fixture
def visitors(chromium: Browser, served: Served, floor: Floor) -> Iterator[Visitors]:
    """People's pages; a test fails on any complaint of the browser."""
    guests = Visitors(chromium, served.url, floor)
    yield guests
    guests.close()
    assert not guests.complaints, "\n".join(guests.complaints)
