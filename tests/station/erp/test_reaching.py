"""ERPs and webhooks are reached where the owner lets them be, and nowhere else; nothing forbidden is dialled."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from printers.reach import Reach
from station.erp import makeup, port
from station.erp.line import Line
from station.erp.odoo.wire import Wire as OdooWire
from station.erp.qimen.wire import Wire as QimenWire
from station.erp.rest.connector import RestConnector
from station.erp.tryton.wire import Wire as TrytonWire
from station.ground import reaching
from station.settings import Settings, SettingsError
from tests.near import REACH

METADATA = "http://169.254.169.254/latest/meta-data"


@dataclass(frozen=True)
class Watched(Reach):
    """Names and connections of the test: `names` answers once for each asking, `dialled` notes who was dialled."""

    names: list[list[str]] = field(default_factory=list)
    at: int = 0
    dialled: list[str] = field(default_factory=list)

    def connect(self, host: str, port: int, timeout_s: float, **_more: Any) -> socket.socket:
        def resolve(name: str, _port: int) -> list[str]:
            return self.names.pop(0) if self.names else [name]

        def dial(address: str, _port: int, wait_s: float) -> socket.socket:
            self.dialled.append(address)
            return socket.create_connection(("127.0.0.1", self.at), timeout=wait_s)

        return Reach.connect(self, host, port, timeout_s, resolve=resolve, dial=dial)


class Handler(BaseHTTPRequestHandler):
    """Sends every caller on to the metadata of a cloud."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", METADATA)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_args: Any) -> None: ...


@pytest.fixture
def at():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def line(url: str, reach: Reach) -> Line:
    return Line(url, read_s=5, longest_s=5, most_bytes=1000, reach=reach)


def setup(reach: Reach, **values: str) -> makeup.Setup:
    return makeup.Setup(
        values=values, words=makeup.Words(), warehouse="WH1", timezone="Asia/Shanghai", reach=reach
    )


URLS = [
    "http://127.0.0.1:8069",
    "http://[::1]/",
    "https://0.0.0.0:443/",
    METADATA,
    "http://[::ffff:127.0.0.1]:80/",
]


@pytest.mark.parametrize("url", URLS)
def test_no_line_and_no_webhook_reaches_this_machine_or_a_cloud_s_metadata(url: str) -> None:
    watched = Watched()
    with pytest.raises(port.NoAccess, match="allow_addresses"):
        line(url, watched).ask("GET", url, None)
    hook = RestConnector(setup(watched, webhook_url=url, webhook_secret="s" * 16))
    finding = hook.probe().findings[0]
    assert finding.ok is False
    assert "allow_addresses" in finding.text
    assert watched.dialled == []


def test_each_kind_of_erp_goes_through_the_same_rule() -> None:
    values = {"url": "http://127.0.0.1:8000", "database": "erp", "login": "a", "password": "b", "secret": "s"}
    strict = Reach()
    for call in (
        lambda: TrytonWire(values, strict).version(),
        lambda: OdooWire(values, strict).call("res.users", "read", [1]),
        lambda: QimenWire(values, reach=strict).call("stock.query", {}),
    ):
        with pytest.raises(port.NoAccess, match="allow_addresses"):
            call()


def test_a_name_that_changes_its_mind_never_leads_here(at: int) -> None:
    """The first answer is a LAN address, each later one is loopback: every new connection is judged anew."""
    watched = Watched(names=[["192.168.1.9"], ["127.0.0.1"]], at=at)
    erp = line("http://erp.lan:8000", watched)
    assert erp.ask("GET", "http://erp.lan:8000/", None).status_code == 302
    with pytest.raises(port.NoAccess, match="this machine"):
        erp.ask("GET", "http://erp.lan:8000/", None)
    assert watched.dialled == ["192.168.1.9"]
    erp.close()


def test_a_redirect_is_not_followed(at: int) -> None:
    watched = Watched(names=[["192.168.1.9"]], at=at)
    hook = RestConnector(setup(watched, webhook_url="http://hook.lan/x", webhook_secret="s" * 16))
    finding = hook.probe().findings[0]
    assert (finding.ok, "redirects are not followed" in finding.text) == (False, True)
    assert watched.dialled == ["192.168.1.9"]
    hook.close()


def test_what_the_owner_allows_is_reached(at: int) -> None:
    erp = line(f"http://127.0.0.1:{at}", REACH)
    assert erp.ask("GET", f"http://127.0.0.1:{at}/", None).status_code == 302
    erp.close()


def test_nothing_of_the_machine_leads_around_it(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would resolve and dial by itself."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{at}")
    watched = Watched(names=[["192.168.1.9"]], at=at)
    session = reaching.session(watched)
    with session, session.get("http://erp.lan:8000/", allow_redirects=False, timeout=5) as answer:
        assert answer.status_code == 302
    assert watched.dialled == ["192.168.1.9"]


def test_the_settings_say_what_is_allowed() -> None:
    reach = Settings(allow_addresses=("127.0.0.1",), only_networks=("10.0.0.0/8",), port=8080).reach
    assert [entry.name for entry in reach.allowed] == ["127.0.0.1"]
    assert {8080, 8443} == reach.own_ports
    with pytest.raises(SettingsError, match="allow_addresses, only_networks"):
        Settings(allow_addresses=("127.1",))
    with pytest.raises(SettingsError, match="allow_addresses, only_networks"):
        Settings(only_networks=("lan",))
