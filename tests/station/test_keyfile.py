"""Keys that are made on first use: one for all who start together, readable by nobody else."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from station.ground import keyfile
from tests.patience import PATIENCE_S, beside


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "some.key"
    assert keyfile.kept(path, lambda: b"first") == b"first"
    assert keyfile.kept(path, lambda: b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_who_starts_together_agrees(tmp_path: Path) -> None:
    """All have looked and found none before the first one is written."""
    numbers, together = itertools.count(), threading.Barrier(8)

    def make() -> bytes:
        together.wait(PATIENCE_S)
        return b"key %d" % next(numbers)

    got = beside(*[partial(keyfile.kept, tmp_path / "some.key", make)] * 8)
    assert len(got) == 8
    assert set(got) == {(tmp_path / "some.key").read_bytes()}
    assert list(tmp_path.iterdir()) == [tmp_path / "some.key"]


def test_whoever_dies_while_making_it_leaves_none(tmp_path: Path) -> None:
    """A half-written key would lock everybody out."""
    path = tmp_path / "some.key"
    code = f"import os, pathlib; from station.ground import keyfile; keyfile.kept(pathlib.Path({str(path)!r}), lambda: os._exit(9))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert not path.exists()
    assert keyfile.kept(path, lambda: b"whole") == b"whole"


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        keyfile.kept(tmp_path / "file" / "some.key", lambda: b"")
