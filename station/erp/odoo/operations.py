"""The operations of a picking: exactly ours, with their lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from station.erp import port
from station.erp.odoo.model import Model, id_of, text_of
from station.erp.odoo.paging import told
from station.erp.odoo.pickings import Wanted

_MOVE_LINE = "stock.move.line"


def commands(
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
    merged: dict[tuple[int, int, str], Wanted] = {}
    for move, lot, last_day, each in wanted:
        key = (move.get("id", 0), id_of(move["product_id"]), lot)
        merged[key] = (move, lot, last_day, each + (merged[key][3] if key in merged else 0))
    return list(merged.values())


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
    ids = {(id_of(row["product_id"]), text_of(row["name"])): int(row["id"]) for row in rows}
    missing = [key for key in days if key not in ids]
    if missing and not may_create:
        raise port.Declined(f"Odoo has no lot {missing[0][1]}")
    if missing:
        made = model.wire.call(
            "stock.lot", "create", vals_list=[_lot(model, *key, days[key]) for key in missing]
        )
        ids |= dict(zip(missing, made if isinstance(made, list) else [made], strict=True))
    return ids


def _lot(model: Model, product_id: int, name: str, last_day: date | None) -> dict[str, Any]:
    vals: dict[str, Any] = {"name": name, "product_id": product_id, "company_id": model.warehouse.company_id}
    if last_day is not None and model.has("stock.lot", "expiration_date"):
        noon = datetime.combine(last_day, time(12), tzinfo=model.zone)  # the same day wherever it is shown
        vals["expiration_date"] = told(noon)
    return vals
