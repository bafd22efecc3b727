"""Receiving: who may do what, which papers print when, what the stock says (T14–T19, T21, E-EXP-…)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from printers.schema import print_job
from station.erp import port
from station.exchange.models import OutboxMessage
from station.ground.words.actor import Role
from station.inbound.models import Receipt, ReceiptLine
from station.practice.demo import world
from station.stock.models import Lot, Movement, Stock
from tests.floor import CHEN, LI, WANG, ZHOU, Floor
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean
from tests.station.scenarios.conftest import Day

Start = Callable[..., Day]


def _printed(floor: Floor, kind: str) -> int:
    with floor.hub.db.read() as tx:
        return int(
            tx.scalar(select(func.count()).select_from(print_job).where(print_job.c.kind == kind)) or 0
        )


def _checked(day: Day) -> str:
    """A receipt that waits for its signatures."""
    receipt = day.floor.arrive(day.notice.asn_no, 8)
    day.floor.count(receipt, day.lines)
    day.floor.inspect(receipt)
    return receipt


def test_the_receiver_may_not_inspect_what_he_counted(
    start: Start, floor: Floor, hire: Callable[..., str]
) -> None:
    """T14: stage 2 is another person's work."""
    both = hire("3001", Role.RECEIVER, Role.INSPECTOR)
    day = start()
    receipt = floor.arrive(day.notice.asn_no, 8)
    floor.scans(both, "stage1", receipt)
    for barcode, cartons, _loose, produced in day.lines:
        floor.scans(both, "stage1", barcode, str(cartons), "CM-OK", "0")
        if produced:
            floor.scans(both, "stage1", produced, "CM-OK")
        floor.scans(both, "stage1", "1")
    floor.scans(both, "stage1", "CM-CLOSE")
    assert floor.scan(both, "stage2", receipt).code == "E-AUTH-03"
    assert floor.scan(WANG, "stage2", receipt).ok


def test_without_the_driver_nothing_is_labelled_or_posted(start: Start, floor: Floor) -> None:
    """T15: only the receiver has signed."""
    receipt = _checked(start())
    answer = floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN)
    assert answer.step == "driver"
    assert _printed(floor, "carton_label") == 0
    assert _printed(floor, "inbound_slip") == 0
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(Receipt.state)) == "AWAIT_SIGN"


def _labelled(floor: Floor, receipt: str) -> None:
    answer = floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    while answer.step == "labels":
        answer = floor.scans(LI, "sign", answer.facts["hint"])


def test_keeper_and_supervisor_are_two_people(start: Start, floor: Floor, hire: Callable[..., str]) -> None:
    """T16: one person with both roles signs once."""
    boss = hire("3002", Role.SUPERVISOR, Role.KEEPER)
    _labelled(floor, _checked(start()))
    floor.scans(LI, "sign", world.badge(boss), world.PIN)
    assert floor.scan(LI, "sign", world.badge(boss)).code == "E-AUTH-03"
    assert floor.scans(LI, "sign", world.badge(ZHOU), world.PIN).code == "S-SGN-POSTED"


def test_the_second_signature_must_follow_within_two_minutes(start: Start, floor: Floor) -> None:
    """T17: after 121 s both sign again; a wrong PIN is refused with the same code."""
    _labelled(floor, _checked(start()))
    floor.scans(LI, "sign", world.badge(CHEN))
    assert floor.scan(LI, "sign", "9999").code == "E-AUTH-04"
    floor.scans(LI, "sign", world.PIN)
    floor.hub.clock.advance(seconds=121)  # type: ignore[attr-defined]
    answer = floor.scan(LI, "sign", world.badge(ZHOU))
    assert (answer.code, answer.step) == ("E-AUTH-04", "supervisor")
    answer = floor.scans(LI, "sign", world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert answer.code == "S-SGN-POSTED"


def test_posting_twice_books_once(start: Start, floor: Floor, books: Callable[[], None]) -> None:
    """T18: the same last signature sent again, and a second try, leave one slip and one stock."""
    receipt = _checked(start())
    _labelled(floor, receipt)
    floor.scans(LI, "sign", world.badge(CHEN), world.PIN, world.badge(ZHOU))
    token = floor.token_of(LI, "sign")
    first = floor.scan(LI, "sign", world.PIN, scan_id="post-it-1", step_token=token)
    again = floor.scan(LI, "sign", world.PIN, scan_id="post-it-1", step_token=token)
    assert first.body == again.body
    assert floor.scan(LI, "sign", receipt).code == "E-RCV-07"
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.sum(Stock.on_hand))) == 96
        assert tx.scalar(select(func.count()).where(Movement.type == "ACCEPT").select_from(Movement)) == 8
        assert tx.scalar(select(func.count()).select_from(OutboxMessage)) == 1
    assert _printed(floor, "inbound_slip") == 3
    books()


def test_the_floor_goes_on_while_the_erp_is_down(start: Start, floor: Floor) -> None:
    """T19: posted, one message waits; when the ERP is back it is delivered, with the same key."""
    floor.sign(_checked(start()))
    share = floor.hub.settings.data / "erp"
    office = floor.office()
    office.pull("folder")
    (share / "outbox").rmdir()
    with pytest.raises(port.Down):
        office.push("folder")
    (share / "outbox").mkdir()
    assert office.push("folder") == 1
    with floor.hub.db.read() as tx:
        message = tx.scalars(select(OutboxMessage)).one()
        assert (message.state, message.attempts) == ("DONE", 2)
        (told,) = (share / "outbox").iterdir()
        assert message.event_key in told.name
    assert office.push("folder") == 0


def test_every_accepted_carton_gets_one_label(start: Start, floor: Floor) -> None:
    """T21: as many labels as cartons; twice is E-LBL-01, another receipt's is E-LBL-02."""
    day = start()
    receipt = _checked(day)
    answer = floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert answer.facts["progress"] == [0, 8]
    assert _printed(floor, "carton_label") == 8
    first = answer.facts["hint"]
    floor.scans(LI, "sign", first)
    floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert floor.scan(LI, "sign", first).code == "E-LBL-01"
    from station.ground.scan.codes import internal

    assert floor.scan(LI, "sign", internal("CT", "2605019999")).code == "E-LBL-02"
    assert floor.scan(LI, "sign", "CM-CLOSE").code == "E-LBL-04"


def test_goods_past_a_third_of_their_life_need_a_supervisor(
    start: Start, floor: Floor, books: Callable[[], None]
) -> None:
    """E-EXP-05 on the path: refused, allowed with a reason, printed on the sheet (T1's numbers)."""
    day = start()
    barcode = day.lines[0][0]
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.scans(LI, "stage1", receipt, barcode, "2", "CM-OK", "0")
    floor.scans(LI, "stage1", "20251231")  # 121 days of 360 used on 1 May 2026
    assert floor.scan(LI, "stage1", "CM-OK").code == "E-EXP-05"
    assert floor.scan(LI, "stage1", world.badge(LI)).code == "E-AUTH-02"
    floor.scans(LI, "stage1", world.badge(CHEN), world.PIN)
    answer = floor.scans(LI, "stage1", "3")
    assert answer.step == "outer"
    floor.scans(LI, "stage1", "1", "CM-CLOSE")
    with floor.hub.db.read() as tx:
        line = tx.scalars(select(ReceiptLine)).one()
        assert line.override.startswith("E-EXP-05 陈主管")
    books()


def test_refused_dates_never_become_stock(start: Start, floor: Floor, books: Callable[[], None]) -> None:
    """T5, T6 at the dock: expired and future dates; the line is refused as a whole."""
    day = start()
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.scans(LI, "stage1", receipt, day.lines[0][0], "2", "CM-OK", "0")
    assert floor.scan(LI, "stage1", "20260502").code == "E-EXP-01"
    floor.scans(LI, "stage1", "20240101")
    assert floor.scan(LI, "stage1", "CM-OK").code == "E-EXP-04"
    answer = floor.scans(LI, "stage1", "CM-DAMAGE")
    assert answer.body["message"]["en"] == "Recorded: accepted 0, refused 24"
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Stock)) == 0
        assert tx.scalar(select(ReceiptLine.reject_reason)) == "E-EXP-04"
    books()


def test_too_many_are_refused_at_the_dock(start: Start, floor: Floor, books: Callable[[], None]) -> None:
    """T20 on the normal path: 30 delivered of 24 ordered, 6 refused; received = accepted + rejected."""
    day = start()
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.scans(LI, "stage1", receipt, day.lines[3][0], "2", "CM-OK")
    answer = floor.scan(LI, "stage1", "6")
    assert (answer.code, answer.step) == ("E-RCV-05", "over")
    floor.scans(LI, "stage1", "CM-OK", "20260401", "CM-OK", "1")
    with floor.hub.db.read() as tx:
        line = tx.scalars(select(ReceiptLine)).one()
        assert (line.qty_delivered, line.qty_rejected, line.qty_accepted) == (30, 6, 24)
    books()


def test_an_unsure_lot_is_confirmed_by_a_person(start: Start, floor: Floor) -> None:
    """T93 at the dock: a lot that may have swallowed its neighbour is asked for."""
    day = start()
    ean = day.lines[0][0]
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.scans(LI, "stage1", receipt, f"010{ean}" + "11260401" + "10ABC21S1", "2", "CM-OK", "0")
    answer = floor.scans(LI, "stage1", "CM-OK")
    assert (answer.step, answer.facts["default"]) == ("lot", "ABC21S1")
    floor.scans(LI, "stage1", "CM-OK", "1")
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(Lot.supplier_lot)) == "ABC21S1"


def test_soaked_cartons_are_refused_and_the_good_ones_stay(start: Start, floor: Floor) -> None:
    """T22 on the normal path: a line of its own for the soaked carton."""
    day = start()
    receipt = floor.arrive(day.notice.asn_no, 2)
    barcode = day.lines[0][0]
    floor.scans(LI, "stage1", receipt, barcode, "1", "CM-OK", "0", "20260401", "CM-OK", "1")
    floor.scans(LI, "stage1", barcode, "1", "CM-OK", "0", "20260401", "CM-OK", "3")
    with floor.hub.db.read() as tx:
        good, soaked = tx.scalars(select(ReceiptLine).order_by(ReceiptLine.id)).all()
        assert (good.qty_accepted, soaked.qty_accepted, soaked.reject_reason) == (12, 0, "SOAKED")
        assert tx.scalar(select(func.sum(Stock.on_hand))) == 12


def test_unknown_and_foreign_things_are_named(start: Start, floor: Floor) -> None:
    """Wrong thing, unknown code, item that was not ordered, notice of nobody."""
    day = start()
    assert floor.scan(LI, "arrive", "PO-UNKNOWN").code == "E-RCV-01"
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.scans(LI, "stage1", receipt)
    wrong = floor.scan(LI, "stage1", floor.slot("A-01-01-2-01"))
    assert wrong.code == "E-SCN-02"
    assert "库位" in wrong.body["message"]["zh"]
    assert "商品" in wrong.body["message"]["zh"]
    assert floor.scan(LI, "stage1", "no such thing").code == "E-BAR-01"
    assert floor.scan(LI, "stage1", day.lines[0][0][:-1] + "0").code in {"E-GS1-02", "E-BAR-01"}


# --- two trucks, one notice ------------------------------------------------------------------------


def _two_trucks(floor: Floor) -> tuple[Dock, str, str]:
    """24 mugs are expected; two trucks say that they bring them. The supervisor counts the second one."""
    dock = Dock(floor)
    dock.expects((MUG, 24))
    return dock, floor.arrive(PO, 2), floor.arrive(PO, 2)


def test_two_trucks_of_one_notice_are_judged_together(floor: Floor, books: Callable[[], None]) -> None:
    """24 ordered: what the first truck brought and is not posted yet counts against the second."""
    dock, first, second = _two_trucks(floor)
    dock.li(first)
    dock.line(MUG, 2)
    dock.li("CM-MENU", second)
    refused = dock.tries(ean(MUG), "2", "CM-OK", "0")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "24")
    dock.li("CM-OK", "1")
    assert [line.qty_accepted for line in dock.lines(first)] == [24]
    assert [line.qty_accepted for line in dock.lines(second)] == [0]
    books()


def test_two_receivers_who_count_at_once_do_not_book_twice(floor: Floor, books: Callable[[], None]) -> None:
    """Both have typed their quantity before either wrote his line: the later one is asked again."""
    dock, first, second = _two_trucks(floor)
    counted = (ean(MUG), "2", "CM-OK", "0")
    dock.li(first, *counted)
    assert dock.tries(second, *counted, number=CHEN).step == "outer"
    dock.li("1")
    refused = dock.tries("1", number=CHEN)
    assert (refused.code, refused.step, refused.facts["big"]) == ("E-RCV-05", "over", "24")
    assert dock.tries("CM-OK", "1", number=CHEN).step == "product"
    assert [line.qty_accepted for line in dock.lines()] == [24, 0]
    books()


def test_what_was_posted_counts_once(floor: Floor, books: Callable[[], None]) -> None:
    """The first truck is stock, the second brings the rest: 12 + 12 of 24, and the notice is complete."""
    dock, first, second = _two_trucks(floor)
    for receipt in (first, second):
        dock.li(receipt)
        dock.line(MUG, 1)
        assert dock.li("CM-CLOSE").step == "receipt"
        dock.inspect(receipt)
        assert floor.sign(receipt).code == "S-SGN-POSTED"
    assert dock.on_hand() == 24
    assert floor.scan(LI, "arrive", PO).code == "E-RCV-01"
    books()


def test_the_second_truck_is_not_shut_out_by_a_line_taken_out(floor: Floor) -> None:
    """The first truck's line was a mistake and is undone: the room is free again."""
    dock, first, second = _two_trucks(floor)
    dock.li(first)
    dock.line(MUG, 2)
    dock.li("CM-UNDO", "CM-MENU", second)
    dock.line(MUG, 2)
    assert [(line.qty_accepted) for line in dock.lines(second)] == [24]


# --- mistakes and second thoughts, to the end --------------------------------------------------------


def test_a_mistyped_line_does_not_reach_stock_papers_or_erp(floor: Floor, books: Callable[[], None]) -> None:
    """Counted wrongly, taken out, counted again, posted: 24 in stock, one line on the slip and in the ERP."""
    dock = Dock(floor)
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 1)
    dock.li("CM-SKIP", "1", "CM-OK")
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    assert floor.sign(receipt).code == "S-SGN-POSTED"
    assert dock.on_hand() == 24
    assert [line["qty"] for line in dock.papers("inbound_slip")[0]["lines"]] == [24]
    with floor.hub.db.read() as tx:
        (told,) = tx.scalars(select(OutboxMessage)).all()
        assert str(told.payload).count("qty_good") == 1
    books()


def test_a_reopened_count_is_posted_whole(floor: Floor, books: Callable[[], None]) -> None:
    """The forgotten pallet: closed short, re-opened with the sheet, closed in full, posted."""
    dock = Dock(floor)
    receipt = dock.truck((MUG, 24), (OATS, 24), cartons=4)
    dock.line(MUG, 2)
    assert dock.li("CM-CLOSE").code == "W-ST1-MISSING"
    dock.li("CM-OK", receipt, "CM-OK")
    dock.line(OATS, 2)
    assert dock.li("CM-CLOSE").code == "S-ST1-DONE"
    dock.inspect(receipt)
    assert floor.sign(receipt).code == "S-SGN-POSTED"
    assert dock.on_hand() == 48
    books()


def test_older_goods_are_let_in_by_the_supervisor_and_posted(floor: Floor, books: Callable[[], None]) -> None:
    """T9: in stock X=2027-01-01, inbound X=2026-12-01 → W-EXP-07, supervisor ok, posted."""
    dock = Dock(floor)
    for asn, expires in (("PO-0", "20270101"), (PO, "20261201")):
        receipt = dock.truck((OATS, 24), asn=asn)
        answer = dock.tries(ean(OATS), "2", "CM-OK", "0", "20260401", expires)
        if asn == PO:
            assert (answer.status, answer.code) == (422, "W-EXP-07")
            assert dock.allowed_by_chen().step == "outer"
        dock.li("1")
        dock.close()
        dock.inspect(receipt)
        assert floor.sign(receipt).code == "S-SGN-POSTED"
    assert dock.on_hand() == 48
    books()


def test_a_hundred_sent_for_ninety(floor: Floor, books: Callable[[], None]) -> None:
    """T20: 100 sent, PO 90, tolerance 0 → accepted 90, refused 10; I11 holds; 90 are stock."""
    dock = Dock(floor)
    receipt = dock.truck((MUG, 90))
    assert dock.tries(ean(MUG), "10", "10", "0").code == "E-RCV-05"
    dock.li("CM-OK", "1")
    dock.close()
    dock.inspect(receipt)
    assert floor.sign(receipt).code == "S-SGN-POSTED"
    (line,) = dock.lines()
    assert (line.qty_delivered, line.qty_accepted, line.qty_rejected) == (100, 90, 10)
    assert dock.on_hand() == 90
    books()
