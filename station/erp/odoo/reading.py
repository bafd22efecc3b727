"""Odoo's rows as canonical documents.

An announced delivery is a *chain* of incoming pickings: what does not come at once stays behind in a back
order, a picking of its own with a new name. For us that is one notice under the first name, with all that
is expected, what came already included. Outgoing back orders are orders of their own, as in Odoo.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.odoo.goods import MANY, PARTNER
from station.erp.odoo.model import Model, id_of, name_of, text_of
from station.erp.odoo.paging import heard
from station.exchange import documents as erp

OPEN = ("assigned", "confirmed")
"""States in which the warehouse may work on a picking."""

PICKING = (
    "name", "state", "origin", "partner_id", "scheduled_date", "date_deadline", "priority", "note",
    "backorder_id", "carrier_id", "carrier_tracking_ref", "write_date",
)  # fmt: skip
MOVE = (
    "picking_id", "product_id", "product_qty", "state", "sale_line_id", "purchase_line_id", "write_date",
)  # fmt: skip

NO_CARRIER = "-"
"""The word to translate for orders without a delivery method."""


_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"\[station:[^\]]*\]")
_PARAGRAPH = re.compile(r"<p[^>]*>\[station:[^\]]*\]</p>")


# --- pickings --------------------------------------------------------------------------------------


@dataclass
class Batch:
    """Pickings with everything their documents need, read together."""

    pickings: dict[int, dict[str, Any]]
    moves: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    partners: dict[int, dict[str, Any]] = field(default_factory=dict)


def load(model: Model, ids: Iterable[int]) -> Batch:
    """Pickings, their moves, articles and partners."""
    batch = Batch(model.by_ids("stock.picking", ids, model.known("stock.picking", PICKING)))
    return fill(model, batch)


def fill(model: Model, batch: Batch) -> Batch:
    """Read what belongs to the pickings of a batch."""
    numbers = sorted(batch.pickings)
    for row in moves_of(model, numbers):
        batch.moves[id_of(row["picking_id"])].append(row)
    model.products({id_of(row["product_id"]) for rows in batch.moves.values() for row in rows})
    fields = model.known("res.partner", PARTNER)
    wanted = {id_of(row["partner_id"]) for row in batch.pickings.values()}
    batch.partners = model.by_ids("res.partner", wanted, fields)
    above = {id_of(row["commercial_partner_id"]) for row in batch.partners.values()} - wanted
    batch.partners |= model.by_ids("res.partner", above, fields)
    return batch


def moves_of(model: Model, pickings: Sequence[int]) -> list[dict[str, Any]]:
    """The moves of some pickings that are not cancelled, in their order."""
    fields, moves = model.known("stock.move", MOVE), []
    for start in range(0, len(pickings), MANY):
        part = list(pickings[start : start + MANY])
        domain = [["picking_id", "in", part], ["state", "!=", "cancel"]]
        moves += model.wire.search_read("stock.move", domain, fields, order="id asc")
    return moves


def line_key(move: Mapping[str, Any]) -> str:
    """What stays the same when Odoo splits a move: the line it was made for, and the article.

    A kit is one line of the sale and a move for each of its parts.
    """
    product = id_of(move["product_id"])
    for name, model in (("sale_line_id", "sale.order.line"), ("purchase_line_id", "purchase.order.line")):
        if id_of(move.get(name)):
            return f"{model},{id_of(move[name])}/{product}"
    return f"product.product,{product}"


def mark_of(picking: Mapping[str, Any], moves: Sequence[Mapping[str, Any]]) -> str:
    """Odoo's stamp of an order: changing a quantity changes only the move."""
    newest = max((str(move["write_date"]) for move in moves), default="")
    ids = sum(int(move["id"]) for move in moves)
    return f"{picking['write_date']}/{newest}/{len(moves)}/{ids}"


def lines_of(model: Model, moves: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, int]]:
    """Line key → (article, EACH)."""
    by_key: dict[str, tuple[str, int]] = {}
    for move in moves:
        product = model.products(())[id_of(move["product_id"])]
        each = model.each(product, move["product_qty"])
        _, before = by_key.get(line_key(move), ("", 0))
        by_key[line_key(move)] = (text_of(product["default_code"]), before + each)
    return {key: value for key, value in by_key.items() if value[1] > 0}


def order(model: Model, batch: Batch, number: int) -> port.Item:
    """One outgoing picking as an order, or as the news that it is cancelled."""
    picking = batch.pickings[number]
    name, moves = text_of(picking["name"]), batch.moves[number]
    mark = mark_of(picking, moves)
    if picking["state"] == "cancel":
        made = erp.CancelOrder(erp_no=name, version=0, reason="cancelled in Odoo")
        return item("cancel", name, mark, picking, lambda: made)
    raw = {"picking": picking, "moves": moves}
    return item("order", name, mark, raw, lambda: _order(model, batch, picking, moves))


def _order(
    model: Model, batch: Batch, picking: Mapping[str, Any], moves: Sequence[Mapping[str, Any]]
) -> erp.OrderDocument:
    partner = batch.partners[id_of(picking["partner_id"])]
    deadline = picking.get("date_deadline")
    return erp.OrderDocument(
        erp_no=text_of(picking["name"]),
        carrier_code=model.words.carrier(name_of(picking.get("carrier_id")) or NO_CARRIER),
        receiver=_receiver(partner),
        lines=tuple(
            erp.OrderDocumentLine(line_key=key, sku_code=code, qty_each=each)
            for key, (code, each) in lines_of(model, moves).items()
        ),
        version=0,
        platform_no=validate.one_line(text_of(picking["origin"]), 60),
        is_urgent=str(picking["priority"]) == "1",
        latest_ship_at=heard(deadline) if deadline else None,
        seller_note=plain(picking["note"]),
    )


def _receiver(row: Mapping[str, Any]) -> erp.Receiver:
    streets = [text_of(row.get(name)) for name in ("street", "street2")]
    return erp.Receiver(
        name=validate.one_line(text_of(row["name"]), 80),
        phone=validate.one_line(text_of(row.get("mobile")) or text_of(row.get("phone")), 40),
        address=validate.one_line(" ".join(part for part in streets if part), 200),
        province=validate.one_line(name_of(row.get("state_id")), 40),
        city=validate.one_line(text_of(row.get("city")), 40),
    )


def without_marks(note: str) -> str:
    """A note as people wrote it."""
    return _PARAGRAPH.sub("", note)


def plain(note: Any) -> str:
    """The words of a rich text, without our own marks."""
    words = _MARK.sub("", html.unescape(_TAG.sub(" ", text_of(note))))
    return validate.one_line(re.sub(r"\s+", " ", words), 400)
