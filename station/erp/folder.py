"""The folder connector: files from the office in ``inbox``, confirmations for it in ``outbox``.

A file is taken whole or not at all: a good one goes to ``done``, a bad one to ``rejected`` beside a file
that says which row and why. If the process dies between taking and moving, the file is taken again; the
database knows its content, so that has no second effect.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import logging
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.erp import columns
from station.erp.documents import (
    ReceiptConfirmation,
    ReceiptConfirmationLine,
    ShipmentConfirmation,
    ShipmentConfirmationLine,
    doc_type_of,
    to_data,
)
from station.erp.reasons import MOST_PROBLEMS, BadFile, Problem
from station.erp.tables import MAX_BYTES, read

log = logging.getLogger(__name__)

FOLDERS = ("inbox", "outbox", "done", "rejected")
UNFINISHED = {".tmp", ".part"}
MAX_KEY = 80
"""Characters of an event key that a file name keeps."""
MAX_NAME = 180
"""Bytes of a file's name that are kept: file systems stop at 255, and the report's suffix is added."""


class Rejected(Exception):
    """The database side cannot take a file; the problems go into the reject file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


class StillWriting(Exception):
    """The file changed while it was read."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that could be read: all its documents, and the row in which each begins."""

    name: str
    doc_type: str
    sha256: str
    documents: tuple[Any, ...]
    rows: tuple[int, ...] = ()


@dataclass
class PollResult:
    """What one look into the inbox did, by file name."""

    taken: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


Mark = tuple[int, int]
Take = Callable[[IncomingFile], None]


class FolderConnector:
    """Watches one folder. `now` gives seconds on the clock of the files' own times."""

    def __init__(self, root: Path, zone: ZoneInfo, now: Callable[[], float], settle_s: int = 2) -> None:
        self.root, self.zone, self._now, self._settle_s = root, zone, now, settle_s
        self._seen: dict[str, Mark] = {}
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)

    # --- in -----------------------------------------------------------------------------------

    def poll(self, take: Take) -> PollResult:
        """Look once.

        `take` applies a file in one transaction, raises `Rejected`, or fails: then the file stays and is
        tried again at the next look.
        """
        result = PollResult()
        before, self._seen = self._seen, {}
        for path in self._candidates():
            outcome = self._one(path, before.get(path.name), take)
            getattr(result, outcome).append(path.name)
        return result

    def _candidates(self) -> list[Path]:
        """Finished files, articles before what refers to them."""
        order = list(columns.FILES)
        found = [path for path in (self.root / "inbox").iterdir() if _is_meant(path)]
        return sorted(found, key=lambda path: (_rank(path.name, order), path.name))

    def _one(self, path: Path, before: Mark | None, take: Take) -> str:
        """What became of one file: the name of a list of `PollResult`."""
        mark = _mark(path)
        if mark is None:
            return "waiting"
        self._seen[path.name] = mark
        if mark != before and self._now() - mark[1] / 1e9 <= self._settle_s:
            return "waiting"
        try:
            return self._settle(path, mark, take)
        except StillWriting:
            return "waiting"
        except Exception:
            log.exception("%s could not be taken and stays in the inbox", _shown(path.name))
            return "failed"

    def _settle(self, path: Path, mark: Mark, take: Take) -> str:
        """Take the file and put it away; a newer one that was saved over it meanwhile stays."""
        try:
            take(self._load(path, mark))
        except (Rejected, BadFile) as refusal:
            if _mark(path) != mark:
                raise StillWriting from None
            self._reject(path, refusal.problems)
            return "rejected"
        if _mark(path) == mark:
            _move(path, _free(self.root / "done", path))
        return "taken"

    def _load(self, path: Path, mark: Mark) -> IncomingFile:
        item = columns.type_of(path.name)
        if item is None or path.suffix.lower() not in {".csv", ".xlsx"}:
            raise BadFile.because("E-ERP-01")
        if mark[0] > MAX_BYTES:
            raise BadFile.because("E-ERP-03")
        data = path.read_bytes()
        if len(data) != mark[0] or _mark(path) != mark:
            raise StillWriting
        header, rows = read(path.name, data)
        parsed = columns.parse(item, header, rows, self.zone)
        if parsed.problems:
            raise Rejected(parsed.problems)
        digest = hashlib.sha256(data).hexdigest()
        return IncomingFile(_shown(path.name), item.doc_type, digest, parsed.documents, parsed.rows)

    def _reject(self, path: Path, problems: Sequence[Problem]) -> None:
        """Reasons first, then the file: whoever finds it in ``rejected`` finds the reasons too."""
        target = _free(self.root / "rejected", path)
        lines: list[list[Any]] = [["file", "row", "column", "value", "code", "reason_zh", "reason_en"]]
        lines += [
            [path.name, item.row, item.column, item.value, item.code, *item.reason]
            for item in problems[:MOST_PROBLEMS]
        ]
        _write(target.with_name(f"{target.name}.reason.csv"), lines)
        _move(path, target)

    # --- out ----------------------------------------------------------------------------------

    def write(self, doc: Any) -> Path:
        """Write a confirmation; the same document gives the same file, so twice is once."""
        data = to_data(doc)
        lines = data.pop("lines", [{}])
        names = [item.name for item in dataclasses.fields(_LINES[type(doc)])] if type(doc) in _LINES else []
        rows = [[*data, *names]]
        rows += [[*data.values(), *(line.get(name) for name in names)] for line in lines or [{}]]
        path = self.root / "outbox" / f"{doc_type_of(doc)}-{_file_key(doc.event_key)}.csv"
        _write(path, rows)
        return path


_LINES: dict[type[Any], type[Any]] = {
    ReceiptConfirmation: ReceiptConfirmationLine,
    ShipmentConfirmation: ShipmentConfirmationLine,
}


def _is_meant(path: Path) -> bool:
    """A file for us, finished as far as its name says."""
    name = path.name.lower()
    is_clutter = name.startswith((".", "~$")) or name in {"thumbs.db", "desktop.ini"}
    return (
        not is_clutter and path.suffix.lower() not in UNFINISHED and not path.is_symlink() and path.is_file()
    )


def _rank(name: str, order: list[str]) -> int:
    item = columns.type_of(name)
    return len(order) if item is None else order.index(item.prefix)


def _mark(path: Path) -> Mark | None:
    """Size and time of a file; None when it is gone or cannot be reached."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _free(folder: Path, path: Path) -> Path:
    """Where to put a file so that an older one of the same name is kept."""
    name = Path(_short(path.name))
    target = folder / name
    counter = 1
    while target.exists():
        counter += 1
        target = folder / f"{name.stem}-{counter}{name.suffix}"
    return target


def _short(name: str) -> str:
    """The name itself, or a shorter one that still tells files apart and keeps the suffix."""
    raw = os.fsencode(name)
    if len(raw) <= MAX_NAME:
        return name
    suffix = Path(name).suffix[:8]
    return f"{name[: MAX_NAME // 5]}-{hashlib.sha256(raw).hexdigest()[:12]}{suffix}"


def _move(path: Path, target: Path) -> None:
    path.rename(target)
    _flush_names(target.parent)


def _shown(name: str) -> str:
    """A file's name as text, whatever bytes it has on disk."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _file_key(event_key: str) -> str:
    """The key as part of a file name; different keys stay different, on Windows too."""
    plain = re.sub(r"[^0-9A-Z_.-]", "_", event_key)[:MAX_KEY]
    if plain == event_key:
        return plain
    return f"{plain}-{hashlib.sha256(event_key.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}"


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def _cell(value: Any) -> str:
    """A cell that a spreadsheet shows and never calculates; numbers stay numbers."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    """Write a CSV for the office: complete under its final name, or not there."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([[_cell(cell) for cell in row] for row in rows])
    data = b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "backslashreplace")
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _flush_names(path.parent)


def _flush_names(folder: Path) -> None:
    """Let a rename survive a power cut; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
