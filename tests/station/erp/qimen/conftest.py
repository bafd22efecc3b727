"""The stand-in platform and a connector to it whose clock stands still and never sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from station.erp import makeup
from station.erp.qimen.connector import QimenConnector
from tests.near import REACH
from tests.station.erp.qimen.server import APP_KEY, CUSTOMER, NOON, SECRET, Platform

WORDS = makeup.Words(own_carriers=frozenset({"SF", "YTO"}), own_warehouse="MAIN")


class Hand:
    """A clock moved by hand; sleeping moves it."""

    def __init__(self) -> None:
        self.at, self.slept = 1000.0, 0.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += seconds


def setup_of(platform: Platform, words: makeup.Words = WORDS, **values: str) -> makeup.Setup:
    settings = {
        "url": platform.url, "app_key": APP_KEY, "secret": SECRET, "customer_id": CUSTOMER, "warehouse": "W01",
        "owner": "H1", "first_days": "1", "qps": "100",
    }  # fmt: skip
    return makeup.Setup(
        values=settings | values, words=words, warehouse="MAIN", timezone="Asia/Shanghai", reach=REACH
    )


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as found:
        yield found


@pytest.fixture
def hand() -> Hand:
    return Hand()


Connect = Callable[..., QimenConnector]


@pytest.fixture
def connect(platform: Platform, hand: Hand) -> Iterator[Connect]:
    made: list[QimenConnector] = []

    def connect(words: makeup.Words = WORDS, **values: str) -> QimenConnector:
        made.append(
            QimenConnector(
                setup_of(platform, words, **values), wall=NOON.timestamp, now=hand.now, sleep=hand.sleep
            )
        )
        return made[-1]

    yield connect
    for one in made:
        one.close()
