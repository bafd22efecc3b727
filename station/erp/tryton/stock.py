"""What Tryton believes there is: by article, lot and status, and what it counts as shipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from station.erp import port
from station.erp.inward.making import NotWhole
from station.erp.tryton.adjusting import GOOD
from station.erp.tryton.model import Model, text

PAGE = 500


def stock(model: Model) -> list[port.StockLine]:
    """All stock of the warehouse, from its input to its output. Locations that a person translated to a
    status hold stock of that status, everything else is GOOD.
    """
    levels = _levels(model, model.warehouse.id)
    lines: dict[tuple[int, str, str], int] = defaultdict(int)
    for location, status in _places(model):
        for (product, lot), each in _levels(model, location).items():
            lines[product, lot, status] += each
            levels[product, lot] -= each
    for (product, lot), each in levels.items():
        lines[product, lot, GOOD] += each
    return [
        port.StockLine(text(model.product(product), "code"), lot, status, each)
        for (product, lot, status), each in lines.items()
        if each and text(model.product(product), "code")
    ]


def _places(model: Model) -> list[tuple[int, str]]:
    """Locations that hold stock of another status than GOOD."""
    domain = [["parent", "child_of", [model.warehouse.id], "parent"], ["type", "in", ["storage", "view"]]]
    rows = model.wire.search_read("stock.location", domain, ["code", "name"])
    lines = []
    for row in rows:
        for name in (text(row, "code"), text(row, "name")):
            status = model.words.status(name, {name: GOOD})
            if status != GOOD:
                lines.append((row["id"], status))
                break
    return lines


def _levels(model: Model, location: int) -> dict[tuple[int, str], int]:
    """(article, lot number) → EACH; what has no lot is what the lots do not explain."""
    context = {"locations": [location], "with_childs": True}
    totals: dict[tuple[int, str], int] = defaultdict(int)
    whole: dict[int, int] = {}
    domain = [["quantity", "!=", 0], ["type", "=", "goods"]]
    for row in _rows(model, "product.product", domain, ["quantity"], context):
        whole[row["id"]] = _each(model, row["id"], row["quantity"])
    if model.has("stock.move", "lot"):
        for row in _rows(
            model, "stock.lot", [["quantity", "!=", 0]], ["product", "number", "quantity"], context
        ):
            each = _each(model, row["product"], row["quantity"])
            totals[row["product"], text(row, "number")] += each
            whole[row["product"]] = whole.get(row["product"], 0) - each
    for product, each in whole.items():
        if each:
            totals[product, ""] += each
    return totals


def _each(model: Model, product: int, quantity: Any) -> int:
    row = model.product(product)
    try:
        return model.each(row, quantity)
    except NotWhole as error:
        raise port.Declined(f"{text(row, 'code')}: no whole quantity: {error}") from None


def _rows(
    model: Model, name: str, domain: list[Any], fields: list[str], context: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        rows = model.wire.search_read(
            name, [*domain, ["id", ">", last]], fields, limit=PAGE, context={"active_test": False, **context}
        )
        if name == "product.product":
            model.products({row["id"] for row in rows})
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1]["id"]


def shipped(model: Model, since: date) -> dict[str, str]:
    """Shipments done since a day, with their tracking numbers."""
    name = "stock.shipment.out"
    domain = [
        ["warehouse", "=", model.warehouse.id],
        ["state", "=", "done"],
        ["effective_date", ">=", since],
    ]
    tracking = "shipping_reference" if model.has(name, "shipping_reference") else "reference"
    numbers: dict[str, str] = {}
    last = 0
    while True:
        rows = model.wire.search_read(name, [*domain, ["id", ">", last]], ["number", tracking], limit=PAGE)
        numbers |= {text(row, "number"): text(row, tracking) for row in rows}
        if len(rows) < PAGE:
            return numbers
        last = rows[-1]["id"]
