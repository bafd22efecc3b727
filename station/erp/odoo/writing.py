"""Confirmations as deeds in Odoo, each exactly once.

Odoo knows no idempotency key. So every deed looks first whether its effect is there, acts only from the state
it expects, sets quantities instead of adding to them, and reads back. All lots and quantities of a picking
travel in one ``write``, which is one transaction; ``button_validate`` is the second call and the only one
that moves stock. When its answer is lost, the next try finds the picking done, with our mark on it:

* a shipment is known by its tracking number (``carrier_tracking_ref``, not copied to back orders), or by a
  mark in the note where Odoo has no delivery module;
* a receipt by a mark in the note of a *done* picking (a back order inherits the note, but is not done);
* an adjustment by its key in ``origin`` of a picking of our own.

What did not come, or was not shipped, Odoo puts into a back order.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from station.erp import port
from station.erp.odoo import notices, reading
from station.erp.odoo.model import Model, text_of
from station.erp.odoo.operations import commands
from station.erp.odoo.pickings import by_code, by_name, expect_open, heads, match, validate
from station.exchange import documents as erp

# --- shipment --------------------------------------------------------------------------------------


def shipment(model: Model, doc: erp.ShipmentConfirmation) -> str:
    """One parcel left: the picking is done with these lots, under this tracking number."""
    picking = by_name(model, "outgoing", doc.erp_no)
    if picking is None:
        raise port.Declined(f"Odoo has no delivery {doc.erp_no}")
    has_tracking = model.has("stock.picking", "carrier_tracking_ref")
    tracking = text_of(picking.get("carrier_tracking_ref"))
    if picking["state"] == "done":
        if (has_tracking and tracking == doc.waybill_no) or _mark(doc.event_key) in text_of(picking["note"]):
            return text_of(picking["name"])
        raise port.Declined(f"{doc.erp_no} is done already, with tracking number {tracking or '-'}")
    expect_open(picking)
    wanted = match(
        model,
        picking,
        _pieces(model, doc.lines),
    )
    vals: dict[str, Any] = {"move_line_ids": commands(model, picking, wanted, may_create_lots=False)}
    vals |= (
        {"carrier_tracking_ref": doc.waybill_no} if has_tracking else {"note": _noted(picking, doc.event_key)}
    )
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return validate(model, picking)


def _pieces(
    model: Model, lines: Sequence[erp.ShipmentConfirmationLine]
) -> Iterator[tuple[str, str, str, date | None, int]]:
    """What `match` is asked: a line by its lot, pieces that Odoo tracks by number each by theirs."""
    numbered = {line.sku_code for line in lines if line.serials}
    articles = by_code(model, numbered) if numbered else {}
    for line in lines:
        if line.serials and articles[line.sku_code].get("tracking") == "serial":
            for number in line.serials:
                yield line.line_key, line.sku_code, number, line.expires_on, 1
        else:
            yield line.line_key, line.sku_code, line.lot, line.expires_on, line.qty_each


# --- receipt ---------------------------------------------------------------------------------------


def receipt(model: Model, doc: erp.ReceiptConfirmation) -> str:
    """What one slip took in: a done picking of the chain; rejected pieces stay expected."""
    done = _done_with(model, doc.event_key)
    if done:
        return done
    picking = _open_of_chain(model, doc.asn_no)
    lines = [
        (line.line_key, line.sku_code, line.lot, line.expires_on, line.qty_good)
        for line in doc.lines
        if line.qty_good
    ]
    if not lines:
        return text_of(picking["name"])
    wanted = match(model, picking, lines, may_add=True)
    vals = {
        "note": _noted(picking, doc.event_key),
        "move_line_ids": commands(model, picking, wanted, may_create_lots=True),
    }
    model.wire.call("stock.picking", "write", [picking["id"]], vals=vals)
    return validate(model, picking)


def _done_with(model: Model, key: str) -> str:
    """The done incoming picking that bears our mark; empty when there is none."""
    domain = [*model.pickings("incoming"), ["state", "=", "done"], ["note", "ilike", _mark(key)]]
    rows = model.wire.search_read("stock.picking", domain, ["name", "note"], order="id asc")
    return next((text_of(row["name"]) for row in rows if _mark(key) in text_of(row["note"])), "")


def _open_of_chain(model: Model, asn_no: str) -> dict[str, Any]:
    """The picking of a notice that is still open: itself, or its latest back order."""
    root = by_name(model, "incoming", asn_no)
    if root is None:
        raise port.Declined(f"Odoo has no receipt {asn_no}")
    batch, groups = notices.chains(model, [root["id"]])
    numbers = next(group for group in groups if root["id"] in group)
    still = [number for number in numbers if batch.pickings[number]["state"] in reading.OPEN]
    if not still:
        raise port.Declined(f"{asn_no}: nothing is expected any more ({root['state']})")
    return heads(model, [["id", "=", still[-1]]])[0]


# --- parts -----------------------------------------------------------------------------------------


def _mark(key: str) -> str:
    return f"[station:{key}]"


def _noted(picking: Mapping[str, Any], key: str) -> str:
    """The note with our mark and without marks it inherited."""
    note = reading.without_marks(text_of(picking["note"]))
    return f"{note}<p>{html.escape(_mark(key))}</p>"
