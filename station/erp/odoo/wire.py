"""One call to an Odoo database, by either of its two interfaces, and what its answers mean.

JSON-2 (Odoo 19): ``POST /json/2/<model>/<method>``, a bearer key, named parameters, true HTTP codes.
JSON-RPC (before): ``POST /jsonrpc`` with ``execute_kw``; every answer is HTTP 200, errors in the body.
Either way one call is one transaction: an answer with an error changed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

import requests

from printers.reach import Reach
from station.erp import port
from station.erp.inward.validate import one_line
from station.erp.line import Line, checked_url, exact

READ_S, LONGEST_S, MOST_BYTES = 60, 300, 30_000_000

APIS = ("json2", "jsonrpc")

_POSITIONAL = {"create": "vals_list", "write": "vals", "search_count": "domain"}
"""Parameters that `execute_kw` takes by place only: ``create`` looks into its first argument."""

_NO_ACCESS = {"AccessDenied", "AccessError", "Unauthorized", "Forbidden", "SessionExpiredException"}
_REFUSED = {"UserError", "ValidationError", "RedirectWarning", "Warning", "UnprocessableEntity", "NotFound"}


class Wire:
    """A line to one database."""

    def __init__(self, values: Mapping[str, str], reach: Reach) -> None:
        self.url = checked_url(values.get("url", "")).rstrip("/")
        self.database = values.get("database", "").strip()
        self.login = values.get("login", "").strip()
        self.api = values.get("api", "").strip() or APIS[0]
        self._key = values.get("api_key", "")
        if self.api not in APIS:
            raise port.NoAccess(f"setting api: {' / '.join(APIS)}")
        if not self._key.isascii() or not self._key.isprintable():
            raise port.NoAccess("setting api_key: not a key")
        self.context: dict[str, Any] = {}
        self._uid: int | None = None
        self._number = 0
        self._line = Line(self.url, read_s=READ_S, longest_s=LONGEST_S, most_bytes=MOST_BYTES, reach=reach)

    @property
    def server_now(self) -> datetime | None:
        """Odoo's own clock as of the last answer."""
        return self._line.server_now

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Any:
        """What a method of a model returns; an `ErpError` for everything else."""
        around = self.context | dict(context or {})
        if self.api == "json2":
            body = params | ({"ids": list(ids)} if ids is not None else {})
            return self._json2(f"/json/2/{model}/{method}", body | ({"context": around} if around else {}))
        places: list[Any] = [] if ids is None else [list(ids)]
        if method in _POSITIONAL:
            places.append(params.pop(_POSITIONAL[method]))
        words = params | ({"context": around} if around else {})
        return self._rpc(
            "object", "execute_kw", [self.database, self.uid(), self._key, model, method, places, words]
        )

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], **more: Any
    ) -> list[dict[str, Any]]:
        """Rows of a model."""
        rows = self.call(model, "search_read", domain=list(domain), fields=list(fields), **more)
        wanted = {"id", *fields}
        if not isinstance(rows, list) or not all(_is_row(row, wanted) for row in rows):
            raise port.Down(f"{model}: no rows in the answer")
        return rows

    def version(self) -> str:
        """What the server calls its version; needs no key."""
        if self.api == "json2":
            answer = self._send("GET", "/web/version", None)
            about = _loads(answer) if answer.status_code == requests.codes.ok else None
        else:
            about = self._rpc("common", "version", [])
        text = about.get("version") or about.get("server_version") if isinstance(about, dict) else None
        if not text:
            raise port.Down("no version: is this an Odoo?")
        return one_line(text, 40)

    def uid(self) -> int:
        """Who we are, for JSON-RPC."""
        if self._uid is None:
            user_id = self._rpc("common", "authenticate", [self.database, self.login, self._key, {}])
            if not isinstance(user_id, int) or isinstance(user_id, bool):
                raise port.NoAccess("login or API key are not accepted")
            self._uid = user_id
        return self._uid

    # --- JSON-2 -------------------------------------------------------------------------------

    def _json2(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"bearer {self._key}"}
        if self.database:
            headers["X-Odoo-Database"] = self.database
        answer = self._send("POST", path, body, headers)
        if answer.status_code == requests.codes.ok:
            return _loads(answer)
        error = _loads(answer, strict=False)
        if not isinstance(error, dict):
            error = {}
        return self._fail(answer.status_code, str(error.get("name", "")), error.get("message", ""))

    # --- JSON-RPC -----------------------------------------------------------------------------

    def _rpc(self, service: str, method: str, args: list[Any]) -> Any:
        self._number += 1
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"service": service, "method": method, "args": args},
            "id": self._number,
        }
        answer = self._send("POST", "/jsonrpc", body)
        if answer.status_code != requests.codes.ok:
            self._fail(answer.status_code, "", "")
        reply = _loads(answer)
        if not isinstance(reply, dict) or reply.get("id") != self._number:
            raise port.Down("the answer is no JSON-RPC")
        if "error" in reply:
            data = reply["error"].get("data") if isinstance(reply["error"], dict) else None
            data = data if isinstance(data, dict) else {}
            self._fail(0, str(data.get("name", "")), data.get("message", ""))
        return reply.get("result")

    # --- both ---------------------------------------------------------------------------------

    def _send(
        self, verb: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        return self._line.ask(verb, self.url + path, data, sent)

    def _fail(self, status: int, name: str, message: Any) -> NoReturn:
        """Raise what an answer with an error means; `status` 0 when only its name says it."""
        kind = name.rsplit(".", 1)[-1]
        text = one_line(message, 200)
        if self._key:
            text = text.replace(self._key, "…")
        if status == requests.codes.too_many_requests:
            raise port.Limited("Odoo asks for patience", self._line.patience)
        if status in {401, 403} or kind in _NO_ACCESS:
            raise port.NoAccess(text or f"HTTP {status}")
        if kind in {"MissingError", "LockError"} or status == requests.codes.conflict:
            raise port.Stale(text or kind)
        if kind in _REFUSED or status in {400, 404, 422}:
            raise port.Declined(text or kind or f"HTTP {status}")
        if name and not name.startswith(("psycopg2", "werkzeug")):
            # Odoo itself stumbled and took everything back: again a few times, then a person looks.
            raise port.Stale(f"{kind}: {text}")
        raise port.Down(f"HTTP {status} {kind}".strip() if status else kind or "an error without a name")


def _is_row(row: Any, wanted: set[str]) -> bool:
    return isinstance(row, dict) and row.keys() >= wanted and type(row["id"]) is int


def _loads(answer: requests.Response, *, strict: bool = True) -> Any:
    """JSON with exact numbers; what is none came from something between us and Odoo."""
    try:
        return json.loads(answer.content, parse_float=exact, parse_constant=_no_number)
    except (ValueError, RecursionError):
        if strict:
            raise port.Down("the answer is no JSON: is this an Odoo?") from None
        return None


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
