"""One article with everything known and done about it: data, barcodes, stock, what comes and goes, its
history.
"""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for

from station.catalog import articles, binding, form
from station.catalog.models import Sku
from station.ground.web.desk import DESK, RULERS, blueprint, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language, local_time
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, history
from station.office import article_queries as queries


@blueprint.get("/desk/articles/<int(max=2147483647):sku_id>")
@allow(*DESK)
def article(sku_id: int) -> Any:
    """The page of an article."""
    with hub().db.read() as tx:
        sku = tx.get(Sku, sku_id)
        if sku is None:
            abort(404)
        word = queries.last_word(tx, sku.code)
        sheets = [
            (_("Stock"), _stock(queries.stock(tx, sku_id))),
            (_("Open receipts"), _receipts(queries.receipts(tx, sku_id))),
            (_("Open orders"), _orders(queries.orders(tx, sku_id))),
            (_("Ledger"), _movements(queries.movements(tx, sku_id))),
            history(tx, documents(("SK", sku.code))),
        ]
        facts = _facts(sku, queries.home(tx, sku), word)
        return render_template(
            "office/article.html",
            heading=f"{sku.code} {sku.name_zh}",
            sku=sku,
            facts=[(name, value) for name, value in facts if value not in {"", None, "0", "–"}],
            barcodes=binding.barcodes_of(tx, sku_id),
            shared=binding.shared_with(tx, sku_id),
            levels=articles.LEVELS,
            may_change=actor().may(frozenset(RULERS)),
            sheets=[(title, sheet) for title, sheet in sheets if sheet.rows],
            demo=hub().demo_people,
        )


def _facts(sku: Sku, home: str, word: Any) -> list[tuple[str, Any]]:
    shown, lang = form.shown(sku), language()
    yes = {"1": "✔", "0": ""}

    def words(name: str) -> str:
        return state_word(shown[name]) if name in form.CHOICES else shown[name]

    facts = [
        (
            form.label(column, lang).partition("：")[0].partition("/")[0],
            yes.get(shown[column.name], "") if column.name in form.FLAGS else words(column.name),
        )
        for column in form.FIELD_COLUMNS
        if column.name not in {"sku_code", "name_zh"}
    ]
    facts.append((_("Pick slot"), home))
    if word is not None:
        facts.append((_("Last word of the office"), f"{word.source} {local_time(word.at)}"))
    return facts


def _stock(rows: Any) -> Any:
    columns = [(_("Slot"), "place"), (_("State"), "state"), (_("Lot"), "lot"), (_("Expires"), "expires_on")]
    columns += [(_("Quantity"), "on_hand"), (_("Promised"), "allocated")]
    return table(columns, rows, lambda row: url_for("office.slot", code=row.place))


def _receipts(rows: Any) -> Any:
    columns = [(_("Notice"), "asn_no"), (_("Expected"), "expected_on"), (_("Quantity"), "qty")]
    return table(columns, rows)


def _orders(rows: Any) -> Any:
    columns = [(_("Order"), "order_no"), (_("State"), "state"), (_("Quantity"), "qty")]
    columns.append((_("Picked"), "qty_picked"))
    return table(columns, rows, lambda row: url_for("office.order", order_no=row.order_no))


def _movements(rows: Any) -> Any:
    columns = [(_("Time"), "at"), (_("Type"), "type"), (_("Document"), "doc_no"), (_("Quantity"), "qty")]
    columns += [(_("From"), "source"), (_("To"), "target")]
    return table(columns, rows)
