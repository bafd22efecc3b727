"""Several dates, or several goods, in one carton (P6): counted apart, numbered once, said on every label."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.practice.demo import world
from tests.floor import CHEN, ZHOU
from tests.station.inbound.dock import MUG, OATS, Dock, ean


def test_what_lies_in_one_carton_is_one_carton(dock: Dock, books: Callable[[], None]) -> None:
    """Oats of two dates and mugs in carton 1, a full carton of mugs is 2: the note said two cartons."""
    receipt = dock.truck((OATS, 12), (MUG, 14), cartons=2)
    dock.li(ean(OATS), "0", "CM-OK", "6", "20260401", "CM-OK", "1")
    said = dock.li(ean(OATS), "0", "CM-OK", "CM-QTY")
    assert (said.code, "箱 1" in said.body["message"]["zh"]) == ("S-ST1-MIXED", True)
    dock.li("6", "20260301", "CM-OK", "1")
    dock.li(ean(MUG), "0", "CM-OK", "CM-QTY", "2", "1")
    dock.line(MUG, 1)
    assert [line.first_carton for line in dock.lines()] == [1, 1, 1, 2]
    assert dock.li("CM-CLOSE").code == "S-ST1-DONE"
    dock.inspect(receipt)
    dock.labelled(receipt)
    labels = [(paper["marks"], paper["expires_on"]) for paper in dock.papers("carton_label")]
    assert labels == [
        (["混", "混批", "部分"], "2027-02-24"),
        (["混", "混批", "部分"], "2027-02-24"),
        (["混", "部分"], ""),
        ([], ""),
    ]
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    books()


@pytest.mark.parametrize(
    "raws", [("1", "CM-OK", "CM-QTY"), ("0", "CM-OK", "CM-QTY")], ids=["cartons", "first"]
)
def test_nothing_is_beside_what_is_not_there(dock: Dock, raws: tuple[str, ...]) -> None:
    """Full cartons are none beside others, and before the first carton there is no other."""
    dock.truck((MUG, 24))
    assert dock.tries(ean(MUG), *raws).code == "E-RCV-17"
