"""The page on which two people take a posted slip back (红冲, P4)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from station.ground.web.desk import RULERS, asked_why, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.inbound import queries, rules
from station.inbound.models import Receipt
from station.inbound.reverse import rules as reversing
from station.inbound.reverse import standing
from station.inbound.reverse.standing import Where
from station.people.gate import Gate
from station.people.second import second_person
from station.stock.models import Location


@blueprint.get("/desk/receipts/<receipt_no>/reverse")
@allow(*RULERS)
def ask_reversal(receipt_no: str) -> Any:
    """Where its goods are, why it is taken back, and who signs besides whoever is signed in."""
    receipt = _found(receipt_no)
    with hub().db.read() as tx:
        found = standing.find(tx, receipt.grn_no or "", receipt.dock_id)
        rows = [(one, _words(one.where)) for one in found]
        dock = tx.get_one(Location, receipt.dock_id).code
    must_carry = any(one.where is Where.SLOT for one in found)
    return render_template(
        "inbound/reverse.html",
        receipt=receipt,
        rows=rows,
        titles=[_("Article"), _("Lot"), _("Carton"), _("Quantity"), _("Slot"), _("What to do")],
        tick=_("What was put away stands at %(dock)s again") % {"dock": dock} if must_carry else "",
        may_go=all(one.where in {Where.SLOT, Where.DOCK} for one in found),
        demo=hub().demo_people,
    )


def _words(where: Where) -> str:
    """Where goods are, and what must be done with them before their slip is taken back."""
    return {
        Where.DOCK: _("At the dock: nothing to do"),
        Where.SLOT: _("Put away: carry it back to the dock"),
        Where.WANTED: _("In somebody's hands or promised: end that first"),
        Where.HELD: _("On hold or not good: deal with that first"),
        Where.GONE: _("Picked or gone: settle it by a return to the supplier or an adjustment"),
    }[where]


@blueprint.post("/desk/receipts/<receipt_no>/reverse")
@allow(*RULERS)
def reverse_slip(receipt_no: str) -> Any:
    """Supervisor and keeper sign on this page: the one who is signed in, and another by badge and PIN."""
    station, by, reason = hub(), actor(), asked_why()
    _found(receipt_no)
    is_back = request.form.get("back") == "1"
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
        receipt = rules.receipt_by_code(work.tx, receipt_no)
        reversing.reverse(work, receipt, reason, by, other, is_back=is_back)

    station.works.do(take_back, by)
    return redirect(url_for("office.receipt", receipt_no=receipt_no))


def _found(receipt_no: str) -> Receipt:
    with hub().db.read() as tx:
        receipt = queries.receipt(tx, receipt_no)
        if receipt is None:
            abort(404)
        tx.expunge(receipt)
        return receipt
