"""Thresholds by file: they count at once, within the desk's limits; refused whole with line and reason."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from sqlalchemy import select

from station.ground.knobs import queries
from station.ground.setup.problems import SetupRefused
from station.ground.thresholds.reading import rules_of
from station.ground.work import SYSTEM
from station.practice.demo import goods
from station.rooms import ROOMS
from station.settings import Rules
from station.storage.opening.models import OpeningLine
from station.wiring import checks
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.floor import Floor
from tests.station.setup.test_articles import of_guide
from tests.station.setup.test_opening import LINE

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = '[settings]\nreject_days = 30\nshelf_day0 = false\nlife_rule = "REMAINING"\n'


def _rules(hub: Hub) -> Rules:
    with hub.db.read() as tx:
        return rules_of(tx, hub.settings)


@on_sqlite
def test_what_the_file_says_counts_once_and_is_kept(hub: Hub) -> None:
    """With its history; the second time nothing changes, and the export makes another station the same."""
    (changed,) = running.set_up(hub, SAID, SYSTEM)
    assert (changed.how, changed.things) == ("CHANGED", "settings")
    assert changed.names == ["life_rule", "reject_days", "shelf_day0"]
    assert running.set_up(hub, SAID, SYSTEM) == []
    now = _rules(hub)
    assert (now.reject_days, now.shelf_day0, now.life_rule) == (30, False, "REMAINING")
    with hub.db.read() as tx:
        (told,) = queries.history(tx, "reject_days")
        content = tomllib.loads(running.exported(hub.rooms, tx))
    assert (told.old, told.new, told.reason) == ("0", "30", "station setup")
    assert content["settings"] == tomllib.loads(SAID)["settings"]
    assert checks.broken(hub.db) == []


@on_sqlite
def test_the_rest_of_the_same_file_is_judged_by_them(floor: Floor) -> None:
    """The day of production is the first day of life: opening stock expires a day earlier."""
    floor.erp(*goods.products(4))
    running.set_up(floor.hub, LINE + SAID, SYSTEM)
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(OpeningLine.expires_on)).all() == [date(2027, 3, 26)]


def test_the_guide_shows_some() -> None:
    ((section, said),) = running.read(running.sections(ROOMS), of_guide("settings"))
    assert (section.name, len(said)) == ("settings", 4)


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("reject_days = -1", 2, "E-SET-04", "from 0 to 3650"),
        ("over_pct = 101", 2, "E-SET-04", "from 0 to 100"),
        ('over_pct = "5"', 2, "E-SET-03", "a whole number"),
        ("over_pct = true", 2, "E-SET-03", "a whole number"),
        ("shelf_day0 = 1", 2, "E-SET-03", "true or false"),
        ('life_rule = "NEVER"', 2, "E-SET-10", "ELAPSED"),
        ('short_close = "ask"', 2, "E-SET-10", "ASK"),
        ("reject_day = 3", 2, "E-SET-01", "reject_days"),
        ("idle_lock_s = 900", 2, "E-SET-01", "idle_lock_s"),
    ],
)
def test_what_the_desk_would_refuse_is_refused(text: str, line: int, code: str, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), f"[settings]\n{text}\n")
    (problem,) = refusal.value.problems
    assert (problem.line, problem.code) == (line, code)
    assert words in problem.text["en"]
