"""The mapping page: what a word of an ERP means here (carriers, units, stock statuses, warehouses)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from station.erp import vocabulary
from station.erp.inward import learning
from station.erp.pages import queries
from station.erp.pages.shared import decide, found_connection, given_number, page, plain
from station.ground import shop
from station.ground.web.desk import DESK, RULERS, blueprint, state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.stock.models import StockStatus

KINDS = ("carrier", "unit", "status", "warehouse")
EACH = "EACH"
WORD_LIMIT, MOST_EACH = 120, 9_999_999


@blueprint.get("/desk/erp/words/<code>")
@allow(*DESK)
def erp_words(code: str) -> Any:
    """The words of one connection, those that nobody translated first."""
    return _words(code)


def _words(code: str, notice: str = "") -> str:
    with hub().db.read() as tx:
        connection = found_connection(tx, code)
        rows = queries.words(tx, connection.id)
        choices = _choices(tx)
    return page(
        "erp_words",
        notice=notice,
        connection=connection,
        kinds=KINDS,
        rows=rows,
        choices=choices,
        each=EACH,
        open_words=sum(not row.ours for words in rows.values() for row in words),
    )


def _choices(tx: Session) -> dict[str, list[tuple[str, str]]]:
    """Our words that a word of theirs may mean, by kind."""
    own = hub().settings
    house = shop.name_of(tx, own)
    return {
        "carrier": [(code, f"{code} {name}") for code, name in queries.carriers(tx)],
        "unit": [(EACH, _("pieces"))],
        "status": [(status.value, f"{status.value} {state_word(status.value)}") for status in StockStatus],
        "warehouse": [(own.warehouse_code, f"{own.warehouse_code} {house}")],
    }


@blueprint.post("/desk/erp/words/<code>")
@allow(*RULERS)
def erp_word(code: str) -> Any:
    """Say what a word means: one that the ERP used, or one entered by hand.

    What waited for it is tried again at once.
    """
    form = request.form
    with hub().db.read() as tx:
        connection_id = found_connection(tx, code).id
        word_id = given_number("id")
        known = queries.word(tx, connection_id, word_id) if word_id is not None else None
        choices = _choices(tx)
    if word_id is not None and known is None:
        abort(404)
    kind = known.kind if known else form.get("kind", "")
    theirs = known.theirs if known else plain(form.get("theirs", ""), WORD_LIMIT + 1)
    ours, factor = form.get("ours", ""), given_number("factor") if kind == "unit" else 1
    wrong = _wrong(kind, theirs, ours, factor, choices)
    if wrong or factor is None:
        return _words(code, wrong), 422
    who, now = actor().name, hub().clock.now()

    def change(tx: Session) -> None:
        vocabulary.map_word(tx, connection_id, kind, theirs, ours, factor, who, now)
        learning.learnt(tx, code, now)

    decide("ERP_WORD", code, change, kind=kind, theirs=theirs, ours=ours, factor=factor)
    return redirect(url_for("office.erp_words", code=code))


def _wrong(
    kind: str, theirs: str, ours: str, factor: int | None, choices: dict[str, list[tuple[str, str]]]
) -> str:
    """What is wrong with a translation, in the person's language; empty when nothing."""
    if kind not in KINDS or not 0 < len(theirs) <= WORD_LIMIT:
        return _("Give the word exactly as the ERP writes it, up to 120 characters.")
    if ours not in dict(choices[kind]):
        return _("Choose one of the words that exist here.")
    if factor is None or not 0 < factor <= MOST_EACH:
        return _("How many pieces is one? Give a whole number.")
    return ""
