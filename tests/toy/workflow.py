"""Scan a tote that has an errand, scan the slot, choose why, and two people sign."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from station.ground.scan.context import Context
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.outcome import Facts, Outcome
from station.ground.scan.workflow import Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.stock import locations
from tests.toy.models import ERRANDS, Errand

toy = Workflow(
    "toy",
    title="L-PUTAWAY",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="tote",
    waiting=ERRANDS.count_waiting,
)
REASONS = (Reason("FULL", "L-OFF-FULL"), Reason("MERGE", "L-OFF-MERGE"))


@dataclass
class Carrying:
    errand: int = 0
    tote: str = ""
    slot: str = ""
    reason: str = ""


@toy.screen("tote", prompt="P-PCK-TOTE")
def ask_tote(ctx: Context) -> Facts:
    return Facts(big=str(ERRANDS.count_waiting(ctx.tx)))


@toy.on("tote", Kind.TOTE, to="slot")
def take_tote(ctx: Context, code: Code) -> Outcome:
    tote = locations.find(ctx.tx, code.text)
    errand = ctx.tx.scalars(select(Errand).where(Errand.tote == tote.code).order_by(Errand.id.desc())).first()
    if errand is None:
        raise Refused("E-TSK-02")
    if ERRANDS.claim(ctx, errand):
        return ctx.resumed("S-PUT-TAKEN")
    ctx.begin(Carrying(errand.id, tote.code))
    return ctx.go("slot", "S-PUT-TAKEN")


@toy.leave
def leave(ctx: Context) -> None:
    ERRANDS.let_go(ctx, ctx.at(Carrying).errand)


def show(ctx: Context) -> Facts:
    at = ctx.at(Carrying)
    return Facts(big=at.tote, lines=[("L-PUT-FROM", at.slot)])


@toy.screen("slot", prompt="P-PUT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    return show(ctx)


@toy.on("slot", Kind.LOCATION, to="reason")
def take_slot(ctx: Context, code: Code) -> Outcome:
    ctx.at(Carrying).slot = locations.find(ctx.tx, code.text).code
    return ctx.go("reason", "S-OK")


def reason_given(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Carrying).reason = reason.name
    return ctx.go("keeper", "S-OK")


def signed(ctx: Context, first: Actor, second: Actor) -> Outcome:
    at = ctx.at(Carrying)
    errand = ERRANDS.held(ctx, at.errand)
    ERRANDS.finish(ctx, errand, slot=at.slot, reason=at.reason, signers=f"{first.name}+{second.name}")
    return ctx.restart("S-PUT-DONE", slot=at.slot)


choice.add_step(
    toy,
    "reason",
    prompt="P-PUT-REASON",
    reasons=REASONS,
    then=reason_given,
    to="keeper",
    show=show,
    back="slot",
)
signing.pair(
    toy,
    Signer("keeper", "P-SGN-KEEPER", Role.KEEPER),
    Signer("boss", "P-SGN-SUPERVISOR", Role.SUPERVISOR),
    show=show,
    then=signed,
    to="tote",
)
