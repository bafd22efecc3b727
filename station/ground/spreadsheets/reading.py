"""Files of tables as rows of text: CSV and other texts, XLSX, XLS, ODS, HTML under the name of an .xls.

Whatever the bytes are, `table_of` answers with rows or `BadFile`. What it costs is limited as far as it can
be seen beforehand; it runs in a process apart all the same (`opening`), because a file dropped into a folder
must never be able to stop the station.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from station.ground.spreadsheets import books, headers, markup, texts
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, BadFile, Problem
from station.ground.spreadsheets.sheets import BLANKS, Numbered, Sheet, letters

__all__ = ["BLANKS", "ENDINGS", "MAX_BYTES", "Row", "Table", "read", "table_of"]

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 120_000_000, 200_000, 200
MAX_CELLS = 6_600_000
ENDINGS = (
    *(".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm"),
    *(".xls", ".et", ".ods", ".htm", ".html"),
)
"""What may be a table, by the end of a file's name; what it is is seen from its bytes."""
_BOOKS = (".xlsx", ".xlsm", ".ods")


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number in the file as a spreadsheet counts, and its cells by header.

    `fault` is a code of the reasons when the row as a whole is no good; what is not there is left out.
    """

    number: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(slots=True)
class Table:
    """A table that was found: `places` are the columns' places from 0 by header cell, `faults` what is wrong
    with the header, `notes` what was done to read it, `filled` (row, header) of merged cells filled down.
    """

    header: list[str]
    header_row: int
    places: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    filled: frozenset[tuple[int, str]] = frozenset()

    def cell(self, row: int | None, header: str) -> str:
        """The address of a cell as a spreadsheet shows it, such as C7; empty for none."""
        return f"{letters(self.places[header])}{row}" if row and header in self.places else ""


def read(name: str, data: bytes, known: Collection[str] = ()) -> tuple[list[str], list[Row]]:
    """Header and rows of a file that must be good as a whole; blank rows are skipped but counted.

    With the headers that are `known` the file is one that a person fills in: titles above the header are
    skipped, and merged cells below it are refused.
    """
    table = table_of(name, data, known, fills=not known)
    if table.faults:
        raise BadFile(*table.faults[:MOST_PROBLEMS])
    misfits = [Problem(row.number, "", "", row.fault) for row in table.rows if row.fault]
    if misfits:
        raise BadFile(*misfits[:MOST_PROBLEMS])
    return table.header, table.rows


def table_of(
    name: str,
    data: bytes,
    known: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
    fills: bool = True,
) -> Table:
    """The table of a file. The sheet and the row that hold most `known` headers are taken; cells of `only`
    these columns are kept (headers as they are compared). E-ERP-19 when there is no row, E-ERP-42 when
    several sheets could be meant.
    """
    if len(data) > MAX_BYTES:
        raise BadFile.because("E-ERP-03")
    names = dict(known) if isinstance(known, Mapping) else {one: one for one in known}
    names = {headers.plain(one): column for one, column in names.items()}
    sheets, pads = _sheets(name.lower(), data, known)
    sheet, at, notes = _chosen(sheets, names)
    top, cells = sheet.rows[at]
    if at and names:
        notes.append(Problem(top, "", "", "N-ERP-02", str(top)))
    filled: set[tuple[int, int]] = set()
    spans = [span for span in sheet.spans if span[2] > span[0] and span[2] > top]
    if spans and not fills:
        rows = sorted(
            {row for span in spans for row in range(max(span[0], top), min(span[2], top + MAX_ROWS) + 1)}
        )
        raise BadFile(*(Problem(row, "", "", "E-ERP-30") for row in rows[:MOST_PROBLEMS]))
    if spans:
        filled = _fill(sheet, spans, top)
    table = _assembled(top, cells, sheet, at, only=only, pads=pads)
    table.notes = notes
    _note_sheet(table, sheet, filled)
    return table


def _sheets(name: str, data: bytes, known: Collection[str]) -> tuple[list[Sheet], bool]:
    """Every sheet with something in it, and whether short rows are whole ones."""
    if books.is_book(data):
        sheets = [sheet for sheet in books.sheets_of(data) if sheet.rows]
    elif name.endswith(_BOOKS):
        raise BadFile.because("E-ERP-02")
    elif markup.is_markup(data):
        sheets = markup.sheets_of(_page(data))
    else:
        return [texts.sheet_of(data, known, MAX_ROWS)], False
    if not sheets:
        raise BadFile.because("E-ERP-19")
    return sheets, True


def _page(data: bytes) -> str:
    try:
        return texts.decoded(data)
    except BadFile:
        named = markup.charset(data)
        try:
            return data.decode(named or "ascii")
        except (LookupError, UnicodeDecodeError):
            raise BadFile.because("E-ERP-27") from None


def _chosen(sheets: Sequence[Sheet], names: Mapping[str, str]) -> tuple[Sheet, int, list[Problem]]:
    """The sheet that is meant, where its header stands among its filled rows, and what is to be said."""
    sheets = [sheet for sheet in sheets if sheet.rows]
    for sheet in sheets:
        upper = [(number, sheet.texts(cells)) for number, cells in sheet.rows[: headers.UPPER]]
        sheet.rows = [row for row in upper if any(row[1])] + sheet.rows[headers.UPPER :]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise BadFile.because("E-ERP-19")
    shown = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    found = [headers.find(sheet.rows, names) for sheet in shown]
    best = max(range(len(shown)), key=lambda which: (found[which].score, -which))
    if found[best].score >= headers.ENOUGH:
        rivals = [
            sheet.name
            for sheet, place in zip(shown, found, strict=True)
            if place.score * 5 >= found[best].score * 4 and len(sheet.rows) > place.at + 1
        ]
        if len(rivals) > 1:
            raise BadFile.because("E-ERP-42", detail=", ".join(rivals)[:200])
    notes = []
    if len(sheets) > 1:
        others = ", ".join(sheet.name for sheet in sheets if sheet is not shown[best])
        notes.append(Problem(None, "", shown[best].name, "N-ERP-01", f"{shown[best].name} ({others})"[:200]))
    if len(shown[best].rows) < found[best].at + 2:
        raise BadFile.because("E-ERP-19")
    return shown[best], found[best].at, notes


def _fill(sheet: Sheet, spans: Iterable[tuple[int, int, int, int]], top: int) -> set[tuple[int, int]]:
    """Give every row of merged cells what their first row says, where the row says something itself."""
    rows, done = dict(sheet.rows), set()
    for first, left, last, _right in spans:
        said = rows.get(first, [])
        value = sheet.text(said[left]) if left < len(said) else ""
        if not value or first <= top:
            continue
        for number in range(first + 1, min(last, first + MAX_ROWS) + 1):
            cells = rows.get(number)
            if cells is None or not any(map(sheet.text, cells)):
                continue
            cells += [""] * (left + 1 - len(cells))
            if not sheet.text(cells[left]):
                cells[left] = value
                done.add((number, left))
    return done


def _assembled(
    top: int, head: list[str], sheet: Sheet, at: int, *, only: Collection[str] | None, pads: bool
) -> Table:
    """Header and rows below it."""
    below = sheet.rows[at + 1 :]
    if pads:
        widest = max([len(head), *(len(cells) for _, cells in below)])
        head = head + [""] * (widest - len(head))
    head = _without_blank_end(head, below, sheet)
    if len(head) > MAX_COLUMNS:
        raise BadFile.because("E-ERP-03", top)
    if len(head) * len(below) > MAX_CELLS:
        raise BadFile.because("E-ERP-03", detail=f"> {MAX_CELLS}")
    header, places, faults = headers.named(top, head, below)
    table = Table(header, top, places, faults=faults)
    width = len(head)
    kept = [(name, table.places[name]) for name in wanted(table, only)]
    text = sheet.text
    for number, cells in below:
        fault = "E-ERP-39" if number in sheet.torn and len(cells) != width else ""
        if not pads and (len(cells) < width or any(map(text, cells[width:]))):
            fault = fault or "E-ERP-06"
        length = width if pads else len(cells)
        have = len(cells)
        told = {name: text(cells[place]) if place < have else "" for name, place in kept if place < length}
        table.rows.append(Row(number, told, fault))
    return table


def wanted(table: Table, only: Collection[str] | None) -> list[str]:
    """The columns whose cells are kept, in their order."""
    return [name for name in table.header if only is None or headers.plain(name.partition(" [")[0]) in only]


def _without_blank_end(header: list[str], rows: list[Numbered], sheet: Sheet) -> list[str]:
    """Excel writes empty columns at the end when somebody once typed there; with values they are unknown."""
    end = max((place for place, cell in enumerate(header, 1) if cell), default=0)
    if end == len(header):
        return header
    is_blank = not any(any(map(sheet.text, cells[end : len(header)])) for _, cells in rows)
    return header[:end] if is_blank else header


def _note_sheet(table: Table, sheet: Sheet, filled: set[tuple[int, int]]) -> None:
    """What was done beyond plain reading, for the answer."""
    names = {place: name for name, place in table.places.items()}
    table.filled = frozenset((row, names[column]) for row, column in filled if column in names)
    if table.filled:
        rows = sorted({row for row, _ in table.filled})
        shown = ", ".join(str(row) for row in rows[:5]) + (" …" if len(rows) > 5 else "")  # noqa: PLR2004
        table.notes.append(Problem(rows[0], "", "", "N-ERP-03", shown))
    torn = sorted(row.number for row in table.rows if row.number in sheet.torn and not row.fault)
    table.notes += [Problem(row, "", "", "N-ERP-15") for row in torn[:MOST_PROBLEMS]]
    hidden = [row.number for row in table.rows if row.number in sheet.hidden]
    if hidden:
        table.notes.append(Problem(hidden[0], "", "", "N-ERP-06", str(len(hidden))))
