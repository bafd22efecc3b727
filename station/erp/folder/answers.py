"""What is written beside a file: what came of each document, and what to mend, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from station.erp.contract import Outcome
from station.erp.inward.results import USUAL, sentence
from station.ground.spreadsheets.reasons import NOTES, REASONS, Problem

Lines = list[list[Any]]
_RESULT = [
    "file", "row", "doc_type", "doc_no", "result", "code", "reason_zh", "reason_en",
    "result_zh", "result_en", "cell", "column", "value",
]  # fmt: skip
_REASON = ["file", "row", "column", "value", "code", "reason_zh", "reason_en", "cell"]
"""Columns that came later stand at the end: who reads by position finds everything where it was."""


class _Bad(Protocol):
    @property
    def doc_no(self) -> str: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...


class _File(Protocol):
    @property
    def doc_type(self) -> str: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def bad(self) -> tuple[_Bad, ...]: ...
    @property
    def notes(self) -> tuple[Problem, ...]: ...


def told(name: str, file: _File, results: Sequence[Outcome]) -> Lines:
    """What came of every document, the findings against those that were set aside, and what was done to read
    the file.
    """
    rows = file.rows if len(file.rows) == len(results) else (None,) * len(results)
    lines: Lines = []
    for row, item in zip(rows, results, strict=True):
        reason = _reason(item)
        head = [name, row, item.doc_type, item.doc_no, item.result, item.code, *reason]
        lines.append([*head, *sentence(item.result), "", "", ""])
    for bad in file.bad:
        for problem in bad.problems:
            head = [name, problem.row, file.doc_type, bad.doc_no, "ASIDE", problem.code, *problem.reason]
            lines.append([*head, *sentence("ASIDE"), problem.cell, problem.column, problem.value])
    for note in file.notes:
        head = [name, note.row, file.doc_type, "", "NOTE", note.code, *note.reason]
        lines.append([*head, *sentence("NOTE"), note.cell, note.column, note.value])
    return [_RESULT, *sorted(lines, key=lambda line: line[1] or 0)]


def _reason(item: Outcome) -> tuple[str, str]:
    """Why it came so: the reason that is told, else what the result means where it is none of the usual."""
    if item.code in REASONS or item.code in NOTES:
        return Problem(None, "", "", item.code, item.why).reason
    if item.result in USUAL:
        return "", item.why
    zh, en = sentence(item.result)
    return (f"{zh}: {item.why}", f"{en}: {item.why}") if item.why else (zh, en)


def known(name: str) -> Lines:
    """A file of this very content was taken before."""
    return [_RESULT, [name, None, "", "", "KNOWN", "", *sentence("KNOWN"), *sentence("KNOWN"), "", "", ""]]


def refused(name: str, problems: Sequence[Problem]) -> Lines:
    """Why nothing of a file was taken."""
    return [
        _REASON,
        *([name, item.row, item.column, item.value, item.code, *item.reason, item.cell] for item in problems),
    ]
