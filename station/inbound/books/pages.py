"""Suppliers with their chart, and all that happened at a receipt, in the order of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, render_template

from station.ground.registers.downloads import asked_of
from station.ground.registers.pages import page
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub
from station.ground.web.sheets import Line, Sheet
from station.ground.web.trail import documents
from station.inbound import photos, queries
from station.inbound.books import scans, story
from station.inbound.books.suppliers import SUPPLIERS, bars

ALL = 500
"""So many suppliers are looked at for the chart, and so many lines of a story are shown."""
BEFORE = timedelta(minutes=30)
"""A truck is registered in this time: the scans before it has a number."""


@blueprint.get("/desk/suppliers")
@allow(*DESK)
def suppliers() -> Any:
    """What was refused of what each supplier brought; the worst ones as bars."""
    with hub().db.read() as tx:
        rows = SUPPLIERS.page(tx, asked_of(SUPPLIERS), limit=ALL)
    return page(SUPPLIERS, aside="inbound/_suppliers.html", bars=bars(rows))


@blueprint.get("/desk/receipts/<receipt_no>/story")
@allow(*DESK)
def receipt_story(receipt_no: str) -> Any:
    """Who scanned what and when, states, signatures, papers and photos of a receipt."""
    with hub().db.read() as tx:
        row = queries.receipt(tx, receipt_no)
        if row is None:
            abort(404)
        asn_no = queries.notice(tx, row.notice_id).asn_no
        docs = documents(("RC", receipt_no), ("AS", row.sheet_no), ("GR", row.grn_no))
        until = row.posted_at or hub().clock.now()
        numbers = (receipt_no, row.sheet_no, asn_no)
        made = scans.of(tx, numbers, row.arrived_at - BEFORE, until, ALL + 1)
        printed = story.papers(tx, docs)
        told = [*story.of_scans(made), *story.of_history(tx, docs), *story.of_papers(printed)]
        pictures = photos.names(tx, receipt_no)
    told.sort(key=lambda event: event.at)
    return render_template(
        "inbound/story.html",
        receipt_no=receipt_no,
        sheet=Sheet(story.titles(), [Line(event.cells) for event in told[:ALL]]),
        photos=pictures,
        most=ALL if len(told) > ALL else 0,
        papers=[one for one in printed if one.has_picture],
        demo=hub().demo_people,
    )
