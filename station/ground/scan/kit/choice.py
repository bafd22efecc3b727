"""Choosing a reason: one step that every process shares; which reasons there are is data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from station.ground.scan.context import Context
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.outcome import Facts, Outcome
from station.ground.scan.workflow import Workflow
from station.ground.words.messages import Refused, say


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer: what is written down, and its label in the catalogue."""

    name: str
    label: str


def rows(reasons: Sequence[Reason]) -> list[tuple[str, str, str]]:
    """The keys of a choice: number on the pad, Chinese, English."""
    texts = [say(reason.label) for reason in reasons]
    return [(str(key), text["zh"], text["en"]) for key, text in enumerate(texts, 1)]


def chosen(reasons: Sequence[Reason], code: Code) -> Reason:
    """The reason whose key was pressed; E-QTY-01 for any other."""
    if not code.text.isascii() or not code.text.isdigit() or not 1 <= int(code.text) <= len(reasons):
        raise Refused("E-QTY-01", max=len(reasons))
    return reasons[int(code.text) - 1]


def add_step(
    flow: Workflow,
    step: str,
    *,
    prompt: str,
    reasons: Sequence[Reason],
    then: Callable[[Context, Reason], Outcome],
    to: str | tuple[str, ...],
    show: Callable[[Context], Facts] = lambda _ctx: Facts(),
    back: str = "",
    back_label: str = "L-BACK",
) -> None:
    """Declare `step` of `flow`: one of `reasons` is chosen and `then` leads on; CM-SKIP goes `back`."""

    @flow.screen(step, prompt=prompt)
    def ask(ctx: Context) -> Facts:
        facts = show(ctx)
        facts.pad, facts.table, facts.photos, facts.hint = "choice", rows(reasons), [], "1"
        return facts

    @flow.on(step, Kind.QUANTITY, to=to)
    def take(ctx: Context, code: Code) -> Outcome:
        return then(ctx, chosen(reasons, code))

    if back:

        @flow.command(step, "CM-SKIP", to=back, label=back_label)
        def leave(ctx: Context) -> Outcome:
            return ctx.go(back, "S-OK")
