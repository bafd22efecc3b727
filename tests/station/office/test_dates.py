"""Days, times and numbers as people of each language write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, g

from station import create_app
from station.ground.web.desk import state_fact
from station.ground.web.i18n import local_date, local_number, local_time
from station.ground.words.actor import Actor
from station.ground.words.messages import say
from tests.floor import Floor


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest, floor: Floor) -> Iterator[str]:
    """A request of somebody who reads this language; the clock says May 2026 in Shanghai."""
    app: Flask = create_app(hub=floor.hub)
    with app.test_request_context():
        g.actor = Actor(1, "李", "US1001", frozenset(), lang=request.param)
        yield request.param


def test_a_time_is_the_warehouses_and_names_another_year(lang: str) -> None:
    this_year, last_year = (
        datetime(2026, 4, 30, 20, 5, tzinfo=UTC),
        datetime(2025, 12, 31, 15, 59, tzinfo=UTC),
    )
    assert local_time(this_year) == {"zh": "05-01 04:05", "en": "1 May 04:05"}[lang]
    assert local_time(last_year) == {"zh": "2025-12-31 23:59", "en": "31 Dec 2025 23:59"}[lang]
    assert local_time(None) == ""


def test_the_year_is_the_warehouses_too(lang: str) -> None:
    """In Shanghai it is already 2026 when it is still 2025 in London."""
    assert (
        local_time(datetime(2025, 12, 31, 16, 1, tzinfo=UTC))
        == {"zh": "01-01 00:01", "en": "1 Jan 00:01"}[lang]
    )


def test_a_day_always_names_its_year(lang: str) -> None:
    assert local_date(date(2027, 3, 7)) == {"zh": "2027-03-07", "en": "7 Mar 2027"}[lang]
    assert local_date(None) == ""


def test_large_numbers_are_grouped(lang: str) -> None:
    assert [local_number(value) for value in (0, 999, 12_345, -1_000)] == ["0", "999", "12,345", "-1,000"]


def test_a_state_stands_in_the_readers_words(lang: str) -> None:
    """The code of a state is for programs: no reader meets it, whether somebody worded it or not."""
    assert state_fact("PUTAWAY_DONE")[1] == {"zh": "已上架", "en": "Put away"}[lang]
    assert state_fact("SOME_DAY")[1] == "Some day"
    assert (
        say("E-RCV-07", {"st": "AWAIT_SIGN"})[lang]
        == {
            "zh": "到货单状态“待签字”, 不能操作",
            "en": 'The receipt is "To be signed": not possible now',
        }[lang]
    )
