"""Signatures on one screen (domain §2): badge, then PIN; two persons within the window.

`one` gives a workflow the two steps of a signature, `pair` the four of two persons. A signer must hold the
role; the second must be another person than the first and sign within `cosign_window_s` (E-AUTH-03,
E-AUTH-04), or the pair starts again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from station.clock import age
from station.ground.scan.context import SIGNING, Context
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.outcome import Facts, Outcome
from station.ground.scan.workflow import Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature: its step (the PIN is asked at ``<step>_pin``), its prompt, and who may give it (None:
    anybody with a badge).
    """

    step: str
    prompt: str
    role: Role | None


def one(
    flow: Workflow,
    signer: Signer,
    *,
    show: Callable[[Context], Facts],
    then: Callable[[Context, Actor], Outcome],
    to: str | tuple[str, ...],
) -> None:
    """Declare one signature; `then` is called with who signed and leads on."""
    _badge(flow, signer, show, lambda _ctx, _who: None)
    _pin(flow, signer, show, lambda _ctx: None, then, to)


def pair(
    flow: Workflow,
    first: Signer,
    second: Signer,
    *,
    show: Callable[[Context], Facts],
    then: Callable[[Context, Actor, Actor], Outcome],
    to: str | tuple[str, ...],
) -> None:
    """Declare the signatures of two persons; `then` is called with both and leads on."""

    def in_time(ctx: Context) -> None:
        if age(datetime.fromisoformat(_kept(ctx)["at"]), ctx.now) > _window(ctx):
            raise Refused("E-AUTH-04").back_to(first.step, forget=(SIGNING,))

    def is_another(ctx: Context, who: Actor) -> None:
        in_time(ctx)
        if who.badge == _kept(ctx)["first"]:
            raise Refused("E-AUTH-03")

    def first_signed(ctx: Context, who: Actor) -> Outcome:
        ctx.run.data[SIGNING] = {"first": who.badge, "at": ctx.now.isoformat()}
        return ctx.go(second.step, "S-SIGNED", name=who.name)

    def both_signed(ctx: Context, who: Actor) -> Outcome:
        other = _person(ctx, _kept(ctx)["first"])
        del ctx.run.data[SIGNING]
        return then(ctx, other, who)

    _badge(flow, first, show, lambda _ctx, _who: None)
    _pin(flow, first, show, lambda _ctx: None, first_signed, second.step)
    _badge(flow, second, show, is_another)
    _pin(flow, second, show, in_time, both_signed, to)


def _badge(
    flow: Workflow, signer: Signer, show: Callable[[Context], Facts], allow: Callable[[Context, Actor], None]
) -> None:
    @flow.screen(signer.step, prompt=signer.prompt)
    def ask(ctx: Context) -> Facts:
        return show(ctx)

    @flow.on(signer.step, Kind.USER, to=f"{signer.step}_pin")
    def take(ctx: Context, code: Code) -> Outcome:
        who = _person(ctx, code.text)
        if signer.role is not None and signer.role not in who.roles:
            raise Refused("E-AUTH-02")
        allow(ctx, who)
        ctx.run.data[SIGNING] = _kept(ctx) | {"badge": who.badge}
        return ctx.go(f"{signer.step}_pin", "S-SIGN-BADGE", undo=None, name=who.name)


def _pin(
    flow: Workflow,
    signer: Signer,
    show: Callable[[Context], Facts],
    check: Callable[[Context], None],
    then: Callable[[Context, Actor], Outcome],
    to: str | tuple[str, ...],
) -> None:
    step = f"{signer.step}_pin"

    @flow.screen(step, prompt="P-SIGN-PIN", secret=True)
    def ask(ctx: Context) -> Facts:
        facts = show(ctx)
        who = ctx.services.people.badge(ctx.tx, _kept(ctx)["badge"])
        facts.pad, facts.name, facts.spec, facts.hint = "pin", who.name if who else "", "", ""
        return facts

    @flow.on(step, Kind.QUANTITY, Kind.TEXT, to=to)
    def take(ctx: Context, code: Code) -> Outcome:
        check(ctx)
        who = _person(ctx, _kept(ctx)["badge"])
        if not ctx.services.people.pin_is_right(ctx, who, code.text):
            raise Refused("E-AUTH-04")
        return then(ctx, who)


def _kept(ctx: Context) -> dict[str, Any]:
    kept: dict[str, Any] = ctx.run.data.get(SIGNING, {})
    return kept


def _window(ctx: Context) -> timedelta:
    return timedelta(seconds=ctx.rules.cosign_window_s)


def _person(ctx: Context, badge: str) -> Actor:
    who = ctx.services.people.badge(ctx.tx, badge)
    if who is None:
        raise Refused("E-AUTH-01")
    return who
