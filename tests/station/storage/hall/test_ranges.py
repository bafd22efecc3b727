"""Ranges as a person writes them, and back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.storage.hall.ranges import NoRange, blocks_of, numbers, written


@pytest.mark.parametrize(
    ("text", "found"),
    [("1-4", (1, 2, 3, 4)), ("7", (7,)), ("1-2,5", (1, 2, 5)), ("5, 1 - 2", (1, 2, 5)), ("03-04", (3, 4))],
)
def test_ranges(text: str, found: tuple[int, ...]) -> None:
    assert numbers(text, 9) == found


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("4-1", "E-HAL-02", {"got": "4-1", "meant": "1-4"}),
        ("1-4,3", "E-HAL-03", {"got": "1-4,3", "twice": 3}),
        ("1-10", "E-HAL-01", {"got": "1-10", "most": 9}),
        ("0-3", "E-HAL-01", {"got": "0-3", "most": 9}),
        ("1-", "E-HAL-01", {"got": "1-", "most": 9}),
        ("", "E-HAL-01", {"got": "", "most": 9}),
        ("-1", "E-HAL-01", {"got": "-1", "most": 9}),
        ("1.5", "E-HAL-01", {"got": "1.5", "most": 9}),
        ("a-c", "E-HAL-01", {"got": "a-c", "most": 9}),
        ("99999", "E-HAL-01", {"got": "99999", "most": 9}),
        ("１－４", "E-SET-07", {"got": "１－４", "meant": "1-4"}),
        ("1–4", "E-SET-07", {"got": "1–4", "meant": "1-4"}),
        ("1至4、6", "E-SET-07", {"got": "1至4、6", "meant": "1-4,6"}),
    ],
)
def test_what_is_no_range_is_refused_with_what_was_meant(
    text: str, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(NoRange) as refused:
        numbers(text, 9)
    assert (refused.value.code, refused.value.facts) == (code, facts)


@given(st.sets(st.integers(1, 99), min_size=1))
def test_what_is_written_is_read_back(found: set[int]) -> None:
    assert numbers(written(found), 99) == tuple(sorted(found))


@given(st.text(max_size=12))
def test_nothing_but_numbers_comes_out(text: str) -> None:
    try:
        found = numbers(text, 99)
    except NoRange:
        return
    assert found
    assert all(1 <= number <= 99 for number in found)
    assert numbers(written(found), 99) == found


POINTS = st.sets(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), max_size=60
)


@given(POINTS)
def test_blocks_are_exactly_the_points_each_in_one_row(points: set[tuple[int, ...]]) -> None:
    again = [
        point
        for row in blocks_of(points)
        for point in itertools.product(*(numbers(part, 99) for part in row))
    ]
    assert sorted(again) == sorted(points)


def test_a_whole_hall_is_one_row() -> None:
    points = itertools.product(range(1, 5), range(1, 21), range(1, 4), (1, 2))
    assert blocks_of(points) == [("1-4", "1-20", "1-3", "1-2")]
