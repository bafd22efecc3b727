"""Two-person signatures on one screen (domain §2): badge, then PIN, within the window.

`add_steps` gives a workflow the two steps of one signature: scan the badge, enter the PIN. The
signer must hold the role, must not be any of the people named by `not_by`, and a second signature
must follow the first within `cosign_window_s` (E-AUTH-03, E-AUTH-04).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused

FIRST_AT = "first_signed_at"


def add_steps(  # noqa: C901 — four small functions that share one closure
    workflow: Workflow,
    step: str,
    *,
    prompt: str,
    role: Role,
    not_by: Callable[[Context], set[int]],
    show: Callable[[Context], Facts],
    then: Callable[[Context, Actor], Outcome],
    to: str | tuple[str, ...],
    is_second: bool = False,
    retry: str = "",
) -> None:
    """Declare `step` (badge) and `<step>_pin`; `then` is called with who signed and leads on.

    With `is_second`, a signature after the window is refused with E-AUTH-04 and the pair starts
    again at `retry`.
    """
    pin_step = f"{step}_pin"

    @workflow.screen(step, prompt=prompt)
    def ask_badge(ctx: Context) -> Facts:
        return show(ctx)

    @workflow.on(step, Kind.USER, to=pin_step)
    def take_badge(ctx: Context, code: Code) -> Outcome:
        if is_second:
            _in_time(ctx, retry)
        signer = ctx.services.people.badge(ctx.tx, code.text)
        if signer is None:
            raise Refused("E-AUTH-01")
        if role not in signer.roles:
            raise Refused("E-AUTH-02")
        if signer.user_id in not_by(ctx):
            raise Refused("E-AUTH-03")
        ctx.data["signer"] = code.text
        return ctx.go(pin_step, "S-SIGN-BADGE", undo=None, name=signer.name)

    @workflow.screen(pin_step, prompt="P-SIGN-PIN", secret=True)
    def ask_pin(ctx: Context) -> Facts:
        facts = show(ctx)
        facts.pad = "pin"
        signer = ctx.services.people.badge(ctx.tx, ctx.data["signer"])
        facts.name = signer.name if signer else ""
        facts.hint = ""
        return facts

    @workflow.on(pin_step, Kind.QUANTITY, Kind.TEXT, to=to)
    def take_pin(ctx: Context, code: Code) -> Outcome:
        if is_second:
            _in_time(ctx, retry)
        signer = ctx.services.people.badge(ctx.tx, ctx.data["signer"])
        if signer is None:
            raise Refused("E-AUTH-01")
        if not ctx.services.people.pin_is_right(ctx, signer, code.text):
            raise Refused("E-AUTH-04")
        del ctx.data["signer"]
        if not is_second:
            ctx.data[FIRST_AT] = ctx.now.isoformat()
        return then(ctx, signer)


def _in_time(ctx: Context, retry: str) -> None:
    """Refuse a second signature after the window and send both back to the first (T17)."""
    first = datetime.fromisoformat(ctx.data[FIRST_AT])
    if ctx.now - first > timedelta(seconds=ctx.settings.rules.cosign_window_s):
        raise Refused("E-AUTH-04").back_to(retry, forget=("signer", FIRST_AT))
