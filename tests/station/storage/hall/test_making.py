"""A hall by file: made, made again, added to, closed, exported and made elsewhere."""

from __future__ import annotations

import shutil
import textwrap
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.ground.db import Database
from station.ground.documents.history import History
from station.ground.setup.problems import SetupRefused
from station.ground.setup.section import Change
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.settings import Settings
from station.stock import locations
from station.stock.models import VIRTUAL, Location, LocationKind
from station.wiring import checks
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from station.wiring.setup import running

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HALL = """
[hall]
docks = 1
quarantine = 1
intercept = 1
returns = 1
benches = 2
totes = 4

[[hall.zone]]
code = "A"

[[hall.zone]]
code = "R"
walk = "one-way"
beside = "A"

[[hall.rack]]
zone = "A"
kind = "PICK"
aisles = "1-2"
bays = "1-4"
levels = "1-2"
positions = "1-2"
max_weight_g = 30000
max_volume_cm3 = 90000
except = ["A-02-03"]

[[hall.rack]]
zone = "R"
kind = "RSV"
aisles = "1-2"
bays = "1-4"
levels = "3"
positions = "1"
class = "LIQUID"
abc = "C"
pallet = true
mixed = true

[[hall.wall]]
code = "W1"
rows = 2
columns = 3

[[hall.cart]]
code = "K1"
cells = 4

[[hall.place]]
code = "MEZZANINE"
kind = "RSV"
sequence = 7
"""
COUNT = 1 + 1 + 1 + 1 + 2 + 4 + (2 * 4 * 4 - 4) + 8 + 6 + 4 + 1


def _set_up(hub: Hub, text: str) -> dict[str, list[str]]:
    changes: list[Change] = running.set_up(hub, text, SYSTEM)
    return {f"{change.how} {change.things}": list(change.names) for change in changes}


def _places(hub: Hub) -> dict[str, tuple[Any, ...]]:
    """All that a place is, by its code."""
    names = [column.name for column in Location.__table__.c if column.name not in {"id", "code"}]
    with hub.db.read() as tx:
        rows = tx.scalars(select(Location).where(Location.kind.not_in(VIRTUAL)))
        return {row.code: tuple(getattr(row, name) for name in names) for row in rows}


def refused(tx: Session, label: str) -> str:
    """The code that a scan of this label is refused with."""
    try:
        locations.find(tx, label)
    except Refused as refusal:
        return refusal.code
    return ""


def _export(hub: Hub) -> str:
    with hub.db.read() as tx:
        return running.exported(hub.rooms, tx)


@pytest.mark.both_databases
def test_a_hall_is_made_once(empty: Hub) -> None:
    told = _set_up(empty, HALL)
    assert len(told["NEW places"]) == COUNT
    assert told["NEW zones"] == ["A", "R"]
    first = _places(empty)
    assert len(first) == COUNT
    assert _set_up(empty, HALL) == {}
    assert _places(empty) == first
    assert checks.broken(empty.db) == []
    with empty.db.read() as tx:
        place = tx.scalars(select(Location).where(Location.code == "A-01-02-1-02")).one()
    assert (place.kind, place.zone, place.max_weight_g, place.max_volume_cm3) == ("PICK", "A", 30000, 90000)
    assert place.barcode.startswith("LCA01021")


@pytest.mark.both_databases
def test_an_export_makes_the_same_hall_elsewhere(empty: Hub, tmp_path: Path, sqlite_template: Path) -> None:
    with empty.db.read() as tx:
        assert running.exported(empty.rooms, tx) == running.TITLE + "\n"
    _set_up(empty, HALL)
    _set_up(empty, '[hall]\nclosed = ["A-02-01", "T003", "W1-1-01"]\n')
    for _ in range(2):
        empty.works.do(partial(locations.relabel, code="A-01-01-1-01", reason="刮花了"), SYSTEM)
    text = _export(empty)
    assert _set_up(empty, text) == {}
    path = tmp_path / "other.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    other = hubs.build(Settings(data=empty.settings.data), db=database, clock=empty.clock)
    try:
        _set_up(other, text)
        assert _places(other) == _places(empty)
        assert _export(other) == text
        with database.read() as tx:
            assert [refused(tx, locations.barcode(LocationKind.PICK, "A-01-01-1-01", n)) for n in (1, 2, 3)] == [
                "E-LOC-04", "E-LOC-04", "",
            ]  # fmt: skip
        assert checks.broken(database) == []
    finally:
        database.close()


@on_sqlite
def test_an_export_is_short(empty: Hub) -> None:
    """Ranges, not a list of slots: a person is to read and change it."""
    _set_up(empty, HALL)
    hall = tomllib.loads(_export(empty))["hall"]
    assert (hall["docks"], hall["benches"], hall["totes"]) == (1, 2, 4)
    assert len(hall["rack"]) == 3
    assert [(row["aisles"], row["bays"]) for row in hall["rack"]] == [
        ("1", "1-4"),
        ("2", "1-2,4"),
        ("1-2", "1-4"),
    ]
    assert len(_export(empty).splitlines()) < 120


@on_sqlite
def test_what_is_added_later_joins_the_walk_and_nothing_else_changes(empty: Hub) -> None:
    _set_up(empty, HALL)
    before = _places(empty)
    told = _set_up(
        empty,
        '[hall]\ntotes = 6\n[[hall.rack]]\nzone = "A"\nkind = "PICK"\naisles = "3"\nbays = "1-2"\n'
        'levels = "1"\npositions = "1"\n',
    )
    assert told["NEW places"] == ["A-03-01-1-01", "A-03-02-1-01", "T005", "T006"]
    assert set(told) == {"NEW places"}
    after = _places(empty)
    assert {code: after[code] for code in before} == before


@on_sqlite
def test_a_closed_place_is_closed_and_opened_again_with_its_history(empty: Hub) -> None:
    _set_up(empty, HALL)
    assert _set_up(empty, '[hall]\nclosed = ["A-01-01", "T001"]\n') == {
        "CLOSED places": ["A-01-01-1-01", "A-01-01-1-02", "A-01-01-2-01", "A-01-01-2-02", "T001"]
    }
    assert _set_up(empty, '[hall]\nclosed = ["A-01-01", "T001"]\n') == {}
    again = _set_up(empty, HALL)
    assert len(again["REOPENED places"]) == 5
    with empty.db.read() as tx:
        events = tx.scalars(select(History.event).where(History.doc_no == "T001").order_by(History.id)).all()
    assert events == ["close", "reopen"]


@on_sqlite
def test_other_limits_and_another_type_are_told_and_kept_in_the_history(empty: Hub) -> None:
    _set_up(empty, HALL)
    told = _set_up(empty, HALL.replace("30000", "25000").replace('kind = "RSV"\nseq', 'kind = "NEW"\nseq'))
    assert len(told["CHANGED places"]) == 29
    with empty.db.read() as tx:
        row = tx.scalars(select(History).where(History.doc_no == "MEZZANINE")).one()
    assert row.detail == {"kind": ["RSV", "NEW"]}


@on_sqlite
@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[hall.lanes]\nZTO = 1\nSF = 1\n", "E-HAL-11", "There is no carrier SF"),
        ('[hall]\nclosed = ["B-01"]\n', "E-HAL-08", "There is no B-01"),
        ('[[hall.place]]\ncode = "PACK-1"\nkind = "DOCK"\n', "E-HAL-10", "PACK-1 cannot get another type"),
        ('[[hall.place]]\ncode = "DOCK1"\nkind = "DOCK"\n', "E-HAL-12", "already that of DOCK-1"),
    ],
)
def test_what_does_not_fit_the_hall_is_refused_whole(empty: Hub, text: str, code: str, words: str) -> None:
    _set_up(empty, HALL)
    empty.db.write(lambda tx: tx.add(Carrier(code="ZTO", name="中通")))
    before = _places(empty)
    with pytest.raises(SetupRefused) as refusal:
        _set_up(empty, text if text.startswith("[hall]") else "[hall]\ntotes = 9\n" + text)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert words in refusal.value.problems[0].text["en"]
    assert _places(empty) == before


@on_sqlite
def test_lanes_belong_to_their_carriers(empty: Hub) -> None:
    empty.db.write(lambda tx: tx.add(Carrier(code="ZTO", name="中通")))
    assert _set_up(empty, "[hall.lanes]\nZTO = 2\n") == {"NEW places": ["LANE-ZTO", "LANE-ZTO-2"]}
    with empty.db.read() as tx:
        carrier_id = tx.scalars(select(Carrier.id)).one()
        assert set(tx.scalars(select(Location.carrier_id).where(Location.kind == "LANE"))) == {carrier_id}
    assert tomllib.loads(_export(empty))["hall"]["lanes"] == {"ZTO": 2}


@on_sqlite
def test_the_hall_of_the_guide_is_made_as_it_stands_there(empty: Hub) -> None:
    guide = (Path(__file__).parents[4] / "docs/setup.md").read_text(encoding="utf-8")
    text = textwrap.dedent(guide.split("<!-- a test makes this hall -->")[1].split("\nand,")[0])
    told = _set_up(empty, text)
    assert len(told["NEW places"]) == 10 + 60 + (4 * 10 - 1) * 4 + 4 * 10 * 2 + 12 + 12 + 1
    assert told["CLOSED places"] == ["A-02-06-1-01", "A-02-06-1-02", "A-02-06-2-01", "A-02-06-2-02"]
    assert _set_up(empty, text) == {}
