"""The steps from the box to the label that was scanned back."""

from __future__ import annotations

from station.carriers.models import Waybill
from station.carriers.ranges import RangeService
from station.catalog import rules as catalog
from station.catalog.models import Packaging
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import reprint
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import boxing, children, labelling, verifying
from station.outbound.packing.flow import live, order_facts, pack
from station.outbound.packing.position import Packing


@pack.screen("box", prompt="P-PAK-BOX")
def ask_box(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    facts, box = order_facts(at), boxing.proposed(ctx.tx, at.parcel)
    facts.hint = "BOX"
    if box is not None:
        facts.lines = [("L-PAK-BOX", box.name)]
    return facts


@pack.on("box", Kind.PACKAGING, to="label")
def take_box(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Packing)
    live(ctx, at.order)
    parcel = verifying.parcel(ctx.tx, at.parcel)
    bill = labelling.label(ctx, parcel, _box(ctx, code), ctx.services.part(RangeService))
    return ctx.go("label", "S-PAK-LABEL", no=bill.waybill_no)


def _box(ctx: Context, code: Code) -> Packaging:
    packaging = catalog.packaging(ctx.tx, code.text)
    if packaging is None:
        raise Refused("E-PAK-07")
    return packaging


def other_box(ctx: Context, code: Code, step: str) -> Outcome:
    """The first box was the wrong one: the one scanned now is it, and nothing is printed again."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    packaging = _box(ctx, code)
    labelling.change_box(ctx, verifying.parcel(ctx.tx, at.parcel), packaging)
    return ctx.go(step, "S-PAK-REBOX", box=packaging.name)


@pack.screen("label", prompt="P-PAK-STICK")
def ask_label(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    facts = order_facts(at)
    bill = labelling.waybill_of(ctx.tx, at.parcel)
    if bill is None:  # given up meanwhile: the next scan says so
        return facts
    facts.big, facts.big_label, facts.hint = bill.number[-6:], "L-WAYBILL-TAIL", bill.number
    carrier = catalog.carrier(ctx.tx, bill.carrier_id).name
    facts.lines = [("L-CARRIER", carrier), ("L-ROUTE", bill.route_code)]
    others = children.to_stick(ctx.tx, verifying.parcel(ctx.tx, at.parcel))
    if others:
        facts.banner, facts.hint = "L-PAK-OTHERS", others[0].number
        facts.big = facts.hint[-6:]
        facts.table = [(one.number, "", "") for one in others]
        facts.photos = []
    return facts


@pack.on("label", Kind.WAYBILL, to=("label", "weigh"))
def take_label(ctx: Context, code: Code) -> Outcome:
    """Its own label; before it, where one more parcel has renamed the others, theirs (E-PAK-13)."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    parcel = verifying.parcel(ctx.tx, at.parcel)
    if children.stick(ctx, parcel, code.text):
        return ctx.go("label", "S-PAK-RELABEL", no=code.text)
    labelling.check_own(ctx.tx, parcel, code.text)
    children.check(ctx.tx, parcel)
    labelling.bind(ctx, parcel, code.text)
    return ctx.go("weigh", "S-PAK-BOUND")


@pack.on("label", Kind.PACKAGING, to="label")
def other_box_at_label(ctx: Context, code: Code) -> Outcome:
    return other_box(ctx, code, "label")


@pack.on("label", Kind.UNKNOWN, to="label")
def foreign_label(ctx: Context, _code: Code) -> Outcome:
    live(ctx, ctx.at(Packing).order)
    raise Refused("E-WB-06")


@pack.command("label", "CM-REPRINT", to="reprint", label="L-REPRINT")
def ask_why_again(ctx: Context) -> Outcome:
    live(ctx, ctx.at(Packing).order)
    return ctx.go("reprint", "S-OK")


def _print_again(ctx: Context, reason: str) -> Outcome:
    live(ctx, ctx.at(Packing).order)
    return ctx.go("label", "S-PAK-REPRINT", n=labelling.reprint(ctx, own_bill(ctx), reason))


reprint.add_step(pack, "reprint", back="label", again=_print_again)


def own_bill(ctx: Context) -> Waybill:
    """The waybill of the parcel in hand; E-WB-06 when it has none any more."""
    bill = labelling.waybill_of(ctx.tx, ctx.at(Packing).parcel)
    if bill is None:
        raise Refused("E-WB-06")
    return bill
