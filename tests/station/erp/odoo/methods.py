"""What may be called of Odoo from outside."""

# ruff: noqa: ARG002 -- the parameters are those Odoo has
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.station.erp.odoo.books import FIELDS, Books, Fault, user_error


class Methods:
    """What may be called from outside, with the parameters Odoo gives it."""

    def __init__(self, books: Books, context: dict[str, Any]) -> None:
        self.books, self.context = books, context

    def fields_get(self, model: str, ids: None, allfields: Any = None, attributes: Any = None) -> Any:
        found = FIELDS[model] | {"id": ("integer", ""), "write_date": ("datetime", "")}
        names = {name: self.books.renamed.get((model, name), name) for name in found}
        return {
            names[name]: {"type": kind}
            for name, (kind, _) in found.items()
            if (model, name) not in self.books.hidden
        }

    def search_count(self, model: str, ids: None, domain: list[Any]) -> int:
        return len(self.books.find(model, self._active(model, domain)))

    def search_read(
        self, model: str, ids: None, domain: list[Any], fields: list[str], order: str = "id asc",
        limit: int | None = None, offset: int = 0,
    ) -> Any:  # fmt: skip
        rows = self.books.find(model, self._active(model, domain), order)[offset:][:limit]
        known = {name: self.books.known(model, name) for name in ["id", *fields]}
        return [{name: self.books.told(model, row, field) for name, field in known.items()} for row in rows]

    def _active(self, model: str, domain: list[Any]) -> list[Any]:
        hides = model == "product.product" and self.context.get("active_test", True)
        named = any(leaf[0] == "active" for leaf in domain)
        return [*domain, ["active", "=", True]] if hides and not named else domain

    def read(self, model: str, ids: list[int], fields: list[str]) -> Any:
        return self.search_read(model, None, [["id", "in", ids]], fields)

    def create(self, model: str, ids: None, vals_list: list[dict[str, Any]]) -> Any:
        if model == "stock.backorder.confirmation":
            return [vals_list[0]["backorder_confirmation_line_ids"][0][2]["picking_id"]]
        return [self._create(model, vals) for vals in vals_list]

    def _create(self, model: str, vals: dict[str, Any]) -> int:
        vals = dict(vals)
        moves = vals.pop("move_ids", [])
        if model == "stock.lot" and not vals.get("name"):
            raise user_error("Missing required value: Lot/Serial Number")
        if model == "stock.picking":
            vals |= {"name": f"WH/INT/{next(self.books.names):05}", "state": "draft", "priority": "0"}
        for name in ("expiration_date",):
            if vals.get(name):
                vals[name] = datetime.strptime(vals[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        number = self.books.add(
            model, **{self.books.known(model, name): value for name, value in vals.items()}
        )
        for command, _, move in moves:
            assert command == 0
            known = {self.books.known("stock.move", name): value for name, value in move.items()}
            self.books.add("stock.move", **known | {"picking_id": number, "state": "draft"})
        return number

    def write(self, model: str, ids: list[int], vals: dict[str, Any]) -> bool:
        vals = dict(vals)
        for command in vals.pop("move_line_ids", []):
            if command[0] == 2:
                del self.books.rows["stock.move.line"][command[1]]
            else:
                assert command[0] == 0
                self._line(ids[0], dict(command[2]))
        self.books.put(
            model, ids[0], **{self.books.known(model, name): value for name, value in vals.items()}
        )
        return True

    def _line(self, picking: int, line: dict[str, Any]) -> None:
        line = {self.books.known("stock.move.line", name): value for name, value in line.items()}
        if ("stock.move.line", "picked") in self.books.hidden:
            line["picked"] = True
        if line["quantity"] < 0:
            raise Fault("odoo.exceptions.ValidationError", "You can not enter negative quantities.", 422)
        lot = line.get("lot_id")
        if lot and self.books.rows["stock.lot"][lot]["product_id"] != line["product_id"]:
            raise Fault("odoo.exceptions.ValidationError", "This lot is incompatible with this product", 422)
        if not line.get("move_id"):
            ends = {name: line[name] for name in ("location_id", "location_dest_id")}
            line["move_id"] = self.books.add(
                "stock.move", picking_id=picking, product_id=line["product_id"], product_uom_qty=0.0, state="assigned", **ends
            )  # fmt: skip
        self.books.add("stock.move.line", **line | {"picking_id": picking})

    def action_confirm(self, model: str, ids: list[int]) -> bool:
        self.books.put(model, ids[0], state="assigned")
        for move in self.books.moves(ids[0]):
            self.books.put("stock.move", move["id"], state="assigned")
        return True

    def button_validate(self, model: str, ids: list[int]) -> Any:
        books, number = self.books, ids[0]
        if books.rows["stock.picking"][number]["state"] in {"done", "cancel"}:
            return True
        lines = books.find("stock.move.line", [["picking_id", "=", number], ["quantity", ">", 0]])
        if not lines:
            raise user_error("Transfer trouble alert! Validating a zero quantity transfer?")
        for line in lines:
            if books.rows["product.product"][line["product_id"]]["tracking"] != "none" and not line["lot_id"]:
                raise user_error("You need to supply a Lot/Serial number for products.")
        if not any(line["picked"] for line in lines):
            for line in lines:
                books.put("stock.move.line", line["id"], picked=True)
        asks = not self.context.get("skip_backorder") or books.ask_for_back_order
        short = sum(move["product_uom_qty"] for move in books.moves(number)) > sum(
            line["quantity"] for line in lines
        )
        if asks and short:
            return {
                "type": "ir.actions.act_window",
                "res_model": "stock.backorder.confirmation",
                "name": "Create Backorder?",
            }
        books.done(number)
        return True

    def process(self, model: str, ids: list[int]) -> bool:
        assert self.context["button_validate_picking_ids"] == ids
        self.books.done(ids[0])
        return True

    def has_access(self, model: str, ids: list[int], operation: str) -> bool:
        return True

    def check_access_rights(
        self, model: str, ids: None, operation: str, raise_exception: bool = True
    ) -> bool:
        return True
