"""Lots by article and number: looked for first, made when they are missing.

Tryton keeps no production date: it is written into a note of the lot. A lot that is there already keeps its
dates; what the dock read differently is noted beside it, for the office to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from station.erp import port
from station.erp.tryton.model import KEPT, Model, Row, has_lots, text

PRODUCED, EXPIRES = "production_date=", "expiry_at_the_dock="


@dataclass(frozen=True)
class Wanted:
    """A lot of an article with the dates that were read on it."""

    product: int
    number: str
    produced_on: date | None = None
    expires_on: date | None = None

    @property
    def key(self) -> tuple[int, str]:
        """What a lot is known by."""
        return self.product, self.number


def find(model: Model, wanted: Iterable[Wanted]) -> Mapping[tuple[int, str], int]:
    """Lots that Tryton must know already; `Stale` when it does not know one yet."""
    lots = list(wanted)
    _look(model, [lot for lot in lots if lot.key not in model.lot_ids])
    for lot in lots:
        if lot.key not in model.lot_ids:
            raise port.Stale(
                f"Tryton has no lot {lot.number} of {text(model.product(lot.product), 'code')} yet"
            )
    return model.lot_ids


def find_or_make(model: Model, wanted: Iterable[Wanted]) -> Mapping[tuple[int, str], int]:
    """Lots with their notes; what is missing is made."""
    lots = list(dict.fromkeys(wanted))
    known = _look(model, lots)
    missing = [lot for lot in lots if lot.key not in known]
    if missing:
        values = list({lot.key: _values(model, lot) for lot in missing}.values())
        keys = list(dict.fromkeys(lot.key for lot in missing))
        made = model.wire.call("stock.lot.create", values)
        model.lot_ids |= dict(zip(keys, made, strict=True))
    _note(model, lots, known)
    return model.lot_ids


def _look(model: Model, lots: Sequence[Wanted]) -> dict[tuple[int, str], Row]:
    """The lots that are there; of several with one number the one with the same last day, else the first."""
    if not lots:
        return {}
    if len(model.lot_ids) > KEPT:
        model.lot_ids.clear()
    days = {lot.key: lot.expires_on for lot in lots}
    domain = [
        ["product", "in", sorted({lot.product for lot in lots})],
        ["number", "in", sorted({lot.number for lot in lots})],
    ]
    fields = model.known("stock.lot", ["product", "number", "expiration_date", "shelf_life_expiration_date"])
    by_key: dict[tuple[int, str], Row] = {}
    for row in model.wire.search_read("stock.lot", domain, fields):
        key = (row["product"], row["number"])
        if key in days and (key not in by_key or (_day(row) == days[key] != _day(by_key[key]))):
            by_key[key] = row
    model.lot_ids |= {key: row["id"] for key, row in by_key.items()}
    return by_key


def _day(row: Row) -> Any:
    return row.get("expiration_date") or row.get("shelf_life_expiration_date")


def _values(model: Model, lot: Wanted) -> dict[str, Any]:
    product = model.product(lot.product)
    values: dict[str, Any] = {"product": lot.product, "number": lot.number}
    for field, state in (
        ("expiration_date", "expiration_state"),
        ("shelf_life_expiration_date", "shelf_life_state"),
    ):
        if product.get(state) in {"required", "optional"} and lot.expires_on is not None:
            values[field] = lot.expires_on
    return values


def _note(model: Model, lots: Sequence[Wanted], known: Mapping[tuple[int, str], Row]) -> None:
    """Say what Tryton has no field for; each note once, whatever was lost before."""
    wanted: dict[tuple[int, str], None] = {}
    for lot in lots:
        number = model.lot_ids[lot.key]
        if lot.produced_on is not None:
            wanted[number, f"{PRODUCED}{lot.produced_on.isoformat()}"] = None
        there = known.get(lot.key)
        if there is not None and lot.expires_on is not None and _day(there) not in {None, lot.expires_on}:
            wanted[number, f"{EXPIRES}{lot.expires_on.isoformat()}"] = None
    if not wanted:
        return
    resources = sorted({f"stock.lot,{number}" for number, _ in wanted})
    rows = model.wire.search_read("ir.note", [["resource", "in", resources]], ["resource", "message"])
    there_are = {(row["resource"], str(row["message"]).strip()) for row in rows}
    values = [
        {"resource": f"stock.lot,{number}", "message": message}
        for number, message in wanted
        if (f"stock.lot,{number}", message) not in there_are
    ]
    if values:
        model.wire.call("ir.note.create", values)


def needed(product: Mapping[str, Any], number: str) -> bool:
    """Whether a line of an article must name its lot; `Declined` when it must and does not."""
    if not has_lots(product):
        return False
    if not number:
        raise port.Declined(f"{text(product, 'code')}: Tryton wants a lot")
    return True
