"""What the connector knows of one Odoo database: the warehouse, and which fields its version has."""

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
from station.erp.odoo.wire import Wire

PIECES = ("Units", "Unit(s)", "Unit", "PCE", "件", "个", "单位")
"""Odoo's own names of a single piece."""

PRODUCT = (
    "default_code", "name", "barcode", "weight", "tracking", "active", "uom_id", "write_date",
    "use_expiration_date", "expiration_time", "removal_time", "alert_time",
)  # fmt: skip
BATCH = 200


@dataclass(frozen=True)
class Warehouse:
    """The rows of the one warehouse this connection is for."""

    id: int
    name: str
    company_id: int
    company: str
    view_id: int
    stock_id: int
    internal_type_id: int


def id_of(value: Any) -> int:
    """The id of a many-to-one, which is told as [id, name] or False; 0 for none."""
    if isinstance(value, list) and value and isinstance(value[0], int):
        return value[0]
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def name_of(value: Any) -> str:
    """The name of a many-to-one; empty for none."""
    return str(value[1]) if isinstance(value, list) and len(value) > 1 else ""


def text_of(value: Any) -> str:
    """A text; Odoo tells an empty one as False."""
    return value if isinstance(value, str) else ""


class Model:
    """See the module. All of it is read when first needed and kept as long as the connector lives."""

    def __init__(self, wire: Wire, setup: makeup.Setup) -> None:
        self.wire, self.words, self.ours = wire, setup.words, setup.warehouse
        self.zone = ZoneInfo(setup.timezone)
        self.code = setup.values.get("warehouse", "").strip()
        self.company = setup.values.get("company", "").strip()
        self._fields: dict[str, dict[str, Any]] = {}
        self._products: dict[int, dict[str, Any]] = {}

    def has(self, model: str, field: str) -> bool:
        """Whether a model has a field in this version, with these modules and for this user."""
        if model not in self._fields:
            fields = self.wire.call(model, "fields_get", attributes=["type"])
            if not isinstance(fields, dict) or "id" not in fields:
                raise port.Down(f"{model}: no fields in the answer")
            self._fields[model] = fields
        return field in self._fields[model]

    def known(self, model: str, fields: Iterable[str]) -> list[str]:
        """Those of some fields that are there."""
        return [field for field in fields if self.has(model, field)]

    def first(self, model: str, *fields: str) -> str:
        """The first of some names that this version has for a field; the last when it has none."""
        return next((field for field in fields if self.has(model, field)), fields[-1])

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse with the code of the settings."""
        fields = ["name", "company_id", "view_location_id", "lot_stock_id", "int_type_id"]
        rows = self.wire.search_read("stock.warehouse", [["code", "=", self.code]], fields)
        rows = [row for row in rows if self.company in {"", name_of(row["company_id"])}]
        if len(rows) != 1:
            raise port.NoAccess(f"{len(rows)} warehouses with the code {self.code!r}")
        row = rows[0]
        warehouse = Warehouse(
            id=row["id"],
            name=text_of(row["name"]),
            company_id=id_of(row["company_id"]),
            company=name_of(row["company_id"]),
            view_id=id_of(row["view_location_id"]),
            stock_id=id_of(row["lot_stock_id"]),
            internal_type_id=id_of(row["int_type_id"]),
        )
        self.wire.context["allowed_company_ids"] = [warehouse.company_id]
        return warehouse

    def pickings(self, code: str) -> list[Any]:
        """The domain of all incoming or outgoing pickings of our warehouse."""
        far = "location_id.usage" if code == "incoming" else "location_dest_id.usage"
        usage = "supplier" if code == "incoming" else "customer"
        return [
            ["picking_type_id.warehouse_id", "=", self.warehouse.id],
            ["picking_type_id.code", "=", code],
            [far, "=", usage],
        ]

    def by_ids(self, model: str, ids: Iterable[int], fields: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Rows by id; those that are gone or hidden are missing."""
        wanted = sorted(set(ids) - {0})
        by_id: dict[int, dict[str, Any]] = {}
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            rows = self.wire.search_read(
                model, [["id", "in", part]], fields, context={"active_test": False}, order="id asc"
            )
            by_id |= {row["id"]: row for row in rows}
        return by_id

    def products(self, ids: Iterable[int], *, fresh: bool = False) -> Mapping[int, dict[str, Any]]:
        """Articles by id; what was read once is kept, because codes and units hardly change."""
        missing = set(ids) if fresh else set(ids) - self._products.keys()
        if missing:
            if len(self._products) > 50_000:  # noqa: PLR2004 — memory, not meaning
                self._products.clear()
            fields = self.known("product.product", PRODUCT)
            self._products |= self.by_ids("product.product", missing, fields)
        return self._products

    def factor(self, product: Mapping[str, Any]) -> int:
        """EACH in one of the article's own unit."""
        return self.words.unit(name_of(product["uom_id"]), PIECES)

    def each(self, product: Mapping[str, Any], quantity: Any) -> int:
        """A quantity in the article's unit as whole EACH."""
        try:
            exact = Decimal(str(quantity)).quantize(Decimal("0.000001")) * self.factor(product)
        except (InvalidOperation, ValueError):
            raise NotWhole(one_line(quantity, 20)) from None
        if exact != exact.to_integral_value():
            raise NotWhole(f"{exact:f}")
        return int(exact)

    def theirs(self, product: Mapping[str, Any], each: int) -> int:
        """EACH in the article's unit."""
        quantity, rest = divmod(each, self.factor(product))
        if rest:
            raise port.Declined(f"{each} EACH are no whole {name_of(product['uom_id'])}")
        return quantity
