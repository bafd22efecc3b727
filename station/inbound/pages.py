"""One receipt on the desk, down to its ledger rows."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session

from station.exchange.trail import messages
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, state_fact, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.inbound import decision_pages, parting, queries, rules
from station.inbound.blind import matching
from station.inbound.gifts import arrivals
from station.inbound.reverse import rules as reversing
from station.inbound.reverse.models import SlipReversal
from station.paper.queries import papers
from station.stock.trail import movements


@blueprint.get("/desk/receipts/<receipt_no>")
@allow(*DESK)
def receipt(receipt_no: str) -> Any:
    """One receipt down to its ledger rows."""
    with hub().db.read() as tx:
        row = queries.receipt(tx, receipt_no)
        if row is None:
            abort(404)
        notice = queries.notice(tx, row.notice_id)
        sheets = _goods(tx, row.id)
        numbers = (("RC", receipt_no), ("AS", row.sheet_no), ("GR", row.grn_no), ("ASN", notice.asn_no))
        reversals = reversing.of(tx, row.id)
        docs = documents(*numbers, *_slips(reversals))
        supplier = rules.parties(tx, row)[1]
        is_short, is_watched = not notice.is_closed and bool(row.posted_at), supplier.is_watched
        forms = decision_pages.forms(
            row,
            is_short=is_short,
            is_watched=is_watched,
            may_part=parting.may_part(tx, row),
            orders=matching.candidates(tx, row),
        )
        parts = [(one.receipt_no, one.state) for one in parting.parts(tx, row)]
        happened = trail(tx, docs, movements, papers, messages)
    facts = [
        state_fact(row.state),
        (_("Notice"), _("None: the goods are on hold") if notice.is_blind else notice.asn_no),
        (_("Supplier"), f"{supplier.name} ({_('watched')})" if is_watched else supplier.name),
        (_("Expected"), _("Nothing more") if notice.is_closed and not notice.is_blind else ""),
        (_("Parts of the truck"), ", ".join(f"{no} ({state_word(state)})" for no, state in parts)),
        (_("Sheet"), row.sheet_no),
        (_("Inbound slip"), row.grn_no),
        (_("Taken back slips"), ", ".join(f"{one.reverses_no} ({one.grn_no})" for one in reversals)),
        (_("Plate"), row.plate),
        (_("Driver"), row.driver),
        (_("Arrived"), row.arrived_at),
        (_("Posted"), row.posted_at),
    ]
    sheets += happened
    links = [
        (url_for("office.receipt_story", receipt_no=receipt_no), _("What happened")),
        (url_for("office.receipt_photos", receipt_no=receipt_no), _("Photos")),
    ]
    links += [(url_for("office.receipt", receipt_no=no), no) for no, _state in parts]
    if row.state in reversing.POSTED and actor().may(frozenset(RULERS)):
        links.append((url_for("office.ask_reversal", receipt_no=receipt_no), _("Take back the inbound slip")))
    return detail_page(receipt_no, facts, sheets, forms=forms, links=links)


def _goods(tx: Session, receipt_id: int) -> list[Any]:
    """The tables of what came: the counted and the refused, gifts and pieces where there are any."""
    sheets = [
        (_("Lines"), table(_columns(), queries.lines(tx, receipt_id))),
        (_("Refused uncounted"), table(_refused_columns(), queries.refused(tx, receipt_id))),
    ]
    more = (
        (_("Gifts"), _gift_columns(), arrivals.of(tx, receipt_id)),
        (_("Serial numbers"), _serial_columns(), queries.serials(tx, receipt_id)),
    )
    return sheets + [(title, table(columns, found)) for title, columns, found in more if found]


def _slips(reversals: list[SlipReversal]) -> list[tuple[str, str]]:
    """Slips that were taken back, and those that did so."""
    return [("GR", number) for one in reversals for number in (one.reverses_no, one.grn_no)]


def _refused_columns() -> list[tuple[str, str]]:
    return [(_("Article"), "code"), (_("Name"), "name_zh"), (_("Refused"), "qty"), (_("Reason"), "reason")]


def _columns() -> list[tuple[str, str]]:
    return [
        (_("Article"), "code"),
        (_("Name"), "name_zh"),
        (_("Delivered"), "qty_delivered"),
        (_("Refused"), "qty_rejected"),
        (_("Reason"), "reason"),
        (_("Expires"), "expires_on"),
        (_("Samples due"), "samples_due"),
        (_("Samples done"), "samples_done"),
        (_("Inspected by"), "inspectors"),
        (_("Carton code"), "carton_code"),
    ]


def _gift_columns() -> list[tuple[str, str]]:
    return [(_("Entry"), "entry_no"), (_("Article"), "code"), (_("Name"), "name_zh"), (_("Quantity"), "qty")]


def _serial_columns() -> list[tuple[str, str]]:
    return [
        (_("Serial number"), "serial_no"),
        (_("Article"), "code"),
        (_("Carton"), "carton"),
        (_("State"), "state"),
        (_("Read by"), "read_by"),
        (_("Time"), "read_at"),
    ]
