"""A section by file: made, found again, changed, exported; refused whole with line and reason."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import select

from station.catalog.models import Packaging
from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.people.models import AuditRow
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BAG = '[[box]]\ncode = "7"\nname = "7号袋"\ntare_g = 12\n'


def _names(hub: Hub) -> list[str]:
    with hub.db.read() as tx:
        return list(tx.scalars(select(Packaging.name).order_by(Packaging.id)))


@on_sqlite
def test_a_box_is_made_once_and_found_the_second_time(hub: Hub) -> None:
    (made,) = running.set_up(hub, BAG, SYSTEM)
    assert (made.how, made.things, made.names) == ("NEW", "boxes", ["7号袋"])
    assert running.set_up(hub, BAG, SYSTEM) == []
    assert _names(hub).count("7号袋") == 1
    (changed,) = running.set_up(hub, BAG.replace("12", "13"), SYSTEM)
    assert changed.how == "CHANGED"
    with hub.db.read() as tx:
        told = tx.scalars(
            select(AuditRow.detail).where(AuditRow.action == "SETUP").order_by(AuditRow.id)
        ).all()
    assert told == [{"NEW boxes": 1}, {"CHANGED boxes": 1}]


@on_sqlite
def test_a_rehearsal_tells_and_does_nothing(hub: Hub) -> None:
    before = _names(hub)
    (change,) = running.set_up(hub, BAG, SYSTEM, is_rehearsal=True)
    assert change.names == ["7号袋"]
    assert _names(hub) == before


@on_sqlite
def test_the_export_of_a_station_holds_its_boxes(hub: Hub) -> None:
    with hub.db.read() as tx:
        content = tomllib.loads(running.exported(hub.rooms, tx))
    assert content["box"][0] == {"code": "01", "name": "1号袋", "tare_g": 15}


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        (BAG + 'colour = "red"\n', 5, "E-SET-01", 'no "colour"'),
        (BAG.replace("tare_g", "tare"), 4, "E-SET-01", "tare_g"),
        ('[[box]]\ncode = "7"\nname = "x"\n', 1, "E-SET-02", '"tare_g" is missing'),
        (BAG.replace("12", '"12"'), 4, "E-SET-03", "a whole number without quotes"),
        (BAG.replace("12", "true"), 4, "E-SET-03", "a whole number"),
        (BAG.replace("12", "-1"), 4, "E-SET-04", "from 0 to 50000"),
        (BAG.replace("12", "1.5"), 4, "E-SET-03", "a whole number"),
        (BAG.replace('"7"', '"７b"'), 2, "E-SET-07", '"７b" should read "7B"'),
        (BAG.replace("7号袋", "a\\u0000b"), 3, "E-SET-06", "invisible"),
        (BAG + BAG, 6, "E-SET-09", '"7" is given twice'),
        ("box = 3\n", 1, "E-SET-03", "a list"),
        ("[[box]\n", 1, "E-SET-05", "TOML"),
        ("[boxes]\n", 1, "E-SET-01", "box"),
        ("", 0, "E-SET-08", "box"),
    ],
)
def test_what_is_wrong_is_refused_whole_with_its_line(text: str, line: int, code: str, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    told = [(one.line, one.code) for one in refusal.value.problems]
    assert (line, code) in told
    assert any(words in one.text["en"] for one in refusal.value.problems)


@on_sqlite
def test_a_refusal_of_one_section_takes_the_others_back(hub: Hub) -> None:
    """All or nothing: the mistake in the second box leaves no first one."""
    before = _names(hub)
    with pytest.raises(SetupRefused):
        running.set_up(hub, BAG + BAG.replace('"7"', '"8 "'), SYSTEM)
    assert _names(hub) == before
