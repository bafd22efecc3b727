"""Cartons have numbers from the moment they are counted, and samples come out of the drawn ones (P2, P3)."""

from __future__ import annotations

from collections.abc import Callable

from station.practice.demo import world
from tests.floor import CHEN, LI, ZHOU
from tests.station.inbound.dock import CANDY, MUG, OATS, Dock, ean
from tests.station.inbound.test_inspecting import bad, inspector, opened


def _numbers(dock: Dock, answer: object) -> str:
    return dock.shown(answer, "Carton numbers")  # type: ignore[arg-type]


def test_accepted_cartons_are_numbered_through_the_receipt(dock: Dock) -> None:
    """What was refused at the count has no number; a line counted anew takes its numbers again."""
    dock.truck((MUG, 60), (OATS, 24))
    assert _numbers(dock, dock.line(MUG, 1)) == "1"
    answer = dock.li(ean(MUG), "4", "CM-OK", "0", "3", "1")  # one of four is soaked
    assert _numbers(dock, answer) == "2–4"
    assert _numbers(dock, dock.line(OATS, 2)) == "5–6"
    dock.li("CM-UNDO")
    assert [line.first_carton for line in dock.lines()] == [1, 2]


def test_the_inspector_opens_the_drawn_cartons_by_their_numbers(
    dock: Dock, books: Callable[[], None]
) -> None:
    """10 cartons after one of another article: 48 packs out of two of the numbers 2–11, 24 of each."""
    opened(dock, (MUG, 12), (CANDY, 480))
    for _ in range(3):
        answer = dock.wang(ean(MUG))
    first, second = (int(number) for number in dock.shown(answer, "Open cartons").split(", "))
    assert 2 <= first < second <= 11
    other = next(number for number in range(2, 12) if number not in {first, second})
    refused = inspector(dock, str(other))
    assert refused.code == "E-QC-05"
    assert f"{first}, {second}" in refused.body["message"]["zh"]
    assert dock.wang(str(first)).code == "S-ST2-CARTON"
    for _ in range(24):
        answer = dock.wang(ean(CANDY))
    assert (dock.shown(answer, "Carton"), dock.shown(answer, "Out of it")) == (f"{first} [1/2]", "24/24")
    assert dock.shown(answer, "Open cartons") == str(second)
    refused = inspector(dock, ean(CANDY))
    assert refused.code == "E-QC-04"
    assert str(second) in refused.body["message"]["en"]
    answer = dock.wang("CM-UNDO", ean(CANDY), str(second))
    assert dock.shown(answer, "Carton") == f"{second} [2/2]"
    for _ in range(24):
        answer = dock.wang(ean(CANDY))
    assert answer.step == "finish"
    books()


def test_another_inspector_sees_what_was_opened(dock: Dock) -> None:
    """What came out of which carton is kept with the line, not with the person."""
    receipt = opened(dock, (CANDY, 480))
    first = dock.shown(inspector(dock, "CM-MENU", receipt), "Open cartons").split(", ")[0]
    dock.wang(first, *[ean(CANDY)] * 2, "CM-MENU", receipt)
    assert dock.shown(dock.wang(first), "Out of it") == "2/24"


def test_after_a_defect_every_carton_may_be_opened(dock: Dock) -> None:
    opened(dock, (MUG, 24))
    bad(dock)
    answer = dock.wang("2", ean(MUG))
    assert (dock.shown(answer, "Carton"), dock.shown(answer, "Out of it")) == ("2 [1/2]", "1")
    assert inspector(dock, "3").code == "E-QC-05"


def test_the_clerk_who_keys_the_sheet_in_stands_on_the_slip(dock: Dock) -> None:
    """录单 (S-11): the sheet scanned once more is no second entry, and no second label."""
    receipt = dock.checked((MUG, 12))
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", "CM-MENU", receipt, "CM-MENU")
    answer = dock.signs(receipt)
    dock.signs(answer.facts["hint"], world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert {slip["clerk_name"] for slip in dock.papers("inbound_slip")} == {"李收货"}
    assert len(dock.papers("carton_label")) == 1
