"""A small shop in the stand-in for Odoo, and a connector to it by either interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from station.erp import makeup
from station.erp.odoo.connector import OdooConnector
from tests.near import REACH
from tests.station.erp.odoo.books import Books
from tests.station.erp.odoo.server import DATABASE, KEY, LOGIN, Odoo

WORDS = makeup.Words(
    ours={("carrier", "顺丰标快"): ("SF", 1), ("unit", "箱"): ("CASE", 12)},
    own_carriers=frozenset({"SF", "YTO"}),
)


def setup_of(
    odoo: Odoo, interface: str = "json2", words: makeup.Words = WORDS, **values: str
) -> makeup.Setup:
    settings = {
        "url": odoo.url, "database": DATABASE, "api": interface, "login": LOGIN, "api_key": KEY, "warehouse": "WH",
    }  # fmt: skip
    return makeup.Setup(
        values=settings | values, words=words, warehouse="MAIN", timezone="Asia/Shanghai", reach=REACH
    )


@dataclass
class Shop:
    """Ids of what is in the books, by a short name."""

    odoo: Odoo
    at: dict[str, int] = field(default_factory=dict)

    @property
    def books(self) -> Books:
        return self.odoo.books

    def goods(self, code: str, **more: Any) -> int:
        values = {
            "default_code": code, "name": f"商品 {code}", "type": "consu", "tracking": "none", "active": True,
            "weight": 0.25, "uom_id": self.at["unit"], "property_stock_inventory": self.at["adjust"],
        }  # fmt: skip
        self.at[code] = self.books.add("product.product", **values | more)
        return self.at[code]

    def incoming(self, lines: dict[str, float], **more: Any) -> int:
        moves = [
            {
                "product_id": self.at[code],
                "product_uom_qty": qty,
                "purchase_line_id": self.books.add("purchase.order.line"),
            }
            for code, qty in lines.items()
        ]
        ends = {"location_id": self.at["vendors"], "location_dest_id": self.at["stock"]}
        values = {"partner_id": self.at["supplier"], "origin": "P00012", "scheduled_date": self.books.now}
        return self.books.picking(self.at["in"], moves, **values | ends | more)

    def outgoing(self, lines: dict[str, float], **more: Any) -> int:
        moves = [
            {
                "product_id": self.at[code],
                "product_uom_qty": qty,
                "sale_line_id": self.books.add("sale.order.line"),
            }
            for code, qty in lines.items()
        ]
        ends = {"location_id": self.at["stock"], "location_dest_id": self.at["customers"]}
        values = {"partner_id": self.at["buyer"], "carrier_id": self.at["carrier"], "origin": "S00034"}
        return self.books.picking(self.at["out"], moves, **values | ends | more)

    def row(self, model: str, number: int) -> dict[str, Any]:
        return self.books.rows[model][number]

    def name(self, picking: int) -> str:
        return str(self.row("stock.picking", picking)["name"])

    def key(self, picking: int, place: int = 0) -> str:
        """The line key of a move."""
        move = self.books.moves(picking)[place]
        if move["sale_line_id"]:
            return f"sale.order.line,{move['sale_line_id']}/{move['product_id']}"
        return f"purchase.order.line,{move['purchase_line_id']}/{move['product_id']}"

    def stock(self, code: str) -> float:
        domain = [["product_id", "=", self.at[code]], ["location_id", "=", self.at["stock"]]]
        return float(sum(row["quantity"] for row in self.books.find("stock.quant", domain)))


def furnish(shop: Shop) -> None:
    add, at = shop.books.add, shop.at
    at["company"] = add("res.company", name="好铺子")
    at["unit"], at["box"] = add("uom.uom", name="件"), add("uom.uom", name="箱")
    at["view"] = add("stock.location", complete_name="WH", usage="view")
    at["stock"] = add("stock.location", complete_name="WH/Stock", usage="internal", location_id=at["view"])
    at["defect"] = add("stock.location", complete_name="WH/次品", usage="internal", location_id=at["view"])
    at["vendors"] = add("stock.location", complete_name="Partners/Vendors", usage="supplier")
    at["customers"] = add("stock.location", complete_name="Partners/Customers", usage="customer")
    at["adjust"] = add("stock.location", complete_name="Virtual/Inventory adjustment", usage="inventory")
    at["warehouse"] = add(
        "stock.warehouse", name="总仓", code="WH", company_id=at["company"], view_location_id=at["view"],
        lot_stock_id=at["stock"],
    )  # fmt: skip
    for name, code in (("in", "incoming"), ("out", "outgoing"), ("int", "internal")):
        at[name] = add("stock.picking.type", name=name.upper(), code=code, warehouse_id=at["warehouse"])
    shop.books.put("stock.warehouse", at["warehouse"], int_type_id=at["int"])
    at["carrier"] = add("delivery.carrier", name="顺丰标快")
    at["province"] = add("res.country.state", name="浙江省")
    at["supplier"] = add("res.partner", name="康源食品", ref="SUP-01", supplier_rank=1)
    at["buyer"] = add(
        "res.partner", name="王小明", phone="13800000000", street="文一路 1 号", street2="2 单元", city="杭州市",
        state_id=at["province"], supplier_rank=0,
    )  # fmt: skip
    for name in ("supplier", "buyer"):
        shop.books.put("res.partner", at[name], commercial_partner_id=at[name])
    shop.goods("TEA", barcode="6901234567892", weight=0.256)
    shop.goods(
        "MILK", tracking="lot", use_expiration_date=True, expiration_time=180, removal_time=30, alert_time=60
    )


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Odoo() as odoo:
        found = Shop(odoo)
        furnish(found)
        found.books.tick(600)
        yield found


@pytest.fixture(params=["json2", "jsonrpc"])
def connector(request: pytest.FixtureRequest, shop: Shop) -> Iterator[OdooConnector]:
    found = OdooConnector(setup_of(shop.odoo, request.param))
    yield found
    found.close()
