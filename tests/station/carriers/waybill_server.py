"""An honest service that gives waybill numbers, and what can go wrong with one: the reference of the port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

KEY = "geheim-1"


@dataclass
class Carrier:
    """The carrier's side: numbers by request key. `next_calls` says what goes wrong with the next ones:
    ``lost`` after the number was given, ``silent`` before, a status, or a finished answer.
    """

    url: str = ""
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    next_calls: list[Any] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    is_collected: bool = False
    routing: dict[str, Any] = field(
        default_factory=lambda: {"route_code": "320-A08-017", "sortation": "杭州"}
    )

    def serve(self, verb: str, path: str, headers: Any, body: bytes) -> tuple[int, Any] | None:
        """Status and content; None hangs up."""
        self.calls.append((verb, path))
        if headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"error": "who are you?"}
        wrong = self.next_calls.pop(0) if self.next_calls else None
        if wrong == "silent":
            return None
        answer = self._answer(verb, path, body)
        if wrong == "lost":
            return None
        if isinstance(wrong, tuple):
            return wrong
        return answer

    def _answer(self, verb: str, path: str, body: bytes) -> tuple[int, Any]:
        if verb == "POST":
            told = json.loads(body)
            self.bodies.append(told)
            key = told["request_key"]
            number = f"ZT{900_000_000_000 + len(self.given)}"
            return 200, self.given.setdefault(key, {"waybill_no": number} | self.routing)
        key = unquote(path.removeprefix("/api/waybills/"))
        if key not in self.given:
            return 404, {"error": "unknown key"}
        if verb == "GET":
            return 200, self.given[key]
        if self.is_collected:
            return 409, {"error": "已揽收"}
        self.taken_back.append(self.given.pop(key)["waybill_no"])
        return 200, {}


@contextmanager
def serving() -> Iterator[Carrier]:
    """The carrier on a port that the system chose."""
    carrier = Carrier()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = carrier.serve(self.command, self.path, self.headers, body)
            if answer is None:
                self.close_connection = True
                return
            status, content = answer
            data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET = do_DELETE = _any  # noqa: N815 — as http.server calls them

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    carrier.url = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield carrier
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
