"""What a reader tells is heard in order, from the present reader alone (P18)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import rules
from station.devices.scales.telling import Word
from station.ground.db import Database
from station.ground.words.messages import Refused

NOW = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
ZERO, STILL = Word(Says.EMPTY, 0, 1), Word(Says.STILL, 12_340, 1)


class Bench:
    """A real scale at PACK-1 and what is told of it."""

    def __init__(self, db: Database) -> None:
        self.db = db
        db.write(lambda tx: rules.add(tx, "PACK-1", NOW, ScaleKind.SERIAL))
        with db.read() as tx:
            self.scale_id = tx.scalars(select(Scale.id)).one()

    def begin(self) -> int:
        return self.db.write(lambda tx: rules.begin(tx, self.scale_id, NOW))

    def hear(self, run: int, seq: int, word: Word, now: datetime = NOW) -> bool:
        return self.db.write(lambda tx: rules.hear(tx, self.scale_id, run, seq, word, now))

    def use(self) -> None:
        self.db.write(lambda tx: rules.use(tx, "PACK-1"))

    def read(self, now: datetime = NOW) -> int | str:
        with self.db.read() as tx:
            try:
                return rules.read(tx, "PACK-1", now)
            except Refused as refusal:
                return refusal.code


@pytest.fixture
def bench(db: Database) -> Bench:
    return Bench(db)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.both_databases
def test_zero_weight_taken(bench: Bench) -> None:
    run = bench.begin()
    assert bench.read() == "E-WGT-04"
    assert bench.hear(run, 1, ZERO)
    assert bench.read() == "E-WGT-02"
    assert bench.hear(run, 2, STILL)
    assert bench.read() == 12_340
    bench.use()
    assert bench.hear(run, 3, STILL)
    assert bench.read() == "E-WGT-03"
    with pytest.raises(Refused, match="E-WGT-03"):
        bench.use()
    assert bench.hear(run, 4, Word(Says.EMPTY, 0, 2))
    assert bench.hear(run, 5, Word(Says.STILL, 500, 2))
    assert bench.read() == 500


@pytest.mark.both_databases
def test_two_who_take_the_same_weight(bench: Bench) -> None:
    """Two packers scan at one bench at the same moment: one has the weight, the other is told to zero first."""
    run = bench.begin()
    bench.hear(run, 1, ZERO)
    bench.hear(run, 2, STILL)

    def take(_number: int) -> str:
        try:
            bench.use()
        except Refused as refusal:
            return refusal.code
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(take, range(8)))
    assert answers == ["E-WGT-03"] * 7 + ["taken"]


@on_sqlite
def test_an_old_word_is_not_heard(bench: Bench) -> None:
    """Told twice, or late: the zero from before the parcel opens nothing after it."""
    run = bench.begin()
    bench.hear(run, 1, ZERO)
    bench.hear(run, 2, STILL)
    bench.use()
    assert not bench.hear(run, 1, ZERO)
    assert not bench.hear(run, 2, STILL)
    assert bench.read() == "E-WGT-03"


@on_sqlite
def test_an_earlier_reader_is_not_heard(bench: Bench) -> None:
    """Two read one scale: only who began last counts, and begins without a zero."""
    old = bench.begin()
    bench.hear(old, 1, ZERO)
    new = bench.begin()
    assert not bench.hear(old, 2, STILL)
    assert bench.hear(new, 1, Word(Says.STILL, 12_340, 0))
    assert bench.read() == "E-WGT-03"


@on_sqlite
@pytest.mark.parametrize(
    ("passed_s", "answer"), [(4, 12_340), (5, "E-WGT-04"), (-4, 12_340), (-5, "E-WGT-04")]
)
def test_a_word_is_of_its_moment(bench: Bench, passed_s: int, answer: int | str) -> None:
    """Also when the clock was set back."""
    run = bench.begin()
    bench.hear(run, 1, ZERO)
    bench.hear(run, 2, STILL)
    assert bench.read(NOW + timedelta(seconds=passed_s)) == answer


@on_sqlite
@pytest.mark.parametrize(
    ("word", "code"),
    [
        (Word(Says.LOST), "E-WGT-04"),
        (Word(Says.SILENT), "E-WGT-04"),
        (Word(Says.FOREIGN), "E-WGT-04"),
        (Word(Says.FINDING), "E-WGT-04"),
        (Word(Says.UNCLEAR), "E-WGT-04"),
        (Word(Says.TARED, 100, 1), "E-WGT-05"),
        (Word(Says.OUTSIDE, 0, 1), "E-WGT-06"),
        (Word(Says.MOVING, 100, 1), "E-WGT-02"),
        (Word(Says.STILL, -100, 1), "E-WGT-03"),
    ],
)
def test_what_is_no_weight(bench: Bench, word: Word, code: str) -> None:
    run = bench.begin()
    bench.hear(run, 1, ZERO)
    bench.hear(run, 2, word)
    assert bench.read() == code


@on_sqlite
def test_since_when(bench: Bench) -> None:
    """The screen says since when a scale has been silent, not when that was last told."""
    run = bench.begin()
    bench.hear(run, 1, STILL)
    for seq in (2, 3):
        bench.hear(run, seq, Word(Says.SILENT), NOW + timedelta(seconds=10 * seq))
    with bench.db.read() as tx:
        assert tx.scalars(select(Scale.since)).one() == NOW + timedelta(seconds=20)
