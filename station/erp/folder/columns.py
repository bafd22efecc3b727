"""Rows of the office's files as documents; which columns there are stands in `filetypes`.

A row that is no good makes its own document bad and no other. What a person left out because it stands above
(merged cells, an order's data in its first row only) is taken from there, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from station.catalog import columns as articles
from station.erp.folder import rowwise
from station.erp.folder.filetypes import FILES, FileType, describe, type_of
from station.exchange import documents as erp
from station.ground.spreadsheets import templates
from station.ground.spreadsheets.columns import Column, Values, by_header, located, values_of
from station.ground.spreadsheets.reading import Row, Table
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, Problem

__all__ = [
    "FILES",
    "Bad",
    "Column",
    "FileType",
    "Parsed",
    "Problem",
    "describe",
    "parse",
    "template",
    "type_of",
]


@dataclass(frozen=True, slots=True)
class Bad:
    """A document that does not fit: its rows as they came, and what is wrong with them."""

    doc_no: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Parsed:
    """What a file says: its good documents with the row each begins in, its bad ones, what is wrong with it
    as a whole, and what was done to read it.
    """

    documents: tuple[Any, ...] = ()
    rows: tuple[int, ...] = ()
    bad: list[Bad] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def findings(self) -> list[Problem]:
        """Everything that is wrong, in the file's order, as far as it is listed."""
        found = [*self.problems, *(problem for bad in self.bad for problem in bad.problems)]
        return sorted(found, key=lambda item: item.row or 0)[:MOST_PROBLEMS]


def template(doc_type: str) -> str:
    """An empty CSV of this kind of file, see `templates.text`."""
    return templates.text(_of(doc_type).all_columns)


def workbook(doc_type: str) -> bytes:
    """The same as XLSX, see `templates.workbook`."""
    item = _of(doc_type)
    return templates.workbook(item.prefix, item.all_columns, item.required)


def _of(doc_type: str) -> FileType:
    return next(item for item in FILES.values() if item.doc_type == doc_type)


def parse(item: FileType, table: Table, zone: ZoneInfo) -> Parsed:
    """The documents of a file: what is wrong with its header is wrong with all of it."""
    parsed = Parsed(notes=list(table.notes))
    parsed.problems += table.faults
    unnamed = {fault.cell for fault in table.faults if not fault.column}
    header = [cell for cell in table.header if table.cell(table.header_row, cell) not in unnamed]
    if table.faults:
        header = list(dict.fromkeys(cell.partition(" [")[0] for cell in header))
    columns = by_header(item.all_columns, item.required, header, parsed.problems, table.header_row)
    if parsed.problems:
        parsed.problems = located(parsed.problems, table, columns)[:MOST_PROBLEMS]
        return parsed
    _read(item, table, columns, zone, parsed)
    return parsed


Line = tuple[Row, Values]
Group = list[Line]


def _read(
    item: FileType, table: Table, columns: Mapping[str, Column], zone: ZoneInfo, parsed: Parsed
) -> None:
    rows = rowwise.data_rows(item, table, columns, parsed.notes)
    groups: dict[str, Group] = {}
    problems: dict[str, list[Problem]] = {}
    for row in rows:
        found = list(rowwise.faults(item, table, row, columns))
        values = {} if row.fault and found else _row(item, row, columns, zone, found)
        key = str(values.get(item.key) or _raw_key(item, row, columns) or f"#{row.number}")
        if item.lines or key not in groups:
            groups.setdefault(key, []).append((row, values))
        else:
            groups[key].append((row, values))
            found.append(Problem(row.number, item.key, key, "E-ERP-22"))
        if found:
            problems.setdefault(key, []).extend(found)
    documents: list[Any] = []
    begins: list[int] = []
    is_numbered = False
    for key, group in groups.items():
        if item.lines and key not in problems:
            is_numbered = rowwise.number_lines(group) or is_numbered
            problems[key] = list(_contradictions(item, key, group))
        wrong = problems.get(key)
        if wrong:
            told = tuple(located(wrong, table, columns))
            parsed.bad.append(Bad(key, tuple(row for row, _ in group), told))
        else:
            if item.doc_type == "product":
                parsed.notes += located(rowwise.odd_barcodes(group[0], columns), table, columns)
            documents.append(_document(item, group, columns))
            begins.append(group[0][0].number)
    if is_numbered:
        parsed.notes.append(Problem(None, "line_key", "", "N-ERP-09"))
    parsed.documents, parsed.rows = tuple(documents), tuple(begins)


def _raw_key(item: FileType, row: Row, columns: Mapping[str, Column]) -> str:
    return next(
        (row.cells.get(cell, "")[:80] for cell, column in columns.items() if column.name == item.key), ""
    )


def _row(
    item: FileType, row: Row, columns: Mapping[str, Column], zone: ZoneInfo, problems: list[Problem]
) -> Values:
    before = len(problems)
    values = values_of(row, columns, item.required, zone, problems)
    if len(problems) == before and item.prefix in _CONTRADICTIONS:
        contradictions = _CONTRADICTIONS[item.prefix](values)
        problems += [
            Problem(row.number, name, str(values.get(name, "")), why) for name, why in contradictions
        ]
    return values


def _in_order(values: Values) -> Iterator[tuple[str, str]]:
    if "invoice_title" not in values and not _INVOICE.isdisjoint(values):
        yield "invoice_title", "E-ERP-07"


_INVOICE = frozenset({"invoice_tax_no", "invoice_no", "invoice_amount"})
"""What makes an invoice that needs a title; a date alone is none."""
_CONTRADICTIONS = {"products": articles.contradictions, "orders": _in_order}


def _contradictions(item: FileType, doc_no: str, group: Group) -> Iterator[Problem]:
    """The document's own columns must agree in all of its rows, its line keys differ."""
    keys: set[str] = set()
    first = group[0][1]
    for row, values in group:
        for column in item.columns:
            if values.get(column.name) != first.get(column.name):
                shown = str(values.get(column.name, ""))[:60]
                yield Problem(row.number, column.name, shown, "E-ERP-18", doc_no)
        line_key = values.get("line_key", "")
        if not line_key:
            yield Problem(row.number, "line_key", "", "E-ERP-07")
        elif line_key in keys:
            yield Problem(row.number, "line_key", line_key, "E-ERP-17", doc_no)
        keys.add(line_key)


_PARTS: dict[str, type[Any]] = {"receiver": erp.Receiver, "invoice": erp.Invoice}
_LINES: dict[str, Callable[..., Any]] = {"notice": erp.NoticeLine, "order": erp.OrderDocumentLine}


def _document(item: FileType, group: Group, columns: Mapping[str, Column]) -> Any:
    row, values = group[0]
    if item.doc_type == "product":
        return _product(values, rowwise.present(row, columns))
    fields = _fields(item.columns, values)
    if item.lines:
        make = _LINES[item.doc_type]
        fields["lines"] = tuple(make(**_fields(item.lines, line)) for _, line in group)
    return erp.DOC_TYPES[item.doc_type](**fields)


def _product(values: Values, present: frozenset[str]) -> erp.Product:
    """What a row says of an article: a column that is not there nothing, an empty cell that it is empty."""
    wanted = articles.wanted_of(values, present)
    said = dict(wanted.values)
    if wanted.inner_per_case is not None:
        said["inner_per_case"] = wanted.inner_per_case
    cleared = wanted.levels - {one.level for one in wanted.barcodes}
    return erp.Product(
        **{
            "code": wanted.code,
            "name_zh": "",
            **said,
            "barcodes": tuple(
                erp.ProductBarcode(code=one.code, level=one.level, qty=one.qty) for one in wanted.barcodes
            ),
            "only": ",".join(sorted(said)) or "code",
            "cleared": ",".join(sorted(cleared)),
            **({"version": values["version"]} if "version" in values else {}),
        }
    )


def _fields(columns: Sequence[Column], values: Values) -> Values:
    """The values under the names of the document's fields, those of its parts put together."""
    fields: Values = {}
    parts: dict[str, Values] = {}
    for column in columns:
        if column.name in values:
            part, _, name = (column.field or column.name).rpartition(".")
            (parts.setdefault(part, {}) if part else fields)[name] = values[column.name]
    if "invoice" in parts:
        parts["invoice"].setdefault("title", "")
    return fields | {part: _PARTS[part](**contents) for part, contents in parts.items()}
