"""What is in the picker's hand goes into the tote; goods with serial numbers each by its own (P15).

A code that says the article and the number (AI 21) needs one scan. A number that the scanner
cannot read is typed as it is printed; a piece without one stays where it is, and is reported short.
"""

from __future__ import annotations

from typing import Any

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.messages import Refused
from station.outbound.picking import taking, walking
from station.outbound.picking.position import Picking
from station.outbound.picking.walking import ON
from station.stock import serials


def take_pieces(ctx: Context, stop: Any, qty: int, serial_no: str = "") -> Outcome:
    """`qty` of the stop are taken; on with the next piece, or from there."""
    at = ctx.at(Picking)
    frame = taking.take(ctx, at.no, stop, at.tote, qty, serial_no=serial_no)
    ctx.used("E-PCK-03")
    stays = qty < stop.qty - stop.qty_picked
    step = walking.arrive(ctx)
    code = "S-PCK-TAKEN" if step == "slot" else "S-PCK-LAST"
    if stays:
        step = "serial" if stop.is_serial else "product"
    return ctx.go(step, code, undo=frame, n=qty)


def _ask(ctx: Context) -> Facts:
    facts, stop = walking.facts(ctx), walking.shown(ctx)
    facts.hint = serials.first_in_stock(ctx.tx, stop.lot_id) if stop is not None else ""
    return facts


def _take_number(ctx: Context, code: Code) -> Outcome:
    return take_pieces(ctx, walking.stop(ctx), 1, inputs.text(code, serials.LONGEST))


def _take_label(ctx: Context, code: Code) -> Outcome:
    """A GS1 code with the number in it; E-PCK-02 for another article's, E-SN-06 without a number."""
    stop = walking.stop(ctx)
    if code.kind is Kind.PRODUCT and code.sku_id != stop.sku_id:
        raise Refused("E-PCK-02", want=stop.name_zh)
    if not code.serial:
        raise Refused("E-SN-06")
    return take_pieces(ctx, stop, 1, code.serial)


def add_to(flow: Workflow) -> None:
    """Declare the step that asks for a piece's number."""
    flow.screen("serial", prompt="P-PCK-SERIAL")(_ask)
    flow.on("serial", Kind.TEXT, to=("serial", *ON))(_take_number)
    flow.on("serial", Kind.PRODUCT, Kind.LABEL, to=("serial", *ON))(_take_label)
