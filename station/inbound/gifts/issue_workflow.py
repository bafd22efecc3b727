"""赠品领取 · give gifts out (P7, S-10).

Scan the gift (its label or its barcode), say how many and what for, and whose order or which campaign it is
for (CM-OK: nothing more to say). Whoever takes them scans their own badge and types their PIN: the issue book
has signed itself, and the gifts are out of the books. Until then nothing happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused, say
from station.inbound.gifts import issuing, labelled

gift_out = Workflow("gift_out", title="L-GIFT-OUT", roles={Role.GIFT_KEEPER}, start="goods", shares="L-MORE")


@dataclass
class Giving:
    """Which article, how many, what for."""

    sku: int = 0
    qty: int = 0
    purpose: str = ""
    note: str = ""


@gift_out.screen("goods", prompt="P-GFO-GOODS")
def ask_goods(_ctx: Context) -> Facts:
    return Facts()


@gift_out.on("goods", Kind.PRODUCT, Kind.GIFT, to="qty")
def take_goods(ctx: Context, code: Code) -> Outcome:
    sku_id = labelled.article(ctx.tx, code.text) if code.kind is Kind.GIFT else code.sku_id or 0
    if not issuing.free(ctx, sku_id):
        raise Refused("E-GFT-07", n=0)
    ctx.begin(Giving(sku=sku_id))
    return ctx.go("qty", "S-OK", undo=None)


def _facts(ctx: Context) -> Facts:
    at = ctx.at(Giving)
    sku = catalog.sku(ctx.tx, at.sku)
    why = next((one.label for one in issuing.PURPOSES if one.name == at.purpose), "")
    return Facts(
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-QTY", f"{at.qty} {sku.unit}" if at.qty else ""),
            ("L-REASON", f"{say(why)[ctx.by.lang]} {at.note}".strip() if why else ""),
        ],
    )


@gift_out.screen("qty", prompt="P-GFO-QTY")
def ask_qty(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.big, facts.big_label = str(issuing.free(ctx, ctx.at(Giving).sku)), "L-GFT-FREE"
    facts.pad, facts.hint = "qty", "1"
    return facts


@gift_out.on("qty", Kind.QUANTITY, to="purpose")
def take_qty(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Giving)
    qty, free = inputs.quantity(code, 1, ctx.settings.rules.qty_max), issuing.free(ctx, at.sku)
    if qty > free:
        raise Refused("E-GFT-07", n=free)
    at.qty = qty
    return ctx.go("purpose", "S-OK", undo=None)


@gift_out.command("qty", "CM-SKIP", to="goods", label="L-BACK")
def other_goods(ctx: Context) -> Outcome:
    return ctx.restart("S-OK")


def _chosen(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Giving).purpose = reason.name
    return ctx.go("note", "S-OK", undo=None)


choice.add_step(
    gift_out,
    "purpose",
    prompt="P-GFO-PURPOSE",
    reasons=issuing.PURPOSES,
    then=_chosen,
    to="note",
    show=_facts,
    back="qty",
)


@gift_out.screen("note", prompt="P-GFO-NOTE")
def ask_note(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad, facts.hint = "text", "CM-OK"
    return facts


@gift_out.on("note", Kind.TEXT, Kind.UNKNOWN, Kind.ORDER, Kind.QUANTITY, to="taker")
def take_note(ctx: Context, code: Code) -> Outcome:
    ctx.at(Giving).note = inputs.text(code, 60)
    return ctx.go("taker", "S-OK", undo=None)


@gift_out.command("note", "CM-OK", to="taker", label="L-GFT-NO-NOTE")
def no_note(ctx: Context) -> Outcome:
    ctx.at(Giving).note = ""
    return ctx.go("taker", "S-OK", undo=None)


@gift_out.command("note", "CM-SKIP", to="purpose", label="L-BACK")
def other_purpose(ctx: Context) -> Outcome:
    return ctx.go("purpose", "S-OK")


def _give(ctx: Context, taker: Actor) -> Outcome:
    at = ctx.at(Giving)
    number = issuing.issue(ctx, at.sku, at.qty, (at.purpose, at.note), ctx.by.name, taker)
    return ctx.restart("S-GFO-DONE", n=at.qty, name=taker.name, no=number)


signing.one(gift_out, Signer("taker", "P-GFO-TAKER", None), show=_facts, then=_give, to="goods")


for _step in ("taker", "taker_pin"):

    @gift_out.command(_step, "CM-SKIP", to="note", label="L-BACK")
    def not_signed(ctx: Context) -> Outcome:
        return ctx.go("note", "S-OK")
