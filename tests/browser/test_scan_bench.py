"""``station bench hands`` runs, counts every scan, and says what it lacks. Nothing is timed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser


def run(chromium: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "station.cli", "bench", "hands", "--handhelds", "3", "--seconds", "3"]
    return subprocess.run(
        [*command, "--json"],
        env=os.environ | {"CHROMIUM": chromium} | environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.long
def test_it_measures_tones_beside_handhelds(chromium: Browser) -> None:
    done = run(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["scans"] > 0
    assert (report["refused"], report["handheld_errors"], report["integrity"]) == (0, 0, "ok")
    assert report["tone_p50_ms"] > 0
    assert report["ratio"] > 0


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    done = run("/no/such/chromium")
    assert done.returncode == 1
    assert "CHROMIUM=" in done.stderr
    (tmp_path / "playwright.py").write_text("", encoding="utf-8")
    done = run("", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "Playwright" in done.stderr
    assert "[dev]" in done.stderr
