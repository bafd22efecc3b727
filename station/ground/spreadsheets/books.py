"""Workbooks as sheets of texts: XLSX, XLS, ODS and what is named like one of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from station.ground.spreadsheets.numbers import EXACT_DIGITS
from station.ground.spreadsheets.reasons import BadFile
from station.ground.spreadsheets.sheets import Sheet, number_of, tidy

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNZIPPED = 700_000_000
MAX_CELLS = 6_600_000
"""Filled cells; counted before a workbook is opened: some hundred kB may hold so many that reading them takes
minutes."""
MAX_BLANKS = 12_000_000
"""Cells and rows that are formatted, filled or not."""
MAX_ROWS, MAX_COLUMNS = 200_000, 200

_FILLED = (b"<v", b"<is", b"<si", b"value-type=")
_ANY = (b"<c", b"<row", b"<xf", b"<table:table-")
"""What a reader's work is counted by. Who writes them otherwise meets the limits of the process."""
_FAR = re.compile(
    rb'<c r="(?:[A-Z]{3}[0-9]{1,7}|[A-Z]{1,2}(?:2[0-9]{5}|[3-9][0-9]{5}|[0-9]{7}))"[^>/]*>\s*<(?:v|is|f)\b'
)
_PLACE = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')
_SCANNED = 300_000_000
"""Bytes of a sheet that is searched for formulas and hidden rows."""

_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>([^<]{0,300})</f>)'
    rb"\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>"
)
_HIDDEN_ROW = re.compile(rb'<row (?=[^>]*hidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


@dataclass(slots=True)
class _Part:
    """What of a sheet's own XML no reader tells: formulas without a result, rows hidden by a filter."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


def is_book(data: bytes) -> bool:
    """Whether the bytes are those of a workbook of any age."""
    return data.startswith((ZIP, OLE))


def sheets_of(data: bytes) -> Iterator[Sheet]:
    """The sheets one after the other; E-ERP-02 damaged, E-ERP-03 too large, E-ERP-41 behind a password."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        parts = _looked_over(data) if data.startswith(ZIP) else []
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except PasswordError:
            raise BadFile.because("E-ERP-41") from None
        for at, about in enumerate(book.sheets_metadata):
            if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                continue
            part = parts[at] if at < len(parts) else _Part()
            is_hidden = about.visible != SheetVisibleEnum.Visible
            yield _sheet(book.get_sheet_by_index(at), part, is_hidden=is_hidden)
    except (BadFile, MemoryError, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise BadFile.because("E-ERP-02", detail=type(error).__name__) from None


def _sheet(source: Any, part: _Part, *, is_hidden: bool) -> Sheet:
    sheet = Sheet(source.name[:60], hidden=part.hidden, is_hidden=is_hidden, text=_text)
    merged = source.merged_cell_ranges or []
    sheet.spans = [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in merged]
    if source.start is None or source.end is None:
        return sheet
    (top, left), (_bottom, right) = source.start, source.end
    if source.height > MAX_ROWS:
        raise BadFile.because("E-ERP-03", MAX_ROWS + 1)
    if right >= 4 * MAX_COLUMNS or source.height * source.width > 3 * MAX_CELLS:
        _refuse_wide(source, top)
    before = [""] * left
    for number, cells in enumerate(source.to_python(skip_empty_area=True), top + 1):
        if left + len(cells) > MAX_COLUMNS and any(cell != "" for cell in cells[MAX_COLUMNS - left :]):
            raise BadFile.because("E-ERP-03", number)
        if any(cell != "" for cell in cells):
            sheet.rows.append((number, (before + cells if left else cells)[:MAX_COLUMNS]))
    _put_formulas(sheet, part.formulas)
    return sheet


def _refuse_wide(source: Any, top: int) -> None:
    """Name the row of the first cell that lies too far to the right."""
    for number, cells in enumerate(source.to_python(skip_empty_area=True, nrows=1000), top + 1):
        if any(cell != "" for cell in cells[MAX_COLUMNS:]):
            raise BadFile.because("E-ERP-03", number)
    raise BadFile.because("E-ERP-03")


def _put_formulas(sheet: Sheet, formulas: dict[tuple[int, int], str]) -> None:
    """A formula without a result stays one, so that its column refuses it: an empty cell would be lost in
    silence.
    """
    rows = dict(sheet.rows)
    for (number, column), formula in formulas.items():
        if column < MAX_COLUMNS and number <= MAX_ROWS:
            cells = rows.setdefault(number, [])
            cells += [""] * (column + 1 - len(cells))
            cells[column] = formula if cells[column] == "" else cells[column]
    if formulas:
        sheet.rows = sorted(rows.items())


def _text(cell: Any) -> str:
    """A sheet's cell as the text a person would have typed into a CSV."""
    if isinstance(cell, str):
        return tidy(cell.replace("_x000D_", "\r")) if cell else ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _digits(cell)
    if isinstance(cell, datetime):
        whole = (cell + timedelta(milliseconds=500)).replace(microsecond=0)  # 10:29:59.9999 was 10:30
        return whole.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _digits(value: float) -> str:
    """Whole numbers without a point; a code that lost digits stays recognisable by its exponent."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**EXACT_DIGITS:
        return str(int(value))
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{EXACT_DIGITS}g}")
    if not exact.is_finite() or abs(exact) >= 10**EXACT_DIGITS:
        return f"{exact:.14E}"
    return f"{int(exact)}" if exact == exact.to_integral_value() else f"{exact.normalize():f}"


# --- before it is opened -----------------------------------------------------------------------


def _looked_over(data: bytes) -> list[_Part]:
    """Refuse archives that unpack to too much, XML with entities of its own, cells far away and more cells
    than anybody fills; what readers do not tell of the sheets, in their order.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNZIPPED:
            raise BadFile.because("E-ERP-03")
        wanted: dict[str, bool] = {}
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                wanted[part.filename] = _is_searched(archive, part)
        return [
            _scanned(archive.read(name)) if wanted.get(name) else _Part() for name in _names(archive, wanted)
        ]


def _is_searched(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Count a part; whether it holds formulas or hidden rows."""
    filled = any_ = 0
    is_wanted = False
    for text in _pieces(archive, part):
        if b"<!DOCTYPE" in text:
            raise BadFile.because("E-ERP-02", detail="DOCTYPE")
        filled += sum(text.count(mark) for mark in _FILLED)
        any_ += sum(text.count(mark) for mark in _ANY)
        if filled > MAX_CELLS or any_ > MAX_BLANKS:
            raise BadFile.because("E-ERP-03", detail=f"> {MAX_CELLS}")
        if far := _FAR.search(text):
            place = _PLACE.search(far[0])
            raise BadFile.because("E-ERP-03", int(place[2]) if place else None)
        is_wanted = is_wanted or b"<f" in text or b"hidden=" in text
    return is_wanted and part.file_size < _SCANNED


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces of a megabyte that overlap a little, in UTF-16 as in UTF-8."""
    with archive.open(part) as file:
        end = b""
        while piece := file.read(1_000_000):
            text = piece.replace(b"\0", b"")
            yield end + text
            end = text[-len(b"<!DOCTYP") :]


def _names(archive: zipfile.ZipFile, known: dict[str, bool]) -> list[str]:
    """The parts of the sheets in the order of the workbook."""
    if "xl/workbook.xml" not in known or "xl/_rels/workbook.xml.rels" not in known:
        return []
    targets: dict[bytes, str] = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        told = dict(_ATTRIBUTE.findall(tag))
        target = told.get(b"Target", b"").decode("utf-8", "replace")
        targets[told.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    tags = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(archive.read("xl/workbook.xml"))]
    return [targets.get(tag.get(b"r:id", b""), "") for tag in tags]


def _scanned(xml: bytes) -> _Part:
    formulas = {
        (int(match[2]), number_of(match[1].decode())): "=" + (match[3] or b"?").decode("utf-8", "replace")
        for match in _FORMULA.finditer(xml)
    }
    return _Part(formulas, frozenset(int(match[1]) for match in _HIDDEN_ROW.finditer(xml)))
