"""What people leave out of rows, and what they write below a table that is none of its rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from station.catalog.columns import CODES
from station.erp.folder.filetypes import FileType
from station.ground.spreadsheets.barcodes import is_odd
from station.ground.spreadsheets.columns import Column, Values
from station.ground.spreadsheets.reading import Row, Table
from station.ground.spreadsheets.reasons import Problem

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|汇总|总和|total|subtotal|sub-total|grand total|sum)"
    r"(?:\s*[:：（(].*|\s*[0-9.,]+.*)?",
    re.IGNORECASE | re.DOTALL,
)
_REMARK = re.compile(
    r"(?:备注|注|说明|注意|温馨提示|制表|打印|导出|审核|经办|以上|以下|共\s*[0-9]|note|notes|remark|printed|exported)"
    r"(?:\s*[:：].*|人.*|时间.*|日期.*|\s*[0-9].*|\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
_FEW, _LONG = 2, 60
"""Filled cells of a remark, and characters that no number and no code has."""
_MOST_TOLD = 10


def present(row: Row, columns: Mapping[str, Column]) -> frozenset[str]:
    """The columns that a row has, filled or empty."""
    return frozenset(column.name for cell, column in columns.items() if cell in row.cells)


def data_rows(item: FileType, table: Table, columns: Mapping[str, Column], notes: list[Problem]) -> list[Row]:
    """The rows that are data, each with what stands above it in its place."""
    cells = {column.name: cell for cell, column in columns.items()}
    required = [cells[name] for name in item.required if name in cells]
    kept: list[Row] = []
    told = 0
    last_data = max(
        (row.number for row in table.rows if all(row.cells.get(cell) for cell in required)), default=0
    )
    for row in table.rows:
        if _is_no_data(row, required, cells[item.key], is_below=row.number > last_data > 0):
            told += 1
            if told <= _MOST_TOLD:
                words = " ".join(cell for cell in row.cells.values() if cell)[:60]
                notes.append(Problem(row.number, "", words, "N-ERP-05", words))
        else:
            kept.append(row)
    if item.lines and any(
        not row.cells.get(cells[column.name])
        for row in kept
        for column in item.columns
        if column.name in cells
    ):
        kept = _carried(item, kept, cells, notes)
    return kept


def _is_no_data(row: Row, required: Collection[str], key: str, *, is_below: bool) -> bool:
    """A total or a remark: words of one, and little of what a row must say."""
    filled = [cell for cell in row.cells.values() if cell]
    if not filled:
        return True
    first, others = filled[0], filled[1:]
    is_bare = not any(char.isalpha() for cell in others for char in cell)
    if _TOTAL.fullmatch(first) and is_bare:
        return row.cells.get(key) == first or not all(row.cells.get(cell) for cell in required)
    if not is_below or len(filled) > _FEW:
        return False
    return bool(_REMARK.fullmatch(first)) or (not others and _is_sentence(first))


def _is_sentence(text: str) -> bool:
    """Words that nobody uses for a number or a code."""
    return len(text) > _LONG or (not text[:1].isdigit() and any(char in text for char in "，。；！？：、 "))


def _carried(item: FileType, rows: list[Row], cells: Mapping[str, str], notes: list[Problem]) -> list[Row]:
    """Rows that leave out their document's own cells get them from the row in which it begins: the one above,
    or the first of the same number.
    """
    own = [cells[column.name] for column in item.columns if column.name in cells]
    key = cells[item.key]
    heads: dict[str, dict[str, str]] = {}
    above: dict[str, str] = {}
    done: list[Row] = []
    changed: list[int] = []
    for row in rows:
        number = row.cells.get(key, "")
        head = heads.get(number, {}) if number else above
        said = {cell: row.cells[cell] for cell in own if row.cells.get(cell)}
        agrees = bool(head) and all(head.get(cell) == text for cell, text in said.items() if cell != key)
        if head and agrees and len(said) < sum(map(bool, head.values())):
            whole = replace(row, cells={**row.cells, **{cell: head[cell] for cell in own if head.get(cell)}})
            changed.append(row.number)
        else:
            whole = row
        number = whole.cells.get(key, "")
        if number and number not in heads:
            heads[number] = {cell: whole.cells.get(cell, "") for cell in own}
        above = heads.get(number, {})
        done.append(whole)
    if changed:
        shown = ", ".join(str(number) for number in changed[:5]) + (" …" if len(changed) > 5 else "")  # noqa: PLR2004
        notes.append(Problem(changed[0], "", "", "N-ERP-04", shown))
    return done


def faults(item: FileType, table: Table, row: Row, columns: Mapping[str, Column]) -> Iterator[Problem]:
    """What is wrong with a row as a whole. One that only ends early, as Excel writes them, is none where it
    says all it must.
    """
    if row.fault:
        is_short = row.fault == "E-ERP-06" and len(row.cells) < len(table.places)
        needs = [cell for cell, column in columns.items() if column.name in item.required]
        if not is_short or not all(row.cells.get(cell) for cell in needs):
            yield Problem(row.number, "", "", row.fault)
    for cell, column in columns.items() if table.filled else ():
        if column.name == "qty" and (row.number, cell) in table.filled:
            yield Problem(row.number, "qty", row.cells[cell], "E-ERP-44")


def odd_barcodes(line: tuple[Row, Values], columns: Mapping[str, Column]) -> Iterator[Problem]:
    """What is to be said of an article's barcodes: that a cell was tidied, or that a check digit does not
    fit.
    """
    row, values = line
    for cell, column in columns.items():
        codes = values.get(column.name, ()) if column.name in CODES else ()
        if codes and row.cells[cell] != codes[0]:
            yield Problem(row.number, column.name, row.cells[cell][:60], "N-ERP-14", "; ".join(codes)[:60])
        for code in codes:
            if is_odd(code):
                yield Problem(row.number, column.name, code, "N-ERP-13")


def number_lines(group: list[tuple[Row, Values]]) -> bool:
    """Give the lines of a document numbers where none of them has one; whether that was done."""
    if any("line_key" in values for _, values in group):
        return False
    for at, (_row, values) in enumerate(group, 1):
        values["line_key"] = str(at)
    return True
