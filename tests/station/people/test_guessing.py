"""The arithmetic of wrong PINs: how many are judged, how long one waits, and what a wrong clock leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.people import guessing
from station.people.guessing import LIMITS, PERSONS, Fill, Limit, Line

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
EMPTY = Fill(NOON, NOON)
LIMIT = LIMITS[Line.PLACE]


def guess_all_day(limit: Limit, every: timedelta) -> int:
    """How many of an impatient guesser's tries are judged in a day."""
    fill, now, judged = EMPTY, NOON, 0
    while now < NOON + timedelta(days=1):
        if guessing.opens(fill, limit, now) <= now:
            fill, judged = guessing.charged(fill, limit, now), judged + 1
        now += every
    return judged


@pytest.mark.parametrize("line", list(Line))
def test_no_line_judges_more_in_a_day_than_it_says(line: Line) -> None:
    limit = LIMITS[line]
    assert 0 < guess_all_day(limit, timedelta(seconds=7)) <= limit.most


def test_all_doors_together_find_four_digits_with_less_than_one_in_a_hundred() -> None:
    assert guessing.MOST_A_DAY < 100


def test_the_waits_grow() -> None:
    fill, now, waits = EMPTY, NOON, []
    for _ in range(LIMIT.cap):
        now = guessing.opens(fill, LIMIT, now)
        fill = guessing.charged(fill, LIMIT, now)
        waits.append((guessing.opens(fill, LIMIT, now) - now).total_seconds())
    assert waits[: LIMIT.free - 1] == [0] * (LIMIT.free - 1)
    assert waits[LIMIT.free - 1 : LIMIT.free + 2] == [30, 60, 120]
    assert waits[-1] > 3600


def test_one_place_is_stopped_before_the_person_slows_down() -> None:
    """Whoever guesses from one place fills his own line, and the person is as free elsewhere as before."""
    for line in PERSONS:
        assert LIMITS[line].free > LIMIT.cap
        assert LIMITS[line].interval <= LIMIT.interval


def test_a_right_one_gives_back_what_it_took_and_no_more() -> None:
    three = EMPTY
    for _ in range(3):
        three = guessing.charged(three, LIMIT, NOON)
    after = guessing.given_back(guessing.charged(three, LIMIT, NOON), LIMIT, NOON)
    assert guessing.level(after, LIMIT, NOON) == guessing.level(three, LIMIT, NOON) == 3


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=365)])
def test_a_lock_of_a_clock_that_was_wrong_holds_no_longer_than_any_other(jump: timedelta) -> None:
    full = EMPTY
    for _ in range(LIMIT.cap):
        full = guessing.charged(full, LIMIT, NOON + jump)
    assert guessing.opens(full, LIMIT, NOON) <= NOON + LIMIT.longest
    if jump > LIMIT.longest:
        assert guessing.opens(full, LIMIT, NOON) == NOON


@given(st.integers(0, 20), st.integers(0, 100_000))
def test_an_unlocked_line_is_open_and_never_fuller(charges: int, later_s: int) -> None:
    fill, now = EMPTY, NOON
    for _ in range(charges):
        fill = guessing.charged(fill, LIMIT, now)
    now += timedelta(seconds=later_s)
    after = guessing.unlocked(fill, LIMIT, now)
    assert guessing.opens(after, LIMIT, now) == now
    assert guessing.level(after, LIMIT, now) <= guessing.level(fill, LIMIT, now)


def test_who_looked_at_the_clock_before_and_comes_after_is_not_kept_out() -> None:
    """Two people sign in at once from one address; the first to be charged had read the later time."""
    moment = timedelta(milliseconds=3)
    fill = guessing.charged(EMPTY, LIMIT, NOON + moment)
    assert guessing.opens(fill, LIMIT, NOON) == NOON
    assert guessing.opens(guessing.given_back(fill, LIMIT, NOON + moment), LIMIT, NOON) == NOON
