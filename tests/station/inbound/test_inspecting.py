"""The inspection (P3): who, how many, what is bad, what is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from station.inbound import faults
from tests.floor import LI, WANG, Answer
from tests.station.inbound.dock import CANDY, MUG, NUTS, OATS, RING, Dock, ean, gs1


def opened(dock: Dock, *lines: tuple[object, int]) -> str:
    """A receipt with these articles, counted, and opened by the inspector."""
    receipt = dock.truck(*lines)  # type: ignore[arg-type]
    for item, qty in lines:
        cartons = str(qty // item.case_qty)  # type: ignore[attr-defined]
        lot = ("L1",) if item.is_lot else ()  # type: ignore[attr-defined]
        dates = ("20260401", "CM-OK") if item.is_shelf_life else ()  # type: ignore[attr-defined]
        dock.li(ean(item), cartons, "CM-OK", "0", *dates, *lot, "1")  # type: ignore[arg-type]
    dock.close()
    dock.wang(receipt)
    return receipt


def bad(dock: Dock, reason: str = "1") -> Answer:
    """The sample is bad; the driver saw it, so that nobody photographs it."""
    return dock.wang("CM-DAMAGE", reason, "2")


def inspector(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=WANG, flow="stage2")


def test_a_fifth_is_sampled_and_the_cartons_are_named(dock: Dock) -> None:
    """T10 through the door: 240 inner packs in 10 cartons → 48 from 2 cartons."""
    opened(dock, (CANDY, 480))
    facts = dock.floor.look(WANG, "stage2")["facts"]
    assert facts["progress"] == [0, 48]
    (cartons,) = [row["value"] for row in facts["lines"] if row["label"]["en"] == "Open cartons"] or [""]
    assert len(set(cartons.split(", "))) == 2
    assert all(1 <= int(number) <= 10 for number in cartons.split(", "))


def test_reopening_shows_the_same_cartons(dock: Dock) -> None:
    """T11 through the door: left and opened again, and even after the count was re-opened."""
    receipt = opened(dock, (CANDY, 480))
    before = dock.lines()[0].draw
    inspector(dock, "CM-MENU", receipt)
    assert dock.lines()[0].draw == before
    inspector(dock, "CM-MENU")
    dock.li(receipt, "CM-OK", "CM-CLOSE")
    assert dock.lines()[0].draw == before


def test_valuables_are_inspected_one_by_one(dock: Dock) -> None:
    """T12: 7 units → 7 scans; after 6 the inspection is not finished (E-QC-03)."""
    receipt = opened(dock, (RING, 7))
    for _ in range(6):
        answer = dock.wang(ean(RING))
    assert answer.facts["progress"] == [6, 7]
    refused = inspector(dock, "CM-CLOSE")
    assert refused.code == "E-QC-03"
    assert "6/7" in refused.body["message"]["zh"]
    assert dock.wang(ean(RING)).step == "finish"
    dock.wang("CM-OK")
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_one_defect_means_the_whole_lot(dock: Dock, books: Callable[[], None]) -> None:
    """T13: one of 48 bad → all 240 inner packs; the bad one (2 pieces) has left the dock."""
    opened(dock, (CANDY, 480))
    dock.wang(ean(CANDY))
    answer = bad(dock)
    assert answer.code == "W-ST2-FULL"
    assert answer.facts["progress"] == [2, 240]
    (line,) = dock.lines()
    assert (line.defects, line.qty_rejected, line.is_full_check) == (1, 2, True)
    assert dock.on_hand() == 478
    books()


def test_a_second_defect_does_not_ask_for_more_than_there_is(dock: Dock) -> None:
    """24 pieces of which 12 were refused at the count: 12 can be looked at, not 24."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.close()
    dock.wang(receipt)
    assert bad(dock).facts["progress"] == [1, 12]
    assert bad(dock).facts["progress"] == [2, 12]
    for _ in range(10):
        answer = dock.wang(ean(MUG))
    assert answer.step == "finish"
    assert [(line.qty_accepted, line.defects) for line in dock.lines()] == [(10, 2)]


def test_good_samples_are_told_without_the_bad_ones(dock: Dock) -> None:
    """After one defect the next good one is "good 1 of 24", not 2."""
    opened(dock, (MUG, 24))
    bad(dock)
    answer = dock.wang(ean(MUG))
    assert answer.body["message"]["en"] == "Good 1/24"
    assert dock.shown(answer, "Defects") == "1"


@pytest.mark.parametrize(("key", "name"), [(str(i), r.name) for i, r in enumerate(faults.DEFECTS, 1)])
def test_a_defect_is_written_down_with_its_reason(dock: Dock, key: str, name: str) -> None:
    opened(dock, (MUG, 12))
    bad(dock, key)
    assert dock.lines()[0].reject_reason == name


def test_a_defect_does_not_erase_what_the_count_refused(dock: Dock) -> None:
    """Over-delivered and then a defect: both stand on the line."""
    receipt = dock.truck((MUG, 12))
    dock.tries(ean(MUG), "2", "CM-OK", "0")
    dock.li("CM-OK", "1")
    dock.close()
    dock.wang(receipt)
    bad(dock, "4")
    assert dock.lines()[0].reject_reason == "OVER DAMAGED"


def test_a_defect_is_no_single_tap(dock: Dock) -> None:
    """CM-DAMAGE asks what is wrong and for a photo; CM-SKIP and CM-UNDO lead back, nothing was refused."""
    opened(dock, (MUG, 12))
    assert inspector(dock, "CM-DAMAGE").step == "defect"
    assert inspector(dock, "7").code == "E-QTY-01"
    assert inspector(dock, "CM-SKIP").step == "sample"
    assert inspector(dock, "CM-DAMAGE", "CM-UNDO").step == "sample"
    assert inspector(dock, "CM-DAMAGE", "1").step == "proof"
    assert inspector(dock, "CM-OK").code == "E-QC-06"
    assert inspector(dock, "5").code == "E-QTY-01"
    assert inspector(dock, "CM-SKIP", "1", "CM-UNDO", "CM-SKIP").step == "sample"
    assert dock.lines()[0].defects == 0


def test_the_last_sample_can_be_taken_back(dock: Dock, books: Callable[[], None]) -> None:
    """A good one scanned by mistake, and a bad one judged by mistake, which is at the dock again."""
    opened(dock, (MUG, 24))
    dock.wang(ean(MUG))
    assert inspector(dock, "CM-UNDO").facts["progress"] == [0, 5]
    bad(dock)
    assert dock.on_hand() == 23
    dock.wang("CM-UNDO")
    (line,) = dock.lines()
    assert (line.samples_done, line.samples_due, line.defects, line.qty_rejected) == (0, 5, 0, 0)
    assert (line.reject_reason, line.is_full_check, dock.on_hand()) == ("", False, 24)
    books()


def test_the_last_sample_of_all_can_be_taken_back_too(dock: Dock) -> None:
    opened(dock, (MUG, 12))
    for _ in range(3):
        answer = dock.wang(ean(MUG))
    assert answer.step == "finish"
    assert inspector(dock, "CM-UNDO").step == "sample"
    assert dock.lines()[0].samples_done == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (ean(MUG), "E-QC-01"),
        (gs1(OATS, "260331"), "E-QC-02"),
        (gs1(OATS, "260401", "270330"), "E-QC-02"),
        (gs1(OATS, "260401", "270328"), "S-ST2-SAMPLE"),
        (ean(OATS), "S-ST2-SAMPLE"),
        ("unknown", "E-BAR-01"),
        ("CM-OK", "E-CMD-01"),
    ],
    ids=["article", "production date", "expiry", "a day off", "plain", "unknown", "ok"],
)
def test_a_sample_must_be_what_the_carton_says(dock: Dock, raw: str, code: str) -> None:
    dock.floor.erp(MUG)
    opened(dock, (OATS, 24))
    assert inspector(dock, raw).code == code


def test_a_sample_with_another_date_is_a_defect(dock: Dock) -> None:
    """E-QC-02 has a way on: the sample is refused as "wrong date"."""
    opened(dock, (OATS, 24))
    inspector(dock, gs1(OATS, "260331"))
    bad(dock, "3")
    assert dock.lines()[0].reject_reason == "DATE"


def test_receipts_of_another_state_are_refused(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    assert inspector(dock, receipt).code == "E-RCV-07"
    assert inspector(dock, internal("RC", "2605019999")).code == "E-RCV-01"
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    assert inspector(dock, receipt).code == "E-RCV-07"


@pytest.mark.parametrize("other_person", [True, False])
def test_who_counted_may_inspect_only_by_setting(
    dock: Dock, hire: Callable[..., str], other_person: bool
) -> None:
    """T14: E-AUTH-03 by default; `stage2_other_person` off lets him, but never for valuables."""
    both = hire("3001", Role.RECEIVER, Role.INSPECTOR)
    dock.rule(stage2_other_person=other_person)
    for asn, item in (("PO-1", MUG), ("PO-2", RING)):
        dock.expects((item, 12), asn=asn)
        receipt = dock.floor.arrive(asn, 1)
        cartons = str(12 // item.case_qty)
        dock.tries(receipt, ean(item), cartons, "CM-OK", "0", "1", "CM-CLOSE", number=both)
        answer = dock.tries(receipt, number=both, flow="stage2")
        may = not other_person and item is MUG
        assert answer.code == ("S-ST2-OPEN" if may else "E-AUTH-03")
        if may:
            dock.tries("CM-MENU", number=both, flow="stage2")


@pytest.mark.parametrize("step", ["sample", "defect", "proof", "finish"])
def test_an_inspection_is_left_and_gone_on_with(dock: Dock, hire: Callable[..., str], step: str) -> None:
    """Whoever leaves has lost no sample; another inspector goes on where it stopped, on any device."""
    receipt = opened(dock, (MUG, 12))
    done = 3 if step == "finish" else 1
    for _ in range(done):
        dock.wang(ean(MUG))
    if step in {"defect", "proof"}:
        dock.wang("CM-DAMAGE")
    if step == "proof":
        dock.wang("4")
    assert inspector(dock, "CM-MENU").code == "S-LEFT"
    other = hire("3002", Role.INSPECTOR)
    answer = dock.floor.scan(other, "stage2", receipt, device="HH-7")
    assert answer.ok
    assert answer.step == ("finish" if step == "finish" else "sample")
    assert dock.lines()[0].samples_done == done


def test_every_line_has_its_turn(dock: Dock) -> None:
    """Three articles: each with its own samples, then the list of all, then the end."""
    receipt = opened(dock, (MUG, 12), (OATS, 12), (NUTS, 12))
    for item in (MUG, OATS, NUTS):
        assert dock.floor.look(WANG, "stage2")["facts"]["name"] == item.name_zh
        for _ in range(3):
            answer = dock.wang(ean(item))
    assert dock.table(answer) == [["保温杯", "3/3", "✔"], ["燕麦片", "3/3", "✔"], ["山核桃仁", "3/3", "✔"]]
    assert dock.wang("CM-OK").code == "S-ST2-DONE"
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_nothing_accepted_needs_no_samples(dock: Dock) -> None:
    receipt = dock.truck((MUG, 12))
    dock.li(ean(MUG), "1", "CM-OK", "0", "3")
    dock.close()
    assert dock.wang(receipt).step == "finish"


def test_a_receiver_is_no_inspector(dock: Dock) -> None:
    receipt = dock.truck((MUG, 12))
    dock.line(MUG, 1)
    dock.close()
    assert dock.tries(receipt, number=LI, flow="stage2").code == "E-AUTH-02"
