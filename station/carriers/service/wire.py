"""Calls to a service that gives numbers: ask, look up by key, give back (in full: docs/printers.md).

    POST   <url>/waybills        {"request_key": …, "receiver": {…}, …}   200 with the number
    GET    <url>/waybills/<key>                                           200 with the number, 404: not known
    DELETE <url>/waybills/<key>                                           200, 404: free again; 409: too late

A refusal is 4xx with ``{"error": text}``. Everything else, no answer among it, says nothing: the number may
have been given, and only its key can tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from urllib3.exceptions import HTTPError

from printers import foreign
from printers.documents import SuppliedWaybill, to_data
from printers.errors import PrintError
from printers.reach import Reach
from station.ground import reaching

CONNECT_S, READ_S, LONGEST_S, MOST_BYTES = 5, 15, 30, 2_500_000
OK, NOT_FOUND, CONFLICT = 200, 404, 409
NO = range(400, 500)
MAYBE = frozenset({401, 403, 404, 408, 425, 429})
"""Of these none is about this parcel: keys, addresses and limits are mended, and then it is asked again."""
FORMATS = frozenset({"zpl", "tspl", "pdf", "png"})
_NUMBER = re.compile(r"[0-9A-Za-z-]{4,30}")


class Silent(Exception):
    """Nobody knows whether it did what was asked; the sentence is for the desk."""


class Declined(Exception):
    """The carrier said no, in its own words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A number with its routing, and its label when there is one; `data` is base64."""

    waybill_no: str
    route_code: str = ""
    sortation: str = ""
    consolidation: str = ""
    format: str = ""
    dpi: int = 203
    data: str = ""


class Service:
    """One service, by its address and key."""

    def __init__(self, url: str, key: str, reach: Reach) -> None:
        self._url, self._key = url.rstrip("/"), key
        self._session = reaching.session(reach)

    def ask(self, key: str, body: Mapping[str, Any]) -> Answer:
        """The number for this key: a new one, or the one that was given for it before."""
        status, told = self._call("POST", "/waybills", {"request_key": key, **body})
        return _answer(status, told)

    def look_up(self, key: str) -> Answer | None:
        """What was given for this key; None when the service never heard of it."""
        status, told = self._call("GET", f"/waybills/{quote(key, safe='')}")
        return None if status == NOT_FOUND and "error" in told else _answer(status, told)

    def give_back(self, key: str) -> None:
        """The number is not needed; `Declined` when the carrier cannot take it back any more."""
        status, told = self._call("DELETE", f"/waybills/{quote(key, safe='')}")
        if status == CONFLICT:
            raise Declined(_words(told))
        if status != OK and not (status == NOT_FOUND and "error" in told):
            raise Silent(f"HTTP {status}")

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _call(
        self, verb: str, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"User-Agent": "warehouse-station", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        try:
            answer = self._session.request(
                verb,
                self._url + path,
                data=data,
                headers=headers,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                text = reaching.whole(answer, MOST_BYTES, LONGEST_S)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Silent(reaching.forbidden(error) or f"{type(error).__name__}: no answer") from None
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            told = None
        return answer.status_code, told if isinstance(told, dict) else {}


def _answer(status: int, told: Mapping[str, Any]) -> Answer:
    if status in NO and status not in MAYBE and "error" in told:
        raise Declined(_words(told))
    if status != OK:
        raise Silent(f"HTTP {status}")
    number = told.get("waybill_no")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise Silent("the answer holds no waybill number")
    route_code, sortation = (_text(told.get(name), 40) for name in ("route_code", "sortation"))
    label = told.get("label")
    return Answer(
        number,
        route_code,
        sortation,
        _text(told.get("consolidation"), 60),
        **(_label(number, label) if isinstance(label, dict) else {}),
    )


def _label(number: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The finished label, opened in a process apart; one that cannot be printed is the carrier's refusal."""
    form, data, dpi = (told.get(name) for name in ("format", "data", "dpi"))
    if not isinstance(form, str) or form.lower() not in FORMATS or not isinstance(data, str):
        raise Declined("the label is no ZPL, TSPL, PDF or PNG in base64")
    try:
        made_for = 300 if dpi == 300 else 203  # noqa: PLR2004
        paper = SuppliedWaybill(number, form.lower(), data, made_for)
        foreign.judge("supplied_waybill", to_data(paper), foreign.USUAL)
    except PrintError as error:
        raise Declined(f"the label cannot be printed: {error}"[:200]) from None
    return {"format": form.lower(), "data": data, "dpi": made_for}


def _words(told: Mapping[str, Any]) -> str:
    return _text(told.get("error"), 200) or "?"


def _text(value: Any, most: int) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(char if char.isprintable() else " " for char in text).strip()[:most]
