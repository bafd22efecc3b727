"""Documented columns of a file, and the rows of a file as their values; what does not fit is named by its
cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.cells import Parser
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import BadCell, Problem

Values = dict[str, Any]
SHOWN = 60
"""So many characters of a wrong value are told."""


@dataclass(frozen=True, slots=True)
class Column:
    """One documented column.

    `zh` is its header in Chinese, other accepted headers behind ``/``, what it means behind ``：``.
    `field` is where the document keeps it when that has another name.
    """

    name: str
    zh: str
    en: str
    parse: Parser
    example: str
    field: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which the column is known."""
        return (self.name, *self.zh.partition("：")[0].split("/"))


def headings(columns: Iterable[Column]) -> frozenset[str]:
    """Every header by which any of the columns is known."""
    return frozenset(name for column in columns for name in column.headers)


def by_header(
    columns: Iterable[Column], required: Collection[str], header: Sequence[str], problems: list[Problem]
) -> dict[str, Column]:
    """Header cell → its column; a header may be English or Chinese. Unknown, doubled and missing ones are
    noted.
    """
    known = {name: column for column in columns for name in column.headers}
    found: dict[str, Column] = {}
    for cell in header:
        if cell not in known:
            problems.append(Problem(1, cell, cell, "E-ERP-04"))
        elif known[cell] in found.values():
            problems.append(Problem(1, known[cell].name, cell, "E-ERP-21"))
        else:
            found[cell] = known[cell]
    missing = set(required) - {column.name for column in found.values()}
    problems += [Problem(1, name, "", "E-ERP-05") for name in sorted(missing)]
    return found


def values_of(
    row: Row,
    columns: Mapping[str, Column],
    required: Collection[str],
    zone: ZoneInfo,
    problems: list[Problem],
) -> Values:
    """The values of one row by column name; empty cells are left out, and noted where one is required."""
    values: Values = {}
    for cell, column in columns.items():
        text = row.cells[cell]
        if not text:
            if column.name in required:
                problems.append(Problem(row.number, column.name, "", "E-ERP-07"))
            continue
        try:
            values[column.name] = column.parse(text, zone)
        except BadCell as error:
            problems.append(Problem(row.number, column.name, text[:SHOWN], error.code, error.detail))
    return values
