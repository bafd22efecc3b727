"""Pickings of Odoo: found, filled with exactly our operations, and done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from station.erp import port
from station.erp.odoo import reading
from station.erp.odoo.model import Model, id_of, text_of

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


Wanted = tuple[dict[str, Any], str, date | None, int]
"""A move (or the article of none), lot, its last day, EACH."""


def heads(model: Model, domain: Sequence[Any]) -> list[dict[str, Any]]:
    """Pickings by a domain, with what is needed to fill them."""
    return model.wire.search_read(
        "stock.picking", domain, model.known("stock.picking", _HEAD), order="id asc"
    )


def by_name(model: Model, code: str, name: str) -> dict[str, Any] | None:
    """The newest picking of a way with this name."""
    rows = heads(model, [*model.pickings(code), ["name", "=", name]])
    return rows[-1] if rows else None


def expect_open(picking: Mapping[str, Any]) -> None:
    """Declined when it was cancelled, Stale when somebody went on with it."""
    if picking["state"] == "cancel":
        raise port.Declined(f"{picking['name']} is cancelled in Odoo")
    if picking["state"] not in reading.OPEN:
        raise port.Stale(f"{picking['name']} is {picking['state']}")


def moves_in(model: Model, picking: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The moves of a picking, their articles known."""
    rows = reading.moves_of(model, [picking["id"]])
    model.products({id_of(row["product_id"]) for row in rows})
    return rows


def match(
    model: Model,
    picking: Mapping[str, Any],
    lines: Iterable[tuple[str, str, str, date | None, int]],
    *,
    may_add: bool = False,
) -> list[Wanted]:
    """Which move each of our lines belongs to, filling several moves of one line in their order."""
    left: dict[str, list[list[Any]]] = defaultdict(list)
    for move in moves_in(model, picking):
        product = model.products(())[id_of(move["product_id"])]
        left[reading.line_key(move)].append([move, model.each(product, move["product_qty"])])
    wanted: list[Wanted] = []
    for key, sku_code, lot, last_day, each in lines:
        moves = left.get(key) or [
            pair for pairs in left.values() for pair in pairs if not key and _code(model, pair[0]) == sku_code
        ]
        rest = each
        for pair in moves:
            part = min(rest, pair[1])
            if part > 0:
                wanted.append((pair[0], lot, last_day, part))
                pair[1] -= part
                rest -= part
        if rest and may_add:
            where = (
                moves[-1][0] if moves else {"product_id": [by_code(model, {sku_code})[sku_code]["id"], ""]}
            )
            wanted.append((where, lot, last_day, rest))
        elif rest:
            raise port.Declined(f"{picking['name']} does not want {rest} × {sku_code} (line {key}) any more")
    return wanted


def _code(model: Model, move: Mapping[str, Any]) -> str:
    return text_of(model.products(())[id_of(move["product_id"])]["default_code"])


def by_code(model: Model, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Articles by their code, each exactly one."""
    wanted = sorted(set(codes))
    fields = [
        *model.known("product.product", ("default_code", "uom_id", "tracking")),
        "property_stock_inventory",
    ]
    rows = model.wire.search_read("product.product", [["default_code", "in", wanted]], fields, order="id asc")
    articles = {text_of(row["default_code"]): row for row in rows}
    if len(rows) != len(wanted):
        odd = next(
            code
            for code in [*wanted, *articles]
            if [text_of(row["default_code"]) for row in rows].count(code) != 1
        )
        raise port.Declined(f"Odoo has no article, or several, with the code {odd}")
    model.products(row["id"] for row in rows)
    return articles


def validate(model: Model, picking: Mapping[str, Any]) -> str:
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
