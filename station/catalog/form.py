"""One article as a person types it at the desk: every field in the words of the file's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from station.catalog.articles import FIELDS, Wanted
from station.catalog.columns import ARTICLE, CODES
from station.ground.spreadsheets.columns import Column, values_of
from station.ground.spreadsheets.reading import BLANKS, Row
from station.ground.spreadsheets.reasons import Problem

LIMIT = 240
FIELD_COLUMNS: tuple[Column, ...] = tuple(column for column in ARTICLE if column.name not in CODES)
FLAGS = frozenset({"is_valuable", "is_serial", "is_lot", "is_shelf_life", "is_active"})
CHOICES: Mapping[str, tuple[str, ...]] = {
    "shelf_life_unit": ("D", "M"),
    "abc": ("A", "B", "C"),
    "item_type": ("NORMAL", "GIFT", "PACKAGING"),
}
NEEDS = frozenset({"sku_code", "name_zh"})


def label(column: Column, lang: str) -> str:
    """What the field is called."""
    return column.zh if lang == "zh" else column.en


def shown(sku: Any) -> dict[str, str]:
    """The fields of an article as the form shows them."""
    inner = sku.case_qty // sku.inner_qty if sku.inner_qty else 0
    fen = sku.price_fen
    texts: dict[str, Any] = {
        "sku_code": sku.code,
        "inner_per_case": inner,
        "price": "" if fen is None else f"{fen // 100}.{fen % 100:02}",
    }
    for column in FIELD_COLUMNS:
        if column.name not in texts:
            texts[column.name] = getattr(sku, column.field or column.name)
    return {name: _text(value) for name, value in texts.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def read(fields: Mapping[str, str], zone: ZoneInfo) -> tuple[Wanted, list[Problem]]:
    """The whole article as the form says it: an empty field is empty from now on."""
    problems: list[Problem] = []
    cells = {column.name: fields.get(column.name, "")[:LIMIT].strip(BLANKS) for column in FIELD_COLUMNS}
    for name in FLAGS:
        cells[name] = cells[name] or "0"
    columns = {column.name: column for column in FIELD_COLUMNS}
    values = values_of(Row(0, cells), columns, NEEDS, zone, problems)
    names = {column.field or column.name: column.name for column in FIELD_COLUMNS}
    said = {name: values.get(names[name], empty) for name, empty in FIELDS.items() if name in names}
    wanted = Wanted(values.get("sku_code", ""), said, inner_per_case=values.get("inner_per_case", 0))
    return wanted, problems
