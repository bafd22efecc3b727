"""What a bench's scale says, and when it must not be believed (P18)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from station.devices import scales
from station.devices.models import Scale
from station.ground.db import Database
from station.ground.words.messages import Refused
from tests.floor import QIAN, Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOW = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def bench(db: Database) -> Database:
    """A scale stands at PACK-1."""
    db.write(lambda tx: scales.add(tx, "PACK-1", NOW))
    return db


def _refusal(db: Database, workstation: str = "PACK-1") -> str:
    with db.read() as tx, pytest.raises(Refused) as refused:
        scales.read(tx, workstation, NOW)
    return refused.value.code


def _set(db: Database, **values: object) -> None:
    db.write(lambda tx: tx.execute(update(Scale).values(**values)))


def test_a_weight_is_read_once(bench: Database) -> None:
    """E-WGT-03 until a zero was seen since the last parcel."""
    assert bench.write(lambda tx: scales.place(tx, "PACK-1", 12_345, NOW))
    with bench.read() as tx:
        assert scales.read(tx, "PACK-1", NOW) == 12_345
    bench.write(lambda tx: scales.use(tx, "PACK-1"))
    assert _refusal(bench) == "E-WGT-03"
    bench.write(lambda tx: scales.place(tx, "PACK-1", 500, NOW))
    with bench.read() as tx:
        assert scales.read(tx, "PACK-1", NOW) == 500


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_stable": False}, "E-WGT-02"),
        ({"dg": 0}, "E-WGT-02"),
        ({"dg": -30}, "E-WGT-03"),
        ({"zero_seen": False}, "E-WGT-03"),
    ],
)
def test_a_reading_that_is_none(bench: Database, values: dict[str, object], code: str) -> None:
    """T55: moving, empty, below zero, or the last parcel's."""
    bench.write(lambda tx: scales.place(tx, "PACK-1", 12_345, NOW))
    _set(bench, **values)
    assert _refusal(bench) == code


def test_a_bench_without_a_scale(bench: Database) -> None:
    """E-WGT-04; nothing can be placed on what is not there."""
    with bench.read() as tx:
        assert scales.works(tx, "PACK-1", NOW)
        assert not scales.works(tx, "PACK-2", NOW)
    assert _refusal(bench, "PACK-2") == "E-WGT-04"
    assert not bench.write(lambda tx: scales.place(tx, "PACK-2", 100, NOW))


def test_nobody_plays_with_a_real_scale(bench: Database) -> None:
    """A reading is put on a virtual scale only."""
    _set(bench, kind="SERIAL")
    assert not bench.write(lambda tx: scales.place(tx, "PACK-1", 100, NOW))
    assert _refusal(bench) == "E-WGT-04"


def test_one_bench_one_scale(bench: Database) -> None:
    def others(tx: Session) -> None:
        scales.add(tx, "PACK-2", NOW)
        scales.place(tx, "PACK-2", 700, NOW)

    bench.write(others)
    with bench.read() as tx:
        assert scales.read(tx, "PACK-2", NOW) == 700
    assert _refusal(bench) == "E-WGT-02"


def test_where_a_device_stands(floor: Floor) -> None:
    """选工位: bench, dock or lane; a shelf is none of them."""
    answer = floor.scans(QIAN, "place", floor.slot("PACK-1"))
    assert (answer.code, answer.facts["big"]) == ("S-PLACE", "PACK-1")
    assert floor.scans(QIAN, "place", floor.slot("LANE-ZTO")).facts["big"] == "LANE-ZTO"
    assert floor.scan(QIAN, "place", floor.slot("INTC-1")).code == "E-LOC-03"
