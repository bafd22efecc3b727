"""A stand-in for Odoo on the network, written from its documentation and source, and knowing nothing of our code.

It speaks JSON-2 and JSON-RPC and is strict about keys and methods; one transaction per call. Faults are switched on
by the test.
"""

from __future__ import annotations

import copy
import inspect
import json
import threading
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.station.erp.odoo.books import FIELDS, Books, Fault
from tests.station.erp.odoo.methods import Methods

KEY, LOGIN, DATABASE = "6578616d706c65206a736f6e20617069206b6579", "station", "shop"


PLACES = {"create": ["vals_list"], "write": ["vals"], "search_count": ["domain"]}


ON_RECORDS = {"read", "write", "action_confirm", "button_validate", "process", "has_access"}


class Odoo:
    """The server; ``with Odoo() as odoo`` serves on a free port of this machine."""

    def __init__(self) -> None:
        self.books = Books()
        self.calls: list[tuple[str, str]] = []
        self.swallow: list[str] = []
        """Methods whose next answer is lost after the commit."""
        self.fail: list[Fault | int | tuple[int, bytes]] = []
        """What the next calls answer instead: an error, a status, or a status and a body."""
        self.asks: Any = None
        """What `button_validate` answers instead of doing it."""
        self.before: Any = None
        """Called before every call: somebody else works in Odoo meanwhile."""
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def do_GET(self) -> None:
                outer.serve(self, b"")

            def do_POST(self) -> None:
                outer.serve(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # --- HTTP ----------------------------------------------------------------------------------

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        with self.lock:
            status, answer, lost = self.answer(handler, body)
        if lost:
            handler.close_connection = True
            handler.connection.close()
            return
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response_only(status)
        handler.send_header("Date", format_datetime(self.books.now, usegmt=True))
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any, bool]:
        if handler.command == "GET" and handler.path == "/web/version":
            return 200, {"version": "19.0", "version_info": [19, 0, 0, "final", 0, ""]}, False
        rpc = handler.path == "/jsonrpc"
        asked = json.loads(body)
        try:
            if self.fail:
                fault = self.fail.pop(0)
                if isinstance(fault, int):
                    return fault, {}, False
                if isinstance(fault, tuple):
                    return fault[0], fault[1], False
                raise fault
            if rpc:
                found, method = self.rpc(asked["params"])
            else:
                found, method = self.json2(handler, asked)
        except Fault as error:
            return self.told(error, asked, rpc=rpc)
        lost = method in self.swallow
        if lost:
            self.swallow.remove(method)
        return 200, {"jsonrpc": "2.0", "id": asked["id"], "result": found} if rpc else found, lost

    def told(self, error: Fault, asked: Any, *, rpc: bool) -> tuple[int, Any, bool]:
        data = {
            "name": error.name,
            "message": error.text,
            "arguments": [error.text],
            "debug": f"Traceback … {KEY}",
        }
        if not rpc:
            return error.status, data | {"context": {}}, False
        told = {"code": 200, "message": "Odoo Server Error", "data": data}
        return 200, {"jsonrpc": "2.0", "id": asked["id"], "error": told}, False

    def json2(self, handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> tuple[Any, str]:
        if handler.headers["Authorization"] != f"bearer {KEY}":
            raise Fault("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        assert handler.headers["X-Odoo-Database"] == DATABASE
        assert handler.headers["Content-Type"].startswith("application/json")
        _, head, version, model, method = handler.path.split("/")
        assert (head, version) == ("json", "2")
        ids, context = asked.pop("ids", ()), asked.pop("context", {})
        if ids and method not in ON_RECORDS:
            raise Fault(
                "werkzeug.exceptions.UnprocessableEntity", f"cannot call {model}.{method} with ids", 422
            )
        return self.run(model, method, ids, asked, context), method

    def rpc(self, params: dict[str, Any]) -> tuple[Any, str]:
        service, method, args = params["service"], params["method"], params["args"]
        if (service, method) == ("common", "version"):
            return {"server_version": "17.0", "protocol_version": 1}, ""
        if (service, method) == ("common", "authenticate"):
            return (7 if args[:3] == [DATABASE, LOGIN, KEY] else False), ""
        assert (service, method) == ("object", "execute_kw")
        database, uid, key, model, name, places, words = args
        if (database, uid, key) != (DATABASE, 7, KEY):
            raise Fault("odoo.exceptions.AccessDenied", "Access Denied", 403)
        ids = places.pop(0) if name in ON_RECORDS else []
        words = dict(words) | dict(zip(PLACES.get(name, []), places, strict=True))
        return self.run(model, name, ids, words, words.pop("context", {})), name

    def run(self, model: str, method: str, ids: Any, words: dict[str, Any], context: dict[str, Any]) -> Any:
        """One call, one transaction."""
        if self.before is not None:
            self.before(model, method)
        self.calls.append((model, method))
        if (model, "") in self.books.hidden or (
            model not in FIELDS and model != "stock.backorder.confirmation"
        ):
            raise Fault("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404)
        func = getattr(Methods(self.books, context), method, None)
        if func is None or method.startswith("_"):
            raise Fault("werkzeug.exceptions.NotFound", f"{model}.{method} does not exist", 404)
        try:
            inspect.signature(func).bind(model, ids, **words)
        except TypeError as error:
            raise Fault("werkzeug.exceptions.UnprocessableEntity", str(error), 422) from None
        if method == "button_validate" and self.asks:
            return self.asks
        kept = copy.deepcopy(self.books.rows)
        try:
            return func(model, list(ids) or None, **words)
        except BaseException:
            self.books.rows = kept
            raise
