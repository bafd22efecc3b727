"""Files on disk: which are meant and complete, where they are put away, and how one is written."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

UNFINISHED = {".tmp", ".part"}


MARKERS = (".ok", ".complete")
"""Beside a file (``orders-1.csv.ok`` or ``orders-1.ok``) they say that it is complete; they are no files."""


MAX_KEY = 80
"""Characters of an event key that a file name keeps."""


MAX_NAME = 180
"""Bytes of a file's name that are kept: file systems stop at 255, and the report's suffix is added."""


Mark = tuple[int, int]


def is_meant(path: Path) -> bool:
    """A file for us, finished as far as its name says."""
    name = path.name.lower()
    is_clutter = name.startswith((".", "~$")) or name in {"thumbs.db", "desktop.ini"}
    is_clutter |= name.endswith(MARKERS)
    return (
        not is_clutter and path.suffix.lower() not in UNFINISHED and not path.is_symlink() and path.is_file()
    )


def markers_of(path: Path) -> list[Path]:
    """Names under which the office may say that a file is complete."""
    names = (path.name, path.stem)
    return [path.with_name(f"{name}{suffix}") for name in names for suffix in MARKERS]


def is_complete(path: Path, mark: Mark, settle_s: int) -> bool:
    """Whether a marker was written after the file; one that was left over from an older file is not."""
    marks = [mark_of(marker) for marker in markers_of(path)]
    return any(other is not None and other[1] >= mark[1] - settle_s * 10**9 for other in marks)


def away(error: OSError) -> str:
    """Why the folder cannot be reached, for the office."""
    name = Path(str(error.filename)).name if error.filename else ""
    return f"folder {name}: {error.strerror or type(error).__name__}".replace("folder :", "folder:")


def mark_of(path: Path) -> Mark | None:
    """Size and time of a file; None when it is gone or cannot be reached."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def free_place(folder: Path, path: Path) -> Path:
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


def move(path: Path, target: Path) -> None:
    """Rename, and let it survive a power cut."""
    path.rename(target)
    _flush_names(target.parent)


def shown(name: str) -> str:
    """A file's name as text, whatever bytes it has on disk."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def file_key(event_key: str) -> str:
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


def write_rows(path: Path, rows: Sequence[Sequence[Any]]) -> None:
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
