"""One virtual worker: reads the screen and does what it says, with a slip now and then."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Sequence
from typing import Any

from station.practice.simulate.client import Handheld
from station.practice.simulate.hall import Hall

OK, STALE = 200, 409

NOT_JUDGED, PAUSE_S, PATIENCE_S = "E-AUTH-07", 3.0, 600.0
BY_NUMBER = "E-SN-07"
"""Goods with serial numbers are taken piece by piece, also the good ones of a slot that lacks some."""
SLIP = 0.03
"""How often a virtual worker does something wrong on purpose."""


class Stuck(Exception):
    """A worker was refused where the floor gave no reason for it: the simulation has found a fault."""


class Worker:
    """One person with one handheld."""

    def __init__(self, device: Handheld, hall: Hall, seed: int) -> None:
        self.device = device
        self.hall = hall
        self.rng = random.Random(seed)  # noqa: S311 — a reproducible simulation
        self._pads: dict[str, bool] = {}

    # --- scanning -----------------------------------------------------------------------------

    def scan(self, flow: str, raw: str, allow: Sequence[str] = ()) -> dict[str, Any]:
        """A scan that must be accepted; sometimes preceded by a slip, sometimes sent twice.

        `allow` is what a supervisor scans where goods turn out to be older than those in stock.
        """
        if self.rng.random() < SLIP and not self._pads.get(flow, True):
            self._slip(flow)
        scan_id = secrets.token_hex(16)
        status, body = self._patiently(flow, raw, scan_id)
        if status == STALE:  # the screen was stale: look at the fresh one and scan again
            status, body = self.device.scan(flow, raw)
        if self.rng.random() < SLIP:
            self.device.scan(flow, raw, scan_id)
        if body["code"] == "W-EXP-07" and allow:
            return [self.scan(flow, answer) for answer in allow][-1]
        if status != OK and body["code"] not in {"E-INT-01", BY_NUMBER}:
            raise Stuck(f"{flow}: {raw!r} → {status} {body['code']} {body['message']['en']}")
        self._pads[flow] = bool(body["screen"]["facts"].get("pad"))
        return body

    def _patiently(self, flow: str, raw: str, scan_id: str) -> tuple[int, dict[str, Any]]:
        """The answer; a PIN that is not judged now is typed again later. One whose judging a power cut ended
        counts as wrong, so a few cuts make even the right one wait (E-AUTH-07).
        """
        until = time.monotonic() + PATIENCE_S
        status, body = self.device.scan(flow, raw, scan_id)
        while body["code"] == NOT_JUDGED and time.monotonic() < until:
            time.sleep(PAUSE_S)
            status, body = self.device.scan(flow, raw)
        return status, body

    def _slip(self, flow: str) -> None:
        wrong = self.rng.choice(
            ["4006381333931", "hello", "CM-DAMAGE-NOT", "LCZZZ", "\x00\x1b<b>", "６" * 40]
        )
        self.device.scan(flow, wrong)
