"""A small trading company in a fresh Tryton database; run by Tryton's own interpreter.

``seed.py CONFIG DATABASE OUT.json`` with the numbers in ``SEED`` (JSON). There is no opening stock: all goods
come by the purchases. The articles have the codes and barcodes of the station's demo, so that its robot can
scan them. Dates are relative to today.
"""

# ruff: noqa: DTZ011, N806 — Tryton's own way of naming its models, on the warehouse's day

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

LIFE = 365
BATCH = 40
"""Records created at once: more than about ninety overflow SQLite's parser."""

CARRIERS = ("中通快递", "圆通速递")
NEVER = "S9001"
"""An article that no purchase brings."""

STREETS = ("文三路100号3幢", "中山路8号12栋", "科技园南路5号", "人民南路四段27号", "世纪大道1500号")


class Company:
    """Makes everything, in the order in which it is needed."""

    def __init__(self, pool: Any, numbers: dict[str, Any]) -> None:
        self.get = pool.get
        self.numbers = numbers
        self.rng = random.Random(numbers["seed"])
        self.today = date.today()
        self.out: dict[str, Any] = {"passwords": {"wms": "bridge-2026", "office": "office-2026"}}

    def make(self, transaction: Any) -> None:
        self.company_and_users()
        with transaction.set_context(company=self.company.id, companies=[self.company.id]):
            self.warehouse()
            self.people()
            self.goods()
            sold = self.plan_sales()
            self.purchases(sold)
            self.sales(sold)

    # --- who and where ------------------------------------------------------------------------

    def company_and_users(self) -> None:
        Currency, Party = self.get("currency.currency"), self.get("party.party")
        self.currency = Currency.create(
            [
                {
                    "name": "Yuan Renminbi",
                    "code": "CNY",
                    "numeric_code": "156",
                    "symbol": "¥",
                    "digits": 2,
                    "rounding": Decimal("0.01"),
                    "rates": [("create", [{"rate": Decimal(1), "date": date(2020, 1, 1)}])],
                }
            ]
        )[0]
        party = Party.create([{"name": "良仓贸易"}])[0]
        self.company = self.get("company.company").create(
            [{"party": party.id, "currency": self.currency.id, "timezone": "Asia/Shanghai"}]
        )[0]
        User = self.get("res.user")
        User.write([User(1)], {"companies": [("add", [self.company.id])], "company": self.company.id})

    def warehouse(self) -> None:
        Location = self.get("stock.location")
        self.place = Location.search([("type", "=", "warehouse")])[0]
        Location.create(
            [
                {
                    "name": f"Bin {i}",
                    "code": f"BIN-{i}",
                    "type": "storage",
                    "parent": self.place.storage_location.id,
                }
                for i in range(1, 4)
            ]
        )
        Location.create([{"name": "次品", "code": "DEFECT", "type": "storage", "parent": self.place.id}])
        self.unit = self.get("product.uom").search([("symbol", "=", "u")])[0]
        self.gram = self.get("product.uom").search([("symbol", "=", "g")])[0]
        MD, Group = self.get("ir.model.data"), self.get("res.group")
        bridge = Group.create([{"name": "Bridge: read sales"}])[0]
        self.get("ir.model.access").create(
            [
                {
                    "model": name,
                    "group": bridge.id,
                    "perm_read": True,
                    "perm_write": False,
                    "perm_create": False,
                    "perm_delete": False,
                }
                for name in ("sale.sale", "sale.line")
            ]
        )
        groups = {
            "wms": [MD.get_id("stock", "group_stock"), bridge.id],
            "office": [
                MD.get_id(module, group)
                for module, group in (
                    ("stock", "group_stock"),
                    ("stock", "group_stock_cancellation"),
                    ("sale", "group_sale"),
                    ("sale_amendment", "group_sale_amendment"),
                    ("purchase", "group_purchase"),
                    ("party", "group_party_admin"),
                    ("product", "group_product_admin"),
                )
            ],
        }
        self.get("res.user").create(
            [
                {
                    "name": login,
                    "login": login,
                    "password": self.out["passwords"][login],
                    "groups": [("add", ids)],
                    "companies": [("add", [self.company.id])],
                    "company": self.company.id,
                    "warehouse": self.place.id,
                }
                for login, ids in groups.items()
            ]
        )

    def people(self) -> None:
        Party, Carrier = self.get("party.party"), self.get("carrier")
        self.suppliers = self.bulk(Party, [self._party(f"供应商{i}", f"V{i:02d}", i) for i in range(1, 4)])
        self.customers = self.bulk(
            Party, [self._party(f"顾客{i}", f"C{i:03d}", 100 + i) for i in range(1, 31)]
        )
        fee = self.get("product.template").create(
            [
                {
                    "name": "运费",
                    "code": "FEE",
                    "type": "service",
                    "default_uom": self.unit.id,
                    "list_price": Decimal(0),
                    "products": [("create", [{}])],
                }
            ]
        )[0]
        parties = Party.create([{"name": name} for name in CARRIERS])
        self.carriers = Carrier.create(
            [{"party": party.id, "carrier_product": fee.products[0].id} for party in parties]
        )

    def _party(self, name: str, code: str, n: int) -> dict[str, Any]:
        address = {
            "street": f"{STREETS[n % len(STREETS)]}{n}室",
            "city": "杭州市",
            "postal_code": f"31{n:04d}",
        }
        phone = {"type": "mobile", "value": f"1380000{n:04d}"}
        return {
            "name": name,
            "code": code,
            "addresses": [("create", [address])],
            "contact_mechanisms": [("create", [phone])],
        }

    def goods(self) -> None:
        codes = [(f"S{i:04d}", gtin(i), i) for i in range(1, self.numbers["products"] + 1)]
        codes.append((NEVER, gtin(9001), 2))
        values = []
        for code, ean, i in codes:
            is_lot = i % 3 == 1
            values.append(
                {
                    "name": f"商品{code}",
                    "code": code,
                    "type": "goods",
                    "default_uom": self.unit.id,
                    "list_price": Decimal(990 + 10 * i) / 100,
                    "cost_price_method": "average",
                    "salable": True,
                    "sale_uom": self.unit.id,
                    "purchasable": True,
                    "purchase_uom": self.unit.id,
                    "weight": float(40 + 13 * i % 700),
                    "weight_uom": self.gram.id,
                    "lot_required": ["supplier", "customer", "storage", "lost_found"] if is_lot else None,
                    "expiration_state": "required" if is_lot else "none",
                    "expiration_time": LIFE if is_lot else None,
                    "shelf_life_state": "none",
                    "products": [("create", [{"identifiers": [("create", [{"type": "ean", "code": ean}])]}])],
                    "product_suppliers": [
                        ("create", [{"party": self.suppliers[i % 3].id, "currency": self.currency.id}])
                    ],
                }
            )
        self.products = {
            template.code: template.products[0]
            for template in self.bulk(self.get("product.template"), values)
        }
        self.out["products"] = {code: product.id for code, product in self.products.items()}

    # --- what is bought and sold -----------------------------------------------------------------

    def plan_sales(self) -> list[list[tuple[str, int]]]:
        """Articles and pieces of each sale; the last few want what never comes."""
        known = [code for code in self.products if code != NEVER]
        planned = []
        for _ in range(self.numbers["sales"] - self.numbers["never"]):
            many = self.rng.choice((1, 1, 1, 2, 3))
            planned.append(
                [(code, self.rng.choice((1, 1, 1, 2, 3))) for code in self.rng.sample(known, many)]
            )
        return planned + [[(NEVER, 1)] for _ in range(self.numbers["never"])]

    def purchases(self, sold: list[list[tuple[str, int]]]) -> None:
        """Enough for all sales, spread over the purchases; every other line has a planned lot. The first half
        of them is announced by a supplier shipment.
        """
        need: dict[str, int] = dict.fromkeys((code for code in self.products if code != NEVER), 6)
        for code, pieces in (line for lines in sold for line in lines if line[0] != NEVER):
            need[code] += pieces
        many = self.numbers["purchases"]
        parts: list[list[tuple[str, int]]] = [[] for _ in range(many)]
        for at, (code, pieces) in enumerate(need.items()):
            first = pieces // 2
            parts[at % many].append((code, first))
            parts[(at + many // 2) % many].append((code, pieces - first))
        Purchase = self.get("purchase.purchase")
        found = self.bulk(Purchase, [self._purchase(n, lines) for n, lines in enumerate(parts)])
        Purchase.quote(found)
        Purchase.confirm(found)
        Purchase.process(found)
        self._plan_lots(found)
        self._announce(found[: many // 2])
        self.out["purchases"] = [purchase.number for purchase in found]

    def _purchase(self, n: int, lines: list[tuple[str, int]]) -> dict[str, Any]:
        party = self.suppliers[n % 3]
        return {
            "party": party.id,
            "invoice_address": party.addresses[0].id,
            "warehouse": self.place.id,
            "currency": self.currency.id,
            "purchase_date": self.today,
            "invoice_method": "manual",
            "reference": f"REF-{n + 1}",
            "lines": [
                (
                    "create",
                    [
                        {
                            "type": "line",
                            "product": self.products[code].id,
                            "unit": self.unit.id,
                            "quantity": float(pieces),
                            "unit_price": Decimal("3.50"),
                        }
                        for code, pieces in lines
                    ],
                )
            ],
        }

    def _plan_lots(self, purchases: list[Any]) -> None:
        Lot, Move = self.get("stock.lot"), self.get("stock.move")
        for purchase in purchases:
            for move in purchase.moves:
                if move.product.lot_required and (move.id + purchase.id) % 2:
                    lot = Lot.create(
                        [
                            {
                                "product": move.product.id,
                                "number": f"B{purchase.number}{move.product.code}",
                                "expiration_date": self.today + timedelta(days=LIFE - 10 - move.id % 40),
                            }
                        ]
                    )[0]
                    Move.write([move], {"lot": lot.id})

    def _announce(self, purchases: list[Any]) -> None:
        ShipmentIn, Move = self.get("stock.shipment.in"), self.get("stock.move")
        self.out["announced"] = []
        for purchase in purchases:
            shipment = ShipmentIn.create(
                [
                    {
                        "supplier": purchase.party.id,
                        "warehouse": self.place.id,
                        "company": self.company.id,
                        "warehouse_input": self.place.input_location.id,
                        "planned_date": self.today,
                        "warehouse_storage": self.place.storage_location.id,
                        "reference": f"DN-{purchase.number}",
                    }
                ]
            )[0]
            Move.write(list(purchase.moves), {"shipment": str(shipment)})
            self.out["announced"].append(shipment.number)

    def sales(self, sold: list[list[tuple[str, int]]]) -> None:
        Sale, ShipmentOut = self.get("sale.sale"), self.get("stock.shipment.out")
        found = self.bulk(Sale, [self._sale(n, lines) for n, lines in enumerate(sold)])
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            Sale.quote(part)
            Sale.confirm(part)
            Sale.process(part)
        for at, carrier in enumerate(self.carriers):
            shipments = [shipment for sale in found[at::2] for shipment in sale.shipments]
            ShipmentOut.write(shipments, {"carrier": carrier.id, "planned_date": self.today})
        self.out["sales"] = [[sale.number, sale.shipments[0].number] for sale in found]

    def _sale(self, n: int, lines: list[tuple[str, int]]) -> dict[str, Any]:
        party = self.customers[n % len(self.customers)]
        return {
            "party": party.id,
            "invoice_address": party.addresses[0].id,
            "shipment_address": party.addresses[0].id,
            "warehouse": self.place.id,
            "currency": self.currency.id,
            "sale_date": self.today,
            "reference": f"WEB-{n + 1:04d}",
            "invoice_method": "manual",
            "shipment_method": "order",
            "lines": [
                (
                    "create",
                    [
                        {
                            "type": "line",
                            "product": self.products[code].id,
                            "unit": self.unit.id,
                            "quantity": float(pieces),
                            "unit_price": Decimal("9.90"),
                        }
                        for code, pieces in lines
                    ],
                )
            ],
        }

    def bulk(self, model: Any, values: list[dict[str, Any]]) -> list[Any]:
        return [row for at in range(0, len(values), BATCH) for row in model.create(values[at : at + BATCH])]


def gtin(number: int) -> str:
    """The EAN-13 of the station's demo articles."""
    body = f"69000{number:07d}"
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


def main(config_file: str, database: str, out: Path) -> None:
    from trytond import config

    config.update_etc(config_file)
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    Pool.start()
    pool = Pool(database)
    pool.init()
    with Transaction().start(database, 1, context={"_skip_warnings": True}) as transaction:
        company = Company(pool, json.loads(os.environ["SEED"]))
        company.make(transaction)
        transaction.tasks.clear()  # all was done at once
        transaction.commit()
    out.write_text(json.dumps(company.out), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
