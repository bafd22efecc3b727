"""One call to a Tryton server, and what its answers mean.

``POST /<database>/rpc/`` with ``{"id", "method", "params"}``; the last parameter is always the context.
One call is one transaction: an answer with an error changed nothing. Errors come with HTTP 200. The
session's token lives in Tryton's database and outlives a restart of the server.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NoReturn

import requests

from printers.reach import Reach
from station.erp import port
from station.erp.inward.validate import one_line
from station.erp.line import Line, checked_url, exact

READ_S, LONGEST_S = 60, 300
MOST_BYTES = 30_000_000

MOST_QUESTIONS = 60
"""Warnings answered in one call: Tryton asks once per line."""

SAFE = "A-Za-z0-9_.-"


class Wire:
    """A line to one database, with one session."""

    def __init__(self, values: Mapping[str, str], reach: Reach) -> None:
        self.url = checked_url(values.get("url", "")).rstrip("/")
        self.database = values.get("database", "").strip()
        self.login = values.get("login", "").strip()
        self._password = values.get("password", "")
        if not re.fullmatch(f"[{SAFE}]+", self.database):
            raise port.NoAccess("setting database: not a name")
        self._context: dict[str, Any] | None = None
        self._token = ""
        self._number = 0
        self._line = Line(self.url, read_s=READ_S, longest_s=LONGEST_S, most_bytes=MOST_BYTES, reach=reach)

    @property
    def server_now(self) -> datetime | None:
        """Tryton's own clock as of the last answer."""
        return self._line.server_now

    def close(self) -> None:
        """Let go of the connection; the session in Tryton ends by itself."""
        self._line.close()

    # --- calls --------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        *params: Any,
        context: Mapping[str, Any] | None = None,
        answers: Collection[str] = (),
    ) -> Any:
        """What ``model.<method>`` returns; an `ErpError` for everything else.

        `answers` are the kinds of warnings that are answered with yes; any other is for a person.
        """
        around = self.context() | dict(context or {})
        for _ in range(MOST_QUESTIONS):
            result = self._rpc(f"model.{method}", [*params, around])
            if not isinstance(result, _Question):
                return result
            if result.kind not in answers:
                raise port.Declined(self._quiet(f"Tryton asks: {result.text}"))
            self._rpc("model.res.user.warning.skip", [result.name, False, around])
        raise port.Declined("Tryton asks again and again")

    def search_read(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        limit: int | None = None,
        order: Sequence[Sequence[str]] = (("id", "ASC"),),
        context: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of a model."""
        rows = self.call(
            f"{model}.search_read",
            list(domain),
            0,
            limit,
            [list(way) for way in order],
            list(fields),
            context=context,
        )
        if not isinstance(rows, list) or not all(_is_row(row, fields) for row in rows):
            raise port.Down(f"{model}: no rows in the answer")
        return rows

    def version(self) -> str:
        """What the server calls its version; needs no session."""
        version = self._answer(self._send("/rpc/", "common.server.version", []))
        if not isinstance(version, str) or not version:
            raise port.Down("no version: is this a Tryton?")
        return one_line(version, 40)

    def context(self) -> dict[str, Any]:
        """The preferences of our user: without its company, prices and quantities come back empty."""
        if self._context is None:
            context = self._rpc("model.res.user.get_preferences", [True, {}])
            if not isinstance(context, dict) or "company" not in context:
                raise port.NoAccess("this Tryton user belongs to no company")
            self._context = context
        return self._context

    # --- the session --------------------------------------------------------------------------

    def _rpc(self, method: str, params: list[Any]) -> Any:
        fresh = not self._token
        if fresh:
            self._log_in()
        answer = self._send(f"/{self.database}/rpc/", method, params)
        if answer.status_code == requests.codes.unauthorized and not fresh:
            self._log_in()  # the session is over: once more with a new one
            answer = self._send(f"/{self.database}/rpc/", method, params)
        return self._answer(answer)

    def _log_in(self) -> None:
        self._token = ""
        params = [self.login, {"password": self._password}, "en"]
        session = self._answer(self._send(f"/{self.database}/rpc/", "common.db.login", params))
        if not isinstance(session, list) or len(session) < 2:  # noqa: PLR2004 — who, and the token
            raise port.NoAccess("login or password are not accepted")
        secret = f"{self.login}:{session[0]}:{session[1]}"
        self._token = base64.b64encode(secret.encode()).decode()

    # --- HTTP ---------------------------------------------------------------------------------

    def _send(self, path: str, method: str, params: list[Any]) -> requests.Response:
        self._number += 1
        body = {"id": self._number, "method": method, "params": params}
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip",  # answers say they are packed even when nobody asked for it
        }
        if self._token:
            headers["Authorization"] = f"Session {self._token}"
        data = json.dumps(body, default=_encode).encode()
        return self._line.ask("POST", self.url + path, data, headers)

    def _answer(self, answer: requests.Response) -> Any:
        """The result in an answer, a question, or what its error means."""
        status = answer.status_code
        if status != requests.codes.ok:
            self._fail(status)
        try:
            reply = json.loads(answer.content, parse_float=exact, object_hook=_decode)
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
            raise port.Down("the answer is no JSON-RPC: is this a Tryton?") from None
        if not isinstance(reply, dict) or reply.get("id") != self._number:
            raise port.Down("the answer is no JSON-RPC: is this a Tryton?")
        if "error" in reply:
            return self._error(reply["error"])
        return reply.get("result")

    def _fail(self, status: int) -> NoReturn:
        if status == requests.codes.too_many_requests:
            raise port.Limited("Tryton asks for patience", self._line.patience)
        if status == requests.codes.unauthorized:
            self._token = ""
            raise port.NoAccess("login or password are not accepted")
        if status == requests.codes.forbidden:
            raise port.NoAccess("HTTP 403: Tryton does not let us do this")
        if status == requests.codes.not_found:
            raise port.NoAccess(f"HTTP 404: no database {self.database} at this address")
        if status in {400, 413, 422}:
            raise port.Declined(f"HTTP {status}: not understood by this Tryton")
        raise port.Down(f"HTTP {status}")

    def _error(self, error: Any) -> _Question:
        """Questions are given back, everything else is raised."""
        parts = error if isinstance(error, list) and error else [error]
        name, more = str(parts[0]), parts[1] if len(parts) > 1 else ""
        if name == "UserWarning" and isinstance(more, list) and len(more) > 1:
            return _Question(str(more[0]), self._text(more[1:]))
        if name == "UserError":
            raise port.Declined(self._text(more))
        if name == "ConcurrencyException":
            raise port.Stale("somebody changed the document meanwhile")
        if name == "LoginException":
            raise port.NoAccess("login or password are not accepted")
        if name == "RateLimitException":
            raise port.Limited("Tryton asks for patience", self._line.patience)
        # Tryton itself stumbled and took everything back: again a few times, then a person looks.
        raise port.Stale(self._text([name]))

    def _text(self, more: Any) -> str:
        parts = (
            [part for part in more if isinstance(part, str) and part] if isinstance(more, list) else [more]
        )
        return self._quiet(" — ".join(one_line(part, 200) for part in parts))

    def _quiet(self, text: str) -> str:
        """A text without our secrets."""
        for secret in (self._password, self._token):
            if secret:
                text = text.replace(secret, "…")
        return text[:250]


class _Question:
    """A warning that a person would answer; `kind` is the part of its name that does not change."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.kind = name.rsplit(".", 1)[-1]


def _is_row(row: Any, fields: Sequence[str]) -> bool:
    """Fields of other records come under ``name.`` and those of rows of a list under the list's name."""
    return (
        isinstance(row, dict)
        and type(row.get("id")) is int
        and all(name.split(".")[0] in row or f"{name.split('.')[0]}." in row for name in fields)
    )


# --- values ----------------------------------------------------------------------------------------


_MOMENT = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def _decode(value: dict[str, Any]) -> Any:
    kind = value.get("__class__")
    if kind == "Decimal":
        return exact(str(value["decimal"]))
    if kind == "date":
        return date(value["year"], value["month"], value["day"])
    if kind == "datetime":
        year, month, day, hour, minute, second, micro = (int(value[name]) for name in _MOMENT)
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    if kind == "timedelta":
        return int(value["seconds"])
    return value


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return {"__class__": "datetime"} | {name: getattr(at, name) for name in _MOMENT}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    raise TypeError(f"{type(value).__name__} cannot be told to Tryton")
