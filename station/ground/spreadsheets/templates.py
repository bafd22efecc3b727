"""Empty files for people to fill in: a header, one example row, and what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from typing import Any

from station.ground.spreadsheets.columns import Column

ROOM = 500
"""Rows below the example that are formatted as text, so that Excel eats no code."""

WIDEST = 40
AS_TEXT = "@"


def text(columns: Sequence[Column]) -> str:
    """A CSV with the header and one example row; write it as ``utf-8-sig``, so that Excel reads it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[column.name for column in columns], [column.example for column in columns]])
    return out.getvalue()


def workbook(title: str, columns: Sequence[Column], required: Collection[str]) -> bytes:
    """The same as XLSX with Chinese headers; every cell is text, and a second sheet explains the columns."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    sheet.append([_header(column) for column in columns])
    sheet.append([column.example for column in columns])
    for at, column in enumerate(columns, 1):
        sheet.cell(1, at).font = Font(bold=column.name in required)
        for row in range(1, ROOM + 3):
            sheet.cell(row, at).number_format = AS_TEXT
        width = max(2 * len(_header(column)), len(column.example)) + 3
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = min(width, WIDEST)
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet("说明 columns"), columns, required)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explain(sheet: Any, columns: Sequence[Column], required: Collection[str]) -> None:
    from openpyxl.styles import Font

    sheet.append(["列名", "column", "必填 required", "说明", "meaning", "例 example"])
    for column in columns:
        must = "必填" if column.name in required else ""
        sheet.append([_header(column), column.name, must, column.zh, column.en, column.example])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows():
        for cell in row:
            cell.number_format = AS_TEXT
    for letter, width in zip("ABCDEF", (16, 18, 14, WIDEST, WIDEST, 28), strict=True):
        sheet.column_dimensions[letter].width = width


def _header(column: Column) -> str:
    """The column's first header in Chinese."""
    return column.headers[1]
