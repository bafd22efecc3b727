"""The operator's guide, followed word for word: backup beside the work, stop, restore, check, start."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.commands import Station
from tests.patience import PATIENCE_S, PROCESS_S

GUIDE = (Path(__file__).parents[3] / "docs" / "operate.md").read_text(encoding="utf-8")


def _commands(title: str) -> list[str]:
    """The indented commands of a chapter."""
    chapter = GUIDE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [
        line.strip()
        for line in re.findall(r"^(?: {4}| {7})(/opt/station/bin/station .*)$", chapter, re.MULTILINE)
    ]


@pytest.mark.long
def test_what_the_guide_says_works_as_it_stands_there(station: Station, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "safe").mkdir()

    def follow(command: str) -> None:
        here = command.replace("/opt/station/bin/station", f"{shlex.quote(sys.executable)} -m station.cli")
        here = here.replace("/backup/", f"{tmp_path}/backup/").replace("/backup ", f"{tmp_path}/backup ")
        here = here.replace("/safe/", f"{tmp_path}/safe/")
        for copy in (tmp_path / "backup").glob("station-*.zip"):
            here = re.sub(r"station-\d{8}-\d{6}Z\.zip", copy.name, here)
        done = subprocess.run(
            here,
            shell=True,
            env=station.environ,
            capture_output=True,
            text=True,
            timeout=PROCESS_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    (backup,), (restore,) = _commands("Backup"), _commands("Restore")
    server, _port = station.serve()
    follow(backup)
    assert len(list((tmp_path / "safe").glob("keys-*.zip"))) == 1
    assert "station serve" in station.refusal("restore", str(next((tmp_path / "backup").glob("*.zip"))))
    server.terminate()
    server.communicate(timeout=PROCESS_S)
    follow(restore)
    assert station.run("check")[0] == 0
    _server, port = station.serve()
    assert requests.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE_S).ok
