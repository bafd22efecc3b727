"""``station simulate --trucks``: what the crew carried and what the station's book says are the same."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from station import create_app
from station.people.rules import add_user
from station.practice.demo import world
from station.practice.simulate.client import Handheld, Tally
from station.practice.simulate.command import simulate
from station.practice.simulate.trucks import plan
from station.practice.simulate.trucks.day import work
from station.practice.simulate.trucks.loads import FIRST, Kind
from station.practice.simulate.trucks.truth import Goods, Truth
from station.wiring.hub import Hub
from tests.floor import Floor
from tests.patience import PROCESS_S
from tests.station.practice.test_simulate import run_simulation

TODAY, NOW = date(2026, 5, 1), datetime(2026, 5, 1, tzinfo=UTC)
LONG_DAY_S = 6 * PROCESS_S
OATS = Goods("PO-1", "S0001", "", "2027-03-01", "GOOD")


def test_a_seed_is_always_the_same_day_and_a_long_one_has_everything() -> None:
    assert plan.day_of(40, 7, TODAY) == plan.day_of(40, 7, TODAY)
    assert plan.day_of(40, 7, TODAY) != plan.day_of(40, 8, TODAY)
    assert {truck.kind for truck in plan.day_of(len(Kind), 7, TODAY).trucks} == set(Kind)
    assert {truck.kind for truck in plan.day_of(len(FIRST), 7, TODAY).trucks} == set(FIRST)


def test_whatever_the_book_says_otherwise_is_told() -> None:
    """Too many, too few, in another status, refused or labelled otherwise: each is named with both figures."""
    truth = Truth()
    truth.come(OATS, 24)
    truth.turn(OATS, 4, "DEFECT")
    truth.refused["PO-1", "S0002"] += 3
    bad = OATS._replace(status="DEFECT")
    assert truth.differences({OATS: 20, bad: 4}, {("PO-1", "S0002"): 3}, {}) == []
    told = truth.differences({OATS: 24}, {}, {"APPLIED": 1})
    assert len(told) == 4
    assert any("DEFECT" in one and "4 in the hall, 0 in the book" in one for one in told)


def test_the_gifts_that_expire_first_go_first() -> None:
    truth = Truth()
    for expires in ("2027-01-02", "2027-01-01"):
        truth.come(Goods("", "S0001", "", expires, "GIFT"), 2)
    truth.oldest_gifts("S0001", 3)
    assert +truth.stands == {Goods("", "S0001", "", "2027-01-02", "GIFT"): 1}


def test_it_is_a_day_of_its_own() -> None:
    done = CliRunner().invoke(simulate, ["--trucks", "2", "--cancel", "5%"])
    assert (done.exit_code, "a day of its own" in done.output) == (2, True)


def agrees(report: dict[str, Any], count: int) -> None:
    """Nobody was stuck, nothing differs, and everything that a day has did happen."""
    assert (report["check"], report["differences"], report["stuck"]) == ("ok", [], 0), report
    assert (report["trucks"], sum(report["kinds"].values())) == (count, count)
    assert report["matched"] == (report["kinds"]["BLIND"] + 1) // 2
    assert report["refused"] > 0
    assert report["labels"]["APPLIED"] > 0
    assert {"scrapped", "returned", "given out"} <= set(report["left"])
    assert {"GOOD", "GIFT"} < set(report["by_status"])


class Inside(Handheld):
    """A handheld whose station is in the same process, so that a short day costs no server. Whatever is sent
    takes a second.
    """

    def __init__(self, hub: Hub, client: FlaskClient, tally: Tally) -> None:
        super().__init__("http://inside", tally)
        self._hub, self._client = hub, client

    def _once(self, method: str, path: str, payload: bytes | None) -> tuple[int, Any]:
        self._hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
        answer = self._client.open(path, method=method, data=payload, headers=self._headers)
        return answer.status_code, answer.get_json() if answer.is_json else answer.data


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_book_says_what_the_crew_carried(floor: Floor) -> None:
    """Wet cartons, two dates, gifts, a stranger, a driver who does not sign; quarantine in and out."""
    hub, tally = floor.hub, Tally()
    day = plan.day_of(len(FIRST), 7, hub.clock.today())
    floor.erp(*day.articles, *day.notices)
    hub.db.write(lambda tx: add_user(tx, "2001", "帮手", hub.pins.hash(world.PIN), world.ALL_HANDS, NOW))
    hub.demo_people = world.people(1)
    app = create_app(hub=hub)
    agrees(work(lambda: Inside(hub, app.test_client(), tally), day, 1, 7, tally), len(FIRST))


@pytest.mark.long
def test_a_long_day_of_trucks(tmp_path: Path, database_url: str) -> None:
    """Sixty, of every kind, through the command, on either database: four thousand scans, one by one."""
    done = run_simulation(tmp_path, "--trucks", "60", database_url=database_url, patience_s=LONG_DAY_S)
    report = json.loads(done.stdout or "{}")
    assert done.returncode == 0, report or done.stderr.decode()
    agrees(report, 60)
    assert set(report["kinds"]) == set(Kind)
