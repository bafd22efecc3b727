"""A stand-in for an open platform, written from its documentation, and knowing nothing of our code.

It is strict about the signature (computed here in its own way), the common parameters, the length of a window,
the size of a page and the once-only key of confirmations. Faults are switched on by the test.
"""

from __future__ import annotations

import hashlib
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

RECORDED = Path(__file__).parent / "recorded"
APP_KEY, SECRET, CUSTOMER = "testerp_appkey", "密钥&test", "stub-cust-code"
BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 5, 1, 12, 0, 0, tzinfo=BEIJING)
LISTS = {
    "taobao.qimen.items.query": ("items", "items"),
    "taobao.qimen.entryorders.query": ("entry", "orders"),
    "taobao.qimen.deliveryorders.query": ("delivery", "orders"),
    "taobao.qimen.ordercancels.query": ("cancel", "orders"),
}
CONFIRMS = {
    "entryorder",
    "deliveryorder",
    "returnorder",
    "orderprocess",
    "itemlack",
    "inventory",
    "stockchange",
}


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.xml").read_text(encoding="utf-8")


@dataclass
class Row:
    """A document of a list: when it was changed last, and what it says."""

    changed: datetime
    text: str


@dataclass
class Platform:
    """The server; ``with Platform() as platform`` serves on a free port of this machine."""

    now: datetime = NOON
    lists: dict[str, dict[str, Row]] = field(
        default_factory=lambda: {"items": {}, "entry": {}, "delivery": {}, "cancel": {}}
    )
    stock: list[str] = field(default_factory=list)
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    swallow: list[str] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    """What the next calls answer instead: a status, or a body."""
    before: Callable[[str, ET.Element], None] | None = None
    lock: Any = field(default_factory=threading.Lock)

    def change(self, name: str, key: str, text: str, changed: datetime | None = None) -> None:
        self.lists[name].pop(key, None)
        self.lists[name][key] = Row(changed or self.now, text)

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def do_POST(self) -> None:
                outer.serve(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/router/qimen/service"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        with self.lock:
            status, text, lost = self.answer(handler.path, body)
        if lost:
            handler.close_connection = True
            handler.connection.close()
            return
        data = text.encode()
        handler.send_response_only(status)
        handler.send_header("Date", format_datetime(self.now.astimezone(UTC), usegmt=True))
        handler.send_header("Content-Type", "text/xml;charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()

    def answer(self, path: str, body: bytes) -> tuple[int, str, bool]:
        if self.answers:
            planned = self.answers.pop(0)
            return (planned, "", False) if isinstance(planned, int) else (200, planned, False)
        wrong = self.refuse(path, body)
        if wrong:
            return 200, wrong, False
        method = dict(parse_qsl(urlsplit(path).query))["method"]
        asked = ET.fromstring(body)
        self.calls.append(method)
        if self.before is not None:
            self.before(method, asked)
        text = self.run(method, asked, body.decode())
        lost = method in self.swallow
        if lost:
            self.swallow.remove(method)
        return 200, text, lost

    def refuse(self, path: str, body: bytes) -> str:
        """The gateway's own checks."""
        pairs = parse_qsl(urlsplit(path).query, keep_blank_values=True, strict_parsing=True)
        given = dict(pairs)
        if len(given) != len(pairs) or set(given) != {
            "method", "timestamp", "format", "app_key", "v", "sign", "sign_method", "customerId",
        }:  # fmt: skip
            return gateway("40", "Missing Required Arguments")
        if (given["format"], given["v"], given["sign_method"]) != ("xml", "2.0", "md5"):
            return gateway("41", "Invalid Arguments")
        if given["app_key"] != APP_KEY or given["customerId"] != CUSTOMER:
            return gateway("29", "Invalid App Key")
        digest = hashlib.md5(SECRET.encode())
        for name in ("app_key", "customerId", "format", "method", "sign_method", "timestamp", "v"):
            digest.update(f"{name}{given[name]}".encode())
        digest.update(body)
        digest.update(SECRET.encode())
        if given["sign"] != digest.hexdigest().upper():
            return gateway("25", "Invalid signature")
        at = datetime.strptime(given["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        if abs(at - self.now) > timedelta(minutes=10):
            return gateway("30", "Invalid Timestamp")
        return ""

    def run(self, method: str, asked: ET.Element, body: str) -> str:
        assert asked.tag == "request"
        if method in LISTS:
            return self.rows(*LISTS[method], asked)
        if method == "taobao.qimen.deliveryorder.query":
            found = self.lists["delivery"].get(asked.findtext("orderCode", ""))
            if found is None:
                return response("failure", "NOT_FOUND", "单据不存在")
            return response(
                "success", more=found.text.removeprefix("<order>").strip().removesuffix("</order>")
            )
        if method == "taobao.qimen.stock.query":
            page, size = int(asked.findtext("page", "")), int(asked.findtext("pageSize", ""))
            rows = "".join(self.stock[(page - 1) * size : page * size])
            return response(
                "success", more=f"<totalCount>{len(self.stock)}</totalCount><items>{rows}</items>"
            )
        assert method.split(".")[2] in CONFIRMS, method
        keys = {node.text for node in asked.iter("outBizCode")}
        assert len(keys) == 1
        (key,) = keys
        assert key
        if key in self.keys:
            return response("failure", "S005", "重复提交")
        self.keys.add(key)
        self.confirmed.append((method, body))
        return response("success")

    def rows(self, name: str, outer: str, asked: ET.Element) -> str:
        begin, end = (
            datetime.strptime(asked.findtext(tag, ""), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
            for tag in ("startTime", "endTime")
        )
        page, size = int(asked.findtext("page", "")), int(asked.findtext("pageSize", ""))
        if asked.findtext("warehouseCode") != "W01" or not 1 <= size <= 100 or page < 1:
            return response("failure", "isv.invalid-parameter", "参数错误")
        if not timedelta(0) <= end - begin <= timedelta(minutes=60):
            return response("failure", "isv.invalid-parameter", "时间跨度不能超过 60 分钟")
        rows = [
            row for row in self.lists[name].values() if begin <= row.changed.replace(microsecond=0) <= end
        ]
        rows.sort(key=lambda row: row.changed)
        text = "".join(row.text for row in rows[(page - 1) * size : page * size])
        return response("success", more=f"<totalCount>{len(rows)}</totalCount><{outer}>{text}</{outer}>")


def response(flag: str, code: str = "0", message: str = "", more: str = "") -> str:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return (
        f"{head}<response><flag>{flag}</flag><code>{code}</code><message>{message}</message>{more}</response>"
    )


def gateway(code: str, text: str, sub: str = "") -> str:
    return f"<error_response><code>{code}</code><msg>{text}</msg><sub_code>{sub}</sub_code></error_response>"
