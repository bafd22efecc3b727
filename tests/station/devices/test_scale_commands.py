"""``station scale`` as an operator gives it."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from station.cli import main
from tests.commands import Station


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner(env={"STATION_DATA": str(data)}).invoke(main, ["scale", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.output


def test_put_list_watch_and_remove(station: Station) -> None:
    data = station.data
    assert run(data, "add", "PACK-1", "--port", "/dev/ttyUSB0", "--family", "STGS") == (
        0,
        "PACK-1: /dev/ttyUSB0\n",
    )
    status, listed = run(data, "list")
    assert status == 0
    assert "PACK-1: /dev/ttyUSB0 · STGS · SILENT" in listed
    assert "PACK-2: virtual" in listed
    assert "PACK-1: /dev/ttyUSB0 · STGS · SILENT" in run(data, "watch", "PACK-1", "--seconds", "1")[1]
    assert run(data, "look", "PACK-1") == (0, "PACK-1: looking\n")
    assert run(data, "remove", "PACK-1") == (0, "PACK-1: no scale\n")
    status, said = run(data, "remove", "PACK-1")
    assert status == 1
    assert "No scale stands at bench PACK-1 (E-SCL-05)" in said


def test_what_is_refused(station: Station) -> None:
    data = station.data
    assert "no serial port" in run(data, "add", "PACK-1", "--port", "/etc/passwd")[1]
    assert "no pack bench NOWHERE" in run(data, "add", "NOWHERE", "--port", "/dev/ttyUSB0")[1]
    assert run(data, "add", "PACK-1")[0] == 2
    assert run(data, "add", "PACK-1", "--port", "/dev/ttyUSB0", "--bench-pc")[0] == 2


def test_a_token_for_the_benchs_pc(station: Station) -> None:
    status, said = run(station.data, "add", "PACK-1", "--bench-pc")
    assert status == 0
    assert re.search(r"^PACK-1: [\w-]{32}$", said, flags=re.MULTILINE)


def test_the_families_are_told() -> None:
    done = CliRunner().invoke(main, ["scale", "families"])
    assert "SICS: MT-SICS, may be asked" in done.output


def test_a_server_must_have_an_address() -> None:
    done = CliRunner(env={"STATION_SCALE_TOKEN": "x" * 32}).invoke(
        main, ["scales", "--server", "station.local", "--port", "COM3"]
    )
    assert done.exit_code == 2
    assert "begins with http:// or https://" in done.output
