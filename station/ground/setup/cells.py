"""Values of the set-up file that are judged as the cells of a file are: one rule for both."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from station.ground.setup.problems import Problem
from station.ground.setup.table import Table
from station.ground.spreadsheets.numbers import Parser
from station.ground.spreadsheets.reasons import BadCell
from station.ground.spreadsheets.reasons import Problem as Finding

UTC = ZoneInfo("UTC")
SHOWN = 60
"""So many characters of a wrong value are told."""


def parsed(row: Table, key: str, parse: Parser, value: str) -> Any:
    """`value` as a column's parser reads it; None after noting what is wrong with it (E-SET-12)."""
    try:
        return parse(value, UTC)
    except BadCell as bad:
        row.notes.problems.append(finding(row, key, value, bad.code, bad.detail))
        return None


def finding(row: Table, key: str, value: str, code: str, detail: str = "") -> Problem:
    """What a file would be told of a cell, said of a key of the set-up file."""
    zh, en = Finding(None, key, value, code, detail).reason
    return row.problem(key, "E-SET-12", got=value[:SHOWN], why={"zh": zh, "en": en})
