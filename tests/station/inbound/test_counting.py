"""The count at the dock (P2, P6): every step, every way on, back and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.exchange import documents as erp
from station.ground.scan.context import UNDO
from station.ground.scan.models import Run
from station.practice.demo import world
from tests.floor import CHEN, LI, WANG, ZHOU
from tests.station.inbound.dock import CANDY, MUG, NUTS, OATS, PO, SPOON, Dock, ean, gs1
from tests.station.inbound.test_defect_photos import photographed

MUGS = (ean(MUG), "2", "CM-OK", "0", "1")
"""The first line that every path below begins with."""
ALL = (*MUGS, "CM-CLOSE", "CM-OK")
OAT = ean(OATS)
STEPS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    # step: the way there after the sheet, what leads on, where to, where CM-UNDO leads back to
    "product": (MUGS, OAT, "cartons", "outer"),
    "cartons": ((*MUGS, OAT), "2", "case", "product"),
    "case": ((*MUGS, OAT, "2"), "CM-OK", "loose", "cartons"),
    "loose": ((*MUGS, OAT, "2", "CM-OK"), "CM-OK", "produced", "case"),
    "over": ((*MUGS, OAT, "3", "CM-OK", "0"), "CM-OK", "produced", "loose"),
    "absurd": ((*MUGS, OAT, "5", "CM-OK", "0"), "CM-OK", "over", "loose"),
    "amend": ((*MUGS, OAT, "2", "CM-OK", "0", "20260401", "CM-OK", "6"), "CM-SKIP", "outer", "outer"),
    "produced": ((*MUGS, OAT, "2", "CM-OK", "0"), "20260401", "expires", "loose"),
    "expires": ((*MUGS, OAT, "2", "CM-OK", "0", "20260401"), "CM-OK", "outer", "produced"),
    "lot": ((*MUGS, ean(NUTS), "2", "CM-OK", "0"), "L77", "outer", "loose"),
    "outer": ((*MUGS, OAT, "2", "CM-OK", "0", "20260401", "CM-OK"), "1", "product", "expires"),
    "spoilt": ((*MUGS, OAT, "2", "CM-OK", "0", "20260401", "CM-OK", "3"), "1", "product", "outer"),
    "lines": ((*MUGS, "CM-SKIP"), "1", "remove", "product"),
    "remove": ((*MUGS, "CM-SKIP", "1"), "CM-OK", "product", "lines"),
    "missing": ((*MUGS, "CM-CLOSE"), "CM-OK", "receipt", "product"),
    "reopen": ((*ALL, "SHEET"), "CM-OK", "product", ""),
}
everywhere = pytest.mark.parametrize("step", STEPS)


def at(dock: Dock, step: str) -> str:
    """The receiver stands at `step`; the receipt."""
    receipt = dock.truck((MUG, 24), (OATS, 24), (NUTS, 24))
    answer = dock.tries(*(receipt if raw == "SHEET" else raw for raw in STEPS[step][0]))
    assert answer.step == step
    return receipt


@everywhere
def test_each_step_goes_on_with_another_device(dock: Dock, step: str) -> None:
    """The battery is empty: the same person takes another handheld and sees and does the same."""
    at(dock, step)
    _path, raw, target, _back = STEPS[step]
    answer = dock.floor.scan(LI, "stage1", raw, device="HH-2")
    assert (answer.ok, answer.step) == (True, target)


@everywhere
def test_whoever_leaves_gives_the_receipt_to_the_next(dock: Dock, step: str) -> None:
    """CM-MENU at every step: nothing is booked or lost, and a colleague opens the receipt at once."""
    receipt = at(dock, step)
    before = ([line.id for line in dock.lines()], dock.on_hand())
    left = dock.tries("CM-MENU")
    assert (left.code, left.step) == ("S-LEFT", "receipt")
    assert ([line.id for line in dock.lines()], dock.on_hand()) == before
    taken = dock.tries(receipt, number=CHEN)
    assert taken.ok, taken.body
    assert taken.step == ("reopen" if step == "reopen" else "product")


@everywhere
def test_the_last_scan_can_be_taken_back(dock: Dock, step: str) -> None:
    """CM-UNDO: one step back; where a refusal or a sheet led there is nothing to undo, and it says so."""
    at(dock, step)
    answer = dock.tries("CM-UNDO")
    back = STEPS[step][3]
    assert (answer.code, answer.step) == (("S-UNDO", back) if back else ("E-CMD-02", step))


@pytest.mark.parametrize("step", ["product", "loose", "over", "expires", "missing"])
def test_a_supervisor_frees_a_worker_who_is_stuck(dock: Dock, step: str) -> None:
    receipt = at(dock, step)
    answer = dock.li(world.badge(CHEN), world.PIN)
    assert (answer.code, answer.step) == ("S-LEFT", "receipt")
    assert dock.tries(receipt).step == "product"


def test_one_receipt_is_left_and_another_one_counted(dock: Dock) -> None:
    """A receipt once opened does not hold its receiver: the other sheet is one card away."""
    first = dock.truck((MUG, 24))
    dock.expects((OATS, 24), asn="PO-2")
    second = dock.floor.arrive("PO-2", 2)
    refused = dock.tries(second)
    assert (refused.code, refused.step) == ("E-SCN-02", "product")
    dock.li("CM-MENU", second)
    dock.line(OATS, 2)
    dock.li("CM-MENU", first)
    dock.line(MUG, 2)
    assert [line.qty_delivered for line in dock.lines(first)] == [24]
    assert [line.qty_delivered for line in dock.lines(second)] == [24]


def test_two_receivers_do_not_count_one_receipt_at_once(dock: Dock) -> None:
    """E-TSK-01 names who holds it; the same sheet again takes it over where he stood."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2")
    refused = dock.tries(receipt, number=CHEN)
    assert refused.code == "E-TSK-01"
    assert "李收货" in refused.body["message"]["zh"]
    assert dock.tries(receipt, number=CHEN).step == "case"
    dock.tries("CM-OK", "0", "1", number=CHEN)
    assert [line.qty_delivered for line in dock.lines()] == [24]


@pytest.mark.parametrize(
    ("raws", "code"),
    [
        (("nothing known",), "E-BAR-01"),
        ((ean(SPOON),), "E-RCV-04"),
        (("CM-CLOSE",), "E-RCV-08"),
        (("CM-SKIP",), "E-RCV-08"),
        (("CM-UNDO",), "E-CMD-02"),
        (("CM-SHORT",), "E-CMD-01"),
        ((ean(MUG), "10000"), "E-QTY-01"),
        ((ean(MUG), "2", "0"), "E-QTY-01"),
        ((ean(MUG), "0", "CM-OK", "0"), "E-QTY-01"),
        ((ean(MUG), "9999", "9999", "0"), "E-QTY-01"),
        ((ean(MUG), "2", "CM-OK", "CM-OK", "7"), "E-QTY-01"),
        ((ean(MUG), "2", "CM-OK", "CM-OK", "3", "3"), "E-QTY-01"),
        ((ean(MUG), "3", "CM-OK", "CM-OK"), "E-RCV-05"),
        ((*MUGS, "CM-SKIP", "2"), "E-QTY-01"),
        ((*MUGS, "CM-SKIP", ean(OATS)), "E-RCV-09"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_and_changes_nothing(dock: Dock, raws: tuple[str, ...], code: str) -> None:
    dock.floor.erp(SPOON)
    dock.truck((MUG, 24), (OATS, 24))
    counted = len(raws[:5]) == 5 and raws[:5] == MUGS
    assert dock.tries(*raws).code == code
    assert len(dock.lines()) == counted


@pytest.mark.parametrize("state", ["SIGNED", "POSTED"])
def test_a_count_that_was_signed_is_closed_for_good(dock: Dock, state: str) -> None:
    receipt = dock.checked((MUG, 24))
    dock.labelled(receipt)
    if state == "POSTED":
        dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert dock.state(receipt) == state
    assert dock.tries(receipt).code == "E-RCV-07"


def test_an_article_nobody_ordered_asks_for_no_supervisor(dock: Dock) -> None:
    """E-RCV-04 is no question for a supervisor: the next scan is judged as ever, the badge only frees."""
    dock.floor.erp(SPOON)
    dock.truck((MUG, 24))
    assert dock.tries(ean(SPOON)).body["tone"] == "error"
    assert dock.tries(world.badge(CHEN)).step == "_pin"
    assert dock.tries("CM-UNDO").step == "foreign"
    dock.line(MUG, 2)
    assert dock.on_hand() == 24


def test_too_many_typed_are_counted_again(dock: Dock) -> None:
    """3 cartons typed for 2: not only "refuse the excess" but "count again" too."""
    dock.truck((MUG, 24))
    refused = dock.tries(ean(MUG), "3", "CM-OK", "0")
    assert (refused.code, refused.step, refused.facts["big"]) == ("E-RCV-05", "over", "12")
    dock.li("CM-SKIP", "2", "CM-OK", "0", "1")
    (line,) = dock.lines()
    assert (line.qty_delivered, line.qty_rejected, line.reject_reason) == (24, 0, "")


def test_a_hundred_sent_and_ninety_ordered(dock: Dock, books: Callable[[], None]) -> None:
    """T20: accepted 90, refused 10; received = accepted + refused (I11)."""
    dock.truck((MUG, 90))
    dock.tries(ean(MUG), "10", "10", "0")
    dock.li("CM-OK", "1")
    (line,) = dock.lines()
    assert (line.qty_delivered, line.qty_accepted, line.qty_rejected) == (100, 90, 10)
    assert line.reject_reason == "OVER"
    assert dock.on_hand() == 90
    books()


def test_the_same_article_counted_twice_is_judged_together(dock: Dock) -> None:
    """A second line of the same article is measured by what the first one left."""
    dock.truck((MUG, 24))
    dock.line(MUG, 2)
    refused = dock.tries(ean(MUG), "1", "CM-OK", "0")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "12")
    dock.li("CM-OK", "1")
    assert [(line.qty_delivered, line.qty_accepted) for line in dock.lines()] == [(24, 24), (12, 0)]


def test_what_was_refused_leaves_room_for_good_goods(dock: Dock) -> None:
    """24 ordered, 12 of the first 24 soaked: 12 more may come."""
    dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.line(MUG, 1)
    assert [line.qty_accepted for line in dock.lines()] == [12, 12]


def test_a_blind_count_shows_no_quantity_of_the_order(dock: Dock) -> None:
    """`blind_receive` on: 1234 is nowhere in what the handheld gets, until something is refused."""
    dock.truck((MUG, 1234), (OATS, 1234))
    for raw in (ean(MUG), "2", "CM-OK", "0", "1", "CM-CLOSE"):
        answer = dock.li(raw)
        assert "1234" not in str(answer.body)
        assert dock.shown(answer, "Ordered") == ""


def test_an_open_count_shows_what_is_still_expected(dock: Dock) -> None:
    """`blind_receive` off: the expected quantity stands on the screen, less what was counted already."""
    dock.rule(blind_receive=False)
    dock.truck((MUG, 48))
    assert dock.shown(dock.li(ean(MUG)), "Ordered") == "48"
    answer = dock.li("1", "CM-OK", "0", "1", ean(MUG))
    assert dock.shown(answer, "Ordered") == "36"


def test_cartons_of_unusual_size_and_loose_units_are_counted_as_they_are(dock: Dock) -> None:
    dock.truck((MUG, 100))
    answer = dock.li(ean(MUG), "7")
    assert answer.facts["default"] == "12"
    answer = dock.li("10")
    assert dock.shown(answer, "Counted") == "7×10+?"
    dock.li("5", "1")
    (line,) = dock.lines()
    assert (line.cartons, line.case_qty, line.loose, line.qty_delivered) == (7, 10, 5, 75)


# --- a line that was wrong --------------------------------------------------------------------


def test_undo_right_after_a_line_takes_its_booking_back(dock: Dock, books: Callable[[], None]) -> None:
    """The line and its stock are gone, the receiver judges the packing again."""
    dock.truck((MUG, 24))
    dock.line(MUG, 2)
    assert dock.on_hand() == 24
    undone = dock.li("CM-UNDO")
    assert (undone.step, dock.lines(), dock.on_hand()) == ("outer", [], 0)
    books()
    dock.li("2", "CM-OK")
    (line,) = dock.lines()
    assert (line.qty_accepted, line.reject_reason) == (0, "BROKEN")
    books()


def test_an_earlier_line_is_taken_out_and_counted_again(dock: Dock, books: Callable[[], None]) -> None:
    """CM-SKIP lists the lines; the wrong one goes, with its stock; the others stay."""
    dock.truck((MUG, 24), (OATS, 24))
    dock.line(MUG, 1)
    dock.line(OATS, 2)
    listed = dock.li("CM-SKIP")
    assert [row[:3] for row in dock.table(listed)] == [["1", "保温杯", "1×12+0"], ["2", "燕麦片", "2×12+0"]]
    shown = dock.li("1")
    assert (shown.facts["name"], shown.facts["big"]) == ("保温杯", "1×12+0")
    answer = dock.li("CM-OK")
    assert (answer.code, answer.step) == ("S-ST1-REMOVED", "product")
    assert dock.on_hand() == 24
    books()
    dock.line(MUG, 2)
    assert sorted(line.qty_delivered for line in dock.lines()) == [24, 24]
    books()


def test_a_refused_line_is_taken_out_too(dock: Dock, books: Callable[[], None]) -> None:
    """It had no stock; the wrong refusal is gone from the paper."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    shown = dock.li("CM-SKIP", "1")
    assert dock.shown(shown, "Refused") == "−24"
    dock.li("CM-OK")
    assert dock.lines(receipt) == []
    books()


def test_a_line_may_stay_after_all(dock: Dock) -> None:
    dock.truck((MUG, 24))
    dock.line(MUG, 2)
    assert dock.li("CM-SKIP", "CM-SKIP").step == "product"
    assert dock.li("CM-SKIP", "1", "CM-SKIP").step == "product"
    assert [line.qty_accepted for line in dock.lines()] == [24]


def test_of_many_lines_an_article_shows_its_own(dock: Dock) -> None:
    """Seven lines do not fit: the newest five, or those of the scanned article."""
    dock.truck((MUG, 240), (OATS, 240))
    dock.line(MUG, 1)
    for _ in range(6):
        dock.line(OATS, 1)
    assert [row[0] for row in dock.table(dock.li("CM-SKIP"))] == ["3", "4", "5", "6", "7"]
    answer = dock.li(ean(MUG))
    assert dock.table(answer) == [["1", "保温杯", "1×12+0"]]
    dock.li("1", "CM-OK")
    assert {line.sku_id for line in dock.lines()} == {dock.lines()[0].sku_id}


def test_what_was_taken_out_stays_in_the_receipts_history(dock: Dock) -> None:
    from station.ground.documents.history import History

    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.li("CM-SKIP", "1", "CM-OK")
    with dock.floor.hub.db.read() as tx:
        row = tx.scalars(
            select(History).where(History.doc_no == receipt, History.event == "remove_line")
        ).one()
        assert row.detail["delivered"] == 24


# --- the end of the count ---------------------------------------------------------------------


def test_a_full_count_closes_with_one_card(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    answer = dock.li("CM-CLOSE")
    assert (answer.code, answer.step, dock.state(receipt)) == ("S-ST1-DONE", "receipt", "STAGE2")


def test_other_cartons_than_on_the_note_are_pointed_out(dock: Dock) -> None:
    """W-RCV-06: 3 on the delivery note, 2 counted."""
    receipt = dock.truck((MUG, 24), cartons=3)
    dock.line(MUG, 2)
    assert dock.li("CM-CLOSE").code == "W-RCV-06"
    assert dock.state(receipt) == "STAGE2"


def test_what_is_missing_is_named_before_the_count_closes(dock: Dock) -> None:
    """One of three counted: the other two by name, without quantities, and back to the count or on."""
    receipt = dock.truck((MUG, 24), (OATS, 24), (NUTS, 24))
    dock.line(MUG, 1)
    answer = dock.li("CM-CLOSE")
    assert (answer.code, answer.step, answer.facts["big"]) == ("W-ST1-MISSING", "missing", "2")
    assert dock.table(answer) == [["燕麦片", "未清点", "not counted"], ["山核桃仁", "未清点", "not counted"]]
    assert dock.state(receipt) == "STAGE1"
    assert dock.li("CM-SKIP").step == "product"
    dock.line(OATS, 2)
    assert dock.table(dock.li("CM-CLOSE")) == [["山核桃仁", "未清点", "not counted"]]
    dock.li("CM-OK")
    assert dock.state(receipt) == "STAGE2"


def test_an_open_count_is_told_how_much_is_short_too(dock: Dock) -> None:
    dock.rule(blind_receive=False)
    dock.truck((MUG, 24), (OATS, 24))
    dock.line(MUG, 1)
    answer = dock.li("CM-CLOSE")
    assert dock.table(answer) == [["保温杯", "12/24", ""], ["燕麦片", "未清点", "not counted"]]


def test_goods_that_were_refused_are_not_missing(dock: Dock) -> None:
    dock.rule(blind_receive=False)
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    photographed(dock, receipt, "wet")
    assert dock.li("CM-CLOSE").step == "receipt"


def test_goods_of_the_other_truck_are_not_missing(dock: Dock) -> None:
    dock.truck((MUG, 24), (OATS, 24))
    dock.line(MUG, 2)
    dock.li("CM-MENU")
    dock.truck(asn=PO)
    dock.line(OATS, 2)
    assert dock.li("CM-CLOSE").step == "receipt"


def test_a_closed_count_is_reopened_until_somebody_inspects(dock: Dock, books: Callable[[], None]) -> None:
    """The forgotten pallet: the sheet scanned again in stage 1 asks, and goes on counting."""
    receipt = dock.truck((MUG, 24), (OATS, 24))
    dock.line(MUG, 2)
    dock.close()
    asked = dock.li(receipt)
    assert (asked.code, asked.step, dock.state(receipt)) == ("W-ST1-CLOSED", "reopen", "STAGE2")
    assert [row[0] for row in dock.table(asked)] == ["保温杯"]
    assert dock.li("CM-SKIP").step == "receipt"
    assert dock.state(receipt) == "STAGE2"
    dock.li(receipt, "CM-OK")
    assert dock.state(receipt) == "STAGE1"
    assert dock.tries(receipt, number=WANG, flow="stage2").code == "E-RCV-07"
    dock.line(OATS, 2)
    dock.close()
    dock.inspect(receipt)
    assert [(line.qty_accepted, line.samples_done) for line in dock.lines()] == [(24, 5), (24, 5)]
    books()


def test_while_an_inspector_has_it_the_count_stays_closed(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.wang(receipt)
    assert dock.tries(receipt).code == "E-RCV-07"


@pytest.mark.parametrize("raws", [(), (ean(MUG),)], ids=["only looked", "sampled and left"])
def test_an_inspector_who_left_does_not_close_the_count(dock: Dock, raws: tuple[str, ...]) -> None:
    """What was inspected stays so: the next one goes on with it."""
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.wang(receipt, *raws, "CM-MENU")
    assert dock.li(receipt, "CM-OK").step == "product"
    dock.close()
    assert dock.lines()[0].samples_done == len(raws)
    dock.inspect(receipt)
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_an_inspector_who_was_faster_keeps_the_receipt(dock: Dock) -> None:
    """The receiver stands at "count on?" when the inspector opens the receipt: refused, and a way back."""
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.li(receipt)
    dock.wang(receipt)
    refused = dock.tries("CM-OK")
    assert (refused.code, refused.step) == ("E-RCV-07", "reopen")
    assert dock.li("CM-SKIP").step == "receipt"


def test_a_gs1_code_fills_in_dates_and_lot(dock: Dock) -> None:
    """What the code carries is not asked for: production date, printed expiry, lot."""
    dock.truck((OATS, 24))
    answer = dock.li(gs1(OATS, "260401", "270327", "A1"), "2", "CM-OK", "0")
    assert (answer.step, answer.facts["big"]) == ("expires", "2027.03.27")
    dock.li("CM-OK", "1")
    (line,) = dock.lines()
    assert (str(line.produced_on), str(line.expires_on), line.supplier_lot) == (
        "2026-04-01",
        "2027-03-27",
        "A1",
    )


def test_the_code_of_an_inner_pack_counts_inner_packs(dock: Dock) -> None:
    """Five packs of two out of an opened carton are ten loose pieces, no five cartons; a case's code is a case."""
    packs = ("6901234500012", "INNER", 2), ("16901234500019", "CASE", 48)
    candy = replace(
        CANDY,
        barcodes=(*CANDY.barcodes, *(erp.ProductBarcode(code=c, level=lv, qty=n) for c, lv, n in packs)),
    )
    dock.truck((candy, 106))
    answer = dock.li(packs[0][0])
    assert "包" in answer.body["screen"]["instruction"]["zh"]
    dock.li("5", "CM-FULL", packs[1][0], "2", "CM-FULL")
    assert [(one.cartons, one.case_qty, one.loose) for one in dock.lines()] == [(0, 48, 10), (2, 48, 0)]


def test_the_count_shows_how_many_articles_of_how_many_are_done(dock: Dock) -> None:
    dock.truck((MUG, 24), (OATS, 24), (NUTS, 24))
    assert dock.line(MUG, 1).facts["progress"] == [1, 3]
    assert dock.line(MUG, 1).facts["progress"] == [1, 3]
    assert dock.line(OATS, 1).facts["progress"] == [2, 3]


def test_a_line_that_was_written_before_an_upgrade_is_taken_back(dock: Dock) -> None:
    """Its way back names one line, as it was kept then."""
    dock.truck((MUG, 24))
    dock.line(MUG, 2)
    (line,) = dock.lines()

    def older(tx: Session) -> None:
        run = tx.scalars(select(Run).where(Run.workflow == "stage1")).one()
        run.data = run.data | {UNDO: run.data[UNDO] | {"payload": {"line": line.id}}}

    dock.floor.hub.db.write(older)
    assert (dock.li("CM-UNDO").step, dock.lines(), dock.on_hand()) == ("outer", [], 0)
