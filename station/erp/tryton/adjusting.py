"""A correction of the books, as internal shipments between the storage and lost and found.

An inventory would overwrite what moved meanwhile and knows no key. There is one shipment for each kind of
correction; its reference is the document's key and the number of the kind, never what a kind is translated
to: a mapping that was changed between two tries must not make a second effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from station.erp import port
from station.erp.tryton import lots
from station.erp.tryton.model import Model, Row, text
from station.exchange import documents as erp

NAME = "stock.shipment.internal"
YES = ("done", "check_quantity_product", "check_quantity_lot")
GOOD = "GOOD"

Kind = tuple[str, str, bool]


def adjustment(model: Model, doc: erp.StockAdjustment) -> str:
    """Have a correction booked; the numbers of the internal shipments."""
    groups: dict[Kind, list[erp.AdjustmentLine]] = defaultdict(list)
    for line in doc.lines:
        if line.delta_each:
            groups[line.status_from, line.status_to, line.delta_each > 0].append(line)
    return " ".join(
        _moved(model, doc, f"{doc.event_key}/{number}", lines)
        for number, (_, lines) in enumerate(sorted(groups.items()), 1)
    )


def place_of(model: Model, status: str) -> int:
    """The location that holds stock of a status: the one a person named, the storage itself for GOOD."""
    name = model.words.theirs("status", status)
    if name == status == GOOD:
        return model.warehouse.storage
    domain = [
        ["parent", "child_of", [model.warehouse.id], "parent"],
        ["OR", [["code", "=", name]], [["name", "=", name]]],
    ]
    rows = model.wire.search_read("stock.location", domain, ["name"], limit=1)
    if not rows:
        raise port.Unmapped("status", name)
    return int(rows[0]["id"])


def _way(model: Model, line: erp.AdjustmentLine) -> tuple[int, int]:
    """From where to where the pieces of a line go."""
    if line.status_from and line.status_to and line.status_from != line.status_to:
        return place_of(model, line.status_from), place_of(model, line.status_to)
    inside, outside = place_of(model, line.status_to or line.status_from or GOOD), model.warehouse.lost_found
    if not outside:
        raise port.Declined("Tryton has no location for lost and found")
    return (outside, inside) if line.delta_each > 0 else (inside, outside)


def _moved(model: Model, doc: erp.StockAdjustment, key: str, lines: Sequence[erp.AdjustmentLine]) -> str:
    """One internal shipment, made or found, and done."""
    head = _find(model, [["reference", "=", key], ["state", "!=", "cancelled"]])
    if head is None:
        made = model.wire.call(f"{NAME}.create", [_values(model, doc, key, lines)])
        head = _read(model, made[0])
    number = head["id"]
    if head["state"] == "draft":
        model.wire.call(f"{NAME}.wait", [number])
        head = _read(model, number)
    if head["state"] == "waiting":
        model.wire.call(f"{NAME}.assign_try", [number])
        head = _read(model, number)
        if head["state"] == "waiting":
            raise port.Stale(f"{doc.adjustment_no}: Tryton has not enough stock of these lots")
    if head["state"] != "done":
        model.wire.call(f"{NAME}.do", [number], answers=YES)
        head = _read(model, number)
    if head["state"] != "done":
        raise port.Stale(f"internal shipment {text(head, 'number')} is {head['state']}")
    return text(head, "number")


def _find(model: Model, domain: list[Any]) -> Row | None:
    rows = model.wire.search_read(NAME, domain, ["number", "state"])
    return rows[0] if rows else None


def _read(model: Model, number: int) -> Row:
    rows = _find(model, [["id", "=", number]])
    if rows is None:
        raise port.Stale("the internal shipment is gone")
    return rows


def _values(
    model: Model, doc: erp.StockAdjustment, key: str, lines: Sequence[erp.AdjustmentLine]
) -> dict[str, Any]:
    products = _by_code(model, {line.sku_code for line in lines})
    way, day = _way(model, lines[0]), doc.at.astimezone(model.zone).date()
    wanted = {
        at: lots.Wanted(products[line.sku_code]["id"], line.lot, expires_on=line.expires_on)
        for at, line in enumerate(lines)
        if lots.needed(products[line.sku_code], line.lot)
    }
    ids = (lots.find_or_make if lines[0].delta_each > 0 else lots.find)(model, wanted.values())
    ends = {"from_location": way[0], "to_location": way[1], "company": model.warehouse.company}
    moves = []
    for at, line in enumerate(lines):
        product = products[line.sku_code]
        unit = {"id": product["default_uom"], "symbol": text(product, "default_uom.symbol")}
        move: dict[str, Any] = {
            "product": product["id"],
            "unit": product["default_uom"],
            "quantity": model.theirs(product, unit, abs(line.delta_each)),
        }
        if at in wanted:
            move["lot"] = ids[wanted[at].key]
        moves.append(move | ends)
    dates = {"planned_date": day, "planned_start_date": day}
    return {"reference": key, "moves": [["create", moves]]} | ends | dates


def _by_code(model: Model, codes: set[str]) -> dict[str, Row]:
    """Articles by their code, each exactly one."""
    rows = model.wire.search_read("product.product", [["code", "in", sorted(codes)]], ["code"])
    named = [text(row, "code") for row in rows]
    odd = next((code for code in sorted(codes) if named.count(code) != 1), None)
    if odd is not None:
        raise port.Declined(f"Tryton has no article, or several, with the code {odd}")
    model.products(row["id"] for row in rows)
    return {text(row, "code"): model.product(row["id"]) for row in rows}
