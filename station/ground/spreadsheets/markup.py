"""Tables in HTML or in the XML of Excel 2003, which many programs write under the name of an .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from station.ground.spreadsheets.reasons import BadFile
from station.ground.spreadsheets.sheets import Sheet, tidy

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 200_000, 200, 6_600_000
_TABLE = re.compile(
    rb"<(?:html|table|!doctype html|meta|head|body|\?xml|\?mso|(?:ss:)?workbook)\b|<!--", re.IGNORECASE
)
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_CELLS = frozenset({"td", "th", "cell", "ss:cell"})
_ROWS = frozenset({"tr", "row", "ss:row"})
_SHEETS = frozenset({"table", "worksheet", "ss:worksheet"})
_MOST_SPAN = 500


def is_markup(data: bytes) -> bool:
    """Whether the bytes begin like a page or like the XML of a workbook."""
    head = data[:1000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return bool(_TABLE.match(head))


def charset(data: bytes) -> str:
    """The encoding that the page names; empty for none."""
    match = _CHARSET.search(data[:2000])
    return match[1].decode("ascii").lower() if match else ""


def sheets_of(text: str) -> list[Sheet]:
    """Every table of a page, or every sheet of a workbook; E-ERP-02 when there is none."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    found = [sheet for sheet in reader.sheets if sheet.rows]
    if not found:
        raise BadFile.because("E-ERP-02")
    return found


class _Tables(HTMLParser):
    """Rows and cells of both vocabularies; tables in tables are tables of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._cells: list[str] = []
        self._text: list[str] | None = None
        self._row = 0
        self._total = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name.removeprefix("ss:"): value or "" for name, value in attrs}
        if tag in _SHEETS:
            if tag != "table" or not self.sheets or self.sheets[-1].rows or self._row:
                self.sheets.append(Sheet(told.get("name", "")[:60]))
                self._row, self._cells, self._text = 0, [], None
            if tag == "table" and not self.sheets:
                self.sheets.append(Sheet())
        elif tag in _ROWS and self.sheets:
            self._end_row()
            self._row = max(self._row + 1, _small(told.get("index", ""), MAX_ROWS + 1))
            if self._row > MAX_ROWS:
                raise BadFile.because("E-ERP-03", self._row)
        elif tag in _CELLS and self._row:
            self._end_cell()
            self._begin_cell(told)
        elif tag in {"br", "p", "div"} and self._text is not None:
            self._text.append("\n")

    def _begin_cell(self, told: dict[str, str]) -> None:
        taken = {
            column
            for top, left, bottom, right in self.sheets[-1].spans[-_MOST_SPAN:]
            if top < self._row <= bottom
            for column in range(left, right + 1)
        }
        at = max(len(self._cells), _small(told.get("index", ""), MAX_COLUMNS + 1) - 1)
        while at in taken:
            at += 1
        if at >= MAX_COLUMNS:
            raise BadFile.because("E-ERP-03", self._row)
        self._cells += [""] * (at - len(self._cells))
        down = _small(told.get("rowspan", ""), MAX_ROWS) - 1 if "rowspan" in told else 0
        down = max(down, _small(told.get("mergedown", ""), MAX_ROWS))
        right = _small(told.get("colspan", ""), MAX_COLUMNS) - 1 if "colspan" in told else 0
        right = max(right, _small(told.get("mergeacross", ""), MAX_COLUMNS))
        if down > 0 or right > 0:
            self.sheets[-1].spans.append((self._row, at, self._row + max(down, 0), at + max(right, 0)))
        self._across = max(right, 0)
        self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS or tag in _SHEETS:
            self._end_row()

    def _end_cell(self) -> None:
        if self._text is not None:
            self._total += 1 + self._across
            if self._total > MAX_CELLS:
                raise BadFile.because("E-ERP-03")
            self._cells.append(tidy("".join(self._text)))
            self._cells += [""] * self._across
            self._text = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells and self.sheets and self._row:
            self.sheets[-1].rows.append((self._row, self._cells))
        self._cells = []

    def close(self) -> None:
        super().close()
        self._end_row()


def _small(text: str, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004
