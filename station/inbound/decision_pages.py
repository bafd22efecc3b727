"""The buttons of a receipt's page: what may be decided of the truck and of its order (P1, P6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, redirect, request, url_for

from station.ground.documents.history import record
from station.ground.web.desk import RULERS, asked_why, blueprint, form
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import say
from station.ground.work import Work
from station.inbound import notices, parting, queries, refusing, rules
from station.inbound.arrive import rules as arriving
from station.inbound.blind import matching
from station.inbound.models import RECEIPT, Receipt


def forms(
    receipt: Receipt, *, is_short: bool, is_watched: bool, may_part: bool, orders: list[tuple[int, str]]
) -> list[dict[str, Any]]:
    """What may be decided of the receipt as it is.

    `is_short`: goods of its order have not come; `is_watched`: everything of its supplier is inspected;
    `may_part`: some of its lines are ready, and some are not; `orders` (id, text): what a receipt without an
    order may belong to.
    """
    number, why = receipt.receipt_no, _("Reason")
    made: list[dict[str, Any]] = []
    if orders:
        made += form("office.match_order", _("It belongs to this order"), choices=orders, receipt_no=number)
    if RECEIPT.may(receipt.state, "cancel"):
        made += form("office.cancel_receipt", _("Cancel the receipt"), why, receipt_no=number)
    if RECEIPT.may(receipt.state, "refuse"):
        choices = [(key, say(reason.label)[language()]) for key, reason in enumerate(refusing.WHOLE)]
        made += form("office.refuse_receipt", _("Refuse the whole truck"), choices=choices, receipt_no=number)
    if may_part:
        part = _("Release what is ready, inspect the rest later")
        made += form("office.part_receipt", part, why, receipt_no=number)
    if RECEIPT.may(receipt.state, "close"):
        made += form("office.close_receipt", _("Close the receipt"), receipt_no=number)
    if is_short:
        made += form("office.close_short", _("Nothing more comes of this order"), why, receipt_no=number)
    watch = _("Watch this supplier no longer") if is_watched else _("Watch this supplier: inspect everything")
    return made + form("office.watch_supplier", watch, why, receipt_no=number)


@blueprint.post("/desk/receipts/<receipt_no>/watch")
@allow(*RULERS)
def watch_supplier(receipt_no: str) -> Any:
    """From the next count on the supplier's goods are inspected piece by piece, or as usual again."""
    why = asked_why()

    def turn(work: Work, receipt: Receipt) -> None:
        supplier = rules.parties(work.tx, receipt)[1]
        supplier.is_watched = not supplier.is_watched
        event = "watch" if supplier.is_watched else "unwatch"
        record(work, "SUP", supplier.code, event, old="", new="", detail={"reason": why})
        record(
            work,
            RECEIPT.doc_type,
            receipt.receipt_no,
            event,
            old=receipt.state,
            new=receipt.state,
            detail={"supplier": supplier.code, "reason": why},
        )

    return _decide(receipt_no, turn)


@blueprint.post("/desk/receipts/<receipt_no>/cancel")
@allow(*RULERS)
def cancel_receipt(receipt_no: str) -> Any:
    """The wrong truck was registered; E-RCV-10 once something of it was counted."""
    return _decide(receipt_no, partial(arriving.cancel, reason=asked_why()))


@blueprint.post("/desk/receipts/<receipt_no>/refuse")
@allow(*RULERS)
def refuse_receipt(receipt_no: str) -> Any:
    """The whole truck goes back; receiver and driver sign the sheet that says so."""
    text = request.form.get("choice", "")
    if text not in {str(key) for key in range(len(refusing.WHOLE))}:
        abort(404)
    return _decide(receipt_no, partial(refusing.refuse_all, reason=refusing.WHOLE[int(text)].name))


@blueprint.post("/desk/receipts/<receipt_no>/match")
@allow(*RULERS)
def match_order(receipt_no: str) -> Any:
    """A truck without an order gets one; see `matching.match` for what is refused."""
    text = request.form.get("choice", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        abort(404)
    return _decide(receipt_no, partial(matching.match, notice_id=int(text)))


@blueprint.post("/desk/receipts/<receipt_no>/part")
@allow(*RULERS)
def part_receipt(receipt_no: str) -> Any:
    """What is ready goes on to the signatures; the rest is a receipt of its own. E-QC-07 when there is no
    rest.
    """
    return _decide(receipt_no, partial(parting.part, reason=asked_why()))


@blueprint.post("/desk/receipts/<receipt_no>/close")
@allow(*RULERS)
def close_receipt(receipt_no: str) -> Any:
    """Everything is in its slot and the papers are filed: CLOSED; E-RCV-07 before that."""
    return _decide(receipt_no, lambda work, receipt: RECEIPT.move(work, receipt, "close"))


@blueprint.post("/desk/receipts/<receipt_no>/close-short")
@allow(*RULERS)
def close_short(receipt_no: str) -> Any:
    """What is missing of the order does not come; E-RCV-11 while a truck of it stands at the dock."""
    why = asked_why()
    return _decide(receipt_no, lambda work, receipt: notices.close_short(work, receipt.notice_id, why))


def _decide(receipt_no: str, rule: Callable[[Work, Receipt], object]) -> Any:
    """Do it in a unit of work of its own, the receipt locked; 404 for none."""
    with hub().db.read() as tx:
        if queries.receipt(tx, receipt_no) is None:
            abort(404)
    hub().works.do(lambda work: rule(work, rules.receipt_by_code(work.tx, receipt_no)), actor())
    return redirect(url_for("office.receipt", receipt_no=receipt_no))
