"""Every unit is seen (P17): what is refused at the verify step, and counts that are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from station.exchange import documents as erp
from station.outbound.packing.position import Line, Packing
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def _with_gift(number: int) -> erp.OrderDocument:
    """Two of the first article, and one of the second as a gift."""
    order = order_of(number, ("S0001", 2), ("S0002", 1))
    return replace(order, lines=(order.lines[0], replace(order.lines[1], is_gift=True)))


def test_t49_the_gift_is_missing(at_bench: AtBench, books: Books) -> None:
    """E-PAK-05 when only gifts are missing, E-PAK-03 while goods are; no label before."""
    bench = at_bench(_with_gift(1), gifts=[("S0002", 1)])
    bench.scans(tote(1), ean(1))
    assert bench.scan(BOX).code == "E-PAK-03"
    bench.scans(ean(1))
    for raw in (BOX, "CM-CLOSE"):
        refused = bench.scan(raw)
        assert (refused.code, refused.step) == ("E-PAK-05", "verify")
    assert bench.waybills() == []
    assert bench.scans(ean(2)).step == "box"
    books()


def test_a_foreign_box_and_a_foreign_product(at_bench: AtBench) -> None:
    """E-PAK-01, E-PAK-02, E-PAK-07, and CM-UNDO takes the last unit back."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)))
    bench.scans(tote(1))
    assert bench.scan(ean(3)).code == "E-PAK-01"
    bench.scans(ean(2))
    assert bench.scan(ean(2)).code == "E-PAK-02"
    assert bench.scans("CM-UNDO").facts["big"] == "0/3"
    bench.scans(ean(2), ean(1), ean(1))
    assert bench.scan(ean(3)).code == "E-SCN-02"


def test_many_of_the_same_may_be_typed(at_bench: AtBench, books: Books) -> None:
    """From ten on, after the first scan; more than wanted is E-PAK-02, before any scan E-SCN-02."""
    bench = at_bench(order_of(1, ("S0001", 12)))
    bench.scans(tote(1))
    assert bench.scan("5").code == "E-SCN-02"
    bench.scans(ean(1))
    assert bench.scan("13").code == "E-PAK-02"
    assert bench.scans("11").facts["big"] == "11/12"
    assert bench.scans("12").step == "box"
    books()


def test_few_of_the_same_are_scanned(at_bench: AtBench) -> None:
    bench = at_bench(order_of(1, ("S0001", 9)))
    bench.scans(tote(1), ean(1))
    assert bench.scan("9").code == "E-SCN-02"


def test_what_a_position_counts(database_url: str) -> None:
    """Units seen and missing over all lines."""
    lines = [Line(1, 1, "S1", "甲", 3, seen=2), Line(2, 2, "S2", "乙", 1, is_gift=True)]
    at = Packing(lines=lines)
    assert (at.seen, at.missing) == (2, 2)
    assert (Packing().seen, Packing().missing) == (0, 0)
