"""What the connector knows of one Tryton database: the warehouse, its articles, and which modules it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from station.erp import makeup, port
from station.erp.inward.making import NotWhole
from station.erp.inward.validate import one_line
from station.erp.tryton.wire import Wire

PIECES = ("u", "unit", "pc", "pcs", "ea", "件", "个", "只", "单位")
"""Symbols of a single piece; Tryton's own is ``u``."""

PRODUCT = (
    "code", "name", "active", "type", "weight", "weight_uom.symbol", "default_uom.symbol",
    "default_uom.factor", "default_uom", "identifiers.type", "identifiers.code", "lot_required",
    "expiration_state", "expiration_time", "shelf_life_state", "shelf_life_time", "last_modified_at",
)  # fmt: skip
BATCH = 200
KEPT = 50_000
"""Articles and lots remembered at most: memory, not meaning."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Warehouse:
    """The locations of the one warehouse this connection is for."""

    id: int
    name: str
    company: int
    storage: int
    picking: int
    input: int
    output: int
    lost_found: int


def sub(row: Mapping[str, Any], name: str) -> Row:
    """The fields of another record that came along under ``name.``; empty when there is none."""
    part = row.get(f"{name}.")
    return part if isinstance(part, dict) else {}


def text(row: Mapping[str, Any], name: str) -> str:
    """A text, perhaps of another record (``party.name``); Tryton tells an empty one as null."""
    *path, last = name.split(".")
    for part in path:
        row = sub(row, part)
    value = row.get(last)
    return value if isinstance(value, str) else ""


class Model:
    """See the module. All of it is read when first needed and kept as long as the connector lives."""

    def __init__(self, wire: Wire, setup: makeup.Setup) -> None:
        self.wire, self.words, self.ours = wire, setup.words, setup.warehouse
        self.zone = ZoneInfo(setup.timezone)
        self.code = setup.values.get("warehouse", "").strip()
        self.prefix = setup.values.get("purchase_prefix", "").strip()
        self._fields: dict[str, frozenset[str]] = {}
        self._rights: dict[str, Mapping[str, Any]] = {}
        self._products: dict[int, Row] = {}
        self.lot_ids: dict[tuple[int, str], int] = {}
        """(article, number) → lot; whoever finds one keeps it here."""

    # --- what there is ------------------------------------------------------------------------

    def has(self, model: str, field: str) -> bool:
        """Whether a model has a field with these modules."""
        if model not in self._fields:
            fields = self.wire.call(f"{model}.fields_get", None)
            if not isinstance(fields, dict) or not fields:
                raise port.Down(f"{model}: no fields in the answer")
            self._fields[model] = frozenset(fields)
        return field.partition(".")[0] in self._fields[model]

    def known(self, model: str, fields: Iterable[str]) -> list[str]:
        """Those of some fields that are there."""
        return [field for field in fields if self.has(model, field)]

    def may(self, model: str, right: str = "read") -> bool:
        """Whether our user has a right (read, write, create, delete) to a model."""
        if model not in self._rights:
            try:
                access = self.wire.call("ir.model.access.get_access", [model])
            except (port.Declined, port.Stale):  # a model whose module is not there
                access = None
            self._rights[model] = access.get(model, {}) if isinstance(access, dict) else {}
        return bool(self._rights[model].get(right))

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse with the code of the settings."""
        fields = [
            "name", "storage_location", "picking_location", "input_location", "output_location",
            "lost_found_location",
        ]  # fmt: skip
        domain = [["type", "=", "warehouse"], ["code", "=", self.code]]
        rows = self.wire.search_read("stock.location", domain, fields)
        if len(rows) != 1:
            raise port.NoAccess(f"{len(rows)} warehouses with the code {self.code!r}")
        row = rows[0]
        return Warehouse(
            id=row["id"],
            name=text(row, "name"),
            company=int(self.wire.context()["company"]),
            storage=row["storage_location"],
            picking=row["picking_location"] or row["storage_location"],
            input=row["input_location"],
            output=row["output_location"],
            lost_found=row["lost_found_location"] or self._lost_found(),
        )

    def _lost_found(self) -> int:
        rows = self.wire.search_read("stock.location", [["type", "=", "lost_found"]], ["name"], limit=1)
        return int(rows[0]["id"]) if rows else 0

    # --- rows ---------------------------------------------------------------------------------

    def by_ids(self, model: str, ids: Iterable[int], fields: Sequence[str]) -> dict[int, Row]:
        """Rows by id, archived ones too; those that are gone are missing."""
        wanted = sorted(set(ids) - {0})
        by_id: dict[int, Row] = {}
        for start in range(0, len(wanted), BATCH):
            domain = [["id", "in", wanted[start : start + BATCH]]]
            rows = self.wire.search_read(model, domain, fields, context={"active_test": False})
            by_id |= {row["id"]: row for row in rows}
        return by_id

    def products(self, ids: Iterable[int], *, fresh: bool = False) -> Mapping[int, Row]:
        """Articles by id; what was read once is kept, because codes and units hardly change."""
        missing = set(ids) if fresh else set(ids) - self._products.keys()
        if missing:
            if len(self._products) > KEPT:
                self._products.clear()
            fields = self.known("product.product", PRODUCT)
            self._products |= self.by_ids("product.product", missing, fields)
        return self._products

    def product(self, number: int) -> Row:
        """One article; LookupError when it is hidden from us."""
        return self.products([number])[number]

    # --- quantities ---------------------------------------------------------------------------

    def factor(self, product: Mapping[str, Any]) -> int:
        """EACH in one of the article's own unit."""
        return self.words.unit(text(product, "default_uom.symbol"), PIECES)

    def each(self, product: Mapping[str, Any], quantity: Any) -> int:
        """A quantity in the article's own unit as whole EACH."""
        try:
            exact = Decimal(str(quantity)).quantize(Decimal("0.000001")) * self.factor(product)
        except (InvalidOperation, ValueError):
            raise NotWhole(one_line(quantity, 20)) from None
        if exact != exact.to_integral_value():
            raise NotWhole(f"{exact.normalize():f}")
        return int(exact)

    def per_unit(self, product: Mapping[str, Any], unit: Mapping[str, Any]) -> int:
        """EACH in one of a move's unit, which may be a box where the article's own is a piece."""
        if unit.get("id") == product["default_uom"]:
            return self.factor(product)
        ratio = Decimal(unit["factor"]) / Decimal(sub(product, "default_uom")["factor"])
        exact = (ratio * self.factor(product)).quantize(Decimal("0.000001"))
        if exact != exact.to_integral_value() or exact < 1:
            raise NotWhole(f"1 {text(unit, 'symbol')} = {exact.normalize():f}")
        return int(exact)

    def theirs(self, product: Mapping[str, Any], unit: Mapping[str, Any], each: int) -> int:
        """EACH in a move's unit."""
        quantity, rest = divmod(each, self.per_unit(product, unit))
        if rest:
            raise port.Declined(f"{each} EACH are no whole {text(unit, 'symbol')}")
        return quantity


def has_lots(product: Mapping[str, Any]) -> bool:
    """Whether Tryton wants to know the lots of an article."""
    return bool(product.get("lot_required"))
