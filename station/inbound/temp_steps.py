"""The step at which temporary carton labels are asked for, the same at the count and at the inspection."""

from __future__ import annotations

from collections.abc import Callable

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.messages import Refused
from station.inbound import cartons, rules, temp_labels
from station.inbound.models import ReceiptLine

STEP = "temp"


def add_step(
    flow: Workflow, *, line: Callable[[Context], ReceiptLine | None], back: str
) -> Callable[[Context], Outcome]:
    """Declare the step of `flow`: a carton's number is typed, or CM-OK prints those of the `line` in
    question; CM-SKIP leads `back`. What is given back is what a command does that leads here.
    """

    @flow.screen(STEP, prompt="P-TEMP-LABEL")
    def ask(ctx: Context) -> Facts:
        of = line(ctx)
        if of is None:
            return Facts(pad="qty", hint="CM-SKIP")
        sku = catalog.sku(ctx.tx, of.sku_id)
        return Facts(big=cartons.span(of), name=sku.name_zh, spec=sku.spec, pad="qty", hint="CM-OK")

    @flow.on(STEP, Kind.QUANTITY, to=back)
    def print_one(ctx: Context, code: Code) -> Outcome:
        """Any accepted carton of the receipt."""
        of, number = line(ctx), inputs.quantity(code, 1, ctx.settings.rules.qty_max)
        mine = rules.lines(ctx.tx, of.receipt_id) if of is not None else []
        named = next((one for one in mine if number in temp_labels.numbers(one)), of)
        return _printed(ctx, named, [number], back)

    @flow.command(STEP, "CM-OK", to=back, label="L-TEMP-ALL")
    def print_all(ctx: Context) -> Outcome:
        of = line(ctx)
        return _printed(ctx, of, temp_labels.numbers(of) if of is not None else [], back)

    @flow.command(STEP, "CM-SKIP", to=back, label="L-BACK")
    def leave(ctx: Context) -> Outcome:
        return ctx.go(back, "S-OK")

    def want(ctx: Context) -> Outcome:
        """E-RCV-08 while nothing has a number."""
        of = line(ctx)
        if of is None or not temp_labels.numbers(of):
            raise Refused("E-RCV-08")
        return ctx.go(STEP, "S-OK", undo=None)

    return want


def _printed(ctx: Context, of: ReceiptLine | None, wanted: list[int] | range, back: str) -> Outcome:
    if of is None:
        raise Refused("E-RCV-08")
    if len(wanted) > temp_labels.MOST:
        raise Refused("E-QTY-01", max=temp_labels.MOST)
    return ctx.go(back, "S-TEMP-LABELS", n=temp_labels.print_for(ctx, of, wanted))
