"""The test of a connection to Odoo: everything that will be needed, and nothing is changed."""

from __future__ import annotations

import re

from station.erp import port
from station.erp.frame import Frame, sample
from station.erp.odoo.model import Model

RIGHTS = (
    ("product.product", "read"),
    ("res.partner", "read"),
    ("stock.picking", "write"),
    ("stock.picking", "create"),
    ("stock.move", "read"),
    ("stock.move.line", "write"),
    ("stock.lot", "create"),
    ("stock.quant", "read"),
)
HAS_ACCESS = 18
SAMPLES = 3


def probe(connector: Frame, model: Model) -> port.Report:
    """Version, rights, warehouse, and documents as they would be taken over."""
    report = port.Report()
    version = model.wire.version()
    report.add("version", ok=True, text=version)
    for name, operation in RIGHTS:
        _right(report, model, version, name, operation)
    try:
        warehouse = model.warehouse
    except port.NoAccess as error:
        report.add("warehouse", ok=False, text=str(error))
        return report
    report.add("warehouse", ok=True, text=f"{warehouse.name} ({model.code})")
    report.add("company", ok=True, text=warehouse.company)
    _optional(report, model)
    for feed in ("products", "notices", "orders"):
        most = max(1, SAMPLES - len(report.samples)) if feed == "orders" else 1
        sample(report, feed, connector.changes(feed, {}), most=most)
    return report


def _right(report: port.Report, model: Model, version: str, name: str, operation: str) -> None:
    try:
        if _major(version) >= HAS_ACCESS:
            allowed = model.wire.call(name, "has_access", [], operation=operation)
        else:
            allowed = model.wire.call(name, "check_access_rights", operation=operation, raise_exception=False)
    except (port.Declined, port.Stale) as error:
        report.add(f"{operation} {name}", ok=False, text=str(error))
        return
    report.add(f"{operation} {name}", ok=bool(allowed), text="")


def _major(version: str) -> int:
    """19 of "19.0+e" and of "saas~19.1"."""
    digits = re.search(r"[0-9]+", version)
    return int(digits[0]) if digits else HAS_ACCESS


def _optional(report: port.Report, model: Model) -> None:
    """Modules that make a difference but need not be there."""
    for name, field in (
        ("stock.picking", "carrier_tracking_ref"),
        ("stock.move", "purchase_line_id"),
        ("stock.move", "sale_line_id"),
        ("stock.lot", "expiration_date"),
    ):
        is_there = model.has(name, field)
        report.add(f"{name}.{field}", ok=True if is_there else None, text="" if is_there else "-")
