"""CSV and XLSX files as rows of text.

Whatever the bytes are, `read` answers with rows or `BadFile`. What it costs is limited as far as it can be
seen beforehand; it runs in a process apart all the same (`opening`), because a file dropped into a folder
must never be able to stop the station.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from station.ground.spreadsheets.cells import EXACT_DIGITS
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, BadFile, Problem

MAX_BYTES, MAX_UNZIPPED, MAX_ROWS, MAX_COLUMNS = 20_000_000, 200_000_000, 200_000, 200
MAX_CELLS = 2_000_000
"""Counted before a workbook is opened: some hundred kB may hold so many that reading them takes minutes."""

BLANKS = " \t\r\n\u00a0\u3000\ufeff"
"""Dropped around a cell. A tab before a code is how exports keep Excel from eating it."""

TITLES = 10
"""So many filled rows may hold titles before the header comes."""

_FIRST_SHEET = re.compile(r"worksheets/sheet1\.xml$")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*ref=\"[A-Z]+([0-9]{1,7}):[A-Z]+([0-9]{1,7})\"")

_CELLS = (b"<c ", b"<c>", b"<c/", b"<row", b"<si>", b"<si ", b"<si/", b"<xf ", b"<xf/")
"""What a reader's work is counted by. Who writes them otherwise meets the limits of the process."""

Numbered = tuple[int, list[str]]

# A carrier's label in base64 is longer than the reader's own limit of 128 KiB.
csv.field_size_limit(2_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number in the file (the header is row 1) and its cells by header cell."""

    number: int
    cells: dict[str, str]


def read(name: str, data: bytes, known: Collection[str] = ()) -> tuple[list[str], list[Row]]:
    """Header and rows of a ``.csv`` or ``.xlsx`` file; blank rows are skipped but counted.

    With the headers that are `known` the file is one that a person fills in: titles above the header are
    skipped, merged cells below it are refused, and a formula stays one, so that its column refuses it.
    """
    if len(data) > MAX_BYTES:
        raise BadFile.because("E-ERP-03")
    is_book = name.lower().endswith(".xlsx")
    table = _xlsx(data, with_formulas=bool(known)) if is_book else _csv(data, known)
    filled = [(number, cells) for number, cells in table if any(cells)]
    if known:
        filled = _from_header(filled, known)
        if is_book and filled:
            _refuse_merged(data, filled[0][0])
    if len(filled) < 2:  # noqa: PLR2004 — a header and a row
        raise BadFile.because("E-ERP-19")
    header = _without_blank_end(filled[0][1], filled[1:])
    _check_header(header)
    width = len(header)
    if width * len(filled) > MAX_CELLS:
        raise BadFile.because("E-ERP-03", detail=f"> {MAX_CELLS}")
    misfits = [number for number, cells in filled if len(cells) < width or any(cells[width:])]
    if misfits:
        raise BadFile(*(Problem(number, "", "", "E-ERP-06") for number in misfits[:MOST_PROBLEMS]))
    return header, [Row(number, dict(zip(header, cells, strict=False))) for number, cells in filled[1:]]


def _from_header(rows: list[Numbered], known: Collection[str]) -> list[Numbered]:
    """The rows from the first of the upper ones that holds two known headers; all where none does."""
    for at, (_number, cells) in enumerate(rows[:TITLES]):
        if sum(cell in known for cell in cells) > 1:
            return rows[at:]
    return rows


def _without_blank_end(header: list[str], rows: list[Numbered]) -> list[str]:
    """Excel writes empty columns at the end when somebody once typed there; with values they are unknown."""
    end = max((place for place, cell in enumerate(header, 1) if cell), default=0)
    is_blank = not any(any(cells[end : len(header)]) for _, cells in rows)
    return header[:end] if is_blank else header


def _check_header(header: list[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise BadFile.because("E-ERP-03", 1)
    if "" in header:
        raise BadFile.because("E-ERP-04", 1)
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise BadFile(*(Problem(1, cell, cell, "E-ERP-21") for cell in twice[:MOST_PROBLEMS]))


# --- CSV ---------------------------------------------------------------------------------------


def _csv(data: bytes, known: Collection[str]) -> list[Numbered]:
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known), strict=True)
    rows: list[Numbered] = []
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise BadFile.because("E-ERP-03", number)
            rows.append((number, [cell.strip(BLANKS) for cell in cells]))
    except csv.Error as error:
        raise BadFile.because("E-ERP-02", len(rows) + 1, str(error)) from None
    return rows


def _decode(data: bytes) -> str:
    """UTF-8, else GB18030; NUL means UTF-16 or no text at all."""
    if b"\0" in data:
        raise BadFile.because("E-ERP-27")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            if _is_broken_utf8(data):
                break
    raise BadFile.because("E-ERP-27")


def _is_broken_utf8(data: bytes) -> bool:
    """Mostly good UTF-8 must not be read as GB18030: that rarely fails and turns names into rubbish."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = sum(char > "\x7f" for char in text) - broken
    return data.startswith(b"\xef\xbb\xbf") or broken * 2 < wide


def _delimiter(text: str, known: Collection[str]) -> str:
    """The one of comma, semicolon and tab that cuts the header into most cells."""
    upper = [line for line in re.split(r"[\r\n]+", text, maxsplit=TITLES) if line][:TITLES]
    first = next((line for line in upper if sum(name in line for name in known) > 1), "".join(upper[:1]))
    return max((",", ";", "\t"), key=re.sub(r'"[^"]*"', "", first).count)


# --- XLSX --------------------------------------------------------------------------------------


def _xlsx(data: bytes, *, with_formulas: bool) -> list[Numbered]:
    """The first sheet, every row padded to the widest."""
    try:
        _refuse_bombs(data)
        with warnings.catch_warnings():  # openpyxl warns of styles and extensions that do not matter here
            warnings.simplefilter("ignore")
            rows = list(_sheet(data, with_formulas=with_formulas))
    except (BadFile, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 — openpyxl raises whatever the broken XML makes it stumble over
        raise BadFile.because("E-ERP-02", detail=type(error).__name__) from None
    width = max((len(cells) for _, cells in rows), default=0)
    return [(number, cells + [""] * (width - len(cells)) if cells else []) for number, cells in rows]


def _refuse_bombs(data: bytes) -> None:
    """Archives that unpack to too much, XML with entities of its own, and more cells than anybody fills."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNZIPPED:
            raise BadFile.because("E-ERP-03")
        for part in archive.infolist():
            cells = 0
            for text in _pieces(archive, part) if part.filename.endswith((".xml", ".rels")) else ():
                if b"<!DOCTYPE" in text:
                    raise BadFile.because("E-ERP-02", detail="DOCTYPE")
                cells += sum(text.count(mark) for mark in _CELLS)
                if cells > MAX_CELLS:
                    raise BadFile.because("E-ERP-03", detail=f"> {MAX_CELLS}")


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces of a megabyte that overlap a little, in UTF-16 as in UTF-8."""
    with archive.open(part) as file:
        end = b""
        while piece := file.read(1_000_000):
            text = piece.replace(b"\0", b"")
            yield end + text
            end = text[-len(b"<!DOCTYP") :]


def _refuse_merged(data: bytes, header: int) -> None:
    """Cells that are merged below the header hold nothing but in one of their rows."""
    found: set[int] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if _FIRST_SHEET.search(name)]
        for name in names:
            for match in _MERGED.finditer(archive.read(name)):
                top, bottom = int(match[1]), int(match[2])
                found |= set(range(max(top, header), min(bottom, header + MAX_ROWS) + 1))
    if found:
        raise BadFile(*(Problem(row, "", "", "E-ERP-30") for row in sorted(found)[:MOST_PROBLEMS]))


def _sheet(data: bytes, *, with_formulas: bool) -> Iterator[Numbered]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=not with_formulas, keep_links=False)
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # the stated size may be wrong, and rows beyond it would be dropped
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            is_too_wide = any(cell is not None for cell in cells[MAX_COLUMNS:])
            if number > MAX_ROWS or is_too_wide:
                raise BadFile.because("E-ERP-03", number)
            texts = [_text(cell) for cell in cells[:MAX_COLUMNS]]
            while texts and not texts[-1]:
                texts.pop()
            yield number, texts
    finally:
        book.close()


def _text(cell: object) -> str:
    """A sheet's cell as the text a person would have typed into a CSV."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _digits(cell)
    if isinstance(cell, datetime):
        whole = (cell + timedelta(milliseconds=500)).replace(microsecond=0)  # 10:29:59.9999 was 10:30
        return whole.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip(BLANKS)


def _digits(value: float) -> str:
    """Whole numbers without a point; a code that lost digits stays recognisable by its exponent."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{EXACT_DIGITS}g}")
    if not exact.is_finite() or abs(exact) >= 10**EXACT_DIGITS:
        return f"{exact:.14E}"
    return f"{int(exact)}" if exact == exact.to_integral_value() else f"{exact.normalize():f}"
