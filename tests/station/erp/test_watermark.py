"""Whatever an ERP writes late, and wherever a sweep is cut: every change is read, and an idle feed is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from station.erp.inward.watermark import OVERLAP_S, Watermark

NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """Stamped at `at` seconds, seen by others from `seen` on."""

    at: int
    row_id: int
    seen: int


def sweep(mark: Watermark, rows: list[Row], now: int, most: int) -> tuple[Watermark, list[Row], bool]:
    """Read up to `most` rows as the ERP shows them at `now`; whether everything was read."""
    mark = mark.begin(NOON + timedelta(seconds=now))
    shown = sorted((row for row in rows if row.seen <= now), key=lambda row: (row.at, row.row_id))
    behind = [
        row
        for row in shown
        if mark.at is None or (NOON + timedelta(seconds=row.at), row.row_id) > (mark.at, mark.row_id)
    ]
    part = behind[:most]
    for row in part:
        mark = mark.after(NOON + timedelta(seconds=row.at), row.row_id)
    mark = Watermark.read(mark.kept())  # as it is between two looks
    if len(part) == len(behind):
        return mark.end(), part, True
    return mark, part, False


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    rows = []
    for row_id in range(1, draw(st.integers(1, 12)) + 1):
        at = draw(st.integers(0, 2000))
        rows.append(Row(at, row_id, at + draw(st.integers(0, OVERLAP_S - 1))))
    return rows


@settings(max_examples=300, deadline=None)
@given(histories(), st.lists(st.tuples(st.integers(0, 600), st.integers(1, 5)), max_size=12))
def test_every_row_is_read_in_the_end_and_then_there_is_quiet(
    rows: list[Row], looks: list[tuple[int, int]]
) -> None:
    mark, now, read = Watermark(), 0, set()
    for wait, most in [*looks, (3000, 1000), (OVERLAP_S, 1000)]:
        now += wait
        mark, part, _ = sweep(mark, rows, now, most)
        read |= set(part)
    mark, part, is_end = sweep(mark, rows, now + OVERLAP_S, 1000)
    read |= set(part)
    assert read == set(rows)
    _, again, is_end = sweep(mark, rows, now + 2 * OVERLAP_S, 1000)
    assert is_end
    assert again == []


def test_a_sweep_that_took_long_loses_nothing_that_appeared_meanwhile() -> None:
    """Cut after one row, gone on with minutes later: what was shown in between lies behind the cursor."""
    old = [Row(at=0, row_id=2, seen=0), Row(at=0, row_id=3, seen=0)]
    late, new = Row(at=0, row_id=1, seen=1), Row(at=301, row_id=4, seen=301)
    mark, _, _ = sweep(Watermark(), [*old, late, new], now=0, most=1)
    mark, part, is_end = sweep(mark, [*old, late, new], now=320, most=10)
    assert (part, is_end) == ([old[1], new], True)
    _, part, _ = sweep(mark, [*old, late, new], now=330, most=10)
    assert late in part


def test_a_row_written_behind_the_mark_is_read_by_the_overlap() -> None:
    first, late = Row(at=100, row_id=2, seen=100), Row(at=90, row_id=1, seen=160)
    mark, part, _ = sweep(Watermark(), [first, late], now=110, most=10)
    assert part == [first]
    _, part, _ = sweep(mark, [first, late], now=170, most=10)
    assert late in part
