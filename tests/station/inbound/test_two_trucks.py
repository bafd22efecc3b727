"""One notice and more than one truck (P1, P6): what may still come, what is too much, what the ERP is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from station.exchange.models import OutboxMessage
from station.inbound.models import InboundLine, InboundNotice
from station.practice.demo import world
from tests.floor import LI, WANG
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean

Books = Callable[[], None]


def told(dock: Dock) -> list[list[tuple[str, int, int]]]:
    """Of each slip what the ERP heard: (article, good, refused) line by line, EACH."""
    query = select(OutboxMessage.payload).order_by(OutboxMessage.id)
    with dock.floor.hub.db.read() as tx:
        slips: list[Any] = list(tx.scalars(query))
    return [
        [(line["sku_code"], line["qty_good"], line["qty_rejected"]) for line in slip["lines"]]
        for slip in slips
    ]


def notice(dock: Dock) -> tuple[list[int], bool]:
    """What the notice says has come, line by line, and whether nothing more is expected."""
    with dock.floor.hub.db.read() as tx:
        came = list(tx.scalars(select(InboundLine.qty_received).order_by(InboundLine.id)))
        return came, bool(tx.scalar(select(InboundNotice.is_closed)))


def post(dock: Dock, receipt: str) -> str:
    """Inspect and sign what was counted; the last answer's code."""
    dock.inspect(receipt)
    return dock.floor.sign(receipt).code


def test_too_much_on_the_second_truck_is_refused_and_told(dock: Dock, books: Books) -> None:
    """T20 over two receipts: 18 of 24 are stock, 12 more come: 6 taken, 6 refused, never 30."""
    first = dock.truck((MUG, 24))
    dock.li(ean(MUG), "1", "CM-OK", "6", "1")
    dock.close()
    assert post(dock, first) == "S-SGN-POSTED"
    assert notice(dock) == ([18], False)
    second = dock.truck(asn=PO, cartons=1)
    refused = dock.tries(ean(MUG), "1", "CM-OK", "0")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "6")
    dock.li("CM-OK", "1", "CM-CLOSE")
    assert post(dock, second) == "S-SGN-POSTED"
    assert notice(dock) == ([24], True)
    assert told(dock) == [[("S0002", 18, 0)], [("S0002", 6, 6)]]
    assert dock.on_hand() == 24
    books()


def test_a_second_truck_with_everything_goes_back_whole(dock: Dock, books: Books) -> None:
    """Both trucks stand at the dock; the first one fills the notice: the second is REJECTED_ALL, no slip for it."""
    dock.expects((MUG, 24))
    first, second = dock.floor.arrive(PO, 2), dock.floor.arrive(PO, 2)
    dock.li(first)
    dock.line(MUG, 2)
    dock.close()
    assert post(dock, first) == "S-SGN-POSTED"
    dock.li(second)
    assert dock.tries(ean(MUG), "2", "CM-OK", "0").facts["big"] == "24"
    dock.li("CM-OK", "1", "CM-CLOSE")
    dock.inspect(second)
    dock.signs(second, world.badge(LI), world.PIN, "CM-OK")
    assert dock.state(second) == "REJECTED_ALL"
    assert (len(told(dock)), len(dock.papers("inbound_slip")), dock.on_hand()) == (1, 3, 24)
    books()


def test_what_the_inspector_refused_may_come_on_the_next_truck(dock: Dock, books: Books) -> None:
    """A bad sample leaves room for exactly one: the second truck's 12 are 11 too many."""
    first = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.wang(first, "CM-DAMAGE", "4", "2")
    dock.expects((MUG, 24))
    second = dock.floor.arrive(PO, 1)
    dock.li(second)
    refused = dock.tries(ean(MUG), "1", "CM-OK", "0")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "11")
    dock.li("CM-OK", "1")
    assert [line.qty_accepted for line in dock.lines()] == [23, 1]
    books()


def test_a_bad_sample_is_not_good_again_once_its_place_is_taken(dock: Dock, books: Books) -> None:
    """CM-UNDO at the inspection after another truck brought the unit: E-RCV-05, else 25 of 24 would be stock."""
    first = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.wang(first, "CM-DAMAGE", "4", "2")
    second = dock.floor.arrive(PO, 1)
    dock.li(second, ean(MUG), "0", "CM-OK", "1", "1")
    refused = dock.tries("CM-UNDO", number=WANG, flow="stage2")
    assert (refused.code, refused.step) == ("E-RCV-05", "sample")
    assert [line.qty_accepted for line in dock.lines()] == [23, 1]
    assert dock.on_hand() == 24
    books()
    dock.li("CM-UNDO")
    assert dock.tries("CM-UNDO", number=WANG, flow="stage2").code == "S-UNDO"
    assert dock.on_hand() == 24
    books()


def test_a_lot_of_which_every_unit_is_bad_goes_back_whole(dock: Dock, books: Books) -> None:
    """T13 to its end: nothing is left at the dock, no label prints, and the notice expects all of it again."""
    receipt = dock.truck((MUG, 3), cartons=1)
    dock.li(ean(MUG), "0", "CM-OK", "3", "1", "CM-CLOSE")
    dock.wang(receipt)
    for left in ("sample", "sample", "finish"):
        assert dock.wang("CM-DAMAGE", "1", "2").step == left
    dock.wang("CM-OK")
    assert dock.on_hand() == 0
    assert dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK").code == "W-SGN-NONE"
    assert (dock.state(receipt), dock.papers("carton_label"), told(dock)) == ("REJECTED_ALL", [], [])
    assert notice(dock) == ([0], False)
    dock.truck(asn=PO)
    assert dock.li(ean(MUG), "0", "CM-OK", "3").step == "outer"
    books()


@pytest.mark.parametrize(
    ("declared", "counted", "code"),
    [
        (3, (("2", "0", "1"), ("1", "0", "3")), "S-ST1-DONE"),
        (2, (("1", "5", "1"),), "S-ST1-DONE"),
        (2, (("2", "5", "1"),), "W-RCV-06"),
        (1, (("0", "12", "1"), ("0", "12", "1")), "W-RCV-06"),
    ],
    ids=["soaked ones came too", "an opened one", "one more", "two opened ones"],
)
def test_every_carton_that_came_is_measured_by_the_note(
    dock: Dock, declared: int, counted: tuple[tuple[str, str, str], ...], code: str
) -> None:
    """W-RCV-06 compares what the driver brought, not what was taken; loose pieces of a line are a carton."""
    dock.truck((MUG, 36), cartons=declared)
    for cartons, loose, outer in counted:
        answer = dock.li(ean(MUG), cartons, "CM-OK", loose, outer)
        if answer.step == "spoilt":
            dock.li("CM-OK")
    assert dock.close().code == code


def test_two_dates_on_one_truck_are_two_lots(dock: Dock, books: Books) -> None:
    """P6, mixed dates: a line, labels and a line to the ERP for each; the older one is no 批次倒挂 of its own truck."""
    receipt = dock.truck((OATS, 36), cartons=3)
    dock.line(OATS, 2, made="20260401")
    assert dock.line(OATS, 1, made="20260301").code == "S-ST1-LINE"
    dock.close()
    assert post(dock, receipt) == "S-SGN-POSTED"
    labels = dock.papers("carton_label")
    assert [(label["produced_on"], label["qty_each"]) for label in labels] == [
        ("2026-04-01", 12),
        ("2026-04-01", 12),
        ("2026-03-01", 12),
    ]
    assert len({label["lot_no"] for label in labels}) == 2
    assert [label["carton_i"] for label in labels] == [1, 2, 3]
    assert told(dock) == [[("S0001", 24, 0), ("S0001", 12, 0)]]
    assert len(dock.papers("inbound_slip")[0]["lines"]) == 2
    books()


def test_one_of_two_lines_of_the_same_day_is_taken_out(dock: Dock, books: Books) -> None:
    """Same article, same dates: only the line that was chosen loses its goods, also when both say the same."""
    dock.truck((OATS, 48))
    dock.line(OATS, 2)
    dock.line(OATS, 1)
    first, second = (line.lot_id for line in dock.lines())
    dock.li("CM-SKIP", "1", "CM-OK")
    assert [(line.lot_id, line.qty_accepted) for line in dock.lines()] == [(second, 12)]
    assert (first == second, dock.on_hand()) == (False, 12)
    dock.line(OATS, 2)
    dock.li("CM-UNDO", "1")
    assert dock.on_hand() == 36
    books()


@pytest.mark.parametrize(("cartons", "labels"), [("3", [12, 12]), ("2", [12, 12])])
def test_no_label_is_printed_for_what_is_too_much(dock: Dock, cartons: str, labels: list[int]) -> None:
    """S-26: labels for accepted cartons only; the third carton goes back without one."""
    receipt = dock.truck((MUG, 24))
    if dock.tries(ean(MUG), cartons, "CM-OK", "0").step == "over":
        dock.li("CM-OK")
    dock.li("1")
    dock.close()
    dock.inspect(receipt)
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert [label["qty_each"] for label in dock.papers("carton_label")] == labels
    assert {label["carton_n"] for label in dock.papers("carton_label")} == {len(labels)}
