"""Carriers by the set-up file: made, found again, and never a number twice."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import select, update

from station.carriers.models import CarrierRoute, WaybillRange
from station.catalog.models import Carrier
from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.station.storage.hall.conftest import empty

__all__ = ["empty"]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILE = """[[carrier]]
code = "BEST"
name = "百世"

[[carrier.range]]
prefix = "B"
digits = 8
first = 100
last = 199

[[carrier.route]]
province = "浙江省"
code = "571"
"""


@on_sqlite
def test_a_carrier_is_made_once_with_its_numbers_and_routes(empty: Hub) -> None:
    told = running.set_up(empty, FILE, SYSTEM)
    assert [(one.how, one.things) for one in told] == [
        ("NEW", "carriers"),
        ("NEW", "number ranges"),
        ("CHANGED", "routes"),
    ]
    assert running.set_up(empty, FILE, SYSTEM) == []
    empty.db.write(lambda tx: tx.execute(update(WaybillRange).values(next_serial=150)))
    assert running.set_up(empty, FILE, SYSTEM) == []
    with empty.db.read() as tx:
        assert tx.scalars(select(WaybillRange.next_serial)).all() == [150]
        content = tomllib.loads(running.exported(empty.rooms, tx))
    assert content["carrier"][0]["range"] == [{"prefix": "B", "digits": 8, "first": 150, "last": 199}]
    (changed,) = running.set_up(empty, FILE.replace("571", "572").replace("浙江省", "浙江"), SYSTEM)
    assert (changed.things, changed.names) == ("routes", ["浙江"])
    with empty.db.read() as tx:
        assert tx.scalars(select(CarrierRoute.route_code)).all() == ["572"]


@on_sqlite
def test_a_range_that_overlaps_another_refuses_all(empty: Hub) -> None:
    running.set_up(empty, FILE, SYSTEM)
    other = (
        FILE.replace("first = 100", "first = 150").replace("last = 199", "last = 299").replace("百世", "别名")
    )
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(empty, other, SYSTEM)
    assert [(one.line, one.code) for one in refusal.value.problems] == [(8, "E-CAR-02")]
    with empty.db.read() as tx:
        assert tx.scalars(select(Carrier.name)).all() == ["百世"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (FILE.replace("last = 199", "last = 99"), 9, "E-CAR-01"),
        (FILE.replace("digits = 8", "digits = 2"), 9, "E-CAR-01"),
        (FILE.replace("first = 100", "first = -1"), 8, "E-SET-04"),
        (FILE + FILE, 15, "E-SET-09"),
        (FILE + '\n[[carrier.route]]\nprovince = "浙江"\ncode = "9"\n', 15, "E-SET-09"),
        (FILE + 'district = "西湖区"\n', 14, "E-SET-02"),
        (FILE.replace('code = "571"\n', ""), 11, "E-SET-02"),
        (FILE.replace('"B"', '"b"'), 6, "E-SET-07"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    assert (line, code) in [(one.line, one.code) for one in refusal.value.problems]
