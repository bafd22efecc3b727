"""One call to the gateway: signed, not too often, and what its answer means.

Answers come with HTTP 200 and say in the body what went wrong. Which codes mean "seen before", "too fast"
and "who are you" differs between platforms, so each list can be added to in the settings.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlencode

import requests

from printers.reach import Reach
from station.erp import port
from station.erp.inward.validate import one_line
from station.erp.line import Line, checked_url
from station.erp.qimen import xml
from station.erp.qimen.signing import sign

READ_S, LONGEST_S, MOST_BYTES = 30, 120, 10_000_000
BEIJING = timezone(timedelta(hours=8))
FORMAT = "%Y-%m-%d %H:%M:%S"

DUPLICATE = frozenset({"DUPLICATE", "S005", "isv.duplicate-out-biz-code", "isv.repeat-request"})
LIMIT = frozenset(
    {"7", "FLOW_CONTROL", "isp.call-limited", "isv.call-limited", "accesscontrol.limited-by-api-access-count"}
    | {"accesscontrol.limited-by-app-api-access-count", "accesscontrol.limited-by-app-access-count"}
)
ACCESS = frozenset(
    {"11", "12", "13", "25", "26", "27", "28", "29", "sign-check-failure", "isv.invalid-signature"}
    | {"isv.invalid-parameter:app_key", "isv.permission-denied", "SIGN_ERROR"}
)
"""Codes of the gateway: permissions, signature, session, app key."""

ABSENT = frozenset({"NOT_FOUND", "isv.order-not-exist", "ORDER_NOT_EXIST"})
_BAN = re.compile(r"ban will last for (\d{1,6})")
WAIT_S = 60


class Absent(Exception):
    """The platform knows no such document."""


class Bucket:
    """At most `rate` calls a second: each waits until its turn."""

    def __init__(self, rate: int, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._gap = 1.0 / rate
        self._now, self._sleep = now, sleep
        self._next = 0.0

    def take(self) -> None:
        """Wait for the next turn."""
        now = self._now()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(self._next, now) + self._gap


class Wire:
    """A line to one gateway."""

    def __init__(
        self,
        values: Mapping[str, str],
        *,
        reach: Reach,
        wall: Callable[[], float] = time.time,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = checked_url(values.get("url", ""))
        self.prefix = values.get("prefix", "taobao.qimen.").strip()
        self._app_key = values.get("app_key", "").strip()
        self._customer = values.get("customer_id", "").strip()
        self._secret = values.get("secret", "")
        if not self._secret:
            raise port.NoAccess("setting secret: missing")
        self._bucket = Bucket(whole(values, "qps", 5, 1, 100), now, sleep)
        self._wall, self._now, self._noted = wall, now, 0.0
        self._codes = {
            "duplicate_codes": DUPLICATE | words(values, "duplicate_codes"),
            "limit_codes": LIMIT | words(values, "limit_codes"),
            "access_codes": ACCESS | words(values, "access_codes"),
            "absent_codes": ABSENT | words(values, "absent_codes"),
        }
        self._line = Line(self.url, read_s=READ_S, longest_s=LONGEST_S, most_bytes=MOST_BYTES, reach=reach)

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def now(self) -> datetime:
        """The platform's clock; ours before the first answer, which the signature proves to be near."""
        if self._line.server_now is None:
            return datetime.fromtimestamp(int(self._wall()), UTC)
        return self._line.server_now + timedelta(seconds=int(self._now() - self._noted))

    def call(self, method: str, content: Mapping[str, Any], *, may_be_absent: bool = False) -> xml.Node:
        """The answer to a method; its failure as an `ErpError`, except one that says "seen before".

        With `may_be_absent` an answer that there is no such document is raised as `Absent`.
        """
        body = xml.build("request", content)
        named = {
            "method": self.prefix + method,
            "timestamp": told(datetime.fromtimestamp(int(self._wall()), UTC)),
            "format": "xml",
            "app_key": self._app_key,
            "v": "2.0",
            "sign_method": "md5",
            "customerId": self._customer,
        }
        named["sign"] = sign(named, body, self._secret)
        self._bucket.take()
        answer = self._send(f"{self.url}?{urlencode(named, quote_via=quote)}", body)
        try:
            return self._judge(answer)
        except Absent as error:
            if may_be_absent:
                raise
            raise port.Declined(str(error)) from None

    def _send(self, url: str, body: bytes) -> bytes:
        before = self._line.server_now
        answer = self._line.ask("POST", url, body, {"Content-Type": "text/xml; charset=utf-8"})
        if self._line.server_now is not before:  # an answer without a date tells no time
            self._noted = self._now()
        status = answer.status_code
        if status == requests.codes.too_many_requests:
            raise port.Limited("HTTP 429", self._line.patience)
        if status in {401, 403}:
            raise port.NoAccess(f"HTTP {status}")
        if status != requests.codes.ok:
            raise port.Down(f"HTTP {status}")
        return answer.content

    def _judge(self, data: bytes) -> xml.Node:
        try:
            root = xml.parse(data)
        except xml.BadXml as error:
            raise port.Down(f"the answer is no XML: {error}") from None
        if root.name == "error_response":
            codes, message = {root.get("code"), root.get("sub_code")}, root.get("sub_msg") or root.get("msg")
        elif root.name == "response" and root.get("flag") == "success":
            return root
        elif root.name == "response" and root.get("flag") == "failure":
            codes = {root.get("code"), root.get("sub_code"), root.get("subCode")}
            message = root.get("message")
        else:
            raise port.Down("the answer is none of this platform")
        return self._failure(root, codes - {""}, message)

    def _failure(self, root: xml.Node, codes: set[str], message: str) -> xml.Node:
        text = one_line(f"{' '.join(sorted(codes))}: {message}".replace(self._secret, "…"), 200)
        if codes & self._codes["duplicate_codes"]:
            return root
        if codes & self._codes["limit_codes"]:
            ban = _BAN.search(message)
            raise port.Limited(text, int(ban[1]) + 1 if ban else WAIT_S)
        if codes & self._codes["access_codes"]:
            raise port.NoAccess(text)
        if codes & self._codes["absent_codes"]:
            raise Absent(text)
        if any(code.startswith("isp.") for code in codes):  # the platform's own trouble, not ours
            raise port.Down(text)
        raise port.Declined(text)


def told(at: datetime) -> str:
    """An instant as the platform writes it: Beijing time."""
    return at.astimezone(BEIJING).strftime(FORMAT)


def heard(text: str) -> datetime:
    """An instant the platform wrote; ValueError for anything else."""
    return datetime.strptime(text, FORMAT).replace(tzinfo=BEIJING).astimezone(UTC)


def whole(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number of the settings; NoAccess when it is none, or out of its range."""
    text = values.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise port.NoAccess(f"setting {name}: {low} … {high}")
    return int(text)


def words(values: Mapping[str, str], name: str) -> frozenset[str]:
    """Words of the settings, between commas or blanks."""
    return frozenset(re.split(r"[\s,;，；]+", values.get(name, "").strip())) - {""}
