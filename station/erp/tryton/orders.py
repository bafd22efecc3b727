"""Tryton's customer shipments as orders.

A shipment has outgoing moves, which say what the customer gets, and inventory moves, which bring it from
the storage to the output. The lines of an order are the outgoing ones, added up by their origin: a move is
split and replaced when lots are picked, the line of the sale stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.tryton.goods import fen
from station.erp.tryton.model import Model, Row, text
from station.exchange import documents as erp

OPEN = ("waiting", "assigned", "picked", "packed")
"""States in which the office still wants a shipment to go out."""

SHIPMENT = (
    "number", "state", "reference", "shipping_reference", "planned_date", "customer.name", "customer.phone",
    "customer.mobile", "carrier.party.name", "delivery_address.street", "delivery_address.city",
    "delivery_address.postal_code", "delivery_address.party_name", "delivery_address.subdivision.name",
    "_timestamp",
)  # fmt: skip
MOVE = (
    "shipment", "product", "quantity", "internal_quantity", "unit.symbol", "unit.factor", "origin", "state",
    "unit_price", "_timestamp",
)  # fmt: skip
SALE_LINE = ("sale.number", "sale.reference", "sale.comment")
MANY = 500
"""Shipments whose moves are asked for at once."""

NO_CARRIER = "-"
"""The word to translate for shipments without a carrier."""


@dataclass
class Batch:
    """Shipments with everything their documents need, read together."""

    shipments: dict[int, Row]
    moves: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    sales: Mapping[int, Row] = field(default_factory=dict)


def id_in(reference: Any, model: str) -> int:
    """The id in a reference like ``sale.line,12``; 0 when it is none of that model."""
    name, _, number = str(reference or "").partition(",")
    return int(number) if name == model and number.isdigit() else 0


def load(model: Model, ids: Iterable[int]) -> Batch:
    """Shipments, their outgoing moves, articles and sales."""
    fields = model.known("stock.shipment.out", SHIPMENT[:-1])
    batch = Batch(model.by_ids("stock.shipment.out", ids, [*fields, "_timestamp"]))
    for row in moves_of(model, sorted(batch.shipments), MOVE):
        batch.moves[id_in(row["shipment"], "stock.shipment.out")].append(row)
    moves = [row for rows in batch.moves.values() for row in rows]
    model.products({row["product"] for row in moves})
    lines = {id_in(row["origin"], "sale.line") for row in moves}
    if model.may("sale.line"):
        batch.sales = model.by_ids("sale.line", lines, SALE_LINE)
    return batch


def moves_of(model: Model, ids: Sequence[int], fields: Sequence[str]) -> list[Row]:
    """The outgoing moves of some shipments that are not cancelled, in their order."""
    items = []
    for start in range(0, len(ids), MANY):
        domain = [
            ["shipment.id", "in", list(ids[start : start + MANY]), "stock.shipment.out"],
            ["to_location.type", "=", "customer"],
            ["state", "!=", "cancelled"],
        ]
        items += model.wire.search_read("stock.move", domain, fields)
    return items


def line_key(move: Mapping[str, Any]) -> str:
    """The line a move was made for; the article where nobody sold it."""
    origin = str(move["origin"] or "")
    return origin if origin and not origin.startswith("stock.move,") else f"product.product,{move['product']}"


def mark_of(shipment: Mapping[str, Any], moves: Sequence[Mapping[str, Any]]) -> str:
    """Tryton's stamp of an order: changing a quantity changes only the move."""
    newest = max((str(move["_timestamp"]) for move in moves), default="")
    ids = sum(int(move["id"]) for move in moves)
    return f"{shipment['_timestamp']}/{newest}/{len(moves)}/{ids}"


def documents(model: Model, ids: Iterable[int]) -> list[port.Item]:
    """Orders that are open and cancels of the others that are cancelled; nothing of what is done."""
    batch = load(model, ids)
    wanted = {*OPEN, "cancelled"}
    return [order(model, batch, number) for number, row in batch.shipments.items() if row["state"] in wanted]


def order(model: Model, batch: Batch, number: int) -> port.Item:
    """One shipment as an order, or as the news that it is not wanted any more."""
    shipment, moves = batch.shipments[number], batch.moves[number]
    name, mark = text(shipment, "number"), mark_of(shipment, moves)
    wanted = [move for move in moves if move["quantity"]]
    if shipment["state"] == "cancelled" or (shipment["state"] in OPEN and not wanted):
        why = "cancelled in Tryton" if shipment["state"] == "cancelled" else "nothing is on it any more"
        made = erp.CancelOrder(erp_no=name, version=0, reason=why)
        return item("cancel", name, mark, shipment, lambda: made)
    raw = {"shipment": shipment, "moves": moves}
    return item("order", name, mark, raw, lambda: _order(model, batch, shipment, wanted))


def _order(model: Model, batch: Batch, shipment: Row, moves: Sequence[Row]) -> erp.OrderDocument:
    sales = [
        batch.sales[number] for move in moves if (number := id_in(move["origin"], "sale.line")) in batch.sales
    ]
    planned = shipment.get("planned_date")
    return erp.OrderDocument(
        erp_no=text(shipment, "number"),
        carrier_code=model.words.carrier(text(shipment, "carrier.party.name") or NO_CARRIER),
        receiver=receiver(shipment),
        lines=lines(model, moves),
        version=0,
        platform_no=_joined(sales, "sale.reference", 60) or _joined(sales, "sale.number", 60),
        latest_ship_at=datetime.combine(planned, time(23, 59), tzinfo=model.zone) if planned else None,
        seller_note=_joined(sales, "sale.comment", 400),
    )


def _joined(rows: Sequence[Row], name: str, limit: int) -> str:
    parts = dict.fromkeys(validate.one_line(text(row, name), limit) for row in rows)
    return "; ".join(part for part in parts if part)[:limit]


def lines(model: Model, moves: Sequence[Row]) -> tuple[erp.OrderDocumentLine, ...]:
    """One line per origin; when two articles have the same one, they are told apart."""
    by_line: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for move in moves:
        by_line[line_key(move), move["product"]].append(move)
    return tuple(
        erp.OrderDocumentLine(
            line_key=key,
            sku_code=text(model.product(product), "code"),
            qty_each=sum(model.each(model.product(product), move["internal_quantity"]) for move in parts),
            price_fen=fen(parts[0]["unit_price"]),
        )
        for (key, product), parts in by_line.items()
    )


def receiver(shipment: Row) -> erp.Receiver:
    """Who gets it: the name on the address, else the customer's."""
    phone = text(shipment, "customer.mobile") or text(shipment, "customer.phone")
    street = text(shipment, "delivery_address.street")
    code = text(shipment, "delivery_address.postal_code")
    name = text(shipment, "delivery_address.party_name") or text(shipment, "customer.name")
    return erp.Receiver(
        name=validate.one_line(name, 80),
        phone=validate.one_line(phone, 40).replace(" ", ""),
        address=validate.one_line(f"{street} {code}", 200),
        province=validate.one_line(text(shipment, "delivery_address.subdivision.name"), 40),
        city=validate.one_line(text(shipment, "delivery_address.city"), 40),
    )


# --- the set of open ones ----------------------------------------------------------------------------


def open_orders(model: Model, page: int) -> list[port.OpenOrder]:
    """Every shipment the office still wants to go out, stamped with its moves."""
    shipments: dict[int, Row] = {}
    domain = [["warehouse", "=", model.warehouse.id], ["state", "in", list(OPEN)]]
    last = 0
    while True:
        rows = model.wire.search_read(
            "stock.shipment.out", [*domain, ["id", ">", last]], ["number", "_timestamp"], limit=page
        )
        shipments |= {row["id"]: row for row in rows}
        if len(rows) < page:
            break
        last = rows[-1]["id"]
    moves: dict[int, list[Row]] = defaultdict(list)
    for row in moves_of(model, sorted(shipments), ["shipment", "quantity", "_timestamp"]):
        moves[id_in(row["shipment"], "stock.shipment.out")].append(row)
    return [
        port.OpenOrder(text(row, "number"), mark_of(row, moves[number]))
        for number, row in shipments.items()
        if any(move["quantity"] for move in moves[number])
    ]


def by_number(model: Model, doc_no: str) -> port.Item | None:
    """One shipment as it stands now; None when Tryton has it no more. One that somebody shipped there by
    hand is not wanted from us any more.
    """
    domain = [["warehouse", "=", model.warehouse.id], ["number", "=", doc_no]]
    rows = model.wire.search_read("stock.shipment.out", domain, ["number"], order=[["id", "DESC"]], limit=1)
    if not rows:
        return None
    batch = load(model, [rows[0]["id"]])
    if not batch.shipments:
        return None
    wanted = order(model, batch, rows[0]["id"])
    if batch.shipments[rows[0]["id"]]["state"] in {"shipped", "done"}:
        gone = erp.CancelOrder(erp_no=doc_no, version=0, reason="shipped in Tryton by somebody else")
        return item("cancel", doc_no, wanted.mark, wanted.raw, lambda: gone)
    return wanted
