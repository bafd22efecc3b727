"""无单收货 (P1): a truck without an order is let in by a supervisor, on hold until a clerk matches one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select, update

from station import create_app
from station.exchange.documents import ReceiptConfirmation, from_data
from station.exchange.models import OutboxMessage
from station.ground.web.kit import csrf_token
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.inbound import rules
from station.inbound.blind import matching
from station.inbound.models import InboundNotice
from station.practice.demo import world
from station.stock.holds import Hold, HoldState
from station.stock.models import Stock
from station.storage.holds import rules as holding
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, LI, ZHOU, Answer
from tests.station.inbound.dock import MUG, OATS, SPOON, TEA, Dock, article, ean
from tests.station.inbound.test_undated_goods import statuses, told


def arrive(dock: Dock, *raws: str, number: str = LI) -> Answer:
    return dock.tries(*raws, number=number, flow="arrive")


def let_in(dock: Dock) -> str:
    """Mugs and oats of a supplier come without an order; the receipt, opened in stage 1."""
    dock.expects((SPOON, 12), asn="PO-OTHER")  # so that the supplier is known
    dock.floor.erp(MUG, OATS)
    arrive(dock, "CM-SHORT")
    arrive(dock, world.badge(CHEN), world.PIN, "1")
    answer = arrive(dock, "良品", "1", "沪A1", "张师傅", "4")
    receipt = str(answer.body["message"]["en"].split()[1])
    dock.li(receipt)
    return receipt


def posted(dock: Dock) -> str:
    """The same, counted, inspected and posted: 24 mugs, 12 oats."""
    receipt = let_in(dock)
    dock.line(MUG, 2)
    dock.line(OATS, 1)
    dock.li("CM-CLOSE")
    dock.inspect(receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    return receipt


def match(dock: Dock, receipt: str, asn: str) -> None:
    def do(work: object) -> None:
        tx = work.tx  # type: ignore[attr-defined]
        notice_id = tx.scalars(select(InboundNotice.id).where(InboundNotice.asn_no == asn)).one()
        matching.match(work, rules.receipt_by_code(tx, receipt), notice_id)  # type: ignore[arg-type]

    dock.floor.hub.works.do(do, SYSTEM)


def confirmed(dock: Dock) -> list[tuple[str, str, int]]:
    """What the office was told was received: order, article, EACH."""
    with dock.floor.hub.db.read() as tx:
        docs = [from_data(row.kind, row.payload) for row in tx.scalars(select(OutboxMessage))]
    slips = [doc for doc in docs if isinstance(doc, ReceiptConfirmation)]
    return [(doc.asn_no, line.sku_code, line.qty_good) for doc in slips for line in doc.lines]


def test_a_receiver_needs_a_supervisor_for_it(dock: Dock) -> None:
    """E-RCV-12; the badge of a keeper does not do; a supervisor does it alone."""
    refused = arrive(dock, "CM-SHORT")
    assert (refused.code, refused.step) == ("E-RCV-12", "notice")
    assert arrive(dock, world.badge(ZHOU)).code == "E-AUTH-02"
    arrive(dock, "CM-SHORT", world.badge(CHEN))
    assert arrive(dock, world.PIN).code == "S-OVR-PIN"
    assert arrive(dock, "1").step == "whose"
    assert arrive(dock, "CM-SHORT", number=CHEN).step == "whose"


def test_what_comes_without_an_order_is_held_until_one_comes(dock: Dock, books: Callable[[], None]) -> None:
    """Nobody can buy it, nobody can release it, the office has not heard of it; then the order is matched."""
    receipt = posted(dock)
    assert statuses(dock) == {"HOLD": 36}
    assert confirmed(dock) == told(dock) == []
    assert {paper["po_no"] for paper in dock.papers("acceptance_sheet")} == {"无单收货"}
    assert {tuple(paper["marks"]) for paper in dock.papers("carton_label")} == {("无单",)}
    books()
    dock.floor.put_all_away()
    with dock.floor.hub.db.read() as tx:
        holds = list(tx.scalars(select(Hold.id)))
    assert len(holds) == 2
    with pytest.raises(Refused, match="E-RCV-14"):
        dock.floor.hub.works.do(partial(holding.release, hold_id=holds[0]), SYSTEM)
    dock.expects((MUG, 24), (OATS, 24), asn="PO-LATE")
    match(dock, receipt, "PO-LATE")
    assert confirmed(dock) == [("PO-LATE", MUG.code, 24), ("PO-LATE", OATS.code, 12)]
    assert statuses(dock) == {"GOOD": 36}
    assert sorted(told(dock)) == [("GOOD", "HOLD", 12), ("GOOD", "HOLD", 24), *[("HOLD", "GOOD", 12)] * 3]
    with dock.floor.hub.db.read() as tx:
        assert set(tx.scalars(select(Hold.state))) == {HoldState.RELEASED}
        late = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == "PO-LATE")).one()
        assert not late.is_closed  # 12 oats are still to come
    dock.floor.put_all_away()
    dock.floor.erp(order_of(1, (MUG.code, 4)))
    assert dock.floor.release().orders == 1
    books()


def test_an_order_that_comes_before_the_slip_counts_as_any(dock: Dock, books: Callable[[], None]) -> None:
    """Matched while it is counted: nothing is held, the office hears of the order's own slip."""
    receipt = let_in(dock)
    dock.line(MUG, 2)
    dock.li("CM-CLOSE")
    dock.expects((MUG, 24), asn="PO-LATE")
    match(dock, receipt, "PO-LATE")
    dock.inspect(receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert statuses(dock) == {"GOOD": 24}
    assert confirmed(dock) == [("PO-LATE", MUG.code, 24)]
    assert arrive(dock, "PO-LATE").code == "E-RCV-01"
    books()


def test_an_order_that_does_not_cover_the_goods_is_refused(dock: Dock, books: Callable[[], None]) -> None:
    """An article is not on it, one piece too many, another supplier's, another house's: all stays as it was."""
    receipt = posted(dock)
    both, other = ((MUG, 24), (OATS, 12)), {"supplier_code": "V09", "supplier_name": "别家"}
    dock.expects((MUG, 24), asn="PO-L1")
    dock.expects((MUG, 23), (OATS, 12), asn="PO-L2")
    dock.expects(*both, asn="PO-L3", **other)
    dock.expects(*both, asn="PO-L4", warehouse="WH2")
    for asn, code in (
        ("PO-L1", "E-RCV-04"),
        ("PO-L2", "E-RCV-05"),
        ("PO-L3", "E-RCV-02"),
        ("PO-L4", "E-RCV-01"),
    ):
        with pytest.raises(Refused, match=code):
            match(dock, receipt, asn)
    assert statuses(dock) == {"HOLD": 36}
    assert confirmed(dock) == []
    books()


def test_goods_without_an_order_that_are_for_sale_are_found(dock: Dock) -> None:
    """The check names their receipt when somebody wrote around the ledger."""
    receipt = let_in(dock)
    dock.line(MUG, 1)
    dock.floor.hub.db.write(lambda tx: tx.execute(update(Stock).values(status="GOOD")))
    assert any("I9" in str(item) and receipt in str(item) for item in checks.broken(dock.floor.hub.db))


def test_a_line_taken_out_leaves_no_expectation(dock: Dock, books: Callable[[], None]) -> None:
    receipt = let_in(dock)
    dock.line(MUG, 2)
    dock.line(MUG, 1)
    dock.li("CM-UNDO", "CM-MENU", receipt, "CM-SKIP", "1", "CM-OK")
    assert (dock.lines(), dock.on_hand()) == ([], 0)
    dock.line(MUG, 1)
    dock.li("CM-CLOSE")
    assert dock.state(receipt) == "STAGE2"
    books()


def test_nobody_may_know_whose_it_is(dock: Dock) -> None:
    """Then any order fits whose articles it is."""
    dock.floor.erp(MUG)
    arrive(dock, "CM-SHORT", number=CHEN)
    assert arrive(dock, "查无此人", number=CHEN).code == "E-RCV-15"
    answer = arrive(dock, "CM-OK", number=CHEN)
    assert dock.shown(answer, "Supplier") == "供应商不明"
    answer = arrive(dock, "沪A1", "张师傅", "2", number=CHEN)
    receipt = str(answer.body["message"]["en"].split()[1])
    dock.li(receipt)
    dock.line(MUG, 2)
    dock.li("CM-CLOSE")
    dock.expects((MUG, 24), asn="PO-LATE")
    match(dock, receipt, "PO-LATE")
    dock.inspect(receipt)
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_the_clerk_matches_it_on_the_receipts_page(dock: Dock) -> None:
    """The page offers the supplier's open orders; chosen, the receipt has its order and offers none."""
    receipt = let_in(dock)
    dock.line(MUG, 2)
    dock.expects((MUG, 24), (OATS, 12), asn="PO-LATE")
    dock.expects((TEA, 24), asn="PO-FOREIGN", supplier_code="V09", supplier_name="别家")
    hub = dock.floor.hub
    hub.demo_people = world.people(0)
    client = create_app(hub=hub).test_client()
    token = dock.floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", token)
    page = client.get(f"/desk/receipts/{receipt}").text
    assert "关联到这张采购单" in page
    assert "无采购单: 货冻结" in page
    assert "PO-LATE" in page
    assert "PO-FOREIGN" not in page
    with hub.db.read() as tx:
        late = tx.scalars(select(InboundNotice.id).where(InboundNotice.asn_no == "PO-LATE")).one()
    data = {"csrf": csrf_token(token), "choice": str(late)}
    answer = client.post(f"/desk/receipts/{receipt}/match", data=data, follow_redirects=True)
    assert "关联到这张采购单" not in answer.text
    assert "PO-LATE" in answer.text
    assert confirmed(dock) == []


# --- beside an order -----------------------------------------------------------------------------------


def test_what_nobody_ordered_may_be_counted_on_a_receipt_of_its_own(
    dock: Dock, books: Callable[[], None]
) -> None:
    """E-RCV-04 with a supervisor's leave: the truck gets a second receipt, once, without an order."""
    dock.floor.erp(SPOON)
    first = dock.truck((MUG, 24))
    dock.tries(ean(SPOON))
    assert dock.tries("CM-SHORT").code == "E-RCV-12"
    answer = dock.allowed_by_chen()
    assert (answer.code, answer.step) == ("W-ST1-APART", "product")
    second = str(answer.body["message"]["en"].split()[-1])
    dock.line(MUG, 2)
    dock.tries(ean(SPOON), "CM-SHORT")
    again = dock.allowed_by_chen()
    assert str(again.body["message"]["en"].split()[-1]) == second
    dock.li("CM-CLOSE", second)
    dock.line(SPOON, 1)
    dock.li("CM-CLOSE")
    assert (dock.state(first), dock.state(second)) == ("STAGE2", "STAGE2")
    assert [line.qty_accepted for line in dock.lines(second)] == [12]
    books()


def test_goods_that_are_not_right_are_no_goods_without_an_order(dock: Dock) -> None:
    dock.truck((MUG, 24))
    dock.li(ean(MUG), "CM-DAMAGE")
    assert dock.tries("CM-SHORT").code == "E-CMD-01"


# --- more than was ordered -----------------------------------------------------------------------------


def test_more_than_was_ordered_is_held_if_a_supervisor_says_so(dock: Dock, books: Callable[[], None]) -> None:
    """100 of 90: 90 are sold, 10 are on hold with their own labels; the sheet says who allowed it."""
    receipt = dock.truck((MUG, 90), cartons=10)
    dock.tries(ean(MUG), "10", "10", "0")
    refused = dock.tries("CM-SHORT")
    assert (refused.code, refused.step) == ("E-RCV-16", "over")
    dock.allowed_by_chen()
    answer = dock.li("1")
    assert answer.code == "W-ST1-PARKED"
    assert [(one.qty_delivered, one.qty_accepted, one.held) for one in dock.lines()] == [
        (90, 90, ""),
        (10, 10, "OVER"),
    ]
    dock.close()
    dock.inspect(receipt)
    dock.labelled(receipt)
    sheet = dock.papers("acceptance_sheet")[-1]
    assert "超送 Over-delivered, 陈主管: 采购已同意" in sheet["override_reason"]
    assert [tuple(paper["marks"]) for paper in dock.papers("carton_label")] == [*[()] * 9, ("超送",)]
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert statuses(dock) == {"GOOD": 90, "HOLD": 10}
    assert told(dock) == [("GOOD", "HOLD", 10)]
    books()


def test_one_undo_takes_the_excess_and_the_rest_back(dock: Dock, books: Callable[[], None]) -> None:
    dock.truck((MUG, 24))
    dock.tries(ean(MUG), "3", "CM-FULL", "CM-SHORT")
    dock.allowed_by_chen()
    assert [line.qty_accepted for line in dock.lines()] == [24, 12]
    dock.li("CM-UNDO")
    assert (dock.lines(), dock.on_hand()) == ([], 0)
    books()


def test_spoilt_cartons_leave_room_for_what_is_too_much(dock: Dock) -> None:
    """One of three is soaked, two were ordered: nothing is too much any more."""
    dock.truck((MUG, 24))
    dock.tries(ean(MUG), "3", "CM-OK", "0", "CM-SHORT")
    dock.allowed_by_chen()
    dock.li("3", "1")
    assert [(one.qty_accepted, one.qty_rejected, one.held) for one in dock.lines()] == [(24, 12, "")]


# --- near their expiry ---------------------------------------------------------------------------------

OLD = article(9, "酸奶", is_shelf_life=True, shelf_life_n=100, advent_days=60)


def test_what_a_supervisor_takes_near_its_expiry_is_not_sold_as_good(
    dock: Dock, books: Callable[[], None]
) -> None:
    """50 of 100 days are left, and 60 are near: NEAR from the first moment on, and the office hears of it."""
    receipt = dock.truck((OLD, 12), cartons=1)
    dock.li(ean(OLD), "1", "CM-FULL", "20260312")
    assert dock.tries("CM-OK").code == "E-EXP-05"
    dock.allowed_by_chen()
    dock.close()
    dock.inspect(receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert statuses(dock) == {"NEAR": 12}
    assert told(dock) == [("GOOD", "NEAR", 12)]
    books()
