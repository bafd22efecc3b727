"""A supervisor allows what was refused (level S), or frees a worker of a task: badge, PIN, reason."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from station.ground.db import savepoint
from station.ground.scan.cleaning import clean
from station.ground.scan.context import ALLOWED, OVERRIDE, PENDING, Context
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.outcome import Facts, Outcome, Override
from station.ground.scan.steps import Step, wrong_thing
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, catalogue, say

RELEASE = "P-RELEASE"
OVERRIDE_STEPS = {"_pin", "_reason"}
REASONS = {
    "1": "L-REASON-REACH",
    "2": "L-REASON-DAMAGED",
    "3": "L-REASON-CUSTOMER",
    "4": "L-REASON-COUNTED",
    "5": "L-REASON-OTHER",
}
"""Why a supervisor allows an exception (P15): number on the pad → label in the catalogue."""


class Allowing:
    """The part of every workflow that asks a supervisor; see `station.ground.scan.workflow`."""

    name: str
    title: str
    reasons: Mapping[str, Mapping[str, str]]

    @abstractmethod
    def step(self, name: str) -> Step:
        """The step called `name`."""

    @abstractmethod
    def leave_now(self, ctx: Context) -> Outcome:
        """Free the worker."""

    @abstractmethod
    def _plain_step(self, ctx: Context, raw: str, step: Step) -> Outcome:
        """Judge a scan at a step."""

    def _ask_override(self, ctx: Context, code: Code, step: Step) -> Outcome:
        last = self._last_refusal(ctx, step)
        if not last:
            return self._ask_release(ctx, code, step)
        by = ctx.services.people.badge(ctx.tx, code.text)
        if by is None:
            raise Refused("E-AUTH-01")
        if Role.SUPERVISOR not in by.roles:
            raise Refused("E-AUTH-02")
        if by.user_id == ctx.actor.user_id:
            raise Refused("E-AUTH-03")
        ctx.run.data[OVERRIDE] = last | {"step": step.name, "badge": code.text}
        return Outcome("_pin", "S-OVR-BADGE", {"name": by.name})

    def _last_refusal(self, ctx: Context, step: Step) -> dict[str, Any]:
        """The code and the scan that a supervisor may allow here; empty for none."""
        for row in ctx.refusals:
            if row.step == step.name and catalogue()[row.code].level == "S":
                return {"code": row.code, "raw": row.raw, "says": ctx.told(row)}
        pending: dict[str, Any] = ctx.run.data.pop(PENDING, {})
        return pending

    def _ask_release(self, ctx: Context, code: Code, step: Step) -> Outcome:
        """A supervisor's badge where nothing was refused: with the PIN the worker is freed of this task."""
        by = ctx.services.people.badge(ctx.tx, code.text)
        if by is None or Role.SUPERVISOR not in by.roles or by.user_id == ctx.by.user_id:
            raise wrong_thing(code, step)
        ctx.run.data[OVERRIDE] = {"code": RELEASE, "raw": "", "step": ctx.run.step, "badge": code.text}
        return Outcome("_pin", "S-OVR-BADGE", {"name": by.name})

    def _override_step(self, ctx: Context, raw: str, step_name: str) -> Outcome:
        frame = ctx.run.data[OVERRIDE]
        typed = clean(raw)[0]
        if typed.upper() == "CM-UNDO":
            del ctx.run.data[OVERRIDE]
            return Outcome(frame["step"], "S-UNDO", {})
        by = ctx.services.people.badge(ctx.tx, frame["badge"])
        if by is None:
            raise Refused("E-AUTH-01")
        if step_name == "_pin":
            if not ctx.services.people.pin_is_right(ctx, by, typed):
                raise Refused("E-AUTH-04")
            if frame["code"] == RELEASE:
                ctx.run.step = frame["step"]
                ctx.services.people.record_takeover(ctx, ctx.run.subject or self.name, ctx.by.user_id)
                return self.leave_now(ctx)
            return Outcome("_reason", "S-OVR-PIN", {})
        reasons = self._reasons(frame["code"])
        if typed not in reasons:
            raise Refused("E-OVR-01")
        del ctx.run.data[OVERRIDE]
        ctx.run.step = frame["step"]
        override = Override(frame["code"], by, reasons[typed])
        ctx.run.data.setdefault(ALLOWED, {})[override.code] = f"{by.name}: {say(override.reason)['zh']}"
        ctx.services.people.record_override(ctx, override)
        return self._try_again(ctx, frame)

    def _try_again(self, ctx: Context, frame: dict[str, Any]) -> Outcome:
        """The refused scan once more, with the permission. What else stands in its way is told, and a
        supervisor may allow that in its turn; the first permission stays.
        """
        kept = json.dumps(ctx.run.data)
        try:
            with savepoint(ctx.tx, Refused):
                return self._plain_step(ctx, frame["raw"], self.step(frame["step"]))
        except Refused as refusal:
            if refusal.step is not None or catalogue()[refusal.code].level != "S":
                raise
            ctx.run.data = json.loads(kept) | {
                PENDING: {"code": refusal.code, "raw": frame["raw"], "says": say(refusal.code, refusal.facts)}
            }
            ctx.forget()
            return Outcome(frame["step"], refusal.code, refusal.facts)

    def _reasons(self, code: str) -> Mapping[str, str]:
        own = (reasons for prefix, reasons in self.reasons.items() if code.startswith(prefix))
        return next(own, REASONS)

    def override_screen(self, ctx: Context, name: str) -> dict[str, Any]:
        """What a supervisor is asked."""
        frame = ctx.run.data[OVERRIDE]
        facts = Facts(pad="pin" if name == "_pin" else "choice")
        if name == "_reason":
            reasons = self._reasons(frame["code"]).items()
            facts.table = [(number, say(label)["zh"], say(label)["en"]) for number, label in reasons]
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": name,
            "expects": [Kind.TEXT.value],
            "instruction": say("P-OVR-PIN" if name == "_pin" else "P-OVR-REASON"),
            "facts": facts.to_json() | {"banner": frame.get("says") or say(frame["code"])},
            "secret": name == "_pin",
            "commands": [],
            "can_undo": True,
        }
