"""The folder connector: files from the office in ``inbox``, confirmations for it in ``outbox``.

A file is taken whole or not at all: a good one goes to ``done``, a bad one to ``rejected`` beside a file
that says which row and why. If the process dies between taking and moving, the file is taken again; the
database knows its content, so that has no second effect.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.erp import columns
from station.erp.columns import Problem
from station.erp.documents import doc_type_of, to_data
from station.erp.reasons import REASONS
from station.erp.tables import BadFile, read

log = logging.getLogger(__name__)

FOLDERS = ("inbox", "outbox", "done", "rejected")


class Rejected(Exception):
    """The database side cannot take a file; the problems go into the reject file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that could be read: its documents, all of them."""

    name: str
    doc_type: str
    sha256: str
    documents: tuple[Any, ...]


@dataclass
class PollResult:
    """What one look into the inbox did."""

    taken: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class FolderConnector:
    """Watches one folder. `now` gives seconds like the files' own times."""

    def __init__(self, root: Path, zone: ZoneInfo, now: Callable[[], float], settle_s: int = 2) -> None:
        self.root, self.zone, self._now, self._settle_s = root, zone, now, settle_s
        self._seen: dict[str, tuple[int, int]] = {}
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)

    # --- in -----------------------------------------------------------------------------------

    def poll(self, take: Callable[[IncomingFile], None]) -> PollResult:
        """Look once. `take` applies a file in one transaction, raises `Rejected`, or fails: then the
        file stays and is tried again."""
        result = PollResult()
        for path in self._candidates():
            if not self._is_settled(path):
                result.waiting.append(path.name)
                continue
            self._one(path, take, result)
        return result

    def _candidates(self) -> list[Path]:
        order = list(columns.FILES)
        found = [
            path
            for path in (self.root / "inbox").iterdir()
            if path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() not in {".tmp", ".part"}
        ]
        return sorted(found, key=lambda path: (_rank(path.name, order), path.name))

    def _is_settled(self, path: Path) -> bool:
        """Nobody is writing it any more: unchanged since the last look, or old enough."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            return False
        mark = (stat.st_size, stat.st_mtime_ns)
        same = self._seen.get(path.name) == mark
        self._seen[path.name] = mark
        return same or self._now() - stat.st_mtime > self._settle_s

    def _one(self, path: Path, take: Callable[[IncomingFile], None], result: PollResult) -> None:
        try:
            take(self._load(path))
        except Rejected as refusal:
            self._reject(path, refusal.problems)
            result.rejected.append(path.name)
        except Exception:
            log.exception("%s could not be taken and stays in the inbox", path.name)
            result.failed.append(path.name)
        else:
            _move(path, self.root / "done")
            self._seen.pop(path.name, None)
            result.taken.append(path.name)

    def _load(self, path: Path) -> IncomingFile:
        prefix = next((name for name in columns.FILES if path.name.lower().startswith(name)), None)
        if prefix is None or path.suffix.lower() not in {".csv", ".xlsx"}:
            raise Rejected([Problem(None, "", path.name[:60], "E-ERP-01")])
        data = path.read_bytes()
        try:
            header, rows = read(path.name, data)
        except BadFile as error:
            raise Rejected([Problem(error.row, "", error.value, error.code)]) from None
        documents, problems = columns.parse(prefix, header, rows, self.zone)
        if problems:
            raise Rejected(problems)
        return IncomingFile(path.name, columns.FILES[prefix][0], hashlib.sha256(data).hexdigest(), documents)

    def _reject(self, path: Path, problems: list[Problem]) -> None:
        lines = [["file", "row", "column", "value", "code", "reason_zh", "reason_en"]]
        for problem in problems:
            zh, en = REASONS[problem.code]
            detail = f": {problem.detail}" if problem.detail else ""
            lines.append(
                [path.name, str(problem.row or ""), problem.column, problem.value, problem.code, zh + detail, en + detail]
            )
        moved = _move(path, self.root / "rejected")
        _write(self.root / "rejected" / f"{moved.name}.reason.csv", lines)
        self._seen.pop(path.name, None)

    # --- out ----------------------------------------------------------------------------------

    def write(self, doc: Any) -> Path:
        """Write a confirmation; the same document gives the same file, so twice is once."""
        kind = doc_type_of(doc)
        key = re.sub(r"[^0-9A-Za-z_.-]", "_", doc.event_key)
        path = self.root / "outbox" / f"{kind}-{key}.csv"
        data = to_data(doc)
        lines = data.pop("lines", None) or [{}]
        header = [*data, *lines[0]]
        rows = [[*data.values(), *line.values()] for line in lines]
        _write(path, [header, *([_cell(value) for value in row] for row in rows)])
        return path


def _rank(name: str, order: list[str]) -> int:
    return next((i for i, prefix in enumerate(order) if name.lower().startswith(prefix)), len(order))


def _move(path: Path, folder: Path) -> Path:
    """Move into `folder`; an older file of the same name is kept."""
    target = folder / path.name
    counter = 1
    while target.exists():
        counter += 1
        target = folder / f"{path.stem}-{counter}{path.suffix}"
    return path.rename(target)


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def _defused(text: str) -> str:
    """A cell that a spreadsheet shows and never calculates."""
    is_number = re.fullmatch(r"-?[0-9]+", text) is not None
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


def _write(path: Path, rows: list[list[str]]) -> None:
    """Write a CSV for the office: complete under its final name, or not there."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([[_defused(cell) for cell in row] for row in rows])
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
