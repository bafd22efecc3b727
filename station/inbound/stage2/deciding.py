"""Where an inspector may not go on alone: inner packs with another date, and what a supervisor decides (P3).

A date inside that is not the carton's (E-QC-02): the whole lot gets the older one (CM-OK), or the sample is
bad (CM-DAMAGE). Whatever was found, CM-SKIP calls a supervisor, who signs with badge and PIN: the lot is
taken as it was sampled, goes back as a whole, is inspected piece by piece, or waits while the rest is
released.
"""

from __future__ import annotations

from datetime import date

from station.ground.scan.kit import choice, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.inbound.stage2 import rules, verdicts
from station.inbound.stage2.flow import (
    Inspecting,
    line_in_hand,
    line_shown,
    next_step,
    open_receipt,
    sample_facts,
    stage2,
)

SAID = {
    verdicts.SAMPLED: "W-ST2-SAMPLED",
    verdicts.LOT: "W-ST2-LOT",
    verdicts.FULL: "W-ST2-FULL",
    verdicts.WAIT: "W-ST2-PARTED",
}


@stage2.screen("differs", prompt="P-ST2-DIFFERS")
def ask_differs(ctx: Context) -> Facts:
    facts, at, line = sample_facts(ctx), ctx.at(Inspecting), line_shown(ctx)
    if line is None:
        return facts
    facts.lines = [
        ("L-ON-CARTON", _days(line.produced_on, line.expires_on)),
        ("L-INSIDE", _days(at.produced, at.expires)),
    ]
    facts.hint = "CM-SKIP"
    return facts


def _days(produced: date | None, expires: date | None) -> str:
    return " – ".join(str(day) for day in (produced, expires) if day)


@stage2.command("differs", "CM-OK", to=("sample", "others", "finish"), label="L-REDATE")
def redate(ctx: Context) -> Outcome:
    """The older of both dates counts for the whole lot; the sample is fine."""
    at, line = ctx.at(Inspecting), line_in_hand(ctx)
    before = verdicts.redate(ctx, open_receipt(ctx), line, at.produced, at.expires)
    _forget(at)
    days = _days(line.produced_on, line.expires_on)
    return ctx.go(next_step(ctx), "W-ST2-REDATED", undo=before, days=days)


@stage2.command("differs", "CM-DAMAGE", to="defect", label="L-BAD-SAMPLE")
def other_date_is_bad(ctx: Context) -> Outcome:
    _forget(ctx.at(Inspecting))
    return ctx.go("defect", "S-OK", undo=None)


@stage2.command("differs", "CM-SKIP", to="sample", label="L-BACK")
def misread(ctx: Context) -> Outcome:
    _forget(ctx.at(Inspecting))
    return ctx.go("sample", "S-OK")


def _forget(at: Inspecting) -> None:
    """What was asked is answered; the same carton stays open."""
    at.produced, at.expires, at.boss = None, None, ""


# --- the supervisor -------------------------------------------------------------------------------


def call_supervisor(ctx: Context) -> Outcome:
    """The inspector asks for a decision."""
    return ctx.go("boss", "S-OK", undo=None)


def _signed(ctx: Context, boss: Actor) -> Outcome:
    if boss.badge == ctx.actor.badge:
        raise Refused("E-AUTH-03")
    ctx.at(Inspecting).boss = boss.badge
    return ctx.go("decide", "S-SIGNED", undo=None, name=boss.name)


signing.one(
    stage2, Signer("boss", "P-ST2-BOSS", Role.SUPERVISOR), show=sample_facts, then=_signed, to="decide"
)


@stage2.command("boss", "CM-SKIP", to="sample", label="L-BACK")
def not_called(ctx: Context) -> Outcome:
    return ctx.go("sample", "S-OK")


def _decided(ctx: Context, verdict: Reason) -> Outcome:
    boss = ctx.services.people.badge(ctx.tx, ctx.at(Inspecting).boss)
    if boss is None:
        raise Refused("E-AUTH-01")
    receipt, line = open_receipt(ctx), line_in_hand(ctx)
    verdicts.decide(ctx, receipt, line, verdict.name, boss)
    _forget(ctx.at(Inspecting))
    step, no = next_step(ctx), open_receipt(ctx).receipt_no
    return ctx.go(step, SAID[verdict.name], undo=None, n=line.samples_due, no=no)


def _lot_in_short(ctx: Context) -> Facts:
    """Four answers need the room of a small screen."""
    facts, line = sample_facts(ctx), line_shown(ctx)
    lines = [("L-SAMPLED", facts.big), ("L-DEFECTS", str((line and line.defects) or ""))]
    return Facts(name=facts.name, spec=facts.spec, lines=lines)


choice.add_step(
    stage2,
    "decide",
    prompt="P-ST2-DECIDE",
    reasons=verdicts.VERDICTS,
    then=_decided,
    to=("sample", "others", "finish"),
    back="sample",
    show=_lot_in_short,
)


def other_date(refusal: Refused, produced: date | None, expires: date | None) -> Refused:
    """E-QC-02 leads to the question which date counts; every other refusal stays what it is."""
    if refusal.code != "E-QC-02":
        return refusal
    keep = {"produced": rules.iso(produced), "expires": rules.iso(expires)}
    return refusal.back_to("differs", keep=keep)
