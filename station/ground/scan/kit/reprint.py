"""Asking why a paper is printed again (P19, P30): one step that every printing process shares."""

from __future__ import annotations

from collections.abc import Callable

from station.ground.scan.context import Context
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.outcome import Outcome
from station.ground.scan.workflow import Workflow
from station.ground.words.messages import say

REASONS = (
    Reason("NONE", "L-REPRINT-NONE"),
    Reason("JAM", "L-REPRINT-JAM"),
    Reason("BLURRED", "L-REPRINT-BLURRED"),
    Reason("TORN", "L-REPRINT-TORN"),
    Reason("LOST", "L-REPRINT-LOST"),
)
"""没出纸/卡纸/模糊/破损/丢失."""


def add_step(flow: Workflow, step: str, *, back: str, again: Callable[[Context, str], Outcome]) -> None:
    """Declare `step` of `flow`: a reason is chosen, `again` prints with it, CM-SKIP goes `back`."""
    choice.add_step(
        flow,
        step,
        prompt="P-REPRINT",
        reasons=REASONS,
        then=lambda ctx, reason: again(ctx, say(reason.label)["zh"]),
        to=back,
        back=back,
        back_label="L-NO-REPRINT",
    )
