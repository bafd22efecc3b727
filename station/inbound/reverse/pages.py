"""The page on which two people take a posted slip back (红冲, P4)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from station.ground.web.desk import RULERS, asked_why, blueprint
from station.ground.web.kit import actor, allow, hub
from station.inbound import queries, rules
from station.inbound.models import Receipt
from station.inbound.reverse import rules as reversing
from station.people.gate import Gate
from station.people.second import second_person


@blueprint.get("/desk/receipts/<receipt_no>/reverse")
@allow(*RULERS)
def ask_reversal(receipt_no: str) -> Any:
    """Why, and who signs besides whoever is signed in."""
    receipt = _found(receipt_no)
    return render_template("inbound/reverse.html", receipt=receipt, demo=hub().demo_people)


@blueprint.post("/desk/receipts/<receipt_no>/reverse")
@allow(*RULERS)
def reverse_slip(receipt_no: str) -> Any:
    """Supervisor and keeper sign on this page: the one who is signed in, and another by badge and PIN."""
    station, by, reason = hub(), actor(), asked_why()
    _found(receipt_no)
    other = second_person(
        station.part(Gate),
        request.form.get("badge", "")[:80],
        request.form.get("pin", "")[:20],
        by,
        station.clock.now(),
        step="receipt.reverse",
        address=request.remote_addr or "",
    )

    def take_back(work: Any) -> None:
        reversing.reverse(work, rules.receipt_by_code(work.tx, receipt_no), reason, by, other)

    station.works.do(take_back, by)
    return redirect(url_for("office.receipt", receipt_no=receipt_no))


def _found(receipt_no: str) -> Receipt:
    with hub().db.read() as tx:
        receipt = queries.receipt(tx, receipt_no)
        if receipt is None:
            abort(404)
        tx.expunge(receipt)
        return receipt
