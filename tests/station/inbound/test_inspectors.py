"""Several inspectors on one receipt (P3): each has a line, nobody samples twice, nobody is stuck."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.ground.words.actor import Role
from tests.floor import LI, WANG, Answer
from tests.station.inbound.dock import MUG, NUTS, OATS, Dock, ean
from tests.station.inbound.test_inspecting import opened


@pytest.fixture
def zhu(dock: Dock, hire: Callable[..., str]) -> Callable[..., Answer]:
    """A second inspector."""
    number = hire("3002", Role.INSPECTOR)
    return lambda *raws: dock.tries(*raws, number=number, flow="stage2")


def wang(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=WANG, flow="stage2")


def test_each_inspector_gets_a_line_of_their_own(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """Three lines, two people: whoever is through takes the third, and the last one ends it for both."""
    receipt = opened(dock, (MUG, 12), (OATS, 12), (NUTS, 12))
    assert zhu(receipt).facts["name"] == OATS.name_zh
    zhu(*[ean(OATS)] * 2)
    assert wang(dock, *[ean(MUG)] * 3).facts["name"] == NUTS.name_zh
    waits = zhu(ean(OATS))
    assert (waits.code, waits.step) == ("S-ST2-SAMPLE", "others")
    assert dock.table(waits) == [["山核桃仁", "0/3", "王质检"]]
    assert zhu("CM-OK").step == "others"
    assert wang(dock, *[ean(NUTS)] * 3).step == "finish"
    assert wang(dock, "CM-OK").code == "S-ST2-DONE"
    assert zhu("CM-OK").code == "S-ST2-DONE"
    assert [line.samples_done for line in dock.lines()] == [3, 3, 3]
    assert dock.state(receipt) == "AWAIT_SIGN"
    dock.labelled(receipt)
    names = {label["sku_code"]: label["inspector_name"] for label in dock.papers("carton_label")}
    assert names == {"S0001": "人3002", "S0002": "王质检", "S0004": "王质检"}
    assert dock.papers("acceptance_sheet")[-1]["inspector_name"] == "王质检、人3002"


def test_a_line_given_back_waits_for_whoever_looks_again(dock: Dock, zhu: Callable[..., Answer]) -> None:
    receipt = opened(dock, (MUG, 12), (OATS, 12))
    zhu(receipt, *[ean(OATS)] * 3)
    wang(dock, ean(MUG), "CM-MENU")
    assert zhu("CM-OK").facts["progress"] == [1, 3]
    assert zhu(*[ean(MUG)] * 2).step == "finish"


def test_who_waits_may_leave_and_take_a_line_over(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """E-TSK-01 names the colleague; the sheet once more takes the line over, with its samples."""
    receipt = opened(dock, (MUG, 12), (OATS, 12))
    wang(dock, *[ean(MUG)] * 2)
    zhu(receipt, *[ean(OATS)] * 3)
    assert zhu("CM-FULL").code == "E-QC-10"
    assert zhu("CM-SKIP").code == "S-LEFT"
    refused = zhu(receipt)
    assert (refused.code, "王质检" in refused.body["message"]["zh"]) == ("E-TSK-01", True)
    assert zhu(receipt).facts["progress"] == [2, 3]
    assert wang(dock, ean(MUG)).step == "receipt"
    assert zhu(ean(MUG)).step == "finish"


def test_a_sample_taken_back_takes_its_line_back(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """The colleague who is about to end the inspection is told to wait for it."""
    receipt = opened(dock, (MUG, 12), (OATS, 12))
    zhu(receipt, *[ean(OATS)] * 3)
    assert wang(dock, *[ean(MUG)] * 3).step == "finish"
    assert zhu("CM-UNDO").facts["progress"] == [2, 3]
    assert wang(dock, "CM-OK").step == "others"
    zhu(ean(OATS))
    assert dock.state(receipt) == "STAGE2"
    assert zhu("CM-OK").code == "S-ST2-DONE"


def test_the_count_stays_closed_while_anybody_inspects(dock: Dock, zhu: Callable[..., Answer]) -> None:
    receipt = opened(dock, (MUG, 12), (OATS, 12))
    zhu(receipt)
    wang(dock, "CM-MENU")
    assert dock.tries(receipt).code == "E-RCV-07"
    zhu("CM-MENU")
    assert dock.tries(receipt, number=LI).step == "reopen"


def test_the_end_is_taken_over_like_a_line(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """A handheld is lost at the last question."""
    receipt = opened(dock, (MUG, 12))
    wang(dock, *[ean(MUG)] * 3)
    assert zhu(receipt).code == "E-TSK-01"
    assert zhu(receipt).step == "finish"
    assert zhu("CM-OK").code == "S-ST2-DONE"


def test_one_line_is_divided_between_two(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """P3: each opens cartons of their own, the counts add up, both names stand on sheet and labels; what one
    takes back leaves the other's samples, and whoever comes late to the last one is told.
    """
    receipt = opened(dock, (MUG, 120))
    first, second = wang(dock, ean(MUG)).facts["lines"][1]["value"].split(", ")
    wang(dock, first, ean(MUG))
    waits = zhu(receipt)
    assert (waits.step, dock.table(waits)) == ("others", [["保温杯", "2/24", "王质检"]])
    joined = zhu("CM-FULL")
    assert (joined.code, dock.shown(joined, "With")) == ("S-ST2-JOINED", f"王质检 {first}")
    assert zhu(first).code == "E-QC-09"
    assert zhu(second, *[ean(MUG)] * 3).facts["progress"] == [5, 24]
    assert wang(dock, "CM-UNDO").facts["progress"] == [4, 24]
    assert dock.lines()[0].draw["seen"] == {first: 0, second: 3}
    assert zhu("CM-DAMAGE", "1", "2").facts["progress"] == [5, 120]
    assert wang(dock, ean(MUG)).facts["progress"] == [6, 120]
    assert zhu("CM-UNDO", "CM-SKIP", "CM-SKIP").facts["progress"] == [5, 24], "the sample of the other stays"
    wang(dock, *[ean(MUG)] * 10)
    assert zhu(*[ean(MUG)] * 9).step == "finish"
    late = wang(dock, ean(MUG))
    assert (late.code, late.step, dock.lines()[0].samples_done) == ("E-QC-08", "others", 24)
    assert zhu("CM-OK").code == "S-ST2-DONE"
    assert wang(dock, "CM-OK").code == "S-ST2-DONE"
    dock.labelled(receipt)
    assert dock.papers("acceptance_sheet")[-1]["inspector_name"] == "王质检、人3002"
    assert {label["inspector_name"] for label in dock.papers("carton_label")} == {"王质检、人3002"}


def test_two_defects_that_were_none_leave_the_plan(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """Each takes the own one back, the one who saw the first too: the line is sampled as it was drawn."""
    receipt = opened(dock, (MUG, 120))
    wang(dock, "CM-DAMAGE", "1", "2")
    assert zhu(receipt, "CM-FULL", "CM-DAMAGE", "1", "2").facts["progress"] == [2, 120]
    assert wang(dock, "CM-UNDO", "CM-SKIP", "CM-SKIP").facts["progress"] == [1, 120]
    assert zhu("CM-UNDO", "CM-SKIP", "CM-SKIP").facts["progress"] == [0, 24]
    (line,) = dock.lines()
    assert (line.defects, line.qty_rejected, line.is_full_check, line.reject_reason) == (0, 0, False, "")


def test_who_shares_a_line_may_leave_it_to_the_other(dock: Dock, zhu: Callable[..., Answer]) -> None:
    """Whoever began it goes, whoever joined goes on with it; the count stays closed as long as one is there."""
    receipt = opened(dock, (MUG, 24))
    wang(dock, ean(MUG))
    zhu(receipt, "CM-FULL", ean(MUG))
    wang(dock, "CM-MENU")
    assert dock.tries(receipt).code == "E-RCV-07"
    assert zhu(ean(MUG)).facts["progress"] == [3, 5]
    again = wang(dock, receipt)
    assert (again.step, dock.table(again)) == ("others", [["保温杯", "3/5", "人3002"]])
    wang(dock, "CM-FULL", ean(MUG))
    assert zhu(ean(MUG)).step == "finish"
