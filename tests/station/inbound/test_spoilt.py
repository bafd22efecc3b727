"""Outer packing (P2, S-06): only intact cartons are received, and only the spoilt ones are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.ground.words.messages import catalogue
from station.inbound import faults
from tests.station.inbound.dock import MUG, Dock, ean
from tests.station.inbound.test_defect_photos import photographed


@pytest.mark.parametrize(
    ("key", "name"), [("2", "BROKEN"), ("3", "SOAKED"), ("4", "DEFORMED"), ("5", "SEAL")]
)
def test_each_condition_refuses_the_carton_by_its_name(dock: Dock, key: str, name: str) -> None:
    dock.truck((MUG, 24))
    answer = dock.li(ean(MUG), "1", "CM-OK", "0", key)
    assert (answer.code, answer.step) == ("W-ST1-LINE", "product")
    (line,) = dock.lines()
    assert (line.outer, line.reject_reason, line.qty_accepted) == (name, name, 0)


def test_a_refusal_does_not_sound_like_a_success(dock: Dock) -> None:
    dock.truck((MUG, 48))
    assert dock.li(ean(MUG), "1", "CM-OK", "0", "1").body["tone"] == "ok"
    assert dock.li(ean(MUG), "1", "CM-OK", "0", "3").body["tone"] == "warn"


def test_one_soaked_carton_of_two_leaves_the_other(dock: Dock, books: Callable[[], None]) -> None:
    """T22: REJECT for the soaked one, the GOOD quantity unaffected."""
    dock.truck((MUG, 24))
    asked = dock.li(ean(MUG), "2", "CM-OK", "0", "3")
    assert (asked.step, asked.facts["default"]) == ("spoilt", "2")
    assert asked.body["screen"]["instruction"]["zh"] == "几箱要拒收?"
    assert asked.body["screen"]["instruction"]["en"] == "How many cartons to refuse?"
    assert dock.shown(asked, "Packing") == "浸水"
    dock.li("1")
    (line,) = dock.lines()
    assert (line.qty_delivered, line.qty_accepted, line.reject_reason) == (24, 12, "SOAKED")
    assert dock.on_hand() == 12
    books()


def test_the_count_asks_for_a_photo_of_what_was_spoilt(dock: Dock) -> None:
    """Nothing else lacks; with a photo the count closes at once, without one it asks once more."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    asked = dock.li("CM-CLOSE")
    assert (asked.code, asked.step, dock.table(asked)) == (
        "W-ST1-PHOTO",
        "missing",
        [["破损的照片", "Photo of the damage", "📸"]],
    )
    photographed(dock, receipt, "wet")
    assert dock.li("CM-SKIP", "CM-CLOSE").step == "receipt"


@pytest.mark.parametrize("raw", ["2", "CM-OK"])
def test_all_cartons_may_be_spoilt(dock: Dock, raw: str) -> None:
    dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", raw)
    assert [line.qty_accepted for line in dock.lines()] == [0]
    assert dock.on_hand() == 0


def test_loose_goods_are_refused_by_the_piece(dock: Dock) -> None:
    dock.truck((MUG, 24))
    asked = dock.li(ean(MUG), "0", "CM-OK", "10", "2")
    assert asked.body["screen"]["instruction"]["en"] == "How many pieces to refuse?"
    dock.li("3")
    assert [(line.qty_accepted, line.qty_rejected) for line in dock.lines()] == [(7, 3)]


@pytest.mark.parametrize("raw", ["0", "3"])
def test_more_than_came_cannot_be_spoilt(dock: Dock, raw: str) -> None:
    dock.truck((MUG, 24))
    refused = dock.tries(ean(MUG), "2", "CM-OK", "0", "3", raw)
    assert (refused.code, refused.step) == ("E-QTY-01", "spoilt")


@pytest.mark.parametrize("key", ["0", "7"])
def test_a_condition_that_does_not_exist_is_refused(dock: Dock, key: str) -> None:
    dock.truck((MUG, 24))
    refused = dock.tries(ean(MUG), "2", "CM-OK", "0", key)
    assert (refused.code, refused.step) == ("E-QTY-01", "outer")


def test_the_wrong_key_is_left_again(dock: Dock) -> None:
    """破损 pressed for 完好: back, and nothing was refused."""
    dock.truck((MUG, 24))
    assert dock.li(ean(MUG), "2", "CM-OK", "0", "2", "CM-SKIP").step == "outer"
    dock.li("1")
    (line,) = dock.lines()
    assert (line.outer, line.qty_accepted) == ("INTACT", 24)


@pytest.mark.parametrize(
    ("spoilt", "accepted", "reasons"),
    [("1", 24, "SOAKED OVER"), ("2", 12, "SOAKED"), ("3", 0, "SOAKED")],
)
def test_spoilt_cartons_count_towards_the_excess(
    dock: Dock, spoilt: str, accepted: int, reasons: str, books: Callable[[], None]
) -> None:
    """4 cartons came for 2 ordered, some are soaked: the soaked ones go first, then what is too much."""
    dock.truck((MUG, 24))
    dock.tries(ean(MUG), "4" if spoilt == "1" else "3", "CM-OK", "0")
    dock.li("CM-OK", "3", spoilt)
    (line,) = dock.lines()
    assert (line.qty_accepted, line.reject_reason) == (accepted, reasons)
    books()


@pytest.mark.parametrize("names", [("OVER", "SOAKED"), ("OVER SOAKED", "OVER"), ("", "OVER SOAKED", "")])
def test_each_fault_is_written_once(names: tuple[str, ...]) -> None:
    assert faults.together(*names) == "OVER SOAKED"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SOAKED", "浸水 Soaked"),
        ("OVER", "超送 Over-delivered"),
        ("E-EXP-05", "超过保质期1/3 Past a third of its life"),
        ("DATE", "日期不符 Wrong date"),
        ("DEFECT", "抽检不良 Defect found"),
    ],
)
def test_faults_are_read_as_words(name: str, words: str) -> None:
    assert faults.words(name) == words


def test_every_fault_that_can_be_written_down_has_words() -> None:
    """A code that a line can keep must not stop the sheet from printing."""
    dates = [
        code for code in catalogue() if code in {"E-EXP-01", "E-EXP-02", "E-EXP-04", "E-EXP-06", "W-EXP-07"}
    ]
    names = [reason.name for reason in (*faults.OUTER, *faults.DEFECTS)]
    for name in (*names, *dates, faults.OVER, "E-EXP-08"):
        assert faults.words(name).strip()


def test_what_was_allowed_is_read_as_words() -> None:
    kept = "E-EXP-05 陈主管: 采购已同意\nW-EXP-07 陈主管: 其他"
    assert faults.allowed_words(kept) == (
        "超过保质期1/3 Past a third of its life, 陈主管: 采购已同意; 比库存更旧 Older than stock, 陈主管: 其他"
    )
