"""``station setup`` as an operator gives it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from click.testing import CliRunner

from station.cli import main
from tests.commands import Station

BAG = '[[box]]\ncode = "7"\nname = "7号袋"\ntare_g = 12\n'


def test_the_command_makes_tells_and_exports(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text("\ufeff" + BAG, encoding="utf-8")
    environ = {"STATION_DATA": str(station.data)}

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner(env=environ).invoke(main, ["setup", *words])
        return done.exit_code, done.output

    assert run(str(file), "--rehearse") == (
        0,
        "new: 1 boxes: 7号袋\nnothing was done: this was a rehearsal\n",
    )
    assert run(str(file)) == (0, "new: 1 boxes: 7号袋\n")
    assert run(str(file)) == (0, "nothing to do: the station is as the file says\n")
    status, said = run("--export")
    assert status == 0
    assert {"code": "7", "name": "7号袋", "tare_g": 12} in tomllib.loads(said)["box"]
    file.write_text(BAG.replace("tare_g", "tare"), encoding="utf-8")
    status, said = run(str(file))
    assert status == 1
    assert f'{file}:4: box 1.tare: There is no "tare" here; there is: tare_g (E-SET-01)' in said
    assert said.endswith("nothing was done\n")
    file.write_bytes(b'name = "\xff"')
    assert run(str(file)) == (1, f"Error: {file} is not UTF-8 text (byte 8)\n")
    assert run()[0] == run(str(file), "--export")[0] == 2
