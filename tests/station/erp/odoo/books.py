"""What Odoo keeps: a handful of models in memory, strict about fields, with the habits that hurt.

Times are told to the second but kept to the microsecond, nothing is False, back orders inherit the note.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 5, 1, 8, 0, 0, 123456, tzinfo=UTC)


FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "res.company": {"name": ("char", "")},
    "stock.location": {
        "complete_name": ("char", ""), "usage": ("selection", ""), "location_id": ("many2one", "stock.location"),
    },
    "stock.warehouse": {
        "name": ("char", ""), "code": ("char", ""), "company_id": ("many2one", "res.company"),
        "view_location_id": ("many2one", "stock.location"), "lot_stock_id": ("many2one", "stock.location"),
        "int_type_id": ("many2one", "stock.picking.type"),
    },
    "stock.picking.type": {
        "name": ("char", ""), "code": ("selection", ""), "warehouse_id": ("many2one", "stock.warehouse"),
    },
    "uom.uom": {"name": ("char", "")},
    "res.country.state": {"name": ("char", "")},
    "delivery.carrier": {"name": ("char", "")},
    "res.partner": {
        "name": ("char", ""), "ref": ("char", ""), "phone": ("char", ""), "street": ("char", ""),
        "street2": ("char", ""), "city": ("char", ""), "state_id": ("many2one", "res.country.state"),
        "supplier_rank": ("integer", ""), "commercial_partner_id": ("many2one", "res.partner"),
    },
    "product.product": {
        "default_code": ("char", ""), "name": ("char", ""), "barcode": ("char", ""), "weight": ("float", ""),
        "type": ("selection", ""), "tracking": ("selection", ""), "active": ("boolean", ""),
        "uom_id": ("many2one", "uom.uom"), "use_expiration_date": ("boolean", ""), "expiration_time": ("integer", ""),
        "removal_time": ("integer", ""), "alert_time": ("integer", ""),
        "property_stock_inventory": ("many2one", "stock.location"),
    },
    "product.packaging": {"product_id": ("many2one", "product.product"), "barcode": ("char", ""), "qty": ("float", "")},
    "product.uom": {
        "product_id": ("many2one", "product.product"), "barcode": ("char", ""), "uom_id": ("many2one", "uom.uom"),
    },
    "sale.order.line": {"name": ("char", "")},
    "purchase.order.line": {"name": ("char", "")},
    "stock.picking": {
        "name": ("char", ""), "state": ("selection", ""), "origin": ("char", ""), "note": ("html", ""),
        "partner_id": ("many2one", "res.partner"), "scheduled_date": ("datetime", ""), "date_deadline": ("datetime", ""),
        "date_done": ("datetime", ""), "priority": ("selection", ""), "backorder_id": ("many2one", "stock.picking"),
        "carrier_id": ("many2one", "delivery.carrier"), "carrier_tracking_ref": ("char", ""),
        "picking_type_id": ("many2one", "stock.picking.type"), "location_id": ("many2one", "stock.location"),
        "location_dest_id": ("many2one", "stock.location"),
    },
    "stock.move": {
        "picking_id": ("many2one", "stock.picking"), "product_id": ("many2one", "product.product"),
        "product_uom_qty": ("float", ""), "product_qty": ("float", ""), "product_uom": ("many2one", "uom.uom"),
        "state": ("selection", ""), "sale_line_id": ("many2one", "sale.order.line"),
        "purchase_line_id": ("many2one", "purchase.order.line"), "company_id": ("many2one", "res.company"),
        "location_id": ("many2one", "stock.location"), "location_dest_id": ("many2one", "stock.location"),
    },
    "stock.move.line": {
        "picking_id": ("many2one", "stock.picking"), "move_id": ("many2one", "stock.move"),
        "product_id": ("many2one", "product.product"), "product_uom_id": ("many2one", "uom.uom"),
        "lot_id": ("many2one", "stock.lot"), "quantity": ("float", ""), "picked": ("boolean", ""),
        "location_id": ("many2one", "stock.location"), "location_dest_id": ("many2one", "stock.location"),
    },
    "stock.lot": {
        "name": ("char", ""), "product_id": ("many2one", "product.product"), "expiration_date": ("datetime", ""),
        "company_id": ("many2one", "res.company"),
    },
    "stock.quant": {
        "product_id": ("many2one", "product.product"), "lot_id": ("many2one", "stock.lot"),
        "location_id": ("many2one", "stock.location"), "quantity": ("float", ""),
    },
}  # fmt: skip


class Fault(Exception):
    """An error as Odoo tells it: its Python name, its text, its HTTP status."""

    def __init__(self, name: str, text: str, status: int) -> None:
        super().__init__(text)
        self.name, self.text, self.status = name, text, status


def user_error(text: str) -> Fault:
    return Fault("odoo.exceptions.UserError", text, 422)


class Books:
    """The rows, and Odoo's own rules about them. Time passes with every write."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, dict[str, Any]]] = {model: {} for model in FIELDS}
        self.now = START
        self.ids = itertools.count(1)
        self.names = itertools.count(1)
        self.ask_for_back_order = False
        self.hidden: set[tuple[str, str]] = set()
        """Fields, or whole models with "", that this version or its modules do not have."""
        self.renamed: dict[tuple[str, str], str] = {}
        """Fields that have another name in this version."""

    def age(self) -> None:
        """Become an Odoo 16 without delivery and expiry modules."""
        self.hidden |= {
            ("stock.move.line", "picked"), ("stock.picking", "carrier_tracking_ref"), ("stock.picking", "carrier_id"),
            ("stock.lot", "expiration_date"), ("product.product", "use_expiration_date"),
            ("product.product", "expiration_time"), ("product.product", "removal_time"), ("product.product", "alert_time"),
        }  # fmt: skip
        self.renamed[("stock.move.line", "quantity")] = "qty_done"

    def known(self, model: str, field: str) -> str:
        """The field behind a name from outside."""
        for (a_model, name), other in self.renamed.items():
            if a_model == model and field in {name, other}:
                if field == name:
                    raise Fault("builtins.ValueError", f"Invalid field {field!r} on model {model!r}", 500)
                return name
        if (model, field) in self.hidden:
            raise Fault("builtins.ValueError", f"Invalid field {field!r} on model {model!r}", 500)
        return field

    # --- rows ----------------------------------------------------------------------------------

    def add(self, model: str, **values: Any) -> int:
        number = next(self.ids)
        self.rows[model][number] = dict.fromkeys(FIELDS[model], False) | {
            "id": number,
            "write_date": self.now,
        }
        self.put(model, number, **values)
        return number

    def put(self, model: str, number: int, **values: Any) -> None:
        row = self.rows[model].get(number)
        if row is None:
            raise Fault("odoo.exceptions.MissingError", "Record does not exist or has been deleted.", 404)
        for name, value in values.items():
            if name not in FIELDS[model]:
                raise Fault("builtins.ValueError", f"Invalid field {name!r} in {model!r}", 500)
            row[name] = value
        row["write_date"] = self.now
        if model == "stock.move" and "product_uom_qty" in values:
            row["product_qty"] = values["product_uom_qty"]

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    def value(self, model: str, row: dict[str, Any], path: str) -> Any:
        head, _, rest = path.partition(".")
        if head in {"id", "write_date"}:
            return row[head]
        if head not in FIELDS[model]:
            raise Fault("builtins.ValueError", f"Invalid field {model}.{head} in leaf", 500)
        if not rest:
            return row[head]
        target = FIELDS[model][head][1]
        return self.value(target, self.rows[target][row[head]], rest) if row[head] else False

    def told(self, model: str, row: dict[str, Any], field: str) -> Any:
        value = self.value(model, row, field)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        kind, target = FIELDS[model].get(field, ("", ""))
        if kind == "many2one" and value:
            other = self.rows[target][value]
            return [value, other.get("complete_name") or other.get("name") or f"{target},{value}"]
        return value

    def fits(self, model: str, row: dict[str, Any], leaf: list[Any]) -> bool:
        path, operator, wanted = leaf
        found = self.value(model, row, path)
        if isinstance(found, datetime):
            wanted = datetime.strptime(wanted, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        if operator == "child_of":
            number = found
            while number and number != wanted:
                number = self.rows["stock.location"][number]["location_id"]
            return bool(number)
        tests: dict[str, Any] = {
            "=": lambda: found == wanted,
            "!=": lambda: found != wanted,
            ">": lambda: found > wanted,
            ">=": lambda: found >= wanted,
            "<": lambda: found < wanted,
            "in": lambda: found in wanted,
            "ilike": lambda: isinstance(found, str) and wanted.lower() in found.lower(),
        }
        return bool(tests[operator]())

    def find(self, model: str, domain: list[Any], order: str = "id asc") -> list[dict[str, Any]]:
        rows = [
            row for row in self.rows[model].values() if all(self.fits(model, row, leaf) for leaf in domain)
        ]
        for part in reversed(order.split(", ")):
            name, _, way = part.partition(" ")
            rows.sort(key=lambda row: row[name], reverse=way == "desc")
        return rows

    # --- goods ---------------------------------------------------------------------------------

    def quant(self, location: int, product: int, lot: Any, quantity: float) -> None:
        domain = [["location_id", "=", location], ["product_id", "=", product], ["lot_id", "=", lot]]
        found = self.find("stock.quant", domain)
        if found:
            self.put("stock.quant", found[0]["id"], quantity=found[0]["quantity"] + quantity)
        else:
            self.add("stock.quant", location_id=location, product_id=product, lot_id=lot, quantity=quantity)

    def picking(self, kind: int, moves: list[dict[str, Any]], **values: Any) -> int:
        """A picking that is ready, all of it reserved."""
        row = self.rows["stock.picking.type"][kind]
        name = f"WH/{row['name']}/{next(self.names):05}"
        number = self.add(
            "stock.picking",
            **{"name": name, "state": "assigned", "priority": "0", "picking_type_id": kind} | values,
        )
        for move in moves:
            ends = {name: values[name] for name in ("location_id", "location_dest_id")}
            made = self.add("stock.move", **{"picking_id": number, "state": "assigned"} | ends | move)
            self.add(
                "stock.move.line",
                picking_id=number, move_id=made, product_id=move["product_id"], quantity=move["product_uom_qty"], **ends,
            )  # fmt: skip
        return number

    def moves(self, picking: int) -> list[dict[str, Any]]:
        return self.find("stock.move", [["picking_id", "=", picking], ["state", "!=", "cancel"]])

    def done(self, picking: int) -> None:
        """Move what was picked; leave the rest behind in a back order."""
        rest: list[tuple[dict[str, Any], float]] = []
        for move in self.moves(picking):
            lines = self.find(
                "stock.move.line", [["move_id", "=", move["id"]], ["quantity", ">", 0], ["picked", "=", True]]
            )
            moved = sum(line["quantity"] for line in lines)
            for line in lines:
                self.quant(line["location_id"], line["product_id"], line["lot_id"], -line["quantity"])
                self.quant(line["location_dest_id"], line["product_id"], line["lot_id"], line["quantity"])
            if moved < move["product_uom_qty"]:
                rest.append((move, move["product_uom_qty"] - moved))
            if moved:
                self.put("stock.move", move["id"], state="done", product_uom_qty=moved)
        self.put("stock.picking", picking, state="done", date_done=self.now)
        if rest:
            self.back_order(picking, rest)

    def back_order(self, picking: int, rest: list[tuple[dict[str, Any], float]]) -> None:
        row = self.rows["stock.picking"][picking]
        copied = {
            name: value
            for name, value in row.items()
            if name in FIELDS["stock.picking"]
            and name not in {"name", "state", "carrier_tracking_ref", "date_done"}
        }
        left = self.picking(row["picking_type_id"], [], **copied | {"backorder_id": picking})
        for move, quantity in rest:
            if move["state"] == "done":
                same = {name: move[name] for name in FIELDS["stock.move"]}
                self.add(
                    "stock.move",
                    **same | {"picking_id": left, "state": "assigned", "product_uom_qty": quantity},
                )
            else:
                self.put("stock.move", move["id"], picking_id=left)
