"""What goes over the wire: a handheld's form and screen, the JSON door, and a bare page to compare with.

A handheld is ``static/scan.js``: it opens the work page once, then posts forms with the headers of htmx and
takes the screen as HTML; the tone comes in the header HX-Trigger. Of the HTML only the few attributes are
looked for that the next scan needs, by searching bytes: the client shares the machine with the server and
must cost little. The bare page is ``GET /health``, the lightest page of the station: public, no session,
one question to the database, a line of JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from station.ground.web.kit import csrf_token

OK = 200
_ATTRIBUTES = (b"data-step", b"data-hint", b"data-step-token")
BROWSER = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
    "Mobile Safari/537.36"
)


def token(number: int) -> str:
    """The session token of handheld `number`; here, because the client should not load the whole station."""
    return f"bench-token-{number:04d}"


class Reply(NamedTuple):
    """An answer of HTTP as it came."""

    status: int
    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client knows after a request; `refusal` is empty when the scan was accepted."""

    step: str = ""
    hint: str = ""
    step_token: str = ""
    refusal: str = ""


class Wire(Protocol):
    """One way to talk to the station: requests as bytes, answers as `Answer`."""

    def opening(self) -> bytes:
        """The request that tells where this person stands."""

    def opened(self, reply: Reply, /) -> Answer:
        """Read the answer to it."""

    def scan(self, fields: dict[str, str], /) -> bytes:
        """The request of one scan: `scan_id`, `raw`, `step_token`."""

    def judged(self, reply: Reply, /) -> Answer:
        """Read the answer to a scan."""


class Handheld:
    """The form in, the screen as HTML out, as ``static/scan.js`` sends and reads it."""

    def __init__(self, port: int, session: str) -> None:
        site = f"http://127.0.0.1:{port}"
        self._common = (
            f"Host: 127.0.0.1:{port}\r\nConnection: keep-alive\r\nUser-Agent: {BROWSER}\r\n"
            f"Accept-Language: zh-CN,zh;q=0.9\r\nReferer: {site}/work/pick\r\nCookie: sid={session}\r\n"
        )
        self._site, self._post = site, b""

    def opening(self) -> bytes:
        """The work page, with the shell around the screen."""
        return f"GET /work/pick HTTP/1.1\r\n{self._common}Accept: text/html\r\n\r\n".encode()

    def opened(self, reply: Reply, /) -> Answer:
        """Where the person stands, and the page's CSRF token, which every form then carries."""
        if reply.status != OK:
            return Answer(refusal=str(reply.status))
        self._post = (
            f"POST /scan/pick HTTP/1.1\r\n{self._common}Accept: text/html\r\nOrigin: {self._site}\r\n"
            f"HX-Request: true\r\nX-CSRF-Token: {attribute(reply.body, b'data-csrf')}\r\n"
            "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\nContent-Length: "
        ).encode()
        return _screen(reply.body)

    def scan(self, fields: dict[str, str], /) -> bytes:
        """The form of one scan."""
        return _with_length(self._post, urlencode(fields | {"manual": ""}).encode())

    def judged(self, reply: Reply, /) -> Answer:
        """The next screen; an answer without an accepting event is a refusal, whatever its status."""
        event = header(reply.head, b"hx-trigger")
        if reply.status == OK and (b'"scanAccepted"' in event or b'"scanWarned"' in event):
            return _screen(reply.body)
        return Answer(refusal=f"{reply.status} {event.decode()}".strip())


class Api:
    """The JSON door, as programs use it."""

    def __init__(self, port: int, session: str) -> None:
        head = (
            f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
            f"Cookie: sid={session}\r\nX-CSRF-Token: {csrf_token(session)}\r\n"
        )
        self._get = f"GET /scan/pick HTTP/1.1\r\n{head}\r\n".encode()
        self._post = f"POST /scan/pick HTTP/1.1\r\n{head}Content-Length: ".encode()

    def opening(self) -> bytes:
        """The present screen."""
        return self._get

    def opened(self, reply: Reply, /) -> Answer:
        """Where the person stands."""
        return self.judged(reply)

    def scan(self, fields: dict[str, str], /) -> bytes:
        """The document of one scan."""
        return _with_length(self._post, json.dumps(fields).encode())

    def judged(self, reply: Reply, /) -> Answer:
        """The next screen, or the code of the refusal."""
        document = json.loads(reply.body)
        if reply.status != OK:
            return Answer(refusal=f"{reply.status} {document.get('code')}")
        screen = document["screen"]
        return Answer(screen["step"], screen["facts"].get("hint", ""), document["step_token"])


class BarePage:
    """``GET /health`` again and again: what any page of this server costs."""

    def __init__(self, port: int, _session: str) -> None:
        self._get = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()

    def opening(self) -> bytes:
        """The page."""
        return self._get

    def opened(self, reply: Reply, /) -> Answer:
        """Nothing to remember."""
        return Answer(refusal="" if reply.status == OK else str(reply.status))

    def scan(self, _fields: dict[str, str], /) -> bytes:
        """The page again."""
        return self._get

    judged = opened


WIRES: dict[str, type[Handheld | Api | BarePage]] = {
    "handheld": Handheld,
    "api": Api,
    "page": BarePage,
}


def attribute(body: bytes, name: bytes, start: int = 0) -> str:
    """The first attribute of this name in HTML from `start`, as it stands there; `ValueError` without one."""
    value = body.index(b" " + name + b'="', start) + len(name) + 3
    return body[value : body.index(b'"', value)].decode()


def header(head: bytes, name: bytes) -> bytes:
    """The value of a response header, empty without one; `name` in small letters."""
    start = head.lower().find(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    return head[start : head.index(b"\r\n", start)].strip()


def _screen(body: bytes) -> Answer:
    """The attributes of ``templates/scan/_screen.html`` that ``static/scan.js`` reads, and the hint."""
    start = body.index(b'<main id="screen"')
    step, hint, step_token = (attribute(body, name, start) for name in _ATTRIBUTES)
    return Answer(step, hint, step_token)


def _with_length(head: bytes, payload: bytes) -> bytes:
    return b"%s%d\r\n\r\n%s" % (head, len(payload), payload)
