"""A bad line between the station and Tryton: passes calls on, loses them, or loses their answers."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASS, CUT, SWALLOW = "pass", "cut", "swallow"
"""As it should be; the call never arrives; it arrives and has its effect, and the answer is lost."""

Rule = Callable[[str], str]


def always(_method: str) -> str:
    """A good line."""
    return PASS


class Proxy:
    """Stands at one address, whatever port Tryton has after a restart."""

    def __init__(self) -> None:
        self.upstream = 0
        self.rule: Rule = always
        self.calls: Counter[str] = Counter()
        """Calls that arrived, by method."""
        self.lost: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else every answer waits for an acknowledgement

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                method = str(json.loads(body)["method"])
                fate = proxy.rule(method)
                if fate != PASS:
                    proxy.lost[method] += 1
                if fate == CUT:
                    self.close_connection = True
                    return
                try:
                    status, headers, data = proxy.forward(self.path, body, dict(self.headers))
                except (OSError, http.client.HTTPException):
                    self.close_connection = True
                    return
                proxy.calls[method] += 1
                if fate == SWALLOW:
                    self.close_connection = True
                    return
                self.send_response_only(status)
                for name in ("Content-Type", "Content-Encoding", "Date"):
                    if headers[name]:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever asked may be gone
                    self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                """Nobody reads it."""

        return Handler

    def forward(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()
