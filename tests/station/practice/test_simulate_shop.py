"""``station simulate --setup``: the virtual crew works in a shop's own hall, and nothing of it reaches out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.ground.setup.writing import written
from station.ground.words.actor import Role
from station.practice.simulate import shop
from station.practice.simulate.command import simulate

SHOP = Path(__file__).parents[3] / "docs" / "shop.toml"
ELSEWHERE = """
[[scale]]
bench = "PACK-1"
port = "/dev/ttyUSB0"
family = "mt-sics"
"""


def test_nothing_of_a_simulated_shop_reaches_its_printers_and_scales() -> None:
    content = tomllib.loads(SHOP.read_text(encoding="utf-8") + ELSEWHERE)
    twin = shop.rehearsable(content, shop.crew(2, ["1001"]))
    assert {(one["language"], one["address"]) for one in twin["printer"]} == {("png", "virtual:")}
    assert [one["media"] for one in twin["printer"]] == [one["media"] for one in content["printer"]]
    assert twin["scale"] == [{"bench": "PACK-1", "kind": "virtual"}]
    assert {name: twin[name] for name in ("hall", "carrier", "box", "paper")} == {
        name: content[name] for name in ("hall", "carrier", "box", "paper")
    }
    assert "tcp:" not in written(twin)
    assert "/dev/" not in written(twin)


def test_the_crew_has_numbers_of_its_own_and_one_person_for_each_lead() -> None:
    hands = shop.crew(3, ["V001", "V002"])
    assert len({hand.number for hand in hands}) == len(shop.LEADS) + 3
    assert not {"V001", "V002"} & {hand.number for hand in hands}
    assert [hand.roles[0] for hand in hands[: len(shop.LEADS)]] == [*shop.LEADS]
    assert hands[0].roles == (Role.RECEIVER, Role.CLERK), "whoever receives keys the sheets in"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[hall]\ndocks = 1\nbenchs = 2\n", "benchs"),
        ("[hall\n", ":1:"),
        (SHOP.read_text(encoding="utf-8").replace('code = "ZTO"', 'code = "SF"'), "ZTO"),
        ('[[box]]\ncode = "03"\nname = "3"\ntare_g = 120\n', "There is no carrier"),
    ],
)
def test_a_file_that_makes_no_working_hall_is_refused_before_anybody_starts(
    tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(simulate, ["--setup", str(file)])
    assert done.exit_code == 1
    assert told in done.output


def test_a_running_station_takes_no_other_hall() -> None:
    done = CliRunner().invoke(simulate, ["--setup", str(SHOP), "--url", "http://127.0.0.1:1"])
    assert done.exit_code == 2
    assert "not both" in done.output
