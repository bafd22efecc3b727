"""The short form that describes a hall on the desk: its fields say the same as a set-up file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from station.stock.models import LocationKind
from station.storage.hall.description import AREAS
from station.storage.hall.walks import Zone

FIELDS = ("zone", "kind", "aisles", "bays", "levels", "positions", "max_weight_kg")
MOST_ROWS = 40
"""Rows of racks on one form."""

BEGINNING: tuple[dict[str, str], ...] = (
    {"zone": "A", "kind": "PICK", "aisles": "1-2", "bays": "1-10", "levels": "1-3", "positions": "1-2"},
    {"zone": "R", "kind": "RSV", "aisles": "1-2", "bays": "1-10", "levels": "4-5", "positions": "1"},
)
"""Racks that an empty hall's form begins with: picks within reach, reserve over them."""
FIRST_COUNTS = {"docks": 1, "quarantine": 1, "intercept": 1, "returns": 1, "benches": 1, "totes": 12}


def rows_of(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of racks that were filled in; at least one, perhaps empty."""
    rows: list[dict[str, str]] = []
    for number in range(MOST_ROWS):
        row = {name: fields.get(f"rack.{number}.{name}", "").strip()[:60] for name in FIELDS}
        if any(value for name, value in row.items() if name != "kind"):
            rows.append(row)
    return rows or [dict.fromkeys(FIELDS, "") | {"kind": "PICK"}]


def content(fields: Mapping[str, str], carriers: Sequence[str], known: Mapping[str, Zone]) -> dict[str, Any]:
    """What a set-up file would say; what is no number stays a text, so that reading refuses it.

    `known` zones keep what they stand beside, and their walk unless another one is chosen.
    """
    hall: dict[str, Any] = {key: _figure(fields.get(key, "")) for key in AREAS if fields.get(key, "").strip()}
    racks = [_rack(row) for row in rows_of(fields) if any(row[name] for name in FIELDS if name != "kind")]
    walk = fields.get("walk", "")[:20]
    if racks:
        hall["rack"] = racks
        hall["zone"] = _zones(racks, walk, known)
    lanes = {code: 1 for code in carriers if fields.get(f"lane.{code}")}
    if lanes:
        hall["lanes"] = lanes
    return {"hall": hall}


def _rack(row: Mapping[str, str]) -> dict[str, Any]:
    rack: dict[str, Any] = {name: row[name] for name in FIELDS if name != "max_weight_kg"}
    kilograms = _figure(row["max_weight_kg"])
    if kilograms != "":
        rack["max_weight_g"] = kilograms * 1000 if isinstance(kilograms, int) else kilograms
    return rack


def _zones(racks: Sequence[Mapping[str, Any]], walk: str, known: Mapping[str, Zone]) -> list[dict[str, str]]:
    """Every zone of the form once; reserve that shares its aisles with picks stands beside them."""
    picks = {rack["zone"]: rack["aisles"] for rack in reversed(racks) if rack["kind"] == LocationKind.PICK}
    zones: dict[str, dict[str, str]] = {}
    for rack in racks:
        code = rack["zone"]
        over = next((zone for zone, aisles in sorted(picks.items()) if aisles == rack["aisles"]), "")
        if code in known:
            old = known[code]
            zones[code] = {"code": code, "walk": walk or old.walk} | (
                {"beside": old.beside} if old.beside else {}
            )
            continue
        row = {"code": code} | ({"walk": walk} if walk else {})
        if rack["kind"] == LocationKind.RSV and over and code not in picks:
            row["beside"] = over
        zones.setdefault(code, row)
    return list(zones.values())


def _figure(text: str) -> int | str:
    plain = text.strip()[:20]
    return int(plain) if plain.isdecimal() else plain
