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
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.odoo.model import PIECES, Model, id_of, name_of, text_of
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
PARTNER = ("name", "ref", "phone", "mobile", "street", "street2", "city", "state_id", "commercial_partner_id")
MANY = 500
"""Pickings whose moves are asked for at once."""

NO_CARRIER = "-"
"""The word to translate for orders without a delivery method."""

PACKS = (("product.packaging", "qty"), ("product.uom", "uom_id"))
"""Barcodes of packs: a model of its own until Odoo 18, then one of units with a barcode."""

_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"\[station:[^\]]*\]")
_PARAGRAPH = re.compile(r"<p[^>]*>\[station:[^\]]*\]</p>")


# --- master data -----------------------------------------------------------------------------------


def products(model: Model, ids: Sequence[int]) -> list[port.Item]:
    """Articles with all their barcodes."""
    rows = model.products(ids, fresh=True)
    packs = _packs(model, ids)
    return [
        item(
            "product",
            text_of(rows[number]["default_code"]) or f"product.product,{number}",
            str(rows[number]["write_date"]),
            rows[number],
            lambda number=number: _product(model, rows[number], packs[number]),  # type: ignore[misc]
        )
        for number in ids
        if number in rows
    ]


def _packs(model: Model, ids: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Article → the rows of its packs."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    name, amount = pack_model(model)
    if name:
        domain = [["product_id", "in", list(ids)], ["barcode", "!=", False]]
        for row in model.wire.search_read(name, domain, ["product_id", "barcode", amount], order="id asc"):
            found[id_of(row["product_id"])].append(row)
    return found


def _in_pack(model: Model, product: Mapping[str, Any], pack: Mapping[str, Any]) -> int:
    """EACH in a pack: told in the article's unit, or by a unit that somebody has to translate."""
    if "qty" in pack:
        return model.each(product, pack["qty"])
    return model.words.unit(name_of(pack["uom_id"]), PIECES)


def pack_model(model: Model) -> tuple[str, str]:
    """The model that holds barcodes of packs, and its field for the amount; empty when there is none."""
    for name, field_name in PACKS:
        try:
            if model.has(name, "barcode"):
                return name, field_name
        except (port.Declined, port.NoAccess, port.Stale):
            continue
    return "", ""


def _product(model: Model, row: Mapping[str, Any], packs: Sequence[Mapping[str, Any]]) -> erp.Product:
    factor = model.factor(row)
    weight = Decimal(str(row["weight"] or 0)) * 1000 / factor
    expires = bool(row.get("use_expiration_date"))
    codes = {text_of(row["barcode"]): factor} if text_of(row["barcode"]) else {}
    for pack in packs:
        codes.setdefault(text_of(pack["barcode"]), _in_pack(model, row, pack))
    return erp.Product(
        code=text_of(row["default_code"]),
        name_zh=validate.one_line(text_of(row["name"]), 200),
        unit=validate.one_line(name_of(row["uom_id"]), 20) if factor == 1 else "件",
        barcodes=tuple(
            erp.ProductBarcode(code=code, level="EACH" if amount == 1 else "CASE", qty=amount)
            for code, amount in codes.items()
        ),
        case_qty=max(codes.values(), default=1),
        gross_g=int(weight.quantize(Decimal(1), ROUND_HALF_UP)),
        is_serial=row["tracking"] == "serial",
        is_lot=row["tracking"] == "lot",
        is_shelf_life=expires,
        shelf_life_n=_days(row, "expiration_time") if expires else None,
        lockup_days=_days(row, "removal_time") if expires else None,
        advent_days=_days(row, "alert_time") if expires else None,
        is_active=bool(row["active"]),
        version=0,
    )


def _days(row: Mapping[str, Any], name: str) -> int | None:
    return int(row.get(name) or 0) or None


def suppliers(rows: Iterable[Mapping[str, Any]]) -> list[port.Item]:
    """Partners we buy from."""
    return [
        item("supplier", partner_code(row), str(row["write_date"]), row, lambda row=row: _supplier(row))  # type: ignore[misc]
        for row in rows
    ]


def _supplier(row: Mapping[str, Any]) -> erp.Supplier:
    return erp.Supplier(code=partner_code(row), name=validate.one_line(text_of(row["name"]), 120), version=0)


def partner_code(row: Mapping[str, Any]) -> str:
    """The reference somebody gave a partner, else a code of its id: names change and are not unique."""
    return text_of(row.get("ref")).strip() or f"ODOO-{row['id']}"


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
    fields, found = model.known("stock.move", MOVE), []
    for start in range(0, len(pickings), MANY):
        part = list(pickings[start : start + MANY])
        domain = [["picking_id", "in", part], ["state", "!=", "cancel"]]
        found += model.wire.search_read("stock.move", domain, fields, order="id asc")
    return found


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


def _lines(model: Model, moves: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, int]]:
    """Line key → (article, EACH)."""
    found: dict[str, tuple[str, int]] = {}
    for move in moves:
        product = model.products(())[id_of(move["product_id"])]
        each = model.each(product, move["product_qty"])
        _, before = found.get(line_key(move), ("", 0))
        found[line_key(move)] = (text_of(product["default_code"]), before + each)
    return {key: value for key, value in found.items() if value[1] > 0}


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
            for key, (code, each) in _lines(model, moves).items()
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


# --- notices: chains of incoming pickings ------------------------------------------------------------


def chains(model: Model, ids: Iterable[int]) -> tuple[Batch, list[list[int]]]:
    """The whole chains that some incoming pickings belong to, each from its first picking on."""
    fields = model.known("stock.picking", PICKING)
    rows = model.by_ids("stock.picking", ids, fields)
    while missing := {id_of(row["backorder_id"]) for row in rows.values()} - rows.keys() - {0}:
        above = model.by_ids("stock.picking", missing, fields)
        rows |= {number: above.get(number, _nothing(number)) for number in missing}
    todo = list(rows)
    while todo:
        below = model.wire.search_read(
            "stock.picking", [["backorder_id", "in", todo]], fields, order="id asc"
        )
        todo = [row["id"] for row in below if row["id"] not in rows]
        rows |= {row["id"]: row for row in below if row["id"] in todo}
    groups: dict[int, list[int]] = defaultdict(list)
    for number in sorted(rows):
        root, passed = number, {number}
        while (above_it := id_of(rows[root]["backorder_id"])) in rows and above_it not in passed:
            passed.add(above_it)
            root = above_it
        groups[root].append(number)
    kept = {number: row for number, row in rows.items() if "name" in row}
    return Batch(kept), [
        [root, *(number for number in group if number != root)]
        for root, group in sorted(groups.items())
        if root in kept
    ]


def _nothing(number: int) -> dict[str, Any]:
    """A picking that is gone or hidden ends a chain."""
    return {"id": number, "backorder_id": False}


def notices(model: Model, ids: Iterable[int]) -> list[port.Item]:
    """The notices of some incoming pickings; closed ones have nothing to say."""
    batch, groups = chains(model, ids)
    fill(model, batch)
    found = []
    for group in groups:
        states = {batch.pickings[number]["state"] for number in group if number in batch.pickings}
        root = batch.pickings[group[0]]
        name, stamp = text_of(root["name"]), str(root["write_date"])
        if states & set(OPEN):
            make = lambda group=group: _notice(model, batch, group)  # noqa: E731
            found.append(item("notice", name, stamp, root, make))
        elif "cancel" in states and not states - {"cancel", "done"}:
            gone = erp.CancelNotice(asn_no=name, version=0, reason="cancelled in Odoo")
            found.append(item("cancel_notice", name, stamp, root, lambda gone=gone: gone))  # type: ignore[misc]
    return found


def _notice(model: Model, batch: Batch, group: Sequence[int]) -> erp.NoticeDocument:
    root = batch.pickings[group[0]]
    partner = batch.partners[id_of(root["partner_id"])]
    partner = batch.partners.get(id_of(partner["commercial_partner_id"]), partner)
    moves = [move for number in group for move in batch.moves[number]]
    return erp.NoticeDocument(
        asn_no=text_of(root["name"]),
        supplier_code=partner_code(partner),
        supplier_name=validate.one_line(text_of(partner["name"]), 120),
        warehouse=model.ours,
        lines=tuple(
            erp.NoticeLine(line_key=key, sku_code=code, qty_each=each)
            for key, (code, each) in _lines(model, moves).items()
        ),
        version=0,
        expected_on=heard(root["scheduled_date"]).astimezone(model.zone).date()
        if root["scheduled_date"]
        else None,
    )
