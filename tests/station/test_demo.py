"""`station demo --fresh` begins anew in a demo's folder and touches nobody else's."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from station.practice.demo import run
from station.settings import Settings


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_empty_folder_is_a_fresh_one(tmp_path: Path) -> None:
    run.clear(tmp_path)
    assert _names(tmp_path) == []


def test_a_demos_data_goes_and_its_certificates_stay(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "ca.pem").write_text("trusted by handhelds", encoding="utf-8")
    run.prepare(Settings(data=tmp_path), orders=1, seed=1, extra=0)
    assert {"station.sqlite3", "erp", run.MARK} <= set(_names(tmp_path))
    run.clear(tmp_path)
    assert _names(tmp_path) == ["tls"]
    assert _names(tmp_path / "tls") == ["ca.pem"]
    run.clear(tmp_path)  # killed before the new demo was laid out, and begun again
    run.prepare(Settings(data=tmp_path), orders=1, seed=1, extra=0)
    assert (tmp_path / run.MARK).exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "station.sqlite3").write_text("a real warehouse", encoding="utf-8")
    with pytest.raises(click.ClickException, match="is not a demo's folder"):
        run.clear(tmp_path)
    assert (tmp_path / "station.sqlite3").read_text(encoding="utf-8") == "a real warehouse"
