"""The test of a connection to Tryton: everything that will be needed, and nothing is changed."""

from __future__ import annotations

from station.erp import port
from station.erp.frame import Frame, sample
from station.erp.tryton.model import Model
from station.erp.tryton.paging import STAMP

RIGHTS = (
    ("product.product", "read"),
    ("product.identifier", "read"),
    ("party.party", "read"),
    ("stock.shipment.in", "create"),
    ("stock.shipment.in", "write"),
    ("stock.shipment.out", "write"),
    ("stock.shipment.internal", "create"),
    ("stock.move", "write"),
)
WANTED = (("sale.line", "read"), ("purchase.line", "read"), ("stock.lot", "create"))
"""Needed where the module is there."""

MODULES = (
    ("stock_lot", "stock.move", "lot"),
    ("stock_lot_sled", "stock.lot", "expiration_date"),
    ("stock_package_shipping", "stock.shipment.out", "shipping_reference"),
    ("product_measurements", "product.product", "weight"),
    ("carrier", "stock.shipment.out", "carrier"),
)
SAMPLES = 3
OLDEST = 8


def probe(connector: Frame, model: Model) -> port.Report:
    """Version, rights, modules, warehouse, and documents as they would be taken over."""
    report = port.Report()
    version = model.wire.version()
    report.add("version", ok=_is_known(version), text=version)
    report.add("user", ok=True, text=str(model.wire.context().get("company.rec_name") or model.wire.login))
    for name, right in RIGHTS:
        report.add(f"{right} {name}", ok=model.may(name, right), text="")
    for name, right in WANTED:
        report.add(f"{right} {name}", ok=True if model.may(name, right) else None, text="")
    try:
        warehouse = model.warehouse
    except port.NoAccess as error:
        report.add("warehouse", ok=False, text=str(error))
        return report
    report.add("warehouse", ok=True, text=f"{warehouse.name} ({model.code})")
    report.add("lost and found", ok=bool(warehouse.lost_found), text="")
    report.add(STAMP, ok=model.has("stock.shipment.out", STAMP), text="")
    for module, name, field in MODULES:
        is_there = model.has(name, field)
        report.add(f"module {module}", ok=True if is_there else None, text="" if is_there else "-")
    for feed in ("products", "notices", "purchases", "orders"):
        most = max(1, SAMPLES - len(report.samples)) if feed == "orders" else 1
        sample(report, feed, connector.changes(feed, {}), most=most)
    return report


def _is_known(version: str) -> bool:
    series = version.partition(".")[0]
    return series.isdigit() and int(series) >= OLDEST
