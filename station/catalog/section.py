"""Articles in the set-up file: ``[[article]]`` changes what it names, by the rules of a file of articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import articles
from station.catalog.articles import FIELDS, Wanted
from station.catalog.columns import ARTICLE, contradictions, wanted_of
from station.catalog.models import Sku, SkuBarcode
from station.ground.setup.cells import finding, parsed
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.work import Work

COLUMN = {column.name: column for column in ARTICLE}
TEXTS = (
    "name_zh",
    "name_en",
    "spec",
    "unit",
    "lot_regex",
    "shelf_life_unit",
    "abc",
    "goods_class",
    "item_type",
)
FLAGS = ("is_valuable", "is_serial", "is_lot", "is_shelf_life", "is_active")
NUMBERS = {
    "inner_per_case": (0, 9_999),
    "case_qty": (1, 9_999_999),
    "gross_g": (0, 1_000_000),
    "volume_cm3": (0, 10_000_000),
    "shelf_life_n": (1, 9_999),
    "reject_days": (0, 9_999),
    "lockup_days": (0, 9_999),
    "advent_days": (0, 9_999),
    "price_fen": (0, 1_000_000_000),
}
BARCODES = {"barcodes": "barcode", "inner_barcodes": "inner_barcode", "case_barcodes": "case_barcode"}
"""Key of the file → column of a file of articles."""
LEVELS = {"EACH": "barcodes", "INNER": "inner_barcodes", "CASE": "case_barcodes"}
LONGEST = 200
_KEY = {"price": "price_fen", "sku_code": "code", **{column: key for key, column in BARCODES.items()}}


@dataclass(frozen=True, slots=True)
class Named:
    """An article as the file wants it, and its place in the file for a refusal."""

    wanted: Wanted
    row: Table


def read(top: Table) -> list[Named]:
    """``[[article]]`` of the set-up file: `code`, and whatever else it says of the article."""
    named: list[Named] = []
    seen: set[str] = set()
    for row in top.tables("article"):
        values = _values(row)
        code = values["sku_code"]
        if code in seen:
            row.wrong("code", "E-SET-09", got=code)
        seen.add(code)
        for column, why in contradictions(values):
            _note(row, _KEY.get(column, column), why, str(values.get(column, "")))
        named.append(Named(wanted_of(values, set(values)), row))
    return named


def _values(row: Table) -> dict[str, Any]:
    """What a row says, by the names of the columns; what is wrong is noted and left out."""
    code = row.text("code", most=40)
    values: dict[str, Any] = {"sku_code": parsed(row, "code", COLUMN["sku_code"].parse, code) if code else ""}
    for key in TEXTS:
        text = row.text(key, "", most=LONGEST)
        if key in row:
            values[key] = parsed(row, key, COLUMN[key].parse, text) if text else FIELDS[key]
    for key, (least, most) in NUMBERS.items():
        number = row.whole(key, least, least=least, most=most)
        if key in row:
            values["price" if key == "price_fen" else key] = number
    for key in FLAGS:
        flag = row.flag(key, False)
        if key in row:
            values[key] = flag
    for key, column in BARCODES.items():
        read_ones = [parsed(row, key, COLUMN[column].parse, text) or () for text in row.texts(key)]
        if key in row:
            values[column] = tuple(dict.fromkeys(code for some in read_ones for code in some))
    return {name: value for name, value in values.items() if value is not None or name in FIELDS}


def _note(row: Table, key: str, code: str, value: str) -> None:
    if code == articles.MISSING:
        row.wrong("", "E-SET-02", key=key)
    else:
        row.notes.problems.append(finding(row, key, value, code))


def apply(work: Work, named: Sequence[Named], _parts: Parts) -> list[Change]:
    """Make the new ones, and bring the others to what the file says of them."""
    wanted = [one.wanted for one in named]
    problems = [
        _problem(named[at].row, key, code)
        for at, (code, key) in sorted(articles.faults(work.tx, wanted).items())
    ]
    if problems:
        raise SetupRefused(problems)
    done = articles.take(work, wanted)
    told = ((how, [change.code for change in done if change.how is how]) for how in (How.NEW, How.CHANGED))
    return [Change(how, "articles", codes) for how, codes in told if codes]


def _problem(row: Table, key: str, code: str) -> Problem:
    if code == articles.MISSING:
        return row.problem("", "E-SET-02", key=key)
    return finding(row, key, "", code)


def export(tx: Session) -> list[dict[str, Any]]:
    """All articles with whatever of them is not as usual; barcodes that mean a quantity of their own are left
    out, for a file of articles cannot say it.
    """
    barcodes: dict[int, dict[str, list[str]]] = {}
    rows = select(SkuBarcode, Sku.case_qty, Sku.inner_qty).join(Sku, Sku.id == SkuBarcode.sku_id)
    for barcode, case_qty, inner_qty in tx.execute(rows.order_by(SkuBarcode.id)):
        usual = {"EACH": 1, "INNER": inner_qty, "CASE": case_qty}
        if usual.get(barcode.level) == barcode.qty_each:
            of_it = barcodes.setdefault(barcode.sku_id, {})
            of_it.setdefault(LEVELS[barcode.level], []).append(barcode.code)
    return [_exported(sku, barcodes.get(sku.id, {})) for sku in tx.scalars(select(Sku).order_by(Sku.code))]


def _exported(sku: Sku, barcodes: dict[str, list[str]]) -> dict[str, Any]:
    values = {
        name: getattr(sku, name)
        for name, usual in FIELDS.items()
        if name != "inner_qty" and getattr(sku, name) not in {usual, None}
    }
    packs = {"inner_per_case": sku.case_qty // sku.inner_qty} if sku.inner_qty else {}
    return {"code": sku.code, "name_zh": sku.name_zh} | values | packs | barcodes


SECTION = Section("article", read, apply, export)
