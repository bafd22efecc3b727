"""Somebody at the dock, who reads the screen and answers what it asks, step by step."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from station.ground.words.messages import say
from station.practice.simulate.worker import OK, STALE, Stuck, Worker

Answer = dict[str, Any]
"""What the station said to a scan."""
Person = tuple[str, str]
"""Badge and PIN."""

ALLOWABLE, ALLOW, SEVERAL = frozenset({"E-EXP-05", "E-EXP-08", "W-EXP-07"}), "1", 4
"""What the day's supervisor allows, and for which reason; one scan may want several."""
BOUNCE_S = 0.1
ENOUGH = 600
"""Answers to one walk through a process; more means that it goes round in circles."""


class Hand(Worker):
    """A worker who may be refused, and then does what the floor does."""

    def tries(self, flow: str, raw: str) -> Answer:
        """A scan that may be refused."""
        status, body = self._patiently(flow, raw, secrets.token_hex(16))
        if status == STALE:
            status, body = self.device.scan(flow, raw)
        return body | {"ok": status == OK}

    def signs(self, flow: str, *people: Person) -> Answer:
        """Badge and PIN of one after the other."""
        body: Answer = {}
        for badge, pin in people:
            self.scan(flow, badge)
            body = self.scan(flow, pin)
        return body

    def allowed(self, flow: str, raw: str, boss: Person) -> Answer:
        """A scan that a supervisor may allow, and whatever else that uncovers; the last answer."""
        body = self.tries(flow, raw)
        step = body["screen"]["step"]
        for _ in range(SEVERAL):
            if body["screen"]["step"] != step or body["code"] not in ALLOWABLE:
                return body
            self.signs(flow, boss)
            body = self.scan(flow, ALLOW)
        raise Stuck(f"{flow}: {raw!r} was allowed {SEVERAL} times and is refused still: {body['code']}")

    def enters(self, flow: str, raw: str) -> Answer:
        """A place that was just scanned is scanned anew: at once the station takes it for a bounce."""
        body = self.scan(flow, raw)
        start = body["screen"]["step"]
        for _ in range(ENOUGH):
            if body["screen"]["step"] != "place":
                return body
            time.sleep(BOUNCE_S)
            body = self.scan(flow, raw)
        raise Stuck(f"{flow}: {raw!r} leads nowhere from {start}")

    def chooses(self, flow: str, body: Answer, label: str) -> Answer:
        """Press the key of a choice that is labelled with this text of the catalogue."""
        words = say(label)["zh"]
        rows = body["screen"]["facts"]["table"]
        key = next((row[0] for row in rows if row[1] == words), "")
        if not key:
            raise Stuck(f"{flow}: nobody offers {words} among {rows}")
        return self.scan(flow, key)

    def walk(
        self, flow: str, body: Answer, answers: Mapping[str, Callable[[Answer], Answer]], *ends: str
    ) -> Answer:
        """Answer each step by its name until one of `ends` is asked; an unknown step is done by its hint."""
        for _ in range(ENOUGH):
            step = body["screen"]["step"]
            if step in ends:
                return body
            answer, hint = answers.get(step), body["screen"]["facts"].get("hint", "")
            if answer is None and not hint:
                raise Stuck(f"{flow}: nothing to do at {step}")
            body = answer(body) if answer else self.scan(flow, hint)
        raise Stuck(f"{flow}: no end after {ENOUGH} answers, at {body['screen']['step']}")
