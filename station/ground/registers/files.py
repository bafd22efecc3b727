"""A register as a file: CSV as Excel opens it, and XLSX. A text never becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from station.ground.registers.kinds import Written

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold."""
_CELL_LIMIT = 32_000
_FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", Decimal: "0.00"}
_WIDTH = 18


def csv_lines(rows: Iterable[Sequence[Written]]) -> Iterator[bytes]:
    """Rows as CSV in UTF-8 with the mark by which Excel knows it."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()


def _plain(cell: Written) -> str | int:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | Decimal):
        return str(cell)
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return "" if cell is None else cell


def xlsx(title: str, rows: Iterable[Sequence[Written]]) -> bytes:
    """Rows as a workbook of one sheet; the first row is the heading and stays in sight."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if not number:
            for i in range(len(row)):
                sheet.column_dimensions[chr(ord("A") + i)].width = _WIDTH
        sheet.append([_cell(sheet, cell, is_head=not number) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Written, *, is_head: bool) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, cast("Any", value))
        if type(value) in _FORMATS:
            cell.number_format = _FORMATS[type(value)]
        return cell
    text = _FORBIDDEN.sub("�", value)[:_CELL_LIMIT]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # a text that begins with "=" would be taken for a formula
    if text.startswith(FORMULA):
        cell.quotePrefix = True  # and stays a text when somebody edits it
    if is_head:
        cell.font = Font(bold=True)
    return cell
