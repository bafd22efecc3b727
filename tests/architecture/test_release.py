"""A release is refused while something about it is not written down."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests import release

ROOT = Path(__file__).parents[2]
DATED = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", re.MULTILINE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A committed tree of version 1.2.0 whose changes are told."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.0 (2026-11-24)\n", encoding="utf-8")
    commit = ("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "x")
    for words in (("init", "-q"), ("add", "."), commit):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_what_is_told_and_committed_may_be_released(tree: Path) -> None:
    assert release.objections(tree) == []


def test_a_version_without_a_dated_section_is_refused(tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n## 1.2.0\n", encoding="utf-8")
    assert any("no section '## 1.2.0 (" in reason for reason in release.objections(tree))


def test_a_tree_with_changes_is_refused(tree: Path) -> None:
    (tree / "forgotten.py").write_text("", encoding="utf-8")
    (reason,) = release.objections(tree)
    assert "forgotten.py" in reason


def test_the_changelog_counts_down_to_the_first_release() -> None:
    sections = DATED.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    versions = [tuple(map(int, version.split("."))) for version, _ in sections]
    assert versions == sorted(versions, reverse=True)
    assert [day for _, day in sections] == sorted((day for _, day in sections), reverse=True)
    assert sections[0][0] == release.version_of(ROOT)
    assert versions[-1] == (0, 1, 0)
