"""Before a line is written: what was read or typed of it can be changed, one thing at a time (P2)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit.choice import Reason, rows
from station.ground.scan.workflow import Context, Facts, Outcome
from station.inbound.stage1.flow import Counting, line_facts, stage1

COUNT, PRODUCED, EXPIRES, LOT = (
    Reason("cartons", "L-COUNT"),
    Reason("produced", "L-PRODUCED"),
    Reason("expires", "L-EXPIRES"),
    Reason("lot", "L-LOT"),
)
"""What may be wrong; each is named by its step."""


def _choices(ctx: Context) -> list[Reason]:
    at = ctx.at(Counting)
    sku = catalog.sku(ctx.tx, at.sku)
    dates = [PRODUCED, EXPIRES] if sku.is_shelf_life else []
    return [COUNT, *dates, *([LOT] if sku.is_lot or at.lot else [])]


@stage1.screen("amend", prompt="P-ST1-AMEND")
def ask_what(ctx: Context) -> Facts:
    facts = line_facts(ctx, pad="choice")
    facts.table, facts.hint = rows(_choices(ctx)), "1"
    return facts


@stage1.on("amend", Kind.QUANTITY, to=("cartons", "produced", "expires", "lot"))
def change(ctx: Context, code: Code) -> Outcome:
    at, choices = ctx.at(Counting), _choices(ctx)
    chosen = choices[inputs.quantity(code, 1, len(choices)) - 1]
    if chosen is COUNT:
        ctx.begin(at.recount())
    elif chosen is LOT:
        at.lot, at.unsure_lot = "", at.lot
    return ctx.go(chosen.name, "S-OK", undo=None)


@stage1.command("amend", "CM-SKIP", to="outer", label="L-BACK")
def all_right(ctx: Context) -> Outcome:
    return ctx.go("outer", "S-OK", undo=None)
