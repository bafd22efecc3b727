"""Windows and pages: nothing is lost, whatever is changed while they are read."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.erp import port
from station.erp.qimen.connector import QimenConnector
from tests.station.erp.paging import read_all
from tests.station.erp.qimen.conftest import Connect, Hand, setup_of
from tests.station.erp.qimen.server import NOON, Platform, gateway, recorded, response

LIST = "taobao.qimen.items.query"


def text_of(code: str, name: str = "名") -> str:
    return f"<item><itemCode>{code}</itemCode><itemName>{name}</itemName></item>"


def fill(platform: Platform, many: int, at: Any = None) -> list[str]:
    codes = [f"S{number:03}" for number in range(many)]
    for code in codes:
        platform.change("items", code, text_of(code), at or NOON - timedelta(hours=2, seconds=13))
    return codes


def names(items: list[port.Item]) -> dict[str, str]:
    """What is known in the end: later documents replace earlier ones."""
    return {one.doc_no: one.doc.name_zh for one in items}


def test_equal_times_over_several_pages_lose_nothing(platform: Platform, connect: Connect) -> None:
    codes = fill(platform, 23)
    items, _ = read_all(connect(page_size="5"), "items")
    assert sorted(one.doc_no for one in items) == codes


def test_windows_join_without_a_gap(platform: Platform, connect: Connect) -> None:
    for minutes in range(0, 24 * 60, 7):
        platform.change(
            "items", f"S{minutes:04}", text_of(f"S{minutes:04}"), NOON - timedelta(minutes=minutes)
        )
    items, _ = read_all(connect(page_size="3", window_minutes="45"), "items")
    assert {one.doc_no for one in items} == set(platform.lists["items"])


def test_a_document_changed_between_pages_hides_no_other(
    platform: Platform, connect: Connect, hand: Hand
) -> None:
    """It leaves the window, and all behind it move up by one."""
    codes = fill(platform, 20)
    victims = iter(codes[:6])

    def change(method: str, asked: ET.Element) -> None:
        if method == LIST and asked.findtext("page") != "1":
            code = next(victims, codes[0])
            platform.change("items", code, text_of(code, "新"), NOON)

    platform.before = change
    connector = connect(page_size="4")
    items, cursor = read_all(connector, "items")
    platform.before = None
    platform.now += timedelta(seconds=30)
    hand.at += 30
    more, _ = read_all(connector, "items", cursor)
    known = names(items + more)
    assert set(known) == set(codes)
    assert [code for code, name in known.items() if name == "新"]
    assert all(known[code] == "新" for code in codes[:4])


def test_a_document_written_late_among_the_pages_is_seen(platform: Platform, connect: Connect) -> None:
    fill(platform, 12)
    asked_pages: list[str] = []

    def write(method: str, asked: ET.Element) -> None:
        asked_pages.append(asked.findtext("page", ""))
        if asked_pages[-2:] == ["3", "2"] and "LATE" not in platform.lists["items"]:
            rows = platform.lists["items"]
            rows["LATE"] = type(next(iter(rows.values())))(
                NOON - timedelta(hours=2, seconds=14), text_of("LATE")
            )

    platform.before = write
    items, _ = read_all(connect(page_size="4"), "items")
    assert "LATE" in names(items)
    assert len(names(items)) == 13


def test_what_is_written_behind_the_last_look_is_seen(
    platform: Platform, connect: Connect, hand: Hand
) -> None:
    connector = connect()
    _, cursor = read_all(connector, "items")
    platform.now += timedelta(seconds=10)
    hand.at += 10
    platform.change("items", "LATE", text_of("LATE"), NOON - timedelta(seconds=90))
    items, _ = read_all(connector, "items", cursor)
    assert list(names(items)) == ["LATE"]


def test_a_crash_in_the_middle_of_a_window_goes_on_there(platform: Platform, connect: Connect) -> None:
    """The cursor is all there is; a new process goes on with it."""
    codes = fill(platform, 20)
    cursor: Any = {}
    seen: list[str] = []
    for _ in range(400):
        page = connect(page_size="4").changes("items", cursor)
        if random.random() < 0.3:  # the page was read and the process died before it was safe
            continue
        seen += [one.doc_no for one in page.items]
        cursor = dict(page.cursor)
        if not page.more:
            break
    assert sorted(set(seen)) == codes


def test_a_limit_keeps_the_cursor(platform: Platform, connect: Connect) -> None:
    fill(platform, 3)
    connector = connect()
    platform.answers = [gateway("7", "App Call Limited", "accesscontrol.limited-by-api-access-count")]
    with pytest.raises(port.Limited) as caught:
        connector.changes("items", {})
    assert caught.value.wait_s == 60
    told = "This ban will last for 12 more seconds"
    platform.answers = [response("failure", "FLOW_CONTROL", told), 429]
    with pytest.raises(port.Limited) as caught:
        connector.changes("items", {})
    assert caught.value.wait_s == 13
    with pytest.raises(port.Limited):
        connector.changes("items", {})
    assert len(read_all(connector, "items")[0]) == 3


def test_calls_keep_their_distance(platform: Platform, connect: Connect, hand: Hand) -> None:
    connector = connect(qps="5")
    for _ in range(11):
        connector.order("NONE")
    assert hand.slept == pytest.approx(2.0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_everything_is_known_in_the_end(platform: Platform, data: st.DataObject) -> None:
    """Documents are changed and added between any two calls; after quiet polls the newest of each is known."""
    platform.now, platform.before = NOON, None
    platform.lists["items"].clear()
    size = data.draw(st.integers(1, 5))
    for number in range(data.draw(st.integers(0, 15))):
        ago = data.draw(st.sampled_from([0, 1, 59, 60, 61, 3600, 7200]))
        platform.change("items", f"S{number}", text_of(f"S{number}", "0"), NOON - timedelta(seconds=ago))
    hand = Hand()
    cursor: Any = {}
    known: dict[str, str] = {}
    connector = QimenConnector(
        setup_of(platform, page_size=str(size)), wall=NOON.timestamp, now=hand.now, sleep=hand.sleep
    )
    busy = data.draw(st.integers(0, 12))
    quiet = 0
    for turn in range(500):
        if turn < busy:
            number = data.draw(st.integers(0, 20))
            platform.change("items", f"S{number}", text_of(f"S{number}", str(turn)))
        page = connector.changes("items", cursor)
        known |= names(list(page.items))
        cursor = dict(page.cursor)
        if not page.more:
            platform.now += timedelta(seconds=10)
            hand.at += 10
            quiet += turn >= busy
            if quiet >= 2:
                break
    connector.close()
    told = {key: ET.fromstring(row.text).findtext("itemName") for key, row in platform.lists["items"].items()}
    assert known == told


def test_only_as_many_windows_as_there_are(platform: Platform, connect: Connect) -> None:
    fill(platform, 1)
    read_all(connect(), "items")
    assert platform.calls.count(LIST) <= 26


def test_recorded_lists_are_read(platform: Platform, connect: Connect) -> None:
    platform.change("cancel", "1", recorded("cancel").replace("JYCK", "CGRK"))
    items, _ = read_all(connect(), "cancels")
    assert [one.doc_type for one in items] == ["cancel_notice"]
