"""Tables as text: which encoding, which separator, and rows even where one of them has torn quotes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator

from station.ground.spreadsheets.reasons import BadFile
from station.ground.spreadsheets.sheets import BLANKS, Sheet, tidy

# A carrier's label in base64 is longer than the reader's own limit of 128 KiB.
csv.field_size_limit(2_000_000)

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"
_SEP_LINE = re.compile(r'"?sep=([^\r\n])"?[,;\t| ]*(?:\r\n|\r|\n)', re.IGNORECASE)
_FEWEST_ZEROS = 2
UPPER = 30
"""Filled lines among which the header is looked for."""
_LONGEST_RECORD = 60
"""Lines of one record where the quotes of the file do not match."""


def sheet_of(data: bytes, known: Collection[str], most_rows: int) -> Sheet:
    """The rows of a text."""
    text = decoded(data)
    head = _SEP_LINE.match(text)
    separator = head[1] if head else _separator(text, known)
    return _rows(text, separator, most_rows, skip=1 if head else 0)


def decoded(data: bytes) -> str:
    """UTF-16 and UTF-32 by their mark or their zeros, UTF-8, else GB18030; E-ERP-27 for anything else."""
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return _without_nul(data.decode(encoding))
        if b"\0" in data:
            return _without_nul(data.decode(_by_zeros(data)))
        return _narrow(data)
    except UnicodeDecodeError:
        raise BadFile.because("E-ERP-27") from None


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise BadFile.because("E-ERP-27")
    return text


def _by_zeros(data: bytes) -> str:
    """UTF-16 without a mark: its line ends and separators have a zero on one side."""
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if len(data) % 2 or min(even, odd) * 4 >= max(even, odd) or max(even, odd) < _FEWEST_ZEROS:
        raise BadFile.because("E-ERP-27")
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(data: bytes) -> str:
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


def _separator(text: str, known: Collection[str]) -> str:
    """The one that cuts the header into most cells: the line that holds most known headers, else the first
    that holds a separator.
    """
    upper = [line for line in re.split(r"[\r\n]+", text[:400_000], maxsplit=UPPER) if line.strip()][:UPPER]
    scores = [sum(name in line for name in known) for line in upper]
    best = max(scores, default=0)
    if best > 1:
        line = upper[scores.index(best)]
    else:
        line = next((line for line in upper if any(cut in line for cut in _SEPARATORS)), "")
    return max(_SEPARATORS, key=re.sub(r'"[^"]*"', "", line).count)


def _rows(text: str, separator: str, most: int, *, skip: int) -> Sheet:
    """The rows; where quotes do not match, line by line, so that only their own row is torn."""
    sheet = Sheet(text=tidy)
    try:
        for number, cells in enumerate(_records(text, separator), 1):
            if number > most:
                raise BadFile.because("E-ERP-03", number)
            if number > skip and "".join(cells).strip(BLANKS):
                sheet.rows.append((number, cells))
    except csv.Error:
        return _torn(text, separator, most, skip)
    return sheet


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _torn(text: str, separator: str, most: int, skip: int) -> Sheet:
    """Records of one or more lines; a line that cannot begin one stands alone, and is torn."""
    lines = io.StringIO(text, newline="").readlines() if "\n" in text else text.splitlines(keepends=True)
    sheet, torn, at, number = Sheet(text=tidy), set(), 0, 0
    while at < len(lines):
        number += 1
        if number > most:
            raise BadFile.because("E-ERP-03", number)
        cells, used = _one(lines, at, separator)
        if cells is None:
            torn.add(number)
            cells = [_bare(cell) for cell in lines[at].rstrip("\r\n").split(separator)]
        if number > skip and "".join(cells).strip(BLANKS):
            sheet.rows.append((number, cells))
        at += used
    sheet.torn = frozenset(torn)
    return sheet


def _bare(cell: str) -> str:
    """A cell of a torn row: the quotes around it are none of it, those within are."""
    text = cell.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2 else cell  # noqa: PLR2004


def _one(lines: list[str], at: int, separator: str) -> tuple[list[str] | None, int]:
    """The record that begins in a line and how many lines it takes; None for none."""
    record = ""
    for used, line in enumerate(lines[at : at + _LONGEST_RECORD], 1):
        record += line
        if record.count('"') % 2:
            continue
        try:
            found = list(csv.reader(io.StringIO(record, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            break
        return (found[0] if found else []), used
    return None, 1
