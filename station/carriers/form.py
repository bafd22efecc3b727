"""The form of a carrier at the desk: its fields say the same as ``[[carrier]]`` in a set-up file. Pure."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any

PLAIN = ("name", "color", "account", "sender_name", "sender_phone", "sender_address")
COLUMNS = ("province", "city", "district", "code", "sortation", "consolidation")
"""Of a pasted routing table, in this order."""
_HEADINGS = frozenset({"省", "省份", "province"})


def content(fields: Mapping[str, str]) -> dict[str, Any]:
    """What a set-up file would say; what is no number stays a text, so that reading refuses it."""
    given = {name: fields.get(name, "").strip()[:300] for name in ("code", *PLAIN)}
    carrier: dict[str, Any] = {name: text for name, text in given.items() if text}
    first, last = (fields.get(key, "").strip()[:20] for key in ("first", "last"))
    if first or last:
        # A number is as wide as it was written: leading zeros are part of it.
        figures = {"digits": max(len(first), len(last)), "first": _figure(first), "last": _figure(last)}
        carrier["range"] = [{"prefix": fields.get("prefix", "").strip()[:20]} | figures]
    rows = routes(fields.get("routes", ""))
    if rows:
        carrier["route"] = rows
    return {"carrier": [carrier]}


def routes(text: str) -> list[dict[str, str]]:
    """A routing table as it comes out of a spreadsheet: columns by tab or comma, with headings or without."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    mark = "\t" if any("\t" in line for line in lines) else ","
    found = []
    for cells in csv.reader((line.replace("，", ",") for line in lines), delimiter=mark):
        values = [cell.strip() for cell in cells]
        if values[0].lower() in _HEADINGS:
            continue
        found.append({name: text for name, text in zip(COLUMNS, values, strict=False) if text})
    return found


def _figure(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text
