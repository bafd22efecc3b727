"""A parcel that left, as Tryton's chain: wait, lots, assign, pick, pack, do (P22).

Tryton knows no idempotency key. Every call is one transaction, each is only made from the state it expects,
and lots and quantities are set, never added; after a lost answer the next try goes on from the state it
finds. A done shipment is ours when it bears our tracking number. Orders that leave incomplete make Tryton
plan a new shipment for the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from station.erp import port
from station.erp.tryton import lots
from station.erp.tryton.model import Model, Row, sub, text
from station.erp.tryton.orders import id_in, line_key
from station.exchange import documents as erp

HEAD = (
    "number",
    "state",
    "reference",
    "shipping_reference",
    "warehouse_storage",
    "warehouse_output",
    "planned_date",
)
MOVE = (
    "product", "quantity", "internal_quantity", "unit.symbol", "unit.factor", "unit", "origin", "state",
    "from_location", "to_location", "company", "unit_price", "currency", "planned_date",
)  # fmt: skip
COPIED = (
    "product", "unit", "from_location", "to_location", "origin", "company", "planned_date", "unit_price",
    "currency",
)  # fmt: skip
"""What a move for a further lot has from the first."""

NAME = "stock.shipment.out"
YES = ("no_carrier", "check_quantity_product", "check_quantity_lot", "done")
"""Warnings whose answer is yes: the goods have left, whatever the plan was."""

Plan = dict[tuple[str, int], dict[int | None, int]]
"""(line, article) → lot → EACH."""


def shipment(model: Model, doc: erp.ShipmentConfirmation) -> str:
    """Have one parcel shipped; the shipment's number."""
    return Chain(model, doc).run()


class Chain:
    """The way of one shipment from where it stands to done."""

    def __init__(self, model: Model, doc: erp.ShipmentConfirmation) -> None:
        self.model, self.doc = model, doc
        self.has_tracking = model.has(NAME, "shipping_reference")
        self.head: Row = {}
        self.moves: list[Row] = []

    def run(self) -> str:
        """Act until it is done; looks again only where the outcome is open."""
        self._look()
        state = self.head["state"]
        if state == "done":
            return self._already()
        self._expect_open()
        if state == "draft":
            self._button("wait")
            self._look()
        if self.head["state"] in {"waiting", "assigned"}:
            self._pick()
        else:
            self._check_picked()
        state = self.head["state"]
        if state not in {"packed", "shipped"}:
            self._button("pack")
        self._button("do")
        self._look()
        if self.head["state"] != "done":
            raise port.Stale(f"{self.doc.erp_no} is {self.head['state']}")
        return text(self.head, "number")

    # --- looking ------------------------------------------------------------------------------

    def _look(self) -> None:
        fields = [*self.model.known(NAME, HEAD), "_timestamp"]
        domain = [["warehouse", "=", self.model.warehouse.id], ["number", "=", self.doc.erp_no]]
        rows = self.model.wire.search_read(NAME, domain, fields, order=[["id", "DESC"]], limit=1)
        if not rows:
            raise port.Declined(f"Tryton has no shipment {self.doc.erp_no}")
        self.head = rows[0]

    def _read_moves(self) -> None:
        has_lot = self.model.has("stock.move", "lot")
        fields = [*MOVE, "lot"] if has_lot else list(MOVE)
        domain = [["shipment", "=", f"{NAME},{self.head['id']}"], ["state", "!=", "cancelled"]]
        self.moves = self.model.wire.search_read("stock.move", domain, fields)
        self.model.products({move["product"] for move in self.moves})

    @property
    def _is_one_step(self) -> bool:
        """A warehouse that ships from the storage itself has no inventory moves."""
        return bool(self.head["warehouse_storage"] == self.head["warehouse_output"])

    def _outgoing(self) -> list[Row]:
        ids = {move["id"] for move in self._inventory()}
        return [move for move in self.moves if move["id"] not in ids]

    def _inventory(self) -> list[Row]:
        if self._is_one_step:
            return []
        output = self.head["warehouse_output"]
        return [move for move in self.moves if move["to_location"] == output]

    def _already(self) -> str:
        told = text(self.head, "shipping_reference") if self.has_tracking else text(self.head, "reference")
        if told == self.doc.waybill_no or self.doc.event_key in text(self.head, "reference").split():
            return text(self.head, "number")
        raise port.Declined(f"{self.doc.erp_no} is done already, with tracking number {told or '-'}")

    def _expect_open(self) -> None:
        if self.head["state"] == "cancelled":
            raise port.Declined(f"{self.doc.erp_no} is cancelled in Tryton, but it has left")

    # --- lots and quantities --------------------------------------------------------------------

    def _pick(self) -> None:
        """Waiting or assigned → picked, with exactly what left."""
        self._read_moves()
        plan = self._plan()
        source = self._outgoing() if self._is_one_step else self._inventory()
        if not self._fits(source, plan):
            if self.head["state"] == "assigned" or not self._is_pristine(source):
                self._button("wait")
                self._look()
                self._read_moves()
                source = self._outgoing() if self._is_one_step else self._inventory()
            self._write(self._commands(source, plan))
        elif not self._is_marked():
            self._write([])
        if self.head["state"] != "assigned":
            self.model.wire.call(f"{NAME}.assign_try", [self.head["id"]])
        if self._is_one_step:
            return self._expect_assigned()
        try:
            self._button("pick")
        except port.Declined:
            self._expect_assigned()
            raise
        return None

    def _expect_assigned(self) -> None:
        """Nothing says that assigning failed: the shipment just still waits."""
        self._look()
        if self.head["state"] == "waiting":
            raise port.Stale(f"{self.doc.erp_no}: Tryton has not enough stock of these lots")

    def _is_pristine(self, source: Sequence[Row]) -> bool:
        keys = [self._key(move) for move in source]
        return len(keys) == len(set(keys)) and all(move["state"] == "draft" for move in source)

    def _key(self, move: Row) -> tuple[str, int]:
        """The line an outgoing move belongs to, or the one that an inventory move serves."""
        outgoing = id_in(move["origin"], "stock.move")
        served = next((row for row in self.moves if row["id"] == outgoing), move)
        return line_key(served), move["product"]

    def _plan(self) -> Plan:
        """What left, by line; `Declined` when Tryton does not want so much."""
        products = {text(self.model.product(move["product"]), "code"): move["product"] for move in self.moves}
        wanted: dict[tuple[str, int], list[tuple[lots.Wanted | None, int]]] = defaultdict(list)
        for line in self.doc.lines:
            if line.sku_code not in products:
                raise port.Declined(f"{self.doc.erp_no} does not want {line.sku_code} any more")
            product = products[line.sku_code]
            lot = None
            if lots.needed(self.model.product(product), line.lot):
                lot = lots.Wanted(product, line.lot, expires_on=line.expires_on)
            wanted[line.line_key, product].append((lot, line.qty_each))
        self._expect_wanted({key: sum(each for _, each in parts) for key, parts in wanted.items()})
        ids = lots.find(self.model, [lot for parts in wanted.values() for lot, _ in parts if lot is not None])
        plan: Plan = {}
        for key, parts in wanted.items():
            plan[key] = defaultdict(int)
            for lot, each in parts:
                plan[key][ids[lot.key] if lot is not None else None] += each
        return plan

    def _expect_wanted(self, left: Mapping[tuple[str, int], int]) -> None:
        open_each: dict[tuple[str, int], int] = defaultdict(int)
        for move in self._outgoing():
            open_each[self._key(move)] += self._each(move)
        for (key, product), each in left.items():
            if each > open_each.get((key, product), 0):
                code = text(self.model.product(product), "code")
                more = each - open_each.get((key, product), 0)
                raise port.Declined(f"{self.doc.erp_no} does not want {more} × {code} (line {key}) any more")

    def _each(self, move: Row) -> int:
        return self.model.each(self.model.product(move["product"]), move["internal_quantity"])

    def _fits(self, source: Sequence[Row], plan: Plan) -> bool:
        """Whether the moves say what left already."""
        present: Plan = defaultdict(lambda: defaultdict(int))
        for move in source:
            if move["quantity"]:
                present[self._key(move)][move.get("lot")] += self._each(move)
        return {key: dict(parts) for key, parts in present.items()} == {
            key: dict(parts) for key, parts in plan.items()
        }

    def _commands(self, source: Sequence[Row], plan: Plan) -> list[list[Any]]:
        """What makes the moves exactly ours: the first of a line is written, further lots get moves."""
        commands: list[list[Any]] = []
        done: set[tuple[str, int]] = set()
        for move in source:
            key = self._key(move)
            if key in done:
                commands.append(["delete", [move["id"]]])
                continue
            done.add(key)
            parts = list(plan.get(key, {}).items()) or [(None, 0)]
            commands.append(["write", [move["id"]], self._values(move, *parts[0])])
            for lot, each in parts[1:]:
                copied = {name: move[name] for name in COPIED}
                commands.append(["create", [copied | self._values(move, lot, each)]])
        return commands

    def _values(self, move: Row, lot: int | None, each: int) -> dict[str, Any]:
        product = self.model.product(move["product"])
        values: dict[str, Any] = {"quantity": self.model.theirs(product, sub(move, "unit"), each)}
        return values | ({"lot": lot} if "lot" in move else {})

    # --- acting -------------------------------------------------------------------------------

    def _is_marked(self) -> bool:
        if self.has_tracking and text(self.head, "shipping_reference") != self.doc.waybill_no:
            return False
        return bool(text(self.head, "reference"))

    def _marks(self) -> dict[str, Any]:
        """Our tracking number; our key where the office wrote no reference of its own."""
        values: dict[str, Any] = {}
        if self.has_tracking:
            values["shipping_reference"] = self.doc.waybill_no
        if not text(self.head, "reference"):
            values["reference"] = self.doc.event_key if self.has_tracking else self.doc.waybill_no
        return values

    def _write(self, commands: list[list[Any]]) -> None:
        """Lots, quantities and marks in one transaction, unless somebody changed the shipment meanwhile."""
        name = "outgoing_moves" if self._is_one_step else "inventory_moves"
        values = self._marks() | ({name: commands} if commands else {})
        stamp = {"_timestamp": {f"{NAME},{self.head['id']}": self.head["_timestamp"]}}
        self.model.wire.call(f"{NAME}.write", [self.head["id"]], values, context=stamp)

    def _check_picked(self) -> None:
        """Somebody went on before us: with the same lots that is fine."""
        self._read_moves()
        if not self._fits(self._outgoing(), self._plan()):
            raise port.Declined(f"{self.doc.erp_no} was picked in Tryton with other lots or quantities")
        if not self._is_marked():
            self._write([])

    def _button(self, name: str) -> None:
        self.model.wire.call(f"{NAME}.{name}", [self.head["id"]], answers=YES)


# --- cancels -----------------------------------------------------------------------------------------


def cancel(model: Model, doc: erp.OrderStateDocument) -> str:
    """The station stopped an order: a shipment that is still open in Tryton is cancelled there too."""
    domain = [["warehouse", "=", model.warehouse.id], ["number", "=", doc.erp_no]]
    rows = model.wire.search_read(NAME, domain, ["number", "state"], order=[["id", "DESC"]], limit=1)
    if not rows or rows[0]["state"] == "cancelled":
        return doc.erp_no
    if rows[0]["state"] in {"shipped", "done"}:
        return doc.erp_no  # it was shipped there by hand, which is why it was stopped here
    model.wire.call(f"{NAME}.cancel", [rows[0]["id"]])
    after = model.wire.search_read(NAME, [["id", "=", rows[0]["id"]]], ["state"])
    if not after or after[0]["state"] != "cancelled":
        raise port.Stale(f"{doc.erp_no} is not cancelled yet")
    return doc.erp_no
