"""A line to an ERP over HTTP: answers of any size and length end, and its clock is noted.

Connectors say what a status or a body means; what is the same for all of them is here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from printers.reach import Reach
from station.erp import port
from station.ground import reaching

CONNECT_S = 5
MOST_DIGITS = 30
"""Before or behind the point: what is larger is no quantity, and costs memory to write out."""


def checked_url(text: str) -> str:
    """An address without password, query and last slash; NoAccess for anything else."""
    url = text.strip()
    if not reaching.is_address(url):
        raise port.NoAccess("setting url: http(s)://…")
    return url


class Line:
    """Calls to one server. `server_now` is its own clock as of the last answer, `patience` how many seconds
    it asked for; `noted` is when, on our own steady clock.
    """

    def __init__(self, url: str, *, read_s: int, longest_s: int, most_bytes: int, reach: Reach) -> None:
        self.url = url
        self.server_now: datetime | None = None
        self.patience = 60
        self._read_s, self._longest_s, self._most_bytes = read_s, longest_s, most_bytes
        self._session = reaching.session(reach)

    def ask(
        self, verb: str, url: str, data: bytes | None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """The answer, read whole; `Down` when there is none, or none that ends."""
        try:
            answer = self._session.request(
                verb,
                url,
                data=data,
                headers={"User-Agent": "warehouse-station", **(headers or {})},
                timeout=(CONNECT_S, self._read_s),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                body = reaching.whole(answer, self._most_bytes, self._longest_s)
                answer._content = body  # noqa: SLF001 — so that it is read once and to its limit
        except (requests.RequestException, HTTPError, OSError) as error:
            if sentence := reaching.forbidden(error):
                raise port.NoAccess(sentence) from None
            raise port.Down(f"{type(error).__name__}: no answer from {self.url}") from None
        self._note(answer.headers)
        return answer

    def _note(self, headers: Mapping[str, Any]) -> None:
        told = str(headers.get("Retry-After", ""))
        self.patience = min(int(told), 3600) if re.fullmatch("[0-9]{1,6}", told) else 60
        try:
            clock = parsedate_to_datetime(str(headers.get("Date", "")))
        except ValueError:
            return
        self.server_now = clock.astimezone(UTC) if clock.tzinfo else clock.replace(tzinfo=UTC)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()


def exact(text: str) -> Decimal:
    """A number of an answer, to the last digit; ValueError when it is too long to be a quantity."""
    number = Decimal(text)
    if abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(text[:20])
    return number
