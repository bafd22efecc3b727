"""Documented columns of a file, and the rows of a file as their values; what does not fit is named by its
cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from station.ground.spreadsheets import headers
from station.ground.spreadsheets.cells import is_error
from station.ground.spreadsheets.numbers import Parser
from station.ground.spreadsheets.reading import Row, Table
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


def headings(columns: Iterable[Column]) -> dict[str, str]:
    """Every header by which any of the columns is known, with the column's name."""
    return {name: column.name for column in columns for name in column.headers}


def by_header(
    columns: Iterable[Column],
    required: Collection[str],
    header: Sequence[str],
    problems: list[Problem],
    row: int = 1,
) -> dict[str, Column]:
    """Header cell → its column; a header may be English or Chinese, in any case and width. Unknown, doubled
    and missing ones are noted, as of the header's `row`.
    """
    known = {headers.plain(name): column for column in columns for name in column.headers}
    found: dict[str, Column] = {}
    for cell in header:
        column = known.get(headers.plain(cell))
        if column is None:
            problems.append(Problem(row, cell, cell, "E-ERP-04"))
        elif column in found.values():
            problems.append(Problem(row, column.name, cell, "E-ERP-21"))
        else:
            found[cell] = column
    missing = set(required) - {column.name for column in found.values()}
    problems += [Problem(row, name, "", "E-ERP-05") for name in sorted(missing)]
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
        text = row.cells.get(cell, "")
        if not text:
            if column.name in required:
                problems.append(Problem(row.number, column.name, "", "E-ERP-07"))
            continue
        if text[0] == "=" and _UNSOLVED.match(text):
            problems.append(Problem(row.number, column.name, text[:SHOWN], "E-ERP-40"))
            continue
        try:
            values[column.name] = column.parse(text, zone)
        except BadCell as error:
            code = "E-ERP-24" if is_error(text) else error.code
            problems.append(Problem(row.number, column.name, text[:SHOWN], code, error.detail))
    return values


_UNSOLVED = re.compile(
    r"=(?:[A-Z$]{1,4}[0-9$]{1,8}|[A-Z.]{2,20}\(|[0-9(+-]|'?[^'!\s=]{1,40}'?!\$?[A-Z])", re.IGNORECASE
)
"""A formula that somebody or some program wrote without working it out."""


def located(problems: Iterable[Problem], table: Table, columns: Mapping[str, Column]) -> list[Problem]:
    """The findings with the addresses of their cells; `columns` as `by_header` found them."""
    of = {column.name: header for header, column in columns.items()}
    return [
        item
        if item.cell or not item.column
        else replace(item, cell=table.cell(item.row, of.get(item.column, item.column)))
        for item in problems
    ]
