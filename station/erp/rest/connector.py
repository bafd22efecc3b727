"""The connector of ERPs that use the station's API: they push, and hear by webhook or by fetching.

With a `webhook_url` every confirmation is posted there, signed (`station.erp.rest.signing`). Without one
the messages wait until they are fetched and acknowledged (`pulls_itself`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

import requests
from urllib3.exceptions import HTTPError

from station.erp import makeup, port
from station.erp.frame import Frame
from station.erp.rest import signing
from station.exchange import documents as erp
from station.ground import reaching

CONNECT_S, READ_S = 5, 15
LONGEST_S = 20.0
MOST_BYTES = 4096
"""Of an answer more is never read: only its status matters, and perhaps a short reference."""

LATER = frozenset({408, 425})
"""Answers 4xx that say "again", not "no"."""

FIRST_WAIT_S, LAST_WAIT_S = 1, 3600
PING = "ping"
YES = frozenset({"yes", "on", "true", "1", "是"})


class RestConnector(Frame):
    """See the module; it reads nothing itself, the ERP pushes."""

    kind: ClassVar[str] = "rest"
    settings: ClassVar[Sequence[makeup.Setting]] = (
        makeup.Setting(
            "webhook_url",
            "回调地址",
            "Webhook address",
            is_required=False,
            hint_zh="http(s)://…; 空着表示对方自己来取回传",
            hint_en="http(s)://…; empty: the other side fetches confirmations itself",
        ),
        makeup.Setting(
            "webhook_secret",
            "回调签名密钥",
            "Webhook secret",
            is_secret=True,
            is_required=False,
            hint_zh="至少 16 个字符",
            hint_en="16 characters or more",
        ),
        makeup.Setting(
            "watch_cancels",
            "监视取消清单 (yes/no)",
            "Watch the cancel list (yes/no)",
            default="no",
            hint_zh="yes 表示对方定时调用 heartbeat, 停了就提醒",
            hint_en="yes: the other side calls heartbeat regularly, and silence is noticed",
        ),
    )
    wants: ClassVar[frozenset[str]] = frozenset(erp.OUTGOING)

    def __init__(self, setup: makeup.Setup, now: Callable[[], float] = time.time) -> None:
        self._url = setup.values.get("webhook_url", "")
        self._secret = setup.values.get("webhook_secret", "")
        self._zone = ZoneInfo(setup.timezone)
        self._now = now
        self._session = reaching.session(setup.reach)

    @classmethod
    def promises_cancels(cls, values: Mapping[str, str]) -> bool:
        """As the form says: then it calls ``heartbeat``, and its silence is noticed."""
        return values.get("watch_cancels", "").strip().lower() in YES

    @property
    def pulls_itself(self) -> bool:
        """Whether the other side fetches confirmations, so that nobody delivers them."""
        return not self._url

    def deliver(self, doc: Any) -> str:
        """Post one confirmation; the receiver knows it by its key when it comes again."""
        return self._post(erp.doc_type_of(doc), doc.event_key, erp.to_data(doc, self._zone))

    def probe(self) -> port.Report:
        """Say whether confirmations are fetched or posted; a webhook gets a signed ``ping``."""
        report = port.Report()
        if self.pulls_itself:
            report.add("webhook", ok=None, text="no webhook: confirmations wait to be fetched")
            return report
        if problem := self._problem():
            report.add("webhook", ok=False, text=problem)
            return report
        try:
            self._post(PING, PING, None)
        except port.ErpError as error:
            report.add("webhook", ok=False, text=str(error))
        else:
            report.add("webhook", ok=True, text=f"{self._host()} took a signed ping")
        return report

    def close(self) -> None:
        """Let go of the line."""
        self._session.close()

    # --- one post -----------------------------------------------------------------------------

    def _problem(self) -> str:
        if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", self._url):
            return "the webhook address must be http(s)://…, without password"
        if len(self._secret) < 16:  # noqa: PLR2004
            return "the webhook secret must have 16 characters or more"
        return ""

    def _host(self) -> str:
        """What may be told of the address: a path or query may hold a secret."""
        return self._url.split("/")[2]

    def _post(self, event: str, key: str, document: Any) -> str:
        if problem := self._problem():
            raise port.NoAccess(problem)
        body = json.dumps(
            {"event_key": key, "kind": event, "document": document},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        try:
            with self._session.post(
                self._url,
                data=body,
                headers=self._headers(event, key, body),
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if 200 <= answer.status_code < 300:  # noqa: PLR2004
                    return _reference(_beginning(answer))
                self._raise(answer)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
            raise port.NoAccess(f"the webhook address at {self._host()} cannot be used") from None
        except requests.RequestException as error:
            if sentence := reaching.forbidden(error):
                raise port.NoAccess(sentence) from None
            raise port.Down(f"{self._host()}: {type(error).__name__}") from None

    def _headers(self, event: str, key: str, body: bytes) -> dict[str, str]:
        timestamp = int(self._now())
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "station",
            "Station-Event": event,
            "Station-Delivery": key,
            "Station-Timestamp": str(timestamp),
            "Station-Signature": signing.sign(self._secret, timestamp, body),
        }

    def _raise(self, answer: requests.Response) -> NoReturn:
        """What a status that is no success means."""
        status = answer.status_code
        said = f"{self._host()} answered {status}"
        if status == 429:  # noqa: PLR2004
            raise port.Limited(said, _wait_s(answer.headers.get("Retry-After", ""), self._now()))
        if status in {401, 403}:
            raise port.NoAccess(said)
        if 400 <= status < 500 and status not in LATER:  # noqa: PLR2004
            raise port.Declined(said)
        raise port.Down(f"{said}, redirects are not followed" if 300 <= status < 400 else said)  # noqa: PLR2004


def _beginning(answer: requests.Response) -> bytes:
    """The beginning of an answer: never much, never for long. What was done is done without it."""
    until, beginning = time.monotonic() + LONGEST_S, b""
    try:
        while len(beginning) < MOST_BYTES and time.monotonic() < until:
            part = answer.raw.read1(MOST_BYTES - len(beginning))
            if not part:
                break
            beginning += part
    except (requests.RequestException, HTTPError, OSError):
        return b""
    return beginning


def _reference(body: bytes) -> str:
    """What the receiver calls the result, when it says so: ``{"ref": "…"}``."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    ref = said.get("ref") if isinstance(said, dict) else None
    return ref[:120] if isinstance(ref, str) and ref.isprintable() else ""


def _wait_s(said: str, now: float) -> int:
    """Seconds of a ``Retry-After``: a number, a date, or a minute when it says nothing useful."""
    if said.isascii() and said.isdigit() and len(said) < 9:  # noqa: PLR2004
        wait_s = int(said)
    else:
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return 60
        wait_s = round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)
    return min(max(wait_s, FIRST_WAIT_S), LAST_WAIT_S)
