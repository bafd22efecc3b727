"""How many scans and taps a line of the count costs (P2): a scan is one, each figure, Enter and key is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.station.inbound.dock import MUG, NUTS, OATS, Dock, ean, gs1

LONGEST = 8
"""Figures that a hand types at most: a day."""


def taps(*raws: str) -> int:
    """What the hand does for these scans: a code or a key is one, typed figures are as many and an Enter."""
    return sum(len(raw) + 1 if raw.isdigit() and len(raw) <= LONGEST else 1 for raw in raws)


OAT_BOX = gs1(OATS, "260401", "270327", "A1")
LINES = {
    # what is counted: the scans, how many taps they may cost, EACH taken in, expiry written down
    "undated cartons": ((ean(MUG), "2", "CM-FULL"), 4, 24, None),
    "dated, GS1 with both days": ((OAT_BOX, "2", "CM-FULL"), 4, 24, date(2027, 3, 27)),
    "dated, GS1 with its expiry": ((gs1(OATS, expires="270327"), "2", "CM-FULL"), 4, 24, date(2027, 3, 27)),
    "dated, typed": ((ean(OATS), "2", "CM-FULL", "260401", "CM-OK"), 12, 24, date(2027, 3, 27)),
    "dated, only a month typed": ((ean(OATS), "2", "CM-FULL", "260400", "CM-OK"), 12, 24, date(2027, 3, 27)),
}


@pytest.mark.parametrize("what", LINES)
def test_a_line_of_full_cartons_costs_few_taps(dock: Dock, what: str, books: Callable[[], None]) -> None:
    raws, most, qty, expires = LINES[what]
    dock.truck((MUG, 24), (OATS, 24))
    answer = dock.li(*raws)
    assert (answer.code, answer.step) == ("S-ST1-LINE", "product")
    assert taps(*raws) <= most
    (line,) = dock.lines()
    assert (line.qty_accepted, line.expires_on, line.outer) == (qty, expires, "INTACT")
    books()


def test_what_one_key_wrote_one_key_takes_back(dock: Dock, books: Callable[[], None]) -> None:
    """The receiver stands again where it was pressed, with the count that was typed."""
    dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-FULL")
    answer = dock.li("CM-UNDO")
    assert (answer.step, dock.shown(answer, "Counted"), dock.on_hand()) == ("case", "2×?+?", 0)
    dock.li("CM-OK", "0", "3", "1")
    (line,) = dock.lines()
    assert (line.qty_accepted, line.qty_rejected, line.reject_reason) == (12, 12, "SOAKED")
    books()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (gs1(OATS, "260401", "270501"), "W-EXP-03"),
        (gs1(OATS, "251231", "261226"), "E-EXP-05"),
        (gs1(OATS, "250301", "260401"), "E-EXP-04"),
    ],
    ids=["another expiry than its life says", "past a third", "expired"],
)
def test_dates_that_somebody_must_look_at_are_not_written_by_one_key(
    dock: Dock, code: str, said: str
) -> None:
    dock.truck((OATS, 24))
    assert dock.li(code, "2", "CM-FULL").step == "expires"
    assert dock.lines() == []
    assert dock.tries("CM-OK").code == said


def test_a_doubtful_or_missing_lot_is_asked_for(dock: Dock) -> None:
    dock.truck((NUTS, 24))
    assert dock.li(ean(NUTS), "2", "CM-FULL").step == "lot"
    assert dock.li("L77").step == "product"
    assert [(line.supplier_lot, line.qty_accepted) for line in dock.lines()] == [("L77", 24)]


def test_too_many_full_cartons_are_refused_as_ever(dock: Dock) -> None:
    """The excess asks once; the packing was judged, so the line is written after it."""
    dock.truck((MUG, 24), (OATS, 24))
    assert dock.tries(ean(MUG), "3", "CM-FULL").step == "over"
    assert dock.li("CM-OK").step == "product"
    assert dock.tries(OAT_BOX, "3", "CM-FULL").step == "over"
    assert dock.li("CM-SKIP", "2", "CM-FULL").step == "product"
    assert [(one.qty_accepted, one.qty_rejected) for one in dock.lines()] == [(24, 12), (24, 0)]
