"""What one inbound slip took in, as a supplier shipment: lots, `receive`, `do`.

The slip's key is the last word of the shipment's reference. An announced delivery is received on its own
shipment; for what was not announced, and for what an announced delivery left open, the station makes one
whose reference begins with the notice's number. Pieces that were rejected stay expected: Tryton plans them
anew by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from station.erp import port
from station.erp.tryton import lots
from station.erp.tryton.model import Model, Row, sub, text
from station.erp.tryton.orders import line_key
from station.erp.tryton.shipping import COPIED, MOVE
from station.exchange import documents as erp

NAME = "stock.shipment.in"
HEAD = ("number", "state", "reference", "_timestamp")
YES = ("check_move_quantity", "check_quantity_product", "check_quantity_lot", "done")
"""Warnings whose answer is yes: the goods are here, whatever was ordered."""


def receipt(model: Model, doc: erp.ReceiptConfirmation) -> str:
    """Have one slip received; the supplier shipment's number."""
    lines = [line for line in doc.lines if line.qty_good]
    if not lines:
        return doc.asn_no
    head = _with_key(model, doc.event_key)
    if head is None:
        head = _announced(model, doc.asn_no)
    if head is None:
        head = _made(model, doc, lines)
    if head["state"] == "draft":
        moves = _moves(model, head["id"])
        values = {
            "reference": _reference(head, doc.event_key),
            "incoming_moves": _commands(model, doc, moves, lines),
        }
        stamp = {"_timestamp": {f"{NAME},{head['id']}": head["_timestamp"]}}
        model.wire.call(f"{NAME}.write", [head["id"]], values, context=stamp)
        model.wire.call(f"{NAME}.receive", [head["id"]], answers=YES)
        head = _read(model, head["id"])
    if head["state"] == "received":
        model.wire.call(f"{NAME}.do", [head["id"]], answers=YES)
        head = _read(model, head["id"])
    if head["state"] != "done":
        raise port.Stale(f"supplier shipment {text(head, 'number')} is {head['state']}")
    return text(head, "number")


# --- which shipment ----------------------------------------------------------------------------------


def _with_key(model: Model, key: str) -> Row | None:
    """The shipment that bears this key already."""
    domain = [["warehouse", "=", model.warehouse.id], ["reference", "like", f"%{key}"]]
    rows = model.wire.search_read(NAME, domain, HEAD)
    return next((row for row in rows if text(row, "reference").split()[-1:] == [key]), None)


def _announced(model: Model, number: str) -> Row | None:
    """The shipment of this number while it is expected."""
    domain = [["warehouse", "=", model.warehouse.id], ["number", "=", number], ["state", "=", "draft"]]
    rows = model.wire.search_read(NAME, domain, HEAD)
    return rows[-1] if rows else None


def _made(model: Model, doc: erp.ReceiptConfirmation, lines: Sequence[erp.ReceiptConfirmationLine]) -> Row:
    """A shipment of our own for moves that are on none; they are found by the lines of the purchase."""
    origins = sorted({line.line_key for line in lines if line.line_key})
    domain = [["origin", "in", origins], ["state", "=", "draft"], ["shipment", "=", None]]
    moves = model.wire.search_read("stock.move", domain, ["origin", "from_location", "planned_date"])
    if not moves:
        raise port.Declined(f"{doc.asn_no}: Tryton does not expect any of it any more")
    place = model.warehouse
    values: dict[str, Any] = {
        "supplier": _party(model, moves[0], doc),
        "company": place.company,
        "warehouse": place.id,
        "warehouse_input": place.input,
        "warehouse_storage": place.storage,
        "reference": f"{doc.asn_no} {doc.event_key}",
        "incoming_moves": [["add", [move["id"] for move in moves]]],
    }
    made = model.wire.call(f"{NAME}.create", [values])
    return _read(model, made[0])


def _party(model: Model, move: Row, doc: erp.ReceiptConfirmation) -> int:
    """The supplier as the purchase names it."""
    _, _, number = str(move["origin"]).partition(",")
    rows = model.wire.search_read("purchase.line", [["id", "=", int(number)]], ["purchase.party"])
    party = sub(rows[0], "purchase").get("party") if rows else None
    if not isinstance(party, int):
        raise port.Declined(f"{doc.asn_no}: Tryton does not show us its supplier")
    return party


def _read(model: Model, number: int) -> Row:
    rows = model.wire.search_read(NAME, [["id", "=", number]], HEAD)
    if not rows:
        raise port.Stale("the supplier shipment is gone")
    return rows[0]


def _reference(head: Row, key: str) -> str:
    """What the office wrote, and our key behind it."""
    old = text(head, "reference")
    return old if old.split()[-1:] == [key] else f"{old} {key}".strip()


# --- its moves ---------------------------------------------------------------------------------------


def _moves(model: Model, number: int) -> list[Row]:
    domain = [
        ["shipment", "=", f"{NAME},{number}"],
        ["to_location", "=", model.warehouse.input],
        ["state", "=", "draft"],
    ]
    fields = [*MOVE, "lot"] if model.has("stock.move", "lot") else list(MOVE)
    moves = model.wire.search_read("stock.move", domain, fields)
    model.products({move["product"] for move in moves})
    return moves


def _commands(
    model: Model,
    doc: erp.ReceiptConfirmation,
    moves: Sequence[Row],
    lines: Sequence[erp.ReceiptConfirmationLine],
) -> list[list[Any]]:
    """What makes the moves exactly what came: each line's first is written, further lots get moves of their
    own, and what did not come is taken off the shipment.
    """
    parts = _parts(model, doc, moves, lines)
    commands: list[list[Any]] = []
    gone: list[int] = []
    done: set[str] = set()
    for move in moves:
        key = line_key(move)
        if key not in parts:
            gone.append(move["id"])
        elif key in done:
            commands.append(["delete", [move["id"]]])
        else:
            done.add(key)
            first, *more = parts[key].items()
            commands.append(["write", [move["id"]], _values(model, move, *first)])
            for lot, each in more:
                copied = {name: move[name] for name in COPIED}
                commands.append(["create", [copied | _values(model, move, lot, each)]])
    return [*commands, ["remove", gone]] if gone else commands


def _parts(
    model: Model,
    doc: erp.ReceiptConfirmation,
    moves: Sequence[Row],
    lines: Sequence[erp.ReceiptConfirmationLine],
) -> Mapping[str, Mapping[int | None, int]]:
    """Line → lot → EACH."""
    by_key = {line_key(move): move["product"] for move in moves}
    by_code = {text(model.product(move["product"]), "code"): line_key(move) for move in moves}
    keyed: list[tuple[str, lots.Wanted | None, int]] = []
    for line in lines:
        key = line.line_key if line.line_key in by_key else by_code.get(line.sku_code, "")
        if not key:
            raise port.Declined(
                f"{doc.asn_no}: Tryton does not expect {line.sku_code} (line {line.line_key})"
            )
        lot = None
        if lots.needed(model.product(by_key[key]), line.lot):
            lot = lots.Wanted(by_key[key], line.lot, line.produced_on, line.expires_on)
        keyed.append((key, lot, line.qty_good))
    ids = lots.find_or_make(model, [lot for _, lot, _ in keyed if lot is not None])
    parts: dict[str, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    for key, lot, each in keyed:
        parts[key][ids[lot.key] if lot is not None else None] += each
    return parts


def _values(model: Model, move: Row, lot: int | None, each: int) -> dict[str, Any]:
    product = model.product(move["product"])
    values: dict[str, Any] = {"quantity": model.theirs(product, sub(move, "unit"), each)}
    return values | ({"lot": lot} if lot is not None else {})
