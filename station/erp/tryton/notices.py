"""What Tryton expects from suppliers, as notices.

An announced delivery is a draft supplier shipment, known by its number. What was bought and not announced
are moves without a shipment: one notice per purchase, under the purchase's number with the prefix of the
settings, because both numbers usually count from 1. A partial receipt makes a shipment of its own whose
reference begins with the notice's number; its moves still count, so that the notice does not shrink. What
an announced delivery left open comes back as moves of the purchase.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.tryton.goods import fen
from station.erp.tryton.model import Model, Row, text
from station.erp.tryton.orders import id_in, line_key
from station.exchange import documents as erp

SHIPMENT = ("number", "state", "reference", "planned_date", "supplier.code", "supplier.name", "_timestamp")
MOVE = (
    "shipment", "product", "quantity", "internal_quantity", "unit.symbol", "unit.factor", "origin", "state",
    "unit_price", "planned_date", "_timestamp",
)  # fmt: skip
LOT = ("lot.number", "lot.expiration_date", "lot.shelf_life_expiration_date")


def fields_of_moves(model: Model) -> list[str]:
    """What is read of a supplier's move; lots only where Tryton has them."""
    lots = [
        name
        for name in LOT
        if model.has("stock.move", "lot") and model.has("stock.lot", name.removeprefix("lot."))
    ]
    return [*MOVE, *lots]


def from_supplier(model: Model) -> list[Any]:
    """The domain of all moves that suppliers bring into our warehouse."""
    return [["from_location.type", "=", "supplier"], ["to_location", "=", model.warehouse.input]]


def announced(model: Model, ids: Iterable[int]) -> list[port.Item]:
    """Supplier shipments that are expected, and the news of those that are cancelled."""
    rows = model.by_ids("stock.shipment.in", ids, SHIPMENT)
    wanted = {number: row for number, row in rows.items() if row["state"] in {"draft", "cancelled"}}
    moves: dict[int, list[Row]] = defaultdict(list)
    if wanted:
        domain = [
            ["shipment.id", "in", sorted(wanted), "stock.shipment.in"],
            *from_supplier(model),
            ["state", "!=", "cancelled"],
        ]
        for move in model.wire.search_read("stock.move", domain, fields_of_moves(model)):
            moves[id_in(move["shipment"], "stock.shipment.in")].append(move)
    model.products({move["product"] for parts in moves.values() for move in parts})
    items = [_announced(model, row, moves[number]) for number, row in wanted.items()]
    return [one for one in items if one is not None]


def _announced(model: Model, row: Row, moves: Sequence[Row]) -> port.Item | None:
    number, mark = text(row, "number"), str(row["_timestamp"])
    if row["state"] == "cancelled":
        gone = erp.CancelNotice(asn_no=number, version=0, reason="cancelled in Tryton")
        return item("cancel_notice", number, mark, row, lambda: gone)
    if not moves or is_ours(row):
        return None  # nothing on it yet, or a receipt of ours that is being written
    raw = {"shipment": row, "moves": moves}
    return item(
        "notice",
        number,
        mark,
        raw,
        lambda: notice(model, number, row, "supplier", moves, row["planned_date"]),
    )


def is_ours(shipment: Mapping[str, Any]) -> bool:
    """Whether the station made a shipment for what was not announced."""
    return len(str(shipment["reference"] or "").split()) == 2 and " GR-" in str(shipment["reference"])  # noqa: PLR2004


def counts(move: Row, shipments: Mapping[str, Row], number: str) -> bool:
    if move["shipment"]:
        reference = str(shipments.get(move["shipment"], {}).get("reference") or "")
        return reference.startswith(f"{number} ")
    return bool(move["state"] == "draft")


def notice(
    model: Model, number: str, row: Row, party: str, moves: Sequence[Row], expected_on: date | None
) -> erp.NoticeDocument:
    return erp.NoticeDocument(
        asn_no=number,
        supplier_code=text(row, f"{party}.code"),
        supplier_name=validate.one_line(text(row, f"{party}.name"), 120),
        warehouse=model.ours,
        lines=lines(model, moves),
        version=0,
        expected_on=expected_on,
    )


def lines(model: Model, moves: Sequence[Row]) -> tuple[erp.NoticeLine, ...]:
    """One line per origin, with the lot that is planned for what is still to come."""
    by_purchase: dict[str, list[Row]] = defaultdict(list)
    for move in moves:
        if move["quantity"]:
            by_purchase[line_key(move)].append(move)
    return tuple(_line(model, key, parts) for key, parts in by_purchase.items())


def _line(model: Model, key: str, moves: Sequence[Row]) -> erp.NoticeLine:
    product = model.product(moves[0]["product"])
    to_come = [move for move in moves if move["state"] == "draft"] or moves
    lots = {text(move, "lot.number") for move in to_come}
    lot = to_come[0].get("lot.") if len(lots) == 1 else None
    return erp.NoticeLine(
        line_key=key,
        sku_code=text(product, "code"),
        qty_each=sum(model.each(product, move["internal_quantity"]) for move in moves),
        price_fen=fen(moves[0]["unit_price"]),
        lot=text(lot, "number") if lot else "",
        expires_on=last_day(lot) if lot else None,
    )


def last_day(lot: Mapping[str, Any]) -> date | None:
    """The day a lot expires, as far as Tryton knows."""
    day = lot.get("expiration_date") or lot.get("shelf_life_expiration_date")
    return day if isinstance(day, date) else None
