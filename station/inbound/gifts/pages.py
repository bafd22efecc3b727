"""The gift book at the desk: looked at by days, and printed (S-07, S-10, §8)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for

from printers import documents as paper
from station.ground import shop
from station.ground.registers import paper as drawing
from station.ground.registers.filters import Days
from station.ground.web.desk import DESK, blueprint, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_date, local_number
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.inbound.gifts import book
from station.inbound.gifts.book import MOST_ROWS, Period
from station.inbound.gifts.models import GiftEntry

READERS = (*DESK, Role.GIFT_KEEPER)
BLANK_ROWS = 3
"""To go on by hand."""


def _period() -> Period:
    """The days of the address; from the first of this month to today where it names none."""
    today = hub().clock.today()
    asked = Days(GiftEntry.registered_at).read(request.args, today)
    until: date = asked["until"] or today
    return Period(asked["since"] or until.replace(day=1), until)


@blueprint.get("/desk/gift-book")
@allow(*READERS)
def gift_book() -> Any:
    """What came and what left on these days, with what was left of it."""
    period = _period()
    with hub().db.read() as tx:
        rows = book.of(tx, period, hub().settings)
    return render_template(
        "inbound/gift_book.html",
        period=period,
        sheet=table(_columns(), [_Row(line) for line in rows[:MOST_ROWS]]),
        cut=_cut() if len(rows) > MOST_ROWS else "",
        pdf=f"{url_for('office.gift_book_pdf')}?{urlencode({'from': period.since, 'to': period.until})}",
        demo=hub().demo_people,
    )


@blueprint.get("/desk/gift-book.pdf")
@allow(*READERS)
def gift_book_pdf() -> Any:
    """The same on A4, with the lines for both signatures."""
    period, station = _period(), hub()
    with station.db.read() as tx:
        rows = book.of(tx, period, station.settings)
        house = shop.name_of(tx, station.settings)
    days = f"{local_date(period.since)} – {local_date(period.until)}"
    document = paper.GiftRegister(
        period_text=f"{days} {_cut()}" if len(rows) > MOST_ROWS else days,
        lines=tuple(rows[:MOST_ROWS]),
        warehouse_name=house,
        keeper_name=actor().name if Role.GIFT_KEEPER in actor().roles else "",
        blank_rows=BLANK_ROWS,
    )
    response = Response(drawing.pdf(document), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="gift-book-{period.until:%Y%m%d}.pdf"'
    return response


class _Row:
    """A row of the book as a page shows it: nothing where nothing came or left."""

    def __init__(self, line: paper.GiftLine) -> None:
        self._line = line

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._line, name)
        return value if value or name == "balance_qty" else ""


def _cut() -> str:
    return _("Only the first %(n)s rows: choose fewer days.") % {"n": local_number(MOST_ROWS)}


def _columns() -> list[tuple[str, str]]:
    return [
        (_("Registered"), "entered_on"),
        (_("Supplier"), "supplier_name"),
        (_("Name"), "product_name"),
        (_("Quantity"), "qty"),
        (_("Expires"), "expires_on"),
        (_("Left on"), "issued_on"),
        (_("Taken by"), "recipient_name"),
        (_("Quantity out"), "issued_qty"),
        (_("What for"), "issued_for"),
        (_("Left of it"), "balance_qty"),
    ]
