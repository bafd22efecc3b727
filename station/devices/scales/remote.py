"""Telling from the bench's own PC: ``station scales`` reads the cable there and tells the server.

Its clock does not matter: each answer carries the server's time, and each word says how long ago that was,
so the server knows how old a word is when it comes. What cannot be told is dropped; the present is told
later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from station.devices.scales.reader import NotTold
from station.devices.scales.telling import Line, Word

TIMEOUT_S = 2.0
TAKEN_MOST, TAKEN_S = 3, 60.0
"""So often in so many seconds another program may have taken the scale before this one gives up."""


class Ended(Exception):
    """The server does not want these words any more; the text is for the person at the PC."""


class LineChanged(Exception):
    """The desk has set the scale otherwise."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.line = line


class HttpTeller:
    """Tells one reader's words to a server."""

    def __init__(
        self, server: str, token: str, ca: str = "", steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._server, self._steady = server.rstrip("/"), steady
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._http.verify = ca or True
        # The PC's environment names proxies and certificates for the internet: neither is for the station.
        self._http.trust_env = False
        self._run = self._seq = self._zeros = 0
        self._stamp = self._stamp_at = 0
        self._taken: list[float] = []
        self.line = Line()

    def begin(self, zeros: int = 0) -> Line:
        """Take the scale over; how its line is read. NotTold while the server is away, Ended for a wrong
        token.
        """
        answer = self._post("begin", {})
        self._run, self._seq, self._zeros = int(answer["run"]), 0, zeros
        self.line = _line(answer["line"])
        return self.line

    def __call__(self, word: Word) -> None:
        """NotTold while the server is away, LineChanged when the desk has set the scale otherwise."""
        if not self._run:
            before = self.line
            self._require(before, self.begin(word.zeros))
        self._seq += 1
        answer = self._post("tell", self._body(word))
        self.line = word.found or self.line
        self._require(self.line, _line(answer["line"]))

    def _require(self, mine: Line, told: Line) -> None:
        if told != mine:
            self.line, self._run = told, 0  # the next words are another reader's
            raise LineChanged(told)

    def _body(self, word: Word) -> dict[str, Any]:
        found = word.found
        return {
            "run": self._run,
            "seq": self._seq,
            "says": word.says.value,
            "dg": word.dg,
            "zeros": word.zeros - self._zeros,
            "frame": word.frame,
            "guesses": word.guesses,
            "found": found and _told(found),
            "stamp": self._stamp,
            "elapsed_ms": self._now_ms() - self._stamp_at,
        }

    def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._http.post(
                f"{self._server}/scale/{what}", json=body, timeout=TIMEOUT_S, allow_redirects=False
            )
            content: dict[str, Any] = answer.json()
            stamp = int(content.get("now", 0))
        except requests.exceptions.SSLError as error:
            raise NotTold("the station's certificate is not trusted: name its authority with --ca") from error
        except (requests.RequestException, ValueError, AttributeError, TypeError) as error:
            raise NotTold("no station answers there") from error
        if answer.status_code == requests.codes.unauthorized:
            raise Ended("the server does not know this token: make a new one at the desk (Scales)")
        if stamp:
            # Counted from when the answer came, so that a word looks older by its way, never younger.
            self._stamp, self._stamp_at = stamp, self._now_ms()
        if answer.status_code == requests.codes.conflict:
            self._was_taken(content)
        if answer.status_code != requests.codes.ok:
            raise NotTold(f"the server answered {answer.status_code} {content.get('field', '')}".strip())
        return content

    def _was_taken(self, content: dict[str, Any]) -> None:
        """Another reader has the scale, or the desk changed it: begin again, but not against each other."""
        if content.get("code") != "other":
            return
        self._run = 0
        now_s = self._steady()
        self._taken = [at for at in self._taken if now_s - at < TAKEN_S] + [now_s]
        if len(self._taken) > TAKEN_MOST:
            raise Ended("another program tells readings of this scale with the same token")

    def _now_ms(self) -> int:
        return int(self._steady() * 1000)


def _line(told: Any) -> Line:
    return Line(str(told["family"]), str(told["line"]), str(told["unit"]), bool(told["asked"]))


def _told(line: Line) -> dict[str, Any]:
    return {"family": line.family, "line": line.line, "unit": line.unit, "asked": line.is_asked}
