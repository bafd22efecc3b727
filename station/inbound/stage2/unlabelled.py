"""Cartons without a label at the inspection: temporary ones print, and say which carton is open (P3)."""

from __future__ import annotations

from station.ground.scan.kinds import Code
from station.ground.scan.workflow import Context, Outcome
from station.ground.words.messages import Refused
from station.inbound import temp_labels, temp_steps
from station.inbound.stage2 import opening_cartons, sharing
from station.inbound.stage2.flow import Inspecting, line_in_hand, open_receipt, stage2

want = temp_steps.add_step(stage2, line=line_in_hand, back="sample")


def open_labelled(ctx: Context, code: Code) -> Outcome:
    """The samples that follow come out of this carton, whichever line of the receipt it is of.

    E-LBL-02 for a carton of another receipt, E-TSK-01 for a colleague's line, E-QC-05 where nothing is to
    open.
    """
    receipt, at = open_receipt(ctx), ctx.at(Inspecting)
    line, number = temp_labels.carton(ctx, code.text)
    if line.receipt_id != receipt.id:
        raise Refused("E-LBL-02")
    if line.samples_done >= line.samples_due:
        raise Refused("E-QC-05", n=number, open=", ".join(map(str, opening_cartons.left(line_in_hand(ctx)))))
    opening_cartons.choose(line, number)
    if ctx.claim(sharing.subject(receipt, line)):
        return ctx.resumed("S-ST2-OPEN", no=receipt.receipt_no)
    at.line, at.carton = line.id, number
    return ctx.go("sample", "S-ST2-CARTON", undo=None, n=number)
