"""Asking why a paper is printed again (P19, P30): one step that every printing process shares."""

from __future__ import annotations

from collections.abc import Callable

from station.ground.scan.codes import Code, Kind
from station.ground.scan.context import Context, Facts, Outcome
from station.ground.scan.workflow import Workflow
from station.ground.words.messages import Refused, say

REASONS = {
    "1": "L-REPRINT-NONE",
    "2": "L-REPRINT-JAM",
    "3": "L-REPRINT-BLURRED",
    "4": "L-REPRINT-TORN",
    "5": "L-REPRINT-LOST",
}
"""没出纸/卡纸/模糊/破损/丢失: the keys of the step, by catalogue code."""


def add_step(flow: Workflow, step: str, *, back: str, again: Callable[[Context, str], Outcome]) -> None:
    """Declare `step` of `flow`: a reason is chosen, `again` prints with it, CM-SKIP goes `back`."""

    @flow.screen(step, prompt="P-REPRINT")
    def ask(_ctx: Context) -> Facts:
        table = [(key, say(code)["zh"], say(code)["en"]) for key, code in REASONS.items()]
        return Facts(pad="choice", table=table, hint="1")

    @flow.on(step, Kind.QUANTITY, to=back)
    def take(ctx: Context, code: Code) -> Outcome:
        if code.text not in REASONS:
            raise Refused("E-QTY-01", max=len(REASONS))
        return again(ctx, say(REASONS[code.text])["zh"])

    @flow.command(step, "CM-SKIP", to=back, label="L-NO-REPRINT")
    def leave(ctx: Context) -> Outcome:
        return ctx.go(back, "S-OK")
