"""Signatures, labels, posting (P4): who signs, what prints when, what each paper says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from station.exchange.models import OutboxMessage
from station.ground.documents.signatures import Signature
from station.ground.words.actor import Role
from station.inbound.models import InboundNotice, Receipt
from station.people.models import User
from station.practice.demo import world
from station.stock.models import Stock
from tests.floor import CHEN, LI, WANG, ZHOU, Answer
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean

PIN = world.PIN


def sign(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=LI, flow="sign")


def to_step(dock: Dock, step: str) -> str:
    """A receipt with two cartons of mugs that stands at this step of the signatures."""
    receipt = dock.checked((MUG, 24))
    sign(dock, receipt)
    if step != "receiver":
        sign(dock, world.badge(LI), PIN)
    if step not in {"receiver", "driver"}:
        sign(dock, "CM-OK")
    if step in {"labels", "reprint", "supervisor", "keeper"}:
        answer = sign(dock, receipt)
    if step == "reprint":
        sign(dock, "CM-REPRINT")
    if step in {"supervisor", "keeper"}:
        while answer.step == "labels":
            answer = sign(dock, answer.facts["hint"])
    if step == "keeper":
        sign(dock, world.badge(CHEN), PIN)
    assert dock.floor.look(LI, "sign")["step"] == step
    return receipt


STEPS = {
    "receiver": ("receiver", "AWAIT_SIGN"),
    "driver": ("receiver", "AWAIT_SIGN"),
    "entry": ("labels", "SIGNED"),
    "labels": ("labels", "SIGNED"),
    "reprint": ("labels", "SIGNED"),
    "supervisor": ("supervisor", "SIGNED"),
    "keeper": ("supervisor", "SIGNED"),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_left_and_taken_up_by_a_colleague(
    dock: Dock, hire: Callable[..., str], step: str
) -> None:
    """CM-MENU: the sheet is free, what was signed and stuck stays; half a signature is none."""
    colleague = hire("3003", Role.SUPERVISOR, Role.CLERK)
    receipt = to_step(dock, step)
    target, state = STEPS[step]
    assert sign(dock, "CM-MENU").code == "S-LEFT"
    assert dock.state(receipt) == state
    answer = dock.tries(receipt, number=colleague, flow="sign")
    assert (answer.ok, answer.step) == (True, target)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_goes_on_with_another_device(dock: Dock, step: str) -> None:
    receipt = to_step(dock, step)
    raw, target = {
        "receiver": (world.badge(LI), "receiver_pin"),
        "driver": ("CM-OK", "entry"),
        "entry": (receipt, "labels"),
        "labels": ("CM-REPRINT", "reprint"),
        "reprint": ("CM-SKIP", "labels"),
        "supervisor": (world.badge(CHEN), "supervisor_pin"),
        "keeper": (world.badge(ZHOU), "keeper_pin"),
    }[step]
    answer = dock.floor.scan(LI, "sign", raw, device="HH-2")
    assert (answer.ok, answer.step) == (True, target)


@pytest.mark.parametrize(
    ("step", "raws", "code"),
    [
        ("receiver", (world.badge(ZHOU),), "E-AUTH-02"),
        ("receiver", (world.badge(LI), "0000"), "E-AUTH-04"),
        ("receiver", ("not a badge",), "E-BAR-01"),
        ("driver", ("名" * 61,), "E-TXT-01"),
        ("labels", ("CM-CLOSE",), "E-LBL-04"),
        ("labels", ("CM-REPRINT", "1"), "E-PRN-07"),
        ("labels", ("CM-REPRINT", "9"), "E-QTY-01"),
        ("supervisor", (world.badge(ZHOU),), "E-AUTH-02"),
        ("supervisor", (world.badge(CHEN), "0000"), "E-AUTH-04"),
        ("keeper", (world.badge(CHEN),), "E-AUTH-02"),
        ("keeper", (world.badge(ZHOU), "0000"), "E-AUTH-04"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_signature_is_refused(dock: Dock, step: str, raws: tuple[str, ...], code: str) -> None:
    receipt = to_step(dock, step)
    before = dock.state(receipt)
    assert sign(dock, *raws).code == code
    assert dock.state(receipt) == before


@pytest.mark.parametrize("state", ["ARRIVED", "STAGE1", "STAGE2"])
def test_a_sheet_is_not_signed_before_its_checks(dock: Dock, state: str) -> None:
    dock.expects((MUG, 24))
    receipt = dock.floor.arrive(PO, 2)
    if state != "ARRIVED":
        dock.li(receipt)
    if state == "STAGE2":
        dock.line(MUG, 2)
        dock.close()
    assert dock.state(receipt) == state
    assert sign(dock, receipt).code == "E-RCV-07"


def test_a_sheet_of_nobody_is_refused(dock: Dock) -> None:
    from station.ground.scan.codes import internal

    assert sign(dock, internal("AS", "2605019999")).code == "E-RCV-01"


def test_the_driver_may_be_another_than_at_arrival(dock: Dock) -> None:
    to_step(dock, "driver")
    sign(dock, "王师傅")
    with dock.floor.hub.db.read() as tx:
        rows = tx.execute(select(Signature.meaning, Signature.signer).order_by(Signature.id)).all()
        assert [tuple(row) for row in rows] == [("receiver", "李收货"), ("driver", "王师傅")]


def test_t15_labels_print_when_a_clerk_keys_the_signed_sheet_in(dock: Dock) -> None:
    """T15, S-26: neither the driver's signature nor somebody who is no clerk prints one (E-SGN-02)."""
    receipt = to_step(dock, "entry")
    sign(dock, "CM-MENU")
    assert dock.tries(receipt, number=CHEN, flow="sign").code == "E-SGN-02"
    assert dock.papers("carton_label") == []
    assert sign(dock, receipt).code == "S-SGN-KEYED"
    assert len(dock.papers("carton_label")) == 2


def test_a_clerk_is_free_after_keying_in_and_the_receiver_sticks(
    dock: Dock, hire: Callable[..., str]
) -> None:
    """Each on a device of their own: the receiver's is free at the driver's signature, the clerk's at the scan."""
    receiver, clerk = hire("3004", Role.RECEIVER), hire("3005", Role.CLERK)
    receipt = dock.checked((MUG, 24))
    done = dock.tries(receipt, world.badge(receiver), PIN, "CM-OK", number=receiver, flow="sign")
    assert (done.code, done.step, dock.state(receipt)) == ("S-SGN-SHEET", "sheet", "SIGNED")
    keyed = dock.tries(receipt, number=clerk, flow="sign")
    assert (keyed.code, keyed.step) == ("S-SGN-KEYED", "sheet")
    assert dock.tries(receipt, number=receiver, flow="sign").step == "labels"


def test_a_house_without_a_clerk_keys_in_itself(dock: Dock, hire: Callable[..., str]) -> None:
    receiver = hire("3006", Role.RECEIVER)
    dock.floor.hub.db.write(
        lambda tx: tx.execute(update(User).where(User.name == "李收货").values(roles="RECEIVER"))
    )
    receipt = dock.checked((MUG, 24))
    dock.tries(receipt, world.badge(receiver), PIN, "CM-OK", number=receiver, flow="sign")
    assert dock.tries(receipt, number=receiver, flow="sign").step == "labels"


def test_the_sheet_of_another_truck_keys_in_nothing(dock: Dock) -> None:
    other = dock.truck((OATS, 24), asn="PO-2")
    dock.li("CM-MENU")
    receipt = to_step(dock, "entry")
    assert sign(dock, other).code == "E-SGN-01"
    assert sign(dock, "CM-CLOSE").code == "E-CMD-01"
    assert (dock.papers("carton_label"), dock.state(receipt)) == ([], "SIGNED")


def test_a_label_is_stuck_once_and_only_on_its_own_receipt(dock: Dock) -> None:
    """T21: twice → E-LBL-01; the label of another receipt, which exists, → E-LBL-02."""
    other = dock.checked((OATS, 24))
    foreign = dock.signs(other, world.badge(LI), PIN, "CM-OK", other).facts["hint"]
    sign(dock, "CM-MENU")
    dock.expects((MUG, 24), asn="PO-2")
    receipt = dock.truck(asn="PO-2")
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    answer = dock.signs(receipt, world.badge(LI), PIN, "CM-OK", receipt)
    own = answer.facts["hint"]
    assert sign(dock, foreign).code == "E-LBL-02"
    assert sign(dock, own).code == "S-LBL"
    assert sign(dock, own).code == "E-LBL-01"
    assert sign(dock, "CM-MENU", other, foreign).code == "S-LBL", "it was not used up by the wrong receipt"


def test_fifty_cartons_are_fifty_labels(dock: Dock) -> None:
    """T21's number, and the last one is partial: 50 cartons and 5 loose pieces are 51 labels."""
    receipt = dock.truck((MUG, 605))
    dock.li(ean(MUG), "50", "CM-OK", "5", "1")
    dock.close()
    dock.inspect(receipt)
    assert dock.signs(receipt, world.badge(LI), PIN, "CM-OK", receipt).facts["progress"] == [0, 51]
    labels = dock.papers("carton_label")
    assert [label["qty_each"] for label in labels] == [12] * 50 + [5]
    assert labels[-1]["marks"] == ["部分"]
    assert (labels[-1]["carton_i"], labels[-1]["carton_n"]) == (51, 51)


def test_everything_refused_closes_the_receipt_with_its_paper(dock: Dock, books: Callable[[], None]) -> None:
    """Both sign that nothing was taken in: the final sheet prints, no label, no slip, nothing for the ERP."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    dock.close()
    dock.inspect(receipt)
    answer = dock.signs(receipt, world.badge(LI), PIN, "CM-OK")
    assert (answer.code, answer.step, dock.state(receipt)) == ("W-SGN-NONE", "sheet", "REJECTED_ALL")
    final = [sheet for sheet in dock.papers("acceptance_sheet") if sheet.get("signed_at")]
    assert [sheet["ply_no"] for sheet in final] == [1, 2]
    assert final[0]["reject_reasons"] == ["浸水 Soaked"]
    assert dock.papers("carton_label") == []
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Signature)) == 2
        assert tx.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    books()


@pytest.mark.parametrize(("cartons", "closed"), [(2, True), (1, False)], ids=["all came", "half came"])
def test_a_complete_notice_is_closed_and_a_short_one_stays_open(
    dock: Dock, cartons: int, closed: bool
) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, cartons)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(InboundNotice.is_closed)) is closed
        statuses = tx.execute(select(Stock.status, func.sum(Stock.on_hand)).group_by(Stock.status)).all()
        assert {status: int(qty) for status, qty in statuses if qty} == {"GOOD": 12 * cartons}


# --- what the papers say ---------------------------------------------------------------------------


def test_papers_show_the_day_on_the_warehouses_wall(dock: Dock) -> None:
    """Signed at 07:00 on 2 May in Shanghai is still 1 May in UTC: the papers say 2 May."""
    dock.floor.hub.clock.advance(hours=21, minutes=55)  # type: ignore[attr-defined]
    receipt = dock.checked((MUG, 24))
    dock.floor.sign(receipt)
    label = dock.papers("carton_label")[0]
    assert label["received_on"] == "2026-05-02"
    assert label["inspector_name"] == "王质检"
    final = dock.papers("acceptance_sheet")[-1]
    assert final["arrived_at"] == "2026-05-02 06:55"
    assert final["signed_at"].startswith("2026-05-02 0")
    assert "UTC" not in str(final)
    slip = dock.papers("inbound_slip")[0]
    assert slip["posted_on"] == "2026-05-02"


def test_the_driver_signs_figures_and_no_empty_draft(dock: Dock) -> None:
    """The sheet prints with the counts when it is scanned: once, and again when it was counted anew."""
    receipt = dock.checked((MUG, 24))
    for _ in range(2):
        sign(dock, receipt)
        sign(dock, "CM-MENU")
    _draft, counts = dock.papers("acceptance_sheet")
    assert [line["delivered_qty"] for line in counts["lines"]] == [24]
    assert not counts.get("is_draft")
    assert not counts.get("signed_at")
    dock.li(receipt, "CM-OK", "CM-SKIP", "1", "CM-OK", ean(MUG), "1", "CM-OK", "0", "1")
    dock.close()
    dock.inspect(receipt)
    sign(dock, receipt)
    *_before, again = dock.papers("acceptance_sheet")
    assert [line["delivered_qty"] for line in again["lines"]] == [12]


def test_the_final_sheet_says_what_was_found(dock: Dock) -> None:
    """Names, used shelf life and words: no raw code, no zero percent, no empty inspector."""
    receipt = dock.truck((OATS, 24), (MUG, 24))
    dock.line(OATS, 2)
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.close()
    dock.inspect(receipt)
    dock.signs(receipt, world.badge(LI), PIN, "CM-OK", receipt)
    sheet = dock.papers("acceptance_sheet")[-1]
    oats, mugs = sheet["lines"]
    assert (oats["used_percent"], oats["shelf_life"], oats["expires_on"]) == (8, "360天", "2027-03-27")
    assert (oats["stage1_result"], oats["verdict"]) == ("完好 Intact", "合格")
    assert (mugs["stage1_result"], mugs["verdict"]) == ("浸水 Soaked", "部分拒收")
    assert (mugs["delivered_qty"], mugs["received_qty"], mugs["rejected_qty"]) == (24, 12, 12)
    assert sheet["reject_reasons"] == ["浸水 Soaked"]
    assert (sheet["receiver_name"], sheet["inspector_name"]) == ("李收货", "王质检")
    assert "SOAKED" not in str(sheet)
    assert "INTACT" not in str(sheet)


def test_what_a_supervisor_allowed_stands_on_the_sheet_in_words(dock: Dock) -> None:
    receipt = dock.truck((OATS, 24))
    dock.tries(ean(OATS), "2", "CM-OK", "0", "20251231", "CM-OK")
    dock.allowed_by_chen("2")
    dock.li("1")
    dock.close()
    dock.inspect(receipt)
    dock.signs(receipt, world.badge(LI), PIN, "CM-OK", receipt)
    sheet = dock.papers("acceptance_sheet")[-1]
    assert sheet["override_reason"] == "超过保质期1/3 Past a third of its life, 陈主管: 缺货急用"
    assert sheet["lines"][0]["used_percent"] == 34


def test_prices_stand_on_the_finance_copy_only(dock: Dock) -> None:
    """S-28: three copies, one with money."""
    dock.posted((MUG, 24))
    assert [slip.get("shows_money", False) for slip in dock.papers("inbound_slip")] == [False, True, False]
    assert [slip["ply_name"] for slip in dock.papers("inbound_slip")] == ["仓库联", "财务联", "采购联"]


def test_refused_lines_are_told_to_the_erp_but_not_on_the_slip(dock: Dock) -> None:
    receipt = dock.truck((OATS, 24), (MUG, 24))
    dock.line(OATS, 2)
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "CM-OK")
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    assert [line["sku_code"] for line in dock.papers("inbound_slip")[0]["lines"]] == ["S0001"]
    with dock.floor.hub.db.read() as tx:
        body = str(tx.scalars(select(OutboxMessage)).one().payload)
        assert "S0001" in body
        assert "S0002" in body
        assert tx.scalar(select(Receipt.stage2_by)) is not None
    assert dock.tries(receipt, number=WANG, flow="stage2").code == "E-RCV-07"
