"""What was bought and not announced, as notices: one for each purchase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from station.erp import port
from station.erp.inward.making import item
from station.erp.tryton.model import Model, Row, text
from station.erp.tryton.notices import counts, fields_of_moves, from_supplier, notice
from station.erp.tryton.orders import id_in
from station.exchange import documents as erp

LINE = (
    "purchase.number",
    "purchase.state",
    "purchase.party.code",
    "purchase.party.name",
    "purchase.delivery_date",
)
PURCHASES = 200
"""Purchases whose moves are asked for at once."""


def purchases_of(model: Model, moves: Sequence[Mapping[str, Any]]) -> list[int]:
    """The purchases that some moves were made for."""
    lines = {id_in(move["origin"], "purchase.line") for move in moves}
    rows = model.by_ids("purchase.line", lines, ["purchase"])
    return sorted({row["purchase"] for row in rows.values()})


def unannounced(model: Model, ids: Sequence[int], told: Iterable[int]) -> tuple[list[port.Item], list[int]]:
    """The notices of purchases, and which purchases have one now. Of `told` nothing may be left."""
    known, items = set(told), list[port.Item]()
    for start in range(0, len(ids), PURCHASES):
        part = ids[start : start + PURCHASES]
        lines = _lines_of(model, part)
        moves = _moves_of(model, lines)
        shipments = _shipments_of(model, moves)
        for number in part:
            row = next((line for line in lines.values() if line["purchase."]["id"] == number), None)
            if row is None:
                continue
            mine = [
                move
                for move in moves
                if lines[id_in(move["origin"], "purchase.line")]["purchase."]["id"] == number
            ]
            one = _unannounced(model, row, mine, shipments, is_told=number in known)
            if one is not None:
                items.append(one)
                known.add(number)
            if one is None or one.doc_type == "cancel_notice":
                known.discard(number)
    return items, sorted(known)


def _lines_of(model: Model, purchases: Sequence[int]) -> dict[int, Row]:
    rows = model.wire.search_read("purchase.line", [["purchase", "in", list(purchases)]], LINE)
    return {row["id"]: row for row in rows}


def _moves_of(model: Model, lines: Mapping[int, Row]) -> list[Row]:
    domain = [
        ["origin.id", "in", sorted(lines), "purchase.line"],
        *from_supplier(model),
        ["state", "!=", "cancelled"],
    ]
    moves = model.wire.search_read("stock.move", domain, fields_of_moves(model)) if lines else []
    model.products({move["product"] for move in moves})
    return moves


def _shipments_of(model: Model, moves: Sequence[Row]) -> dict[str, Row]:
    """The supplier shipments of some moves, as the moves call them."""
    ids = {id_in(move["shipment"], "stock.shipment.in") for move in moves}
    rows = model.by_ids("stock.shipment.in", ids, ["reference"])
    return {f"stock.shipment.in,{number}": row for number, row in rows.items()}


def _unannounced(
    model: Model, line: Row, moves: Sequence[Row], shipments: Mapping[str, Row], *, is_told: bool
) -> port.Item | None:
    number = purchase_no(model, line)
    counted = [move for move in moves if counts(move, shipments, number)]
    mark = max((str(move["_timestamp"]) for move in counted), default="")
    if not counted:
        gone = erp.CancelNotice(asn_no=number, version=0, reason="nothing is expected any more")
        return item("cancel_notice", number, mark, line, lambda: gone) if is_told else None
    planned = min((move["planned_date"] for move in counted if move["planned_date"]), default=None)
    raw = {"purchase": line, "moves": counted}
    return item(
        "notice", number, mark, raw, lambda: notice(model, number, line, "purchase.party", counted, planned)
    )


def purchase_no(model: Model, line: Mapping[str, Any]) -> str:
    """The number of the notice of a purchase."""
    return f"{model.prefix}{text(line, 'purchase.number')}"
