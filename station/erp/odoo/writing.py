"""Confirmations as deeds in Odoo, each exactly once.

Odoo knows no idempotency key. So every deed looks first whether its effect is there, acts only from the state
it expects, sets quantities instead of adding to them, and reads back. All lots and quantities of a picking
travel in one ``write``, which is one transaction; ``button_validate`` is the second call and the only one
that moves stock. When its answer is lost, the next try finds the picking done, with our mark on it:

* a shipment is known by its tracking number (``carrier_tracking_ref``, not copied to back orders), or by a
  mark in the note where Odoo has no delivery module;
* a receipt by a mark in the note of a *done* picking (a back order inherits the note, but is not done);
* an adjustment by its key in ``origin`` of a picking of our own.

What did not come, or was not shipped, Odoo puts into a back order.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from station.erp import port
from station.erp.odoo import reading
from station.erp.odoo.model import Model, id_of, text_of
from station.erp.odoo.paging import told
from station.exchange import documents as erp

QUIETLY = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
"""Questions Odoo would ask a person: yes to the back order, and no text message to the customer."""

_HEAD = (
    "name",
    "state",
    "note",
    "origin",
    "carrier_tracking_ref",
    "backorder_id",
    "location_id",
    "location_dest_id",
)
_MOVE_LINE = "stock.move.line"
Wanted = tuple[dict[str, Any], str, date | None, int]
"""A move (or the article of none), lot, its last day, EACH."""


# --- shipment --------------------------------------------------------------------------------------


def shipment(model: Model, doc: erp.ShipmentConfirmation) -> str:
    """One parcel left: the picking is done with these lots, under this tracking number."""
    picking = _by_name(model, "outgoing", doc.erp_no)
    if picking is None:
        raise port.Declined(f"Odoo has no delivery {doc.erp_no}")
    has_tracking = model.has("stock.picking", "carrier_tracking_ref")
    tracking = text_of(picking.get("carrier_tracking_ref"))
    if picking["state"] == "done":
        if (has_tracking and tracking == doc.waybill_no) or _mark(doc.event_key) in text_of(picking["note"]):
            return text_of(picking["name"])
        raise port.Declined(f"{doc.erp_no} is done already, with tracking number {tracking or '-'}")
    _expect_open(picking)
    wanted = _match(
        model,
        picking,
        [(line.line_key, line.sku_code, line.lot, line.expires_on, line.qty_each) for line in doc.lines],
    )
    vals: dict[str, Any] = {"move_line_ids": _commands(model, picking, wanted, may_create_lots=False)}
    vals |= (
        {"carrier_tracking_ref": doc.waybill_no} if has_tracking else {"note": _noted(picking, doc.event_key)}
    )
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return _validate(model, picking)


# --- receipt ---------------------------------------------------------------------------------------


def receipt(model: Model, doc: erp.ReceiptConfirmation) -> str:
    """What one slip took in: a done picking of the chain; rejected pieces stay expected."""
    done = _done_with(model, doc.event_key)
    if done:
        return done
    picking = _open_of_chain(model, doc.asn_no)
    lines = [
        (line.line_key, line.sku_code, line.lot, line.expires_on, line.qty_good)
        for line in doc.lines
        if line.qty_good
    ]
    if not lines:
        return text_of(picking["name"])
    wanted = _match(model, picking, lines, may_add=True)
    vals = {
        "note": _noted(picking, doc.event_key),
        "move_line_ids": _commands(model, picking, wanted, may_create_lots=True),
    }
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return _validate(model, picking)


def _done_with(model: Model, key: str) -> str:
    """The done incoming picking that bears our mark; empty when there is none."""
    domain = [*model.pickings("incoming"), ["state", "=", "done"], ["note", "ilike", _mark(key)]]
    rows = model.wire.search_read("stock.picking", domain, ["name", "note"], order="id asc")
    return next((text_of(row["name"]) for row in rows if _mark(key) in text_of(row["note"])), "")


def _open_of_chain(model: Model, asn_no: str) -> dict[str, Any]:
    """The picking of a notice that is still open: itself, or its latest back order."""
    root = _by_name(model, "incoming", asn_no)
    if root is None:
        raise port.Declined(f"Odoo has no receipt {asn_no}")
    batch, groups = reading.chains(model, [root["id"]])
    numbers = next(group for group in groups if root["id"] in group)
    still = [number for number in numbers if batch.pickings[number]["state"] in reading.OPEN]
    if not still:
        raise port.Declined(f"{asn_no}: nothing is expected any more ({root['state']})")
    return _heads(model, [["id", "=", still[-1]]])[0]


# --- adjustment ------------------------------------------------------------------------------------


def adjustment(model: Model, doc: erp.StockAdjustment) -> str:
    """A correction of the books: internal pickings between the stock and the adjustment location.

    There is one for each kind of correction. Their keys count the kinds of the document, never what they are
    translated to: a mapping that was changed between two tries must not make a second effect.
    """
    groups: dict[tuple[str, str, bool], list[erp.AdjustmentLine]] = defaultdict(list)
    for line in doc.lines:
        if line.delta_each:
            groups[line.status_from, line.status_to, line.delta_each > 0].append(line)
    products = _by_code(model, {line.sku_code for lines in groups.values() for line in lines})
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
    rows = [row for row in _heads(model, domain) if row["state"] != "cancel"]
    if not rows:
        way = _way(model, products[lines[0].sku_code], lines[0])
        made = model.wire.call(
            "stock.picking", "create", vals_list=[_internal(model, key, way, lines, products)]
        )
        number = made[0] if isinstance(made, list) else made
        rows = _heads(model, [["id", "=", number]])
    picking = rows[0]
    if picking["state"] == "done":
        return text_of(picking["name"])
    if picking["state"] == "draft":
        model.wire.call("stock.picking", "action_confirm", [picking["id"]])
    wanted: list[Wanted] = []
    moves = _moves(model, picking)
    for line in lines:
        product = products[line.sku_code]
        move = next((row for row in moves if id_of(row["product_id"]) == product["id"]), None)
        if move is None:
            raise port.Stale(f"{picking['name']} was changed by somebody")
        wanted.append((move, line.lot, line.expires_on, abs(line.delta_each)))
    vals = {"move_line_ids": _commands(model, picking, wanted, may_create_lots=True)}
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return _validate(model, picking)


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


# --- parts -----------------------------------------------------------------------------------------


def _mark(key: str) -> str:
    return f"[station:{key}]"


def _noted(picking: Mapping[str, Any], key: str) -> str:
    """The note with our mark and without marks it inherited."""
    note = reading.without_marks(text_of(picking["note"]))
    return f"{note}<p>{html.escape(_mark(key))}</p>"


def _heads(model: Model, domain: Sequence[Any]) -> list[dict[str, Any]]:
    return model.wire.search_read(
        "stock.picking", domain, model.known("stock.picking", _HEAD), order="id asc"
    )


def _by_name(model: Model, code: str, name: str) -> dict[str, Any] | None:
    rows = _heads(model, [*model.pickings(code), ["name", "=", name]])
    return rows[-1] if rows else None


def _expect_open(picking: Mapping[str, Any]) -> None:
    if picking["state"] == "cancel":
        raise port.Declined(f"{picking['name']} is cancelled in Odoo")
    if picking["state"] not in reading.OPEN:
        raise port.Stale(f"{picking['name']} is {picking['state']}")


def _moves(model: Model, picking: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = reading.moves_of(model, [picking["id"]])
    model.products({id_of(row["product_id"]) for row in rows})
    return rows


def _match(
    model: Model,
    picking: Mapping[str, Any],
    lines: Iterable[tuple[str, str, str, date | None, int]],
    *,
    may_add: bool = False,
) -> list[Wanted]:
    """Which move each of our lines belongs to, filling several moves of one line in their order."""
    left: dict[str, list[list[Any]]] = defaultdict(list)
    for move in _moves(model, picking):
        product = model.products(())[id_of(move["product_id"])]
        left[reading.line_key(move)].append([move, model.each(product, move["product_qty"])])
    found: list[Wanted] = []
    for key, sku_code, lot, last_day, each in lines:
        moves = left.get(key) or [
            pair for pairs in left.values() for pair in pairs if not key and _code(model, pair[0]) == sku_code
        ]
        rest = each
        for pair in moves:
            part = min(rest, pair[1])
            if part > 0:
                found.append((pair[0], lot, last_day, part))
                pair[1] -= part
                rest -= part
        if rest and may_add:
            where = (
                moves[-1][0] if moves else {"product_id": [_by_code(model, {sku_code})[sku_code]["id"], ""]}
            )
            found.append((where, lot, last_day, rest))
        elif rest:
            raise port.Declined(f"{picking['name']} does not want {rest} × {sku_code} (line {key}) any more")
    return found


def _code(model: Model, move: Mapping[str, Any]) -> str:
    return text_of(model.products(())[id_of(move["product_id"])]["default_code"])


def _by_code(model: Model, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Articles by their code, each exactly one."""
    wanted = sorted(set(codes))
    fields = [
        *model.known("product.product", ("default_code", "uom_id", "tracking")),
        "property_stock_inventory",
    ]
    rows = model.wire.search_read("product.product", [["default_code", "in", wanted]], fields, order="id asc")
    found = {text_of(row["default_code"]): row for row in rows}
    if len(rows) != len(wanted):
        odd = next(
            code
            for code in [*wanted, *found]
            if [text_of(row["default_code"]) for row in rows].count(code) != 1
        )
        raise port.Declined(f"Odoo has no article, or several, with the code {odd}")
    model.products(row["id"] for row in rows)
    return found


def _commands(
    model: Model, picking: Mapping[str, Any], wanted: Sequence[Wanted], *, may_create_lots: bool
) -> list[list[Any]]:
    """What makes the picking's operations exactly ours, whatever was reserved or begun before."""
    old = model.wire.search_read(_MOVE_LINE, [["picking_id", "=", picking["id"]]], ["id"], order="id asc")
    quantity = model.first(_MOVE_LINE, "quantity", "qty_done")  # until 16 the latter
    unit = model.first(_MOVE_LINE, "product_uom_id", "uom_id")  # after 19 the latter
    lots = _lots(model, wanted, may_create=may_create_lots)
    new = []
    for move, lot, _, each in _merged(wanted):
        product = model.products(())[id_of(move["product_id"])]
        line = {
            "product_id": product["id"],
            unit: id_of(product["uom_id"]),
            quantity: model.theirs(product, each),
            "location_id": id_of(picking["location_id"]),
            "location_dest_id": id_of(picking["location_dest_id"]),
        }
        if "id" in move:
            line["move_id"] = move["id"]
        if product["tracking"] != "none":
            if product["tracking"] == "serial" and each > 1:
                raise port.Declined(f"{product['default_code']}: Odoo wants a serial number for every piece")
            line["lot_id"] = lots[product["id"], lot]
        if model.has(_MOVE_LINE, "picked"):
            line["picked"] = True
        new.append([0, 0, line])
    return [[2, row["id"], 0] for row in old] + new


def _merged(wanted: Sequence[Wanted]) -> list[Wanted]:
    """One line per move and lot."""
    found: dict[tuple[int, int, str], Wanted] = {}
    for move, lot, last_day, each in wanted:
        key = (move.get("id", 0), id_of(move["product_id"]), lot)
        found[key] = (move, lot, last_day, each + (found[key][3] if key in found else 0))
    return list(found.values())


def _lots(model: Model, wanted: Sequence[Wanted], *, may_create: bool) -> dict[tuple[int, str], int]:
    """Lots by article and name: looked for first, made when they are missing."""
    days = {
        (id_of(move["product_id"]), lot): last_day
        for move, lot, last_day, _ in wanted
        if model.products(())[id_of(move["product_id"])]["tracking"] != "none"
    }
    if not days:
        return {}
    for number, lot in days:
        if not lot:
            raise port.Declined(f"{model.products(())[number]['default_code']}: Odoo wants a lot")
    names, numbers = sorted({lot for _, lot in days}), sorted({number for number, _ in days})
    domain = [["name", "in", names], ["product_id", "in", numbers]]
    rows = model.wire.search_read("stock.lot", domain, ["name", "product_id"], order="id desc")
    found = {(id_of(row["product_id"]), text_of(row["name"])): int(row["id"]) for row in rows}
    missing = [key for key in days if key not in found]
    if missing and not may_create:
        raise port.Declined(f"Odoo has no lot {missing[0][1]}")
    if missing:
        made = model.wire.call(
            "stock.lot", "create", vals_list=[_lot(model, *key, days[key]) for key in missing]
        )
        found |= dict(zip(missing, made if isinstance(made, list) else [made], strict=True))
    return found


def _lot(model: Model, product_id: int, name: str, last_day: date | None) -> dict[str, Any]:
    vals: dict[str, Any] = {"name": name, "product_id": product_id, "company_id": model.warehouse.company_id}
    if last_day is not None and model.has("stock.lot", "expiration_date"):
        noon = datetime.combine(last_day, time(12), tzinfo=model.zone)  # the same day wherever it is shown
        vals["expiration_date"] = told(noon)
    return vals


def _validate(model: Model, picking: Mapping[str, Any]) -> str:
    """Have the picking done; what Odoo asks instead of doing it is a question for a person."""
    number = picking["id"]
    answer = model.wire.call("stock.picking", "button_validate", [number], context=QUIETLY)
    if isinstance(answer, dict) and answer.get("res_model") == "stock.backorder.confirmation":
        _confirm_back_order(model, number)
    state = model.wire.call("stock.picking", "read", [number], fields=["name", "state"])
    if not state or state[0]["state"] != "done":
        asked = answer.get("res_model") or answer.get("name") if isinstance(answer, dict) else ""
        raise port.Declined(f"{picking['name']} is not done; Odoo asks: {asked or '?'}")
    return text_of(state[0]["name"])


def _confirm_back_order(model: Model, number: int) -> None:
    """Answer the question for a back order with yes, should a module ask it all the same."""
    context = {"button_validate_picking_ids": [number], **QUIETLY}
    line = [0, 0, {"to_backorder": True, "picking_id": number}]
    vals = {"pick_ids": [[4, number, 0]], "backorder_confirmation_line_ids": [line]}
    made = model.wire.call("stock.backorder.confirmation", "create", vals_list=[vals], context=context)
    ids = made if isinstance(made, list) else [made]
    model.wire.call("stock.backorder.confirmation", "process", ids, context=context)
