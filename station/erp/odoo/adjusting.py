"""A correction of the books in Odoo: internal pickings between the stock and the adjustment location."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from station.erp import port
from station.erp.odoo.model import Model, id_of, text_of
from station.erp.odoo.operations import commands
from station.erp.odoo.pickings import Wanted, by_code, heads, moves_in, validate
from station.exchange import documents as erp


def adjustment(model: Model, doc: erp.StockAdjustment) -> str:
    """A correction of the books: internal pickings between the stock and the adjustment location.

    There is one for each kind of correction. Their keys count the kinds of the document, never what they are
    translated to: a mapping that was changed between two tries must not make a second effect.
    """
    groups: dict[tuple[str, str, bool], list[erp.AdjustmentLine]] = defaultdict(list)
    for line in doc.lines:
        if line.delta_each:
            groups[line.status_from, line.status_to, line.delta_each > 0].append(line)
    products = by_code(model, {line.sku_code for lines in groups.values() for line in lines})
    return " ".join(
        _moved(model, f"{doc.event_key}/{number}", lines, products)
        for number, (_, lines) in enumerate(sorted(groups.items()), 1)
    )


def _way(model: Model, product: Mapping[str, Any], line: erp.AdjustmentLine) -> tuple[int, int]:
    """From where to where the pieces of a line go."""
    if line.status_from and line.status_to and line.status_from != line.status_to:
        return _place(model, line.status_from), _place(model, line.status_to)
    outside = id_of(product["property_stock_inventory"])
    inside = _place(model, line.status_to or line.status_from)
    return (outside, inside) if line.delta_each > 0 else (inside, outside)


def _place(model: Model, status: str) -> int:
    """The location that holds stock of a status: the one a person named, the stock itself for GOOD."""
    name = model.words.theirs("status", status)
    if name == status == "GOOD":
        return model.warehouse.stock_id
    domain = [["complete_name", "=", name], ["location_id", "child_of", model.warehouse.view_id]]
    rows = model.wire.search_read("stock.location", domain, ["complete_name"], limit=1)
    if not rows:
        raise port.Unmapped("status", name)
    return int(rows[0]["id"])


def _moved(
    model: Model, key: str, lines: Sequence[erp.AdjustmentLine], products: Mapping[str, dict[str, Any]]
) -> str:
    """One internal picking, made or found, and done."""
    domain = [["origin", "=", key], ["picking_type_id", "=", model.warehouse.internal_type_id]]
    rows = [row for row in heads(model, domain) if row["state"] != "cancel"]
    if not rows:
        way = _way(model, products[lines[0].sku_code], lines[0])
        made = model.wire.call(
            "stock.picking", "create", vals_list=[_internal(model, key, way, lines, products)]
        )
        number = made[0] if isinstance(made, list) else made
        rows = heads(model, [["id", "=", number]])
    picking = rows[0]
    if picking["state"] == "done":
        return text_of(picking["name"])
    if picking["state"] == "draft":
        model.wire.call("stock.picking", "action_confirm", [picking["id"]])
    wanted: list[Wanted] = []
    moves = moves_in(model, picking)
    for line in lines:
        product = products[line.sku_code]
        move = next((row for row in moves if id_of(row["product_id"]) == product["id"]), None)
        if move is None:
            raise port.Stale(f"{picking['name']} was changed by somebody")
        wanted.append((move, line.lot, line.expires_on, abs(line.delta_each)))
    vals = {"move_line_ids": commands(model, picking, wanted, may_create_lots=True)}
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return validate(model, picking)


def _internal(
    model: Model,
    key: str,
    way: tuple[int, int],
    lines: Sequence[erp.AdjustmentLine],
    products: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    each: dict[str, int] = defaultdict(int)
    for line in lines:
        each[line.sku_code] += abs(line.delta_each)
    ends = {"location_id": way[0], "location_dest_id": way[1]}
    moves = []
    for code, quantity in each.items():
        product = products[code]
        move = {
            "product_id": product["id"],
            "product_uom_qty": model.theirs(product, quantity),
            model.first("stock.move", "product_uom", "uom_id"): id_of(product["uom_id"]),
            "company_id": model.warehouse.company_id,
        } | ends
        if model.has("stock.move", "name"):  # gone since Odoo 19
            move["name"] = code
        moves.append([0, 0, move])
    return {"origin": key, "picking_type_id": model.warehouse.internal_type_id, "move_ids": moves} | ends
