"""Webhooks over real HTTP: what is sent, that it is signed, and what each answer means."""

from __future__ import annotations

import hmac
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from station.erp import connections, makeup, port
from station.erp.rest import signing
from station.erp.rest.connector import RestConnector
from station.erp.sync import Sync
from station.exchange import documents as erp
from station.exchange import outbox
from station.exchange.models import OutboxMessage
from tests.conftest import SHANGHAI
from tests.floor import Floor
from tests.near import REACH
from tests.station.erp.rest.conftest import connect

SECRET = "a-secret-of-thirty-characters!"
NOW = 1_777_600_000.0
AT = datetime(2026, 5, 1, 1, 30, tzinfo=UTC)


@dataclass
class Receiver:
    """An ERP that takes webhooks: what it got, and how it answers."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs_up: bool = False

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    desk = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.got.append((self.path, dict(self.headers), body))
            if desk.hangs_up:
                self.close_connection = True
                return
            self.send_response(desk.status)
            for name, value in desk.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(desk.body)))
            self.end_headers()
            self.wfile.write(desk.body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.url = f"http://127.0.0.1:{server.server_port}/hook?key=hidden"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield desk
    server.shutdown()
    thread.join()
    server.server_close()


def connector(url: str, secret: str = SECRET, **values: str) -> RestConnector:
    found = {"webhook_url": url, "webhook_secret": secret, **values}
    setup = makeup.Setup(
        values=found, words=makeup.Words(), warehouse="WH1", timezone="Asia/Shanghai", reach=REACH
    )
    return RestConnector(setup, lambda: NOW)


def state(key: str = "DO1-PICK", doc_no: str = "DO1") -> erp.OrderStateDocument:
    return erp.OrderStateDocument(
        event_key=key, erp_no="SO-1", order_no=doc_no, state="PICK", at=AT, operator="李拣"
    )


def deliver(url: str, doc: Any = None) -> str:
    line = connector(url)
    try:
        return line.deliver(doc or state())
    finally:
        line.close()


def test_a_confirmation_is_posted_whole(receiver: Receiver) -> None:
    receiver.answer(201, b'{"ref": "ERP-77"}', Content_Type="application/json")
    assert deliver(receiver.url) == "ERP-77"
    ((path, headers, body),) = receiver.got
    assert path == "/hook?key=hidden"
    said = json.loads(body)
    assert said == {
        "event_key": "DO1-PICK",
        "kind": "order_state",
        "document": erp.to_data(state(), SHANGHAI),
    }
    assert "李拣" in body.decode()
    assert headers["Station-Event"] == "order_state"
    assert headers["Station-Delivery"] == "DO1-PICK"
    assert headers["Content-Type"] == "application/json"


def test_what_is_missing_of_an_order_is_posted(receiver: Receiver) -> None:
    line = erp.OrderShortageLine(line_key="1", sku_code="TEA-001", qty_ordered=8, qty_missing=2)
    doc = erp.OrderShortage(
        event_key="SHORT-DO1-1", erp_no="SO-1", order_no="DO1", at=AT, operator="李拣", lines=(line,)
    )
    receiver.answer(200)
    deliver(receiver.url, doc)
    ((_path, headers, body),) = receiver.got
    assert headers["Station-Event"] == "order_shortage"
    assert json.loads(body)["document"]["lines"] == [
        {"line_key": "1", "sku_code": "TEA-001", "qty_ordered": 8, "qty_missing": 2}
    ]


def test_the_signature_is_the_documented_one(receiver: Receiver) -> None:
    """Computed here anew from the words of the documentation."""
    deliver(receiver.url)
    ((_path, headers, body),) = receiver.got
    assert headers["Station-Timestamp"] == str(int(NOW))
    digest = hmac.digest(SECRET.encode(), f"{int(NOW)}.".encode() + body, "sha256").hex()
    assert headers["Station-Signature"] == f"v1={digest}"
    assert SECRET not in str(headers)


def test_the_example_of_the_documentation_tells_genuine_from_forged(monkeypatch) -> None:
    room: dict[str, Any] = {}
    exec(signing.EXAMPLE, room)
    assert len(signing.EXAMPLE.splitlines()) <= 10
    monkeypatch.setattr("time.time", lambda: NOW + 200)
    is_genuine = room["is_genuine"]
    headers = {"Station-Timestamp": str(int(NOW)), "Station-Signature": signing.sign(SECRET, int(NOW), b"{}")}
    assert is_genuine(SECRET, headers, b"{}")
    assert not is_genuine(SECRET, headers, b"{} ")
    assert not is_genuine("another", headers, b"{}")
    assert not is_genuine(SECRET, headers | {"Station-Timestamp": str(int(NOW) + 1)}, b"{}")
    assert not is_genuine(SECRET, headers | {"Station-Signature": "v1=钥"}, b"{}")
    monkeypatch.setattr("time.time", lambda: NOW + 400)
    assert not is_genuine(SECRET, headers, b"{}")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None), (202, None), (204, None), (299, None),
        (301, port.Down), (307, port.Down), (400, port.Declined), (404, port.Declined), (409, port.Declined),
        (422, port.Declined), (401, port.NoAccess), (403, port.NoAccess), (408, port.Down), (425, port.Down),
        (429, port.Limited), (500, port.Down), (502, port.Down), (503, port.Down),
    ],
)  # fmt: skip
def test_what_an_answer_means(receiver: Receiver, status: int, kind: type[Exception] | None) -> None:
    receiver.answer(status, Location="http://127.0.0.1:1/elsewhere")
    if kind is None:
        assert deliver(receiver.url) == ""
    else:
        with pytest.raises(port.ErpError) as error:
            deliver(receiver.url)
        assert type(error.value) is kind
        assert str(status) in str(error.value)
        assert "hidden" not in str(error.value)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("30", 30), ("0", 1), ("999999", 3600), ("", 60), ("soon", 60), ("-5", 60),
        (format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True), 90),
        (format_datetime(datetime.fromtimestamp(NOW - 90, UTC), usegmt=True), 1),
    ],
)  # fmt: skip
def test_a_busy_receiver_names_its_time(receiver: Receiver, said: str, wait_s: int) -> None:
    receiver.answer(429, Retry_After=said)
    with pytest.raises(port.Limited) as error:
        deliver(receiver.url)
    assert error.value.wait_s == wait_s


def test_a_lost_answer_is_down(receiver: Receiver) -> None:
    receiver.hangs_up = True
    with pytest.raises(port.Down) as error:
        deliver(receiver.url)
    assert "hidden" not in str(error.value)


def test_a_receiver_that_is_not_there_is_down() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    with pytest.raises(port.Down):
        deliver(f"http://127.0.0.1:{server.server_port}/hook")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"ref": 5}', b'{"ref": "a\\nb"}', b"\xff", b"x" * 1_000_000, b"[" * 4096]
)
def test_a_strange_answer_is_no_failure(receiver: Receiver, body: bytes) -> None:
    """What was taken was taken; of an answer little is read."""
    receiver.answer(200, body)
    assert deliver(receiver.url) == ""


@pytest.mark.parametrize(
    "url",
    ["ftp://host/x", "file:///etc/passwd", "http://user:pw@host/x", "host/x", "http://", "http:///x", "http://a b/"],
)  # fmt: skip
def test_only_plain_web_addresses_are_used(url: str) -> None:
    line = connector(url)
    with pytest.raises(port.NoAccess):
        line.deliver(state())
    assert not line.probe().ok


def test_a_webhook_without_a_secret_is_not_sent(receiver: Receiver) -> None:
    with pytest.raises(port.NoAccess):
        connector(receiver.url, secret="short").deliver(state())
    assert receiver.got == []


def test_the_probe_sends_a_signed_ping(receiver: Receiver) -> None:
    assert connector(receiver.url).probe().ok
    ((_path, headers, body),) = receiver.got
    assert json.loads(body) == {"event_key": "ping", "kind": "ping", "document": None}
    assert headers["Station-Signature"] == signing.sign(SECRET, int(NOW), body)
    receiver.answer(404)
    report = connector(receiver.url).probe()
    assert not report.ok
    assert "404" in report.findings[0].text
    assert connector("").probe().ok


def test_without_an_address_it_is_fetched() -> None:
    assert connector("").pulls_itself
    assert not connector("http://x").pulls_itself


@pytest.mark.parametrize(("word", "is_promised"), [("yes", True), (" 是 ", True), ("no", False), ("", False)])
def test_the_form_says_whether_cancels_are_promised(word: str, is_promised: bool) -> None:
    assert connector("").promises_cancels({"watch_cancels": word}) is is_promised


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    deliver(receiver.url)
    assert len(receiver.got) == 1


# --- through the outbox ---------------------------------------------------------------------------


def messages(floor: Floor) -> list[tuple[str, str]]:
    with floor.hub.db.read() as tx:
        rows = tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(row.event_key, row.state) for row in rows]


def test_the_outbox_reaches_the_receiver_in_order_after_it_was_down(
    floor: Floor, vault, receiver: Receiver, caplog
) -> None:
    hub = floor.hub
    _id, token = connect(floor, vault, "shop", webhook_url=receiver.url, webhook_secret=SECRET)
    now = hub.clock.now()
    for doc in (state("A1"), state("B1", "DO2"), state("A2")):
        hub.db.write(partial(outbox.put, doc=doc, doc_no=doc.order_no, now=now))
    sync = Sync(hub.db, hub.clock, vault, hub.settings)
    with caplog.at_level(logging.INFO):
        receiver.answer(503)
        assert not sync.run_once("shop")
        assert messages(floor) == [("A1", "PENDING"), ("B1", "PENDING"), ("A2", "PENDING")]
        with hub.db.read() as tx:
            assert connections.known(tx, "shop").down_since == now
        receiver.answer(200, b'{"ref": "R"}')
        hub.clock.advance(seconds=60)  # type: ignore[attr-defined]
        sync.run_once("shop")
    assert messages(floor) == [("A1", "DONE"), ("B1", "DONE"), ("A2", "DONE")]
    assert [headers["Station-Delivery"] for _path, headers, _body in receiver.got] == ["A1", "A1", "B1", "A2"]
    for secret in (SECRET, token, "hidden"):
        assert secret not in caplog.text
    sync.close()


def test_a_message_the_receiver_refuses_is_set_aside(floor: Floor, vault, receiver: Receiver) -> None:
    hub = floor.hub
    connect(floor, vault, "shop", webhook_url=receiver.url, webhook_secret=SECRET)
    now = hub.clock.now()
    hub.db.write(lambda tx: outbox.put(tx, state("A1"), doc_no="DO1", now=now))
    receiver.answer(422)
    sync = Sync(hub.db, hub.clock, vault, hub.settings)
    sync.push("shop")
    assert messages(floor) == [("A1", "DEAD")]
    sync.close()
