"""Reading CSV and XLSX into rows of text. Whatever the bytes are, the answer is rows or `BadFile`."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl

MAX_BYTES, MAX_UNZIPPED, MAX_ROWS = 20_000_000, 200_000_000, 200_000


class BadFile(Exception):
    """The file as a whole is unusable; `code` says why, `row` where."""

    def __init__(self, code: str, row: int | None = None, value: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.value = code, row, value


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number in the file (the header is row 1) and its cells by column name."""

    number: int
    cells: dict[str, str]


def read(name: str, data: bytes) -> tuple[list[str], list[Row]]:
    """Header and rows of a ``.csv`` or ``.xlsx`` file."""
    if len(data) > MAX_BYTES:
        raise BadFile("E-ERP-03")
    table = _xlsx(data) if name.lower().endswith(".xlsx") else _csv(data)
    if not table or not any(table[0]):
        raise BadFile("E-ERP-19")
    header = [cell.strip().lstrip("\ufeff") for cell in table[0]]
    if len(set(header)) != len(header) or "" in header:
        raise BadFile("E-ERP-04", 1)
    rows = []
    for number, cells in enumerate(table[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise BadFile("E-ERP-06", number)
        rows.append(Row(number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    if not rows:
        raise BadFile("E-ERP-19")
    return header, rows


def _csv(data: bytes) -> list[list[str]]:
    text = _decode(data)
    if "\0" in text:
        raise BadFile("E-ERP-02")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise BadFile("E-ERP-03")
    except csv.Error:
        raise BadFile("E-ERP-02", len(rows) + 1) from None
    return rows


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("E-ERP-02")


def _xlsx(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNZIPPED:
                raise BadFile("E-ERP-03")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            rows = []
            for row in sheet.iter_rows(values_only=True):
                rows.append([_text(value) for value in row])
                if len(rows) > MAX_ROWS:
                    raise BadFile("E-ERP-03")
        finally:
            book.close()
    except BadFile:
        raise
    except Exception as error:  # openpyxl raises whatever the broken XML makes it stumble over
        raise BadFile("E-ERP-02") from error
    width = max((len(row) for row in rows if any(row)), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    return str(value)
