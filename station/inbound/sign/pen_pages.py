"""The page on which a driver signs with a finger: a field as large as the handheld's screen (S-11)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from printers import strokes
from station.ground.scan.runs import in_hand
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.inbound import queries
from station.inbound.models import Receipt, ReceiptState
from station.inbound.sign import finger

SIGNING = (Role.RECEIVER, Role.CLERK, Role.SUPERVISOR)


@blueprint.get("/work/pen")
@allow(*SIGNING)
def pen_in_hand() -> Any:
    """The field for the sheet that this person has in hand; without one back to the signatures."""
    with hub().db.read() as tx:
        receipt_id = in_hand(tx, actor().user_id, ("sign",), "receipt")
        receipt = tx.get(Receipt, receipt_id) if receipt_id else None
    if receipt is None:
        return redirect(url_for("scan.work", workflow="sign"))
    return redirect(url_for("office.driver_pen", receipt_no=receipt.receipt_no))


@blueprint.get("/work/pen/<receipt_no>")
@allow(*SIGNING, *DESK)
def driver_pen(receipt_no: str) -> Any:
    """The signature that counts, or a field for one while the sheet waits for it."""
    with hub().db.read() as tx:
        receipt = queries.receipt(tx, receipt_no)
        if receipt is None:
            abort(404)
        drawn = finger.given(tx, receipt)
        lines = queries.totals(tx, receipt.id)
        tx.expunge(receipt)
    may_sign = receipt.state == ReceiptState.AWAIT_SIGN and actor().may(frozenset(SIGNING))
    paths = [" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes.read(drawn)]
    return render_template(
        "inbound/pen.html", receipt=receipt, totals=lines, paths=paths, may_sign=may_sign, field=strokes
    )


@blueprint.post("/work/pen/<receipt_no>")
@allow(*SIGNING)
def keep_pen(receipt_no: str) -> Any:
    """E-SGN-03 for a field that is as good as empty; then back to the signatures."""
    text = request.form.get("strokes", "")[: strokes.LONGEST + 1]
    hub().works.do(lambda work: finger.keep(work, receipt_no, text), actor())
    return redirect(url_for("scan.work", workflow="sign"))
