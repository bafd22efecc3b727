"""Documents of a file that do not fit: kept as their rows came, until a person mends or drops them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from station.erp.folder import columns
from station.erp.folder.columns import Bad
from station.erp.folder.files import IncomingFile
from station.erp.folder.filetypes import FILES
from station.erp.inward import problems
from station.erp.port import Item
from station.ground.spreadsheets.headers import plain
from station.ground.spreadsheets.reading import Row, Table
from station.ground.spreadsheets.reasons import Problem

AT_ONCE = 50
MARK = "cells"
"""The key by which the rows of a file are told from a document."""
SHOWN = 300


def keep(tx: Session, source: str, file: IncomingFile, bad: Sequence[Bad], now: datetime) -> None:
    """Set bad documents of a file aside."""
    for one in bad:
        first = one.problems[0]
        payload = {
            "file": file.name,
            MARK: [[row.number, dict(row.cells)] for row in one.rows[:SHOWN]],
            "findings": [asdict(problem) for problem in one.problems[:SHOWN]],
        }
        why = " ".join(filter(None, (first.cell, first.column, first.value, first.detail)))
        item = Item(file.doc_type, number_of(one, file), raw=payload, code=first.code)
        problems.keep(tx, source, item, first.code, why, now)


def number_of(bad: Bad, file: IncomingFile) -> str:
    """The number of a document; of one without a usable number its place in its file."""
    return f"{file.name[-50:]} {bad.doc_no}" if bad.doc_no.startswith("#") else bad.doc_no[:80]


def is_rows(payload: Any) -> bool:
    """Whether what was set aside are rows of a file."""
    return isinstance(payload, dict) and isinstance(payload.get(MARK), list)


def reread(
    doc_type: str, rows: Sequence[tuple[int, Mapping[str, str]]], zone: ZoneInfo
) -> tuple[Any, list[Problem]]:
    """The document that rows make, as a person mended them, or what is still wrong with them."""
    item = next(one for one in FILES.values() if one.doc_type == doc_type)
    header = list(dict.fromkeys(cell for _, cells in rows for cell in cells))
    known = {plain(name) for column in item.all_columns for name in column.headers}
    header = [cell for cell in header if plain(cell) in known]
    kept = [Row(number, {cell: cells.get(cell, "") for cell in header}) for number, cells in rows]
    table = Table(header, 1, {cell: at for at, cell in enumerate(header)}, kept)
    parsed = columns.parse(item, table, zone)
    if parsed.problems or len(parsed.documents) != 1 or parsed.bad:
        several = [Problem(None, item.key, "", "E-ERP-18")] if len(parsed.documents) > 1 else []
        return None, [*parsed.findings, *several]
    return parsed.documents[0], []
