"""A handheld that is a program: signs in, reads its screen, scans; retries with the same scan id."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode, urlsplit

SIGN_IN_FIRST = 401


class Unreachable(Exception):
    """The station did not answer within the handheld's patience."""


class Tally:
    """What all handhelds together sent and got; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.scans = 0
        self.refusals: Counter[str] = Counter()

    def count(self, status: int, code: str, scan_id: str) -> None:  # noqa: ARG002 — for whoever keeps them
        """Note one answered scan."""
        with self._lock:
            self.scans += 1
            if status != 200:  # noqa: PLR2004
                self.refusals[code] += 1


class Handheld:
    """One device with one person signed in."""

    def __init__(self, url: str, tally: Tally, patience_s: int = 120) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._tally = tally
        self._patience_s = patience_s
        self._connection: http.client.HTTPConnection | None = None
        self._headers: dict[str, str] = {"Accept": "application/json", "Content-Type": "application/json"}
        self._tokens: dict[str, str] = {}
        self._person: dict[str, str] = {}

    # --- HTTP ---------------------------------------------------------------------------------

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request; the connection is opened again when the server closed it."""
        payload = json.dumps(body).encode() if body is not None else None
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                status, answer = self._once(method, path, payload)
                if status != SIGN_IN_FIRST or not self._person or path == "/login":
                    return status, answer
                self.sign_in(**self._person)  # nobody had scanned here for long
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if time.monotonic() > deadline:
                    raise Unreachable(f"{method} {path}: {error}") from error
                time.sleep(0.05)

    def submit(self, path: str, fields: dict[str, str]) -> int:
        """A form of the desk, as a browser sends it; the answer's status."""
        kept = self._headers["Content-Type"]
        self._headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return self._once("POST", path, urlencode(fields).encode())[0]
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(f"POST {path}: {error}") from error
        finally:
            self._headers["Content-Type"] = kept

    def _once(self, method: str, path: str, payload: bytes | None) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=self._patience_s)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request(method, path, payload, self._headers)
        response = self._connection.getresponse()
        data = response.read()
        cookie = response.headers.get("Set-Cookie")
        if cookie:
            self._headers["Cookie"] = cookie.split(";")[0]
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, json.loads(data) if is_json else data

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- the person ---------------------------------------------------------------------------

    def sign_in(self, badge: str, pin: str, device: str) -> None:
        """Badge and PIN, once per device."""
        status, body = self.request("POST", "/login", {"badge": badge, "pin": pin, "device": device})
        if status != 200:  # noqa: PLR2004
            raise Unreachable(f"sign-in refused: {body}")
        self._headers["X-CSRF-Token"] = body["csrf"]
        self._person = {"badge": badge, "pin": pin, "device": device}

    def look(self, workflow: str) -> dict[str, Any]:
        """The present screen of a process."""
        status, body = self.request("GET", f"/scan/{workflow}")
        if status != 200:  # noqa: PLR2004
            raise Unreachable(f"no screen for {workflow}: {status} {body}")
        self._tokens[workflow] = body["step_token"]
        return dict(body["screen"])

    def scan(self, workflow: str, raw: str, scan_id: str | None = None) -> tuple[int, dict[str, Any]]:
        """One scan, sent until it is answered, always with the same id."""
        if workflow not in self._tokens:
            self.look(workflow)
        fields = {
            "scan_id": scan_id or secrets.token_hex(16),
            "raw": raw,
            "step_token": self._tokens[workflow],
        }
        for attempt in range(6):
            status, body = self.request("POST", f"/scan/{workflow}", fields)
            if status < 500:  # noqa: PLR2004
                break
            time.sleep(0.05 * 2**attempt)
        self._tally.count(status, str(body.get("code")), fields["scan_id"])
        if "step_token" in body:
            self._tokens[workflow] = body["step_token"]
        return status, body
