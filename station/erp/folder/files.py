"""The folder connector: files from the office in ``inbox``, confirmations for it in ``outbox``.

A file is taken whole or not at all: a good one goes to ``done`` beside a file that says what came of each
document, a bad one to ``rejected`` beside a file that says which row and why. If the process dies between
taking and moving, the file is taken again; the database knows its content, so that has no second effect.

The folder may be a network share. While it is away every call raises `Down` and nothing is half done: a
file appears under its final name by one rename, and moves by one rename. With `is_shared` the folders are
never made here, because the place where an absent share belongs is an empty folder of this machine.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from station.erp.folder import columns
from station.erp.folder.tables import MAX_BYTES, read
from station.erp.inward.reasons import MOST_PROBLEMS, REASONS, BadFile, Problem
from station.erp.port import Down
from station.exchange.documents import (
    ReceiptConfirmation,
    ReceiptConfirmationLine,
    ShipmentConfirmation,
    ShipmentConfirmationLine,
    doc_type_of,
    to_data,
)

log = logging.getLogger(__name__)

FOLDERS = ("inbox", "outbox", "done", "rejected")
UNFINISHED = {".tmp", ".part"}
MARKERS = (".ok", ".complete")
"""Beside a file (``orders-1.csv.ok`` or ``orders-1.ok``) they say that it is complete; they are no files."""
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


class Outcome(Protocol):
    """What became of one document of a file."""

    @property
    def doc_type(self) -> str: ...
    @property
    def doc_no(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def why(self) -> str: ...


@dataclass
class PollResult:
    """What one look into the inbox did, by file name."""

    taken: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


Mark = tuple[int, int]
Take = Callable[[IncomingFile], Sequence[Outcome] | None]


class FolderConnector:
    """Watches one folder. `now` gives seconds on the clock of the files' own times.

    With `needs_marker` a file is only taken once its marker lies beside it; with `is_shared` the folders
    must be there already.
    """

    def __init__(
        self,
        root: Path,
        zone: ZoneInfo,
        now: Callable[[], float],
        settle_s: int = 2,
        *,
        needs_marker: bool = False,
        is_shared: bool = False,
    ) -> None:
        self.root, self.zone, self._now, self._settle_s = root, zone, now, settle_s
        self._needs_marker, self._is_shared = needs_marker, is_shared
        self._seen: dict[str, Mark] = {}
        with suppress(OSError):  # every later call finds out and says so
            self._make_folders()

    def _make_folders(self) -> None:
        for name in FOLDERS if not self._is_shared else ():
            (self.root / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Whatever the file system answers while the folder is away means: not now."""
        try:
            yield
        except OSError as error:
            raise Down(_away(error)) from None

    # --- in -----------------------------------------------------------------------------------

    def poll(self, take: Take) -> PollResult:
        """Look once.

        `take` applies a file in one transaction and tells what came of each document (None when it knew
        the file), raises `Rejected`, or fails: then the file stays and is tried again at the next look.
        `Down` when the folder cannot be reached.
        """
        result = PollResult()
        with self._reached():
            candidates = self._candidates()
        before, self._seen = self._seen, {}
        for path in candidates:
            outcome = self._one(path, before.get(path.name), take)
            getattr(result, outcome).append(path.name)
            if outcome == "failed":
                with self._reached():  # was it this file, or is everything away?
                    os.scandir(self.root / "inbox").close()
        return result

    def _candidates(self) -> list[Path]:
        """Finished files, articles before what refers to them."""
        order = list(columns.FILES)
        found = [path for path in (self.root / "inbox").iterdir() if _is_meant(path)]
        return sorted(found, key=lambda path: (_rank(path.name, order), path.name))

    def _one(self, path: Path, before: Mark | None, take: Take) -> str:
        """What became of one file: the name of a list of `PollResult`."""
        mark = _mark(path)
        if mark is None or (self._needs_marker and not _is_complete(path, mark, self._settle_s)):
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
            file = self._load(path, mark)
            results = take(file)
        except (Rejected, BadFile) as refusal:
            if _mark(path) != mark:
                raise StillWriting from None
            self._reject(path, refusal.problems)
            return "rejected"
        if _mark(path) == mark:
            target = _free(self.root / "done", path)
            if results is not None:
                self._tell(path.name, target, file, results)
            self._put_away(path, target)
        return "taken"

    def _put_away(self, path: Path, target: Path) -> None:
        """The file first: a marker that is left over is older than the next file, and so says nothing."""
        _move(path, target)
        for marker in _markers(path):
            with suppress(OSError):
                marker.unlink(missing_ok=True)

    def _tell(self, name: str, target: Path, file: IncomingFile, results: Sequence[Outcome]) -> None:
        """What came of every document: the answer is there before the file is put away."""
        rows = file.rows if len(file.rows) == len(results) else (None,) * len(results)
        lines: list[list[Any]] = [
            ["file", "row", "doc_type", "doc_no", "result", "code", "reason_zh", "reason_en"]
        ]
        for row, item in zip(rows, results, strict=True):
            reason = (
                Problem(row, "", "", item.code, item.why).reason if item.code in REASONS else ("", item.why)
            )
            lines.append([name, row, item.doc_type, item.doc_no, item.result, item.code, *reason])
        _write(target.with_name(f"{target.name}.result.csv"), lines)

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
        self._put_away(path, target)

    # --- out ----------------------------------------------------------------------------------

    def write(self, doc: Any) -> Path:
        """Write a confirmation; the same document gives the same file, so twice is once.

        `Down` when it did not get there: the message stays.
        """
        data = to_data(doc)
        lines = data.pop("lines", [{}])
        names = [item.name for item in dataclasses.fields(_LINES[type(doc)])] if type(doc) in _LINES else []
        late = {name: data.pop(name) for name in _LATE if name in data}
        rows = [[*data, *names, *late]]
        rows += [
            [*data.values(), *(line.get(name) for name in names), *late.values()] for line in lines or [{}]
        ]
        path = self.root / "outbox" / f"{doc_type_of(doc)}-{_file_key(doc.event_key)}.csv"
        with self._reached():
            _write(path, rows)
        return path


_LATE = ("is_last",)
"""Columns that came later stand at the end: who reads by position finds everything where it was."""

_LINES: dict[type[Any], type[Any]] = {
    ReceiptConfirmation: ReceiptConfirmationLine,
    ShipmentConfirmation: ShipmentConfirmationLine,
}


def _is_meant(path: Path) -> bool:
    """A file for us, finished as far as its name says."""
    name = path.name.lower()
    is_clutter = name.startswith((".", "~$")) or name in {"thumbs.db", "desktop.ini"}
    is_clutter |= name.endswith(MARKERS)
    return (
        not is_clutter and path.suffix.lower() not in UNFINISHED and not path.is_symlink() and path.is_file()
    )


def _markers(path: Path) -> list[Path]:
    """Names under which the office may say that a file is complete."""
    names = (path.name, path.stem)
    return [path.with_name(f"{name}{suffix}") for name in names for suffix in MARKERS]


def _is_complete(path: Path, mark: Mark, settle_s: int) -> bool:
    """Whether a marker was written after the file; one that was left over from an older file is not."""
    marks = [_mark(marker) for marker in _markers(path)]
    return any(found is not None and found[1] >= mark[1] - settle_s * 10**9 for found in marks)


def _away(error: OSError) -> str:
    """Why the folder cannot be reached, for the office."""
    name = Path(str(error.filename)).name if error.filename else ""
    return f"folder {name}: {error.strerror or type(error).__name__}".replace("folder :", "folder:")


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
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _flush_names(path.parent)


def _flush_names(folder: Path) -> None:
    """Let a rename survive a power cut; Windows does so by itself, and many network shares cannot.

    What was renamed is renamed, so that nobody may be told otherwise because of this.
    """
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
