"""``station simulate``: the demo hall starts as a program of its own, and its crew ships the orders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.practice.simulate.client import Tally
from station.practice.simulate.command import STOPPED, Share, simulate
from station.practice.simulate.verdict import verdict
from tests.patience import PROCESS_S, until

SHOP = Path(__file__).parents[3] / "docs" / "shop.toml"


def run_simulation(
    folder: Path, *options: str, database_url: str = "", patience_s: float = PROCESS_S
) -> subprocess.CompletedProcess[bytes]:
    """The demo as the README starts it: through the command line, the environment and the server."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("STATION_")}
    environ["PYTHONPATH"] = str(Path(__file__).parents[3])
    if database_url.startswith("postgresql"):
        environ["STATION_DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "station.cli", "simulate", "--workers", "4", "--json", *options]
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, timeout=patience_s, check=False
    )


@pytest.mark.long
def test_every_order_of_a_bad_morning_ends_somewhere_and_nobody_is_stuck(tmp_path: Path) -> None:
    """Buyers change their minds, slots lack goods, units break; each order is shipped, or there is a reason why
    not.
    """
    done = run_simulation(
        tmp_path,
        "--setup",
        str(SHOP),
        "--orders",
        "8",
        "--cancel",
        "20%",
        "--short",
        "20%",
        "--damage",
        "10%",
    )
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    assert report["check"] == "ok"
    assert (report["stuck"], report["open"]) == (0, 0)
    assert report["shipped"] + report["stopped"] + report["short"] == 8
    assert report["shipped"] >= 1
    assert all(order["reason"] for order in report["unshipped"])
    assert {order["state"] for order in report["unshipped"]} <= {"CANCELLED"}


@pytest.mark.long
def test_whoever_stops_it_leaves_no_server_and_no_folder_behind(tmp_path: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("STATION_")}
    environ |= {"PYTHONPATH": str(Path(__file__).parents[3]), "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-m", "station.cli", "simulate", "--orders", "1", "--workers", "1", "--json"]
    process = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: any(tmp_path.glob("station-sim-*/station.lock")), "its server never began", PROCESS_S)
    finally:
        process.terminate()
        status = process.wait(PROCESS_S)
    assert status == STOPPED
    assert list(tmp_path.glob("station-sim-*")) == []


@pytest.mark.parametrize("share", ["101%", "-1", "many", "5%%", "1e1"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    done = CliRunner().invoke(simulate, ["--cancel", share])
    assert done.exit_code == 2
    assert "0% to 100%" in done.output


@pytest.mark.parametrize(
    ("text", "share"), [("5%", "0.05"), ("5", "0.05"), ("0.5 %", "0.005"), ("100%", "1")]
)
def test_a_share_is_a_percentage(text: str, share: str) -> None:
    assert Share().convert(text, None, None) == Decimal(share)


def test_an_order_that_is_still_on_its_way_is_not_counted_as_done() -> None:
    rows = [
        ("1", "SHIPPED"),
        ("2", "HOLD"),
        ("3", "CANCELLED"),
        ("4", "SHORT"),
        ("5", "AUDITED"),
        ("6", "PACKED"),
    ]
    orders = [{"order": no, "state": state, "reason": "why"} for no, state in rows]
    report = verdict(orders, {"I1": []}, Tally(), ["w1: refused"])
    assert (report["shipped"], report["stopped"], report["short"], report["open"]) == (1, 2, 1, 2)
    assert report["stuck"] == 1
    assert report["check"] == ["w1: refused"]


def test_an_order_given_up_for_want_of_stock_is_short_and_says_so() -> None:
    """Not one of those whose buyer changed his mind; and one that waits for goods still is not done."""
    orders = [{"order": no, "state": "CANCELLED", "reason": "cancelled"} for no in ("1", "2")]
    report = verdict([*orders, {"order": "3", "state": "AUDITED", "reason": "?"}], {}, Tally(), [], {"2"})
    assert (report["stopped"], report["short"], report["open"]) == (1, 1, 1)
    assert [item["reason"] for item in report["unshipped"]][:2] == [
        "cancelled",
        "cancelled at the end of the day: no stock could serve it",
    ]


def test_no_word_from_the_station_is_no_clean_check() -> None:
    assert verdict([], None, Tally(), [])["check"] == ["no check"]
    assert verdict([], {"I1": ["S1 is -1"]}, Tally(), [])["check"] == ["I1: S1 is -1"]
