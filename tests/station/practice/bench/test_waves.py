"""``station bench waves``: what it draws from a seed is the same each time, and its measures mean something."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from station.cli import main
from station.practice.bench import waves


@pytest.mark.parametrize("cross", [0, 23])
def test_walks_are_shorter_than_the_serpentine_and_the_same_again(cross):
    first = waves.walks("hall", cross, 7, count=30)
    again = waves.walks("hall", cross, 7, count=30)
    assert first["saved_pct"] <= -10
    assert first["heuristic_over_ours_pct"] <= 2
    assert {key: value for key, value in first.items() if not key.startswith("ms")} == {
        key: value for key, value in again.items() if not key.startswith("ms")
    }


@pytest.mark.long
def test_carts_walk_half_of_what_they_would_as_orders_come():
    assert waves.carts("one block", 0, 7)["saved_pct"] <= -50


@pytest.mark.long
def test_a_release_beside_handhelds_is_measured_and_leaves_right_books():
    done = CliRunner().invoke(main, ["bench", "waves", "--orders", "200", "--handhelds", "5", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["integrity"], figures["release"]["orders"]) == ("ok", 200)
    assert figures["release"]["beside"]["errors"] == 0
