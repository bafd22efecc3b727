"""A sample that is bad (P3): what is wrong with it, its photo, and the bad one leaves the dock.

The photo is taken with 📸 at the top of the screen; CM-OK says that it is there. Who cannot take one
chooses why instead, and goes on. Nothing is refused before that: CM-SKIP and CM-UNDO lead back.
"""

from __future__ import annotations

from station.ground.documents.history import record
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound import faults, photos
from station.inbound.models import RECEIPT
from station.inbound.stage2 import rules
from station.inbound.stage2.flow import (
    Inspecting,
    in_short,
    line_in_hand,
    next_step,
    open_receipt,
    sample_facts,
    stage2,
)

WITHOUT = (
    Reason("CAMERA", "L-NOPHOTO-CAMERA"),
    Reason("SEEN", "L-NOPHOTO-SEEN"),
    Reason("SAME", "L-NOPHOTO-SAME"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a bad sample has no photo of its own: 不能拍照/送货人已看/与上一张相同/其他."""
ENOUGH = "ENOUGH"
"""The receipt has all the photos it may have."""


def ask_what(ctx: Context) -> Outcome:
    """The sample in hand is bad."""
    return ctx.go("defect", "S-OK", undo=None)


def _what(ctx: Context, fault: Reason) -> Outcome:
    """What is wrong is known; the photo comes next, unless the receipt has enough of them."""
    receipt, at = open_receipt(ctx), ctx.at(Inspecting)
    taken = photos.names(ctx.tx, receipt.receipt_no)
    at.fault, at.photos = fault.name, len(taken)
    if not photos.may_add(receipt, len(taken)):
        return _refuse(ctx, {"without": ENOUGH})
    return ctx.go("proof", "S-OK", undo=None)


choice.add_step(
    stage2,
    "defect",
    prompt="P-ST2-DEFECT",
    reasons=faults.DEFECTS,
    then=_what,
    to=("proof", "sample", "others", "finish"),
    back="sample",
    show=in_short,
)


def _what_is_wrong(ctx: Context) -> Facts:
    sku, fault = sample_facts(ctx), say(faults.label(ctx.at(Inspecting).fault))
    return Facts(name=sku.name, spec=sku.spec, lines=[("L-DEFECTS", fault["zh"])])


def _without(ctx: Context, why: Reason) -> Outcome:
    return _refuse(ctx, {"without": why.name})


choice.add_step(
    stage2,
    "proof",
    prompt="P-ST2-PROOF",
    reasons=WITHOUT,
    then=_without,
    to=("sample", "others", "finish"),
    back="defect",
    show=_what_is_wrong,
)


@stage2.command("proof", "CM-OK", to=("sample", "others", "finish"), label="L-PHOTO-TAKEN")
def photo_taken(ctx: Context) -> Outcome:
    """E-QC-06 while no photo has come since the sample was called bad."""
    new = photos.names(ctx.tx, open_receipt(ctx).receipt_no)[ctx.at(Inspecting).photos :]
    if not new:
        raise Refused("E-QC-06")
    return _refuse(ctx, {"photos": new})


def _refuse(ctx: Context, proof: dict[str, object]) -> Outcome:
    """The bad one goes back with the driver; the receipt's history names its photo, or why there is none."""
    at, line, receipt = ctx.at(Inspecting), line_in_hand(ctx), open_receipt(ctx)
    before = rules.sample_failed(ctx, receipt, line, at.fault)
    said = {"line": line.id, "fault": at.fault, **proof}
    state = receipt.state
    record(ctx, RECEIPT.doc_type, receipt.receipt_no, "bad_sample", old=state, new=state, detail=said)
    at.fault, at.photos = "", 0
    return ctx.go(next_step(ctx), "W-ST2-FULL", undo=before, n=line.samples_due)
