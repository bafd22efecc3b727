"""Rows of the office's files as documents; which columns there are stands in `filetypes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from station.catalog import columns as articles
from station.erp.folder.filetypes import FILES, FileType, describe, type_of
from station.exchange import documents as erp
from station.ground.spreadsheets import templates
from station.ground.spreadsheets.columns import Column, Values, by_header, values_of
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, Problem

__all__ = ["FILES", "Column", "FileType", "Parsed", "Problem", "describe", "parse", "template", "type_of"]


@dataclass(slots=True)
class Parsed:
    """What a file says: all of its documents with the row each begins in, or what is wrong with it."""

    documents: tuple[Any, ...] = ()
    rows: tuple[int, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def template(doc_type: str) -> str:
    """An empty CSV of this kind of file, see `templates.text`."""
    return templates.text(_of(doc_type).all_columns)


def workbook(doc_type: str) -> bytes:
    """The same as XLSX, see `templates.workbook`."""
    item = _of(doc_type)
    return templates.workbook(item.prefix, item.all_columns, item.required)


def _of(doc_type: str) -> FileType:
    return next(item for item in FILES.values() if item.doc_type == doc_type)


def parse(item: FileType, header: Sequence[str], rows: Sequence[Row], zone: ZoneInfo) -> Parsed:
    """The documents of a file, or the first problems found."""
    parsed = Parsed()
    columns = by_header(item.all_columns, item.required, header, parsed.problems)
    values: list[tuple[int, Values]] = []
    for row in rows if not parsed.problems else ():
        if len(parsed.problems) >= MOST_PROBLEMS:
            break
        values.append((row.number, _row(item, row, columns, zone, parsed.problems)))
    groups = {} if parsed.problems else _grouped(item, values, parsed.problems)
    del parsed.problems[MOST_PROBLEMS:]
    if not parsed.problems:
        parsed.documents = tuple(_document(item, group) for group in groups.values())
        parsed.rows = tuple(group[0][0] for group in groups.values())
    return parsed


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
    if "invoice_title" not in values and any(name.startswith("invoice_") for name in values):
        yield "invoice_title", "E-ERP-07"


_CONTRADICTIONS = {"products": articles.contradictions, "orders": _in_order}
Group = list[tuple[int, Values]]


def _grouped(item: FileType, rows: Group, problems: list[Problem]) -> dict[str, Group]:
    """The rows of each document: its own columns must agree, its line keys differ."""
    groups: dict[str, Group] = {}
    keys: set[tuple[str, str]] = set()
    for at, values in rows:
        if len(problems) >= MOST_PROBLEMS:
            break
        doc_no = values[item.key]
        if doc_no not in groups:
            groups[doc_no] = []
        elif not item.lines:
            problems.append(Problem(at, item.key, doc_no, "E-ERP-22"))
        else:
            first = groups[doc_no][0][1]
            for column in item.columns:
                if values.get(column.name) != first.get(column.name):
                    shown = str(values.get(column.name, ""))[:60]
                    problems.append(Problem(at, column.name, shown, "E-ERP-18", doc_no))
        if item.lines and (doc_no, values["line_key"]) in keys:
            problems.append(Problem(at, "line_key", values["line_key"], "E-ERP-17", doc_no))
        keys.add((doc_no, values.get("line_key", "")))
        groups[doc_no].append((at, values))
    return groups


_PARTS: dict[str, type[Any]] = {"receiver": erp.Receiver, "invoice": erp.Invoice}
_LINES: dict[str, Callable[..., Any]] = {"notice": erp.NoticeLine, "order": erp.OrderDocumentLine}


def _document(item: FileType, group: Group) -> Any:
    values = group[0][1]
    fields = _fields(item.columns, values)
    if item.doc_type == "product":
        codes = articles.barcodes(values)
        fields["barcodes"] = tuple(
            erp.ProductBarcode(code=one.code, level=one.level, qty=one.qty) for one in codes
        )
        said = {name: value for name, value in fields.items() if name not in articles.CODES}
        only = ",".join(sorted(said.keys() - {"code", "barcodes", "version"})) or "code"
        fields = {"name_zh": ""} | said | {"only": only}
    if item.lines:
        make = _LINES[item.doc_type]
        fields["lines"] = tuple(make(**_fields(item.lines, line)) for _, line in group)
    return erp.DOC_TYPES[item.doc_type](**fields)


def _fields(columns: Sequence[Column], values: Values) -> Values:
    """The values under the names of the document's fields, those of its parts put together."""
    fields: Values = {}
    parts: dict[str, Values] = {}
    for column in columns:
        if column.name in values:
            part, _, name = (column.field or column.name).rpartition(".")
            (parts.setdefault(part, {}) if part else fields)[name] = values[column.name]
    return fields | {part: _PARTS[part](**contents) for part, contents in parts.items()}
