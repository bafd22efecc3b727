"""The step machine that every handheld process runs on (design §3).

A process is a `Workflow`: named steps, what each step shows, and for each kind of thing scanned
the function that deals with it. Everything else is done once, here and in `door.py`: resolving the
code with the expected kinds first, "wrong thing", command cards, undo, supervisor override, task
lock and takeover, stale screens. A new process has no HTML and no JavaScript of its own.

    putaway = Workflow("putaway", title="L-PUTAWAY", roles={Role.KEEPER}, start="carton")

    @putaway.screen("carton", prompt="P-PUT-CARTON")
    def ask_carton(ctx): return Facts()

    @putaway.on("carton", Kind.CARTON, to="slot")
    def take_carton(ctx, code): ... return ctx.go("slot", "S-PUT-TAKEN")
"""

from __future__ import annotations

import json
import logging
from typing import Any

from station.ground.db import savepoint
from station.ground.scan.allowing import OVERRIDE_STEPS, Allowing
from station.ground.scan.cleaning import clean
from station.ground.scan.context import CHOSEN, OVERRIDE, PENDING, UNDO, WHICH, Context
from station.ground.scan.declaring import Declared
from station.ground.scan.kinds import Code, CodeError, Kind
from station.ground.scan.outcome import NO_UNDO, Facts, Outcome, Override, Position
from station.ground.scan.sharing import WHICH_STEP, Sharing
from station.ground.scan.steps import (
    LEAVE,
    Step,
    wrong_thing,
)
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say

log = logging.getLogger(__name__)

CHAIN, LONG = 6, 4000
"""Answers that can be taken back one after the other, and characters of a position above which it is two."""

__all__ = ["NO_UNDO", "UNDO", "Context", "Facts", "Outcome", "Override", "Position", "Step", "Workflow"]


class Workflow(Declared, Allowing, Sharing):
    """One handheld process: see the module's docstring."""

    # --- judging one scan -------------------------------------------------------------------

    def take(self, ctx: Context, raw: str) -> Outcome:
        """Judge one scan at the run's present step and move the run; raises `Refused`."""
        before = json.dumps(ctx.run.data)
        step_name = ctx.run.step or self.start
        if clean(raw)[0].upper() == LEAVE:
            outcome = self.leave_now(ctx)
        elif step_name in OVERRIDE_STEPS:
            outcome = self._override_step(ctx, raw, step_name)
        elif step_name == WHICH_STEP and WHICH in ctx.run.data:
            outcome = self._which_step(ctx, raw)
        else:
            outcome = self._plain_step(ctx, raw, self.step(step_name))
        self._arrive(ctx, outcome, before, step_name)
        return outcome

    def leave_now(self, ctx: Context) -> Outcome:
        """The worker goes free, whatever stands in the way: the task is given back, the position ends.

        A process that cannot give its task back is written down; the worker is free all the same.
        """
        if self.leave_handler is not None and ctx.run.step not in {"", self.start}:
            try:
                with savepoint(ctx.tx, Exception):
                    self.leave_handler(ctx)
            except Refused:
                pass
            except Exception:
                log.exception("%s could not give its task back at %s", self.name, ctx.run.step)
        return ctx.restart("S-LEFT")

    def _plain_step(self, ctx: Context, raw: str, step: Step) -> Outcome:
        try:
            code = self._resolved(ctx, raw, step)
        except CodeError as error:
            if "skus" not in error.facts:
                raise
            return self._shared(ctx, raw, step, error.facts["skus"], error.facts["retired"])
        return self._handled(ctx, code, step)

    def _handled(self, ctx: Context, code: Code, step: Step) -> Outcome:
        if code.kind is Kind.COMMAND:
            return self._command(ctx, code, step)
        handler = step.handlers.get(code.kind)
        if handler is None and code.kind is Kind.USER:
            return self._ask_override(ctx, code, step)
        if handler is None:
            raise wrong_thing(code, step)
        if ctx.manual and code.kind in _SCANNED_ONLY and Role.SUPERVISOR not in ctx.actor.roles:
            raise Refused("E-SCN-03", what=say(f"L-KIND-{code.kind}"))
        return self._checked(step, handler(ctx, code))

    def _resolved(self, ctx: Context, raw: str, step: Step, sku_id: int | None = None) -> Code:
        """The code scanned; what is no code at all may be a number typed as it is printed."""
        typed_digits = clean(raw)[0]
        if step.secret and typed_digits.isascii() and typed_digits.isdigit():
            return Code(Kind.TEXT, typed_digits)  # a PIN, also where its digits are somebody's number
        try:
            code, error = ctx.services.codes.resolve(ctx.tx, raw, step.expected, sku_id), None
        except CodeError as wrong:
            code, error = None, wrong
        if code is None or code.kind is Kind.UNKNOWN:
            typed = ctx.services.codes.complete(ctx.tx, raw, step.expected)
            if typed is not None and (ctx.manual or typed.kind not in _SCANNED_ONLY):
                return typed
        if code is None:
            assert error is not None
            raise error
        return code

    def _checked(self, step: Step, outcome: Outcome) -> Outcome:
        target = outcome.step or self.start
        if target not in step.targets and not outcome.is_resumed:
            raise AssertionError(f"{self.name}.{step.name} leads to {target}, which it does not declare")
        return outcome

    def _command(self, ctx: Context, code: Code, step: Step) -> Outcome:
        if code.text in step.commands:
            return self._checked(step, step.commands[code.text][0](ctx))
        if code.text == "CM-UNDO":
            return self._undo(ctx)
        raise Refused("E-CMD-01", card=code.text)

    def _undo(self, ctx: Context) -> Outcome:
        frame = ctx.run.data.get(UNDO)
        if not frame or frame["user"] != ctx.actor.user_id:
            raise Refused("E-CMD-02")
        if self.undo_handler is not None and frame["payload"] is not None:
            self.undo_handler(ctx, frame["payload"])
        ctx.run.data = {key: value for key, value in frame["data"].items() if key != CHOSEN}
        ctx.forget()
        return Outcome(frame["step"], "S-UNDO", {}, is_undo=True)

    def _arrive(self, ctx: Context, outcome: Outcome, before: str, step_name: str) -> None:
        """Move the run to the outcome's step and remember how to get back."""
        ctx.settle()
        dropped = {UNDO} if outcome.code == ctx.run.data.get(PENDING, {}).get("code") else {UNDO, PENDING}
        if outcome.is_undo:
            dropped = {PENDING}
        data = {key: value for key, value in ctx.run.data.items() if key not in dropped}
        if outcome.undo is not NO_UNDO:
            data[UNDO] = way_back(ctx, step_name, before, outcome.undo)
        ctx.run.data = data
        ctx.run.step = outcome.step or self.start

    # --- showing ------------------------------------------------------------------------------

    def show(self, ctx: Context) -> dict[str, Any]:
        """The present screen as JSON (see `door.py` for the shape)."""
        name = ctx.run.step or self.start
        if name in OVERRIDE_STEPS and OVERRIDE in ctx.run.data:
            return self.override_screen(ctx, name)
        if name == WHICH_STEP and WHICH in ctx.run.data:
            return self.which_screen(ctx)
        step = self.step(name)
        facts = step.show(ctx)
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": step.name,
            "expects": [kind.value for kind in step.wanted],
            "instruction": say(step.prompt, facts.prompt),
            "facts": facts.to_json(),
            "secret": step.secret,
            "commands": [
                {"card": card, "label": say(label)} for card, (_handler, label) in step.commands.items()
            ],
            "can_undo": UNDO in ctx.run.data,
        }

    def plain_screen(self, ctx: Context) -> dict[str, Any]:
        """What stands instead of a screen that could not be drawn: where one is, and the way out."""
        name = ctx.run.step or self.start
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": name,
            "expects": [Kind.COMMAND.value],
            "instruction": say("P-STUCK"),
            "facts": Facts(hint=LEAVE).to_json(),
            "secret": False,
            "commands": [{"card": LEAVE, "label": say("L-LEAVE")}],
            "can_undo": False,
        }


def way_back(ctx: Context, step: str, before: str, payload: Any) -> dict[str, Any]:
    """What CM-UNDO needs to stand at `step` again as `before` (JSON). Answers without effect (no `payload`)
    can be taken back one after the other: `CHAIN` of them, fewer where a position is long.
    """
    data = json.loads(before)
    older = data.pop(UNDO, None)
    data.pop(PENDING, None)
    if payload is None and older and older["payload"] is None and older["user"] == ctx.actor.user_id:
        data[UNDO] = _shortened(older, CHAIN - 1 if len(before) <= LONG else 1)
    return {"user": ctx.actor.user_id, "step": step, "data": data, "payload": payload}


def _shortened(frame: dict[str, Any], answers: int) -> dict[str, Any]:
    """The way back over so many answers."""
    data = frame["data"]
    if UNDO not in data:
        return frame
    kept = {key: value for key, value in data.items() if key != UNDO}
    if answers > 1:
        kept[UNDO] = _shortened(data[UNDO], answers - 1)
    return frame | {"data": kept}


_SCANNED_ONLY = frozenset({Kind.LOCATION, Kind.WAYBILL})
"""Being there, or having the paper in hand, is what their scan proves: typing them needs leave (§10.3)."""
