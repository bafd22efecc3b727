"""Cartons without a label at the inspection: temporary ones print, and say which carton is open (P3)."""

from __future__ import annotations

from station.ground.scan.kinds import Code
from station.ground.scan.workflow import Context, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound import temp_labels, temp_steps
from station.inbound.models import ReceiptLine
from station.inbound.stage2 import opening_cartons, sharing
from station.inbound.stage2.flow import Inspecting, join, line_shown, open_receipt, stage2

want = temp_steps.add_step(stage2, line=line_shown, back="sample")


def open_numbered(ctx: Context, code: Code) -> Outcome:
    """The carton or pallet that bears this number itself (SSCC, or a label of ours), as it was counted.

    E-LBL-02 when nothing of this receipt was counted with it; a pallet of several cartons says its first one.
    """
    receipt = open_receipt(ctx)
    mine = [line for line in receipts.lines(ctx.tx, receipt.id) if line.carton_code == code.text]
    left = [line for line in mine if line.samples_done < line.samples_due and line.first_carton]
    if not mine:
        raise Refused("E-LBL-02")
    line = next(iter(left), mine[0])
    to_open = opening_cartons.left(line) if left else []
    return _open(ctx, line, next(iter(to_open), line.first_carton))


def open_labelled(ctx: Context, code: Code) -> Outcome:
    """The samples that follow come out of this carton, whichever line of the receipt it is of.

    E-LBL-02 for a carton of another receipt, E-QC-05 where nothing is to open, E-QC-09 for one that a
    colleague has open; at a colleague's line one inspects with the colleague.
    """
    line, number = temp_labels.carton(ctx, code.text)
    if line.receipt_id != open_receipt(ctx).id:
        raise Refused("E-LBL-02")
    return _open(ctx, line, number)


def _open(ctx: Context, line: ReceiptLine, number: int) -> Outcome:
    receipt, at, present = open_receipt(ctx), ctx.at(Inspecting), line_shown(ctx)
    if line.samples_done >= line.samples_due:
        left = opening_cartons.left(present) if present is not None else []
        raise Refused("E-QC-05", n=number, open=", ".join(map(str, left)))
    opening_cartons.choose(line, number)
    sharing.check_free(ctx.tx, receipt, line, number, ctx.actor.user_id or 0)
    join(ctx, line)
    at.carton = number
    return ctx.go("sample", "S-ST2-CARTON", undo=None, n=number)
