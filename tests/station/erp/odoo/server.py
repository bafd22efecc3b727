"""A stand-in for Odoo, written from its documentation and source, and knowing nothing of our code.

It keeps a handful of models in memory, speaks JSON-2 and JSON-RPC, is strict about keys, fields and methods,
and has the habits that hurt: times told to the second but kept to the microsecond, False for nothing, back
orders that inherit the note, one transaction per call. Faults are switched on by the test.
"""

# ruff: noqa: ARG002 -- the parameters are those Odoo has
from __future__ import annotations

import copy
import inspect
import itertools
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

KEY, LOGIN, DATABASE = "6578616d706c65206a736f6e20617069206b6579", "station", "shop"
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


PLACES = {"create": ["vals_list"], "write": ["vals"], "search_count": ["domain"]}
ON_RECORDS = {"read", "write", "action_confirm", "button_validate", "process", "has_access"}


class Odoo:
    """The server; ``with Odoo() as odoo`` serves on a free port of this machine."""

    def __init__(self) -> None:
        self.books = Books()
        self.calls: list[tuple[str, str]] = []
        self.swallow: list[str] = []
        """Methods whose next answer is lost after the commit."""
        self.fail: list[Fault | int | tuple[int, bytes]] = []
        """What the next calls answer instead: an error, a status, or a status and a body."""
        self.asks: Any = None
        """What `button_validate` answers instead of doing it."""
        self.before: Any = None
        """Called before every call: somebody else works in Odoo meanwhile."""
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def do_GET(self) -> None:
                outer.serve(self, b"")

            def do_POST(self) -> None:
                outer.serve(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # --- HTTP ----------------------------------------------------------------------------------

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        with self.lock:
            status, answer, lost = self.answer(handler, body)
        if lost:
            handler.close_connection = True
            handler.connection.close()
            return
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response_only(status)
        handler.send_header("Date", format_datetime(self.books.now, usegmt=True))
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any, bool]:
        if handler.command == "GET" and handler.path == "/web/version":
            return 200, {"version": "19.0", "version_info": [19, 0, 0, "final", 0, ""]}, False
        rpc = handler.path == "/jsonrpc"
        asked = json.loads(body)
        try:
            if self.fail:
                fault = self.fail.pop(0)
                if isinstance(fault, int):
                    return fault, {}, False
                if isinstance(fault, tuple):
                    return fault[0], fault[1], False
                raise fault
            if rpc:
                found, method = self.rpc(asked["params"])
            else:
                found, method = self.json2(handler, asked)
        except Fault as error:
            return self.told(error, asked, rpc=rpc)
        lost = method in self.swallow
        if lost:
            self.swallow.remove(method)
        return 200, {"jsonrpc": "2.0", "id": asked["id"], "result": found} if rpc else found, lost

    def told(self, error: Fault, asked: Any, *, rpc: bool) -> tuple[int, Any, bool]:
        data = {
            "name": error.name,
            "message": error.text,
            "arguments": [error.text],
            "debug": f"Traceback … {KEY}",
        }
        if not rpc:
            return error.status, data | {"context": {}}, False
        told = {"code": 200, "message": "Odoo Server Error", "data": data}
        return 200, {"jsonrpc": "2.0", "id": asked["id"], "error": told}, False

    def json2(self, handler: BaseHTTPRequestHandler, asked: dict[str, Any]) -> tuple[Any, str]:
        if handler.headers["Authorization"] != f"bearer {KEY}":
            raise Fault("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        assert handler.headers["X-Odoo-Database"] == DATABASE
        assert handler.headers["Content-Type"].startswith("application/json")
        _, head, version, model, method = handler.path.split("/")
        assert (head, version) == ("json", "2")
        ids, context = asked.pop("ids", ()), asked.pop("context", {})
        if ids and method not in ON_RECORDS:
            raise Fault(
                "werkzeug.exceptions.UnprocessableEntity", f"cannot call {model}.{method} with ids", 422
            )
        return self.run(model, method, ids, asked, context), method

    def rpc(self, params: dict[str, Any]) -> tuple[Any, str]:
        service, method, args = params["service"], params["method"], params["args"]
        if (service, method) == ("common", "version"):
            return {"server_version": "17.0", "protocol_version": 1}, ""
        if (service, method) == ("common", "authenticate"):
            return (7 if args[:3] == [DATABASE, LOGIN, KEY] else False), ""
        assert (service, method) == ("object", "execute_kw")
        database, uid, key, model, name, places, words = args
        if (database, uid, key) != (DATABASE, 7, KEY):
            raise Fault("odoo.exceptions.AccessDenied", "Access Denied", 403)
        ids = places.pop(0) if name in ON_RECORDS else []
        words = dict(words) | dict(zip(PLACES.get(name, []), places, strict=True))
        return self.run(model, name, ids, words, words.pop("context", {})), name

    def run(self, model: str, method: str, ids: Any, words: dict[str, Any], context: dict[str, Any]) -> Any:
        """One call, one transaction."""
        if self.before is not None:
            self.before(model, method)
        self.calls.append((model, method))
        if (model, "") in self.books.hidden or (
            model not in FIELDS and model != "stock.backorder.confirmation"
        ):
            raise Fault("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404)
        func = getattr(Methods(self.books, context), method, None)
        if func is None or method.startswith("_"):
            raise Fault("werkzeug.exceptions.NotFound", f"{model}.{method} does not exist", 404)
        try:
            inspect.signature(func).bind(model, ids, **words)
        except TypeError as error:
            raise Fault("werkzeug.exceptions.UnprocessableEntity", str(error), 422) from None
        if method == "button_validate" and self.asks:
            return self.asks
        kept = copy.deepcopy(self.books.rows)
        try:
            return func(model, list(ids) or None, **words)
        except BaseException:
            self.books.rows = kept
            raise
