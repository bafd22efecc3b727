"""How many came: cartons, units per carton, loose units, and too many of them (P2, P6)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound import cartons, faults
from station.inbound import rules as receipts
from station.inbound.stage1 import dating, rules
from station.inbound.stage1.flow import Counting, kept, line_facts, open_receipt, stage1

ABSURD = 2
"""A count beyond so many times what the line ordered is asked twice."""
AFTER_COUNT = ("produced", "expires", "lot", "outer", "product")


@stage1.screen("cartons", prompt="P-ST1-CARTONS")
def ask_cartons(ctx: Context) -> Facts:
    """Cartons; of the code of an inner pack such packs."""
    at = ctx.at(Counting)
    facts = line_facts(ctx, pad="qty", default=str(at.packs) if at.packs else "")
    facts.prompt = {"what": say("L-INNERS" if at.is_inner else "L-CARTONS")}
    return facts


@stage1.command("cartons", "CM-OK", to="case", label="L-AS-LABEL")
def as_the_label_says(ctx: Context) -> Outcome:
    """As many cartons as the label says."""
    packs = ctx.at(Counting).packs
    if not packs:
        raise Refused("E-CMD-01", card="CM-OK")
    ctx.at(Counting).cartons = packs
    return ctx.go("case", "S-OK", undo=None)


@stage1.on("cartons", Kind.QUANTITY, to="case")
def take_cartons(ctx: Context, code: Code) -> Outcome:
    ctx.at(Counting).cartons = inputs.quantity(code, 0, ctx.settings.rules.qty_max)
    return ctx.go("case", "S-OK", undo=None)


@stage1.screen("case", prompt="P-ST1-CASE")
def ask_case(ctx: Context) -> Facts:
    return line_facts(ctx, pad="qty", default=str(_usual_case(ctx)))


@stage1.on("case", Kind.QUANTITY, to="loose")
def take_case(ctx: Context, code: Code) -> Outcome:
    ctx.at(Counting).case = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    return ctx.go("loose", "S-OK", undo=None)


@stage1.command("case", "CM-OK", to="loose", label="L-OK")
def default_case(ctx: Context) -> Outcome:
    ctx.at(Counting).case = _usual_case(ctx)
    return ctx.go("loose", "S-OK", undo=None)


@stage1.command("case", "CM-FULL", to=("absurd", *AFTER_COUNT), label="L-FULL-INTACT")
def full_and_intact(ctx: Context) -> Outcome:
    """Full cartons as they always are, nothing loose, all intact: only what is not known yet is asked."""
    at = ctx.at(Counting)
    at.case, at.outer = _usual_case(ctx), faults.INTACT
    return _counted(ctx, 0)


def _usual_case(ctx: Context) -> int:
    """What the code said of its carton, else what the article's cartons hold."""
    at = ctx.at(Counting)
    return at.pack or int(catalog.sku(ctx.tx, at.sku).case_qty)


@stage1.screen("loose", prompt="P-ST1-LOOSE")
def ask_loose(ctx: Context) -> Facts:
    return line_facts(ctx, pad="qty", default="0")


@stage1.command("loose", "CM-QTY", to="loose", label="L-SAME-CARTON")
def in_the_same_carton(ctx: Context) -> Outcome:
    """These loose units lie in the carton that was counted last, beside other goods or another date (P6)."""
    receipt, at = open_receipt(ctx), ctx.at(Counting)
    if at.cartons or not cartons.last(receipts.lines(ctx.tx, receipt.id)):
        raise Refused("E-RCV-17")
    at.is_mixed = True
    return ctx.go("loose", "S-ST1-MIXED", undo=None, n=cartons.last(receipts.lines(ctx.tx, receipt.id)))


@stage1.on("loose", Kind.QUANTITY, to=("absurd", *AFTER_COUNT))
def take_loose(ctx: Context, code: Code) -> Outcome:
    return _counted(ctx, inputs.quantity(code, 0, ctx.settings.rules.qty_max))


@stage1.command("loose", "CM-OK", to=("absurd", *AFTER_COUNT), label="L-OK")
def no_loose(ctx: Context) -> Outcome:
    return _counted(ctx, 0)


def _counted(ctx: Context, loose: int) -> Outcome:
    at, most = ctx.at(Counting), ctx.settings.rules.qty_max
    at.loose = loose
    if not at.qty or at.qty > 100 * most:
        raise Refused("E-QTY-01", max=most)
    expected = rules.expected_line(ctx.tx, open_receipt(ctx), at.sku)
    over = rules.excess(ctx, expected, at.qty)
    if over and at.qty > ABSURD * expected.qty_expected:
        return ctx.go("absurd", "W-ST1-ABSURD", undo=None, n=at.qty)
    if over:
        raise Refused("E-RCV-05", n=over).back_to("over", keep=kept(ctx, refused=over), can_undo=True)
    at.refused = at.parked = 0
    return dating.go_on(ctx)


@stage1.screen("absurd", prompt="P-ST1-ABSURD")
def ask_really(ctx: Context) -> Facts:
    """A count far beyond what was ordered is more often a slip than a delivery."""
    facts = line_facts(ctx)
    facts.big, facts.hint = str(ctx.at(Counting).qty), "CM-SKIP"
    return facts


@stage1.command("absurd", "CM-OK", to="over", label="L-COUNT-RIGHT")
def really(ctx: Context) -> Outcome:
    at = ctx.at(Counting)
    at.refused = rules.excess(ctx, rules.expected_line(ctx.tx, open_receipt(ctx), at.sku), at.qty)
    return ctx.go("over", "W-ST1-OVER", undo=None, n=at.refused)


@stage1.screen("over", prompt="P-ST1-OVER")
def ask_over(ctx: Context) -> Facts:
    facts = line_facts(ctx)
    facts.big, facts.hint = str(ctx.at(Counting).refused), "CM-OK"
    return facts


@stage1.command("over", "CM-OK", to=AFTER_COUNT, label="L-REFUSE-EXCESS")
def refuse_excess(ctx: Context) -> Outcome:
    return dating.go_on(ctx)


@stage1.command("over", "CM-SHORT", to=AFTER_COUNT, label="L-SET-ASIDE")
def park_excess(ctx: Context) -> Outcome:
    """What is too much is taken in all the same, on hold, if a supervisor says so (P6): the buyer decides."""
    at = ctx.at(Counting)
    at.leave = f"E-RCV-16 {ctx.unless_allowed('E-RCV-16', n=at.refused)}"
    at.parked, at.refused = at.refused, 0
    return dating.go_on(ctx)


@stage1.command("absurd", "CM-SKIP", to="cartons", label="L-COUNT-AGAIN")
@stage1.command("over", "CM-SKIP", to="cartons", label="L-COUNT-AGAIN")
def count_again(ctx: Context) -> Outcome:
    ctx.begin(ctx.at(Counting).recount())
    return ctx.go("cartons", "S-OK", undo=None)
