"""``station simulate``: the demo hall starts as a program of its own, and its crew ships the orders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PROCESS_S


def test_the_crew_ships_a_small_morning(tmp_path: Path) -> None:
    """The demo as the README starts it: through the command line, the environment and the server."""
    command = [sys.executable, "-m", "station.cli", "simulate", "--orders", "5", "--workers", "4", "--json"]
    environ = {name: text for name, text in os.environ.items() if not name.startswith("STATION_")}
    environ["PYTHONPATH"] = str(Path(__file__).parents[3])
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, timeout=PROCESS_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    assert report["check"] == "ok"
    assert report["shipped"] + len(report["unshipped"]) == 5
    assert report["shipped"] >= 4
