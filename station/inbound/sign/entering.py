"""录单: a clerk keys the signed sheet in by scanning it, and only now the carton labels print (S-11, S-26).

Whoever collected the signatures may be no clerk: then the sheet goes to one, who scans it on any device, and
whoever sticks labels scans it after that. A house where nobody is a clerk lets whoever signs sheets do it.
"""

from __future__ import annotations

from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import Receipt
from station.inbound.sign import rules
from station.inbound.sign.flow import receipt_in_hand, sign_off, totals
from station.people.rules import somebody_is

STICKING = frozenset({Role.RECEIVER, Role.SUPERVISOR})
"""Who goes on to stick the labels after keying the sheet in."""


def may_key_in(ctx: Context) -> bool:
    """Whether this person's scan of the signed sheet keys it in."""
    return Role.CLERK in ctx.actor.roles or not somebody_is(ctx.tx, Role.CLERK)


@sign_off.screen("entry", prompt="P-SGN-ENTRY")
def ask_entry(ctx: Context) -> Facts:
    facts = totals(ctx)
    facts.hint = receipt_in_hand(ctx).sheet_no
    return facts


@sign_off.on("entry", Kind.SHEET, Kind.RECEIPT, to=("labels", "sheet"))
def take_signed_sheet(ctx: Context, code: Code) -> Outcome:
    """E-SGN-01 for another receipt's sheet."""
    receipt = receipt_in_hand(ctx)
    if receipts.receipt_by_code(ctx.tx, code.text).id != receipt.id:
        raise Refused("E-SGN-01", no=receipt.sheet_no)
    return key_in(ctx, receipt)


def key_in(ctx: Context, receipt: Receipt) -> Outcome:
    """The labels print; a clerk who sticks none is free. E-SGN-02 for somebody who keys nothing in."""
    if not may_key_in(ctx):
        raise Refused("E-SGN-02")
    printed = rules.key_in(ctx, receipt, ctx.actor)
    if ctx.actor.roles.isdisjoint(STICKING):
        return ctx.restart("S-SGN-KEYED", n=printed)
    return ctx.go("labels", "S-SGN-KEYED", n=printed)
