"""A secret of this station in a file: made once, readable by its owner only, never half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class KeyUnusable(Exception):
    """A key of this station is missing, empty or no key; the text says which and what to do."""


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; on first use what `make` gives. Processes that start together agree on one.

    OSError when the folder cannot be read or written; `KeyUnusable` when the file is empty.
    """
    if path.exists():
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        _place(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if not key:
        raise KeyUnusable(f"{path} is empty: put back the file of your backup")
    return key


def _place(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another process was quicker: its key counts
    except OSError:  # a file system without hard links
        if not path.exists():
            fresh.replace(path)
