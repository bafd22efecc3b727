"""Picking, packing, weighing and dispatch with the refusals of the path (T34, T43–T50, T64–T69)."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from printers.schema import print_job
from station.carriers.models import Waybill
from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.scan.codes import internal
from station.ground.work import OFFICE
from station.outbound.orders import rules as orders
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.people.models import OverrideRow
from station.practice.demo import goods, world
from station.stock.models import Location, Movement, Stock
from tests.floor import CHEN, QIAN, SUN, ZHAO, Answer, Floor
from tests.patience import PATIENCE_S, beside
from tests.station.scenarios.conftest import Day, order_of

Start = Callable[..., Day]
Books = Callable[[], None]
TOTE, BENCH, BOX = internal("TT", "T001"), internal("WS", "PACK1"), internal("BX", "03")


def _ready(day: Day) -> None:
    day.receive()
    day.floor.release()


def _stock(floor: Floor) -> dict[tuple[int, int, str], tuple[int, int]]:
    with floor.hub.db.read() as tx:
        rows = tx.execute(
            select(Stock.lot_id, Stock.location_id, Stock.status, Stock.on_hand, Stock.allocated).where(
                Stock.on_hand > 0
            )
        )
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}


def _at_product(floor: Floor, *raws: str) -> Answer:
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    return floor.scans(SUN, "pick", answer.facts["hint"], *raws)


def test_wrong_slot_wrong_item_too_many(shelved: Start, floor: Floor) -> None:
    """E-PCK-01, E-PCK-02, and T43: over-pick is refused with how many are wanted."""
    day = shelved(order_of(1, ("S0001", 3)))
    _ready(day)
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    wrong = floor.scan(SUN, "pick", floor.slot("A-02-05-3-01"))
    assert wrong.code == "E-PCK-01"
    assert answer.facts["big"] in wrong.body["message"]["zh"]
    floor.scans(SUN, "pick", answer.facts["hint"])
    assert floor.scan(SUN, "pick", goods.gtin(2)).code == "E-PCK-02"
    floor.scans(SUN, "pick", goods.gtin(1))
    many = floor.scan(SUN, "pick", "4")
    assert many.code == "E-PCK-04"
    assert "3" in many.body["message"]["zh"]


def test_an_ean_scanned_into_the_pad_is_a_scan(shelved: Start, floor: Floor) -> None:
    """T91: thirteen digits are never a quantity."""
    _ready(shelved(order_of(1, ("S0001", 3))))
    answer = _at_product(floor, goods.gtin(1), goods.gtin(1))
    assert (answer.step, answer.facts["big"]) == ("qty", "3")


def test_the_oldest_lot_goes_first_and_a_younger_one_needs_a_reason(
    shelved: Start, floor: Floor, books: Books
) -> None:
    """T33, T34: two lots in one slot; X2 is refused, a supervisor allows it with a reason, I7 knows."""
    day = shelved(order_of(1, ("S0001", 2)))
    day.receive()
    (second,) = goods.notices(day.articles[:1], {"S0001": 12}, "WH1", floor.hub.clock.today())
    second = erp.NoticeDocument(
        asn_no="PO-2",
        supplier_code="V01",
        warehouse="WH1",
        lines=second.lines,
        expected_on=second.expected_on,
    )
    floor.erp(second)
    receipt = floor.arrive("PO-2", 1)
    floor.count(receipt, [(goods.gtin(1), 1, 0, "20260420")])
    floor.inspect(receipt)
    floor.sign(receipt)
    carton = floor.look("1004", "putaway")["facts"]["hint"]
    with floor.hub.db.read() as tx:
        home = tx.scalar(
            select(Location.barcode)
            .join(Stock, Stock.location_id == Location.id)
            .where(Location.kind == "PICK", Stock.on_hand > 0)
            .order_by(Location.id)
            .limit(1)
        )
    assert home is not None
    floor.scans("1004", "putaway", carton)
    answer = floor.scans("1004", "putaway", home)
    if answer.step == "reason":
        floor.scans("1004", "putaway", "4")
    floor.scans("1004", "putaway", "CM-OK")
    floor.release()
    younger = f"(01)0{goods.gtin(1)}(17)" + f"{floor.hub.clock.today() + timedelta(days=349):%y%m%d}"
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    floor.scans(SUN, "pick", answer.facts["hint"])
    refused = floor.scan(SUN, "pick", younger)
    assert refused.code == "E-PCK-03"
    assert "2027-03-27" in refused.body["message"]["zh"]
    floor.scans(SUN, "pick", world.badge(CHEN), world.PIN, "1", "CM-OK")
    with floor.hub.db.read() as tx:
        row = tx.scalars(select(OverrideRow)).one()
        assert (row.code, row.reason) == ("E-PCK-03", "L-REASON-REACH")
        taken = tx.scalars(select(Allocation)).one()
        assert taken.age_override.startswith("陈主管")
    books()


def test_a_cancelled_order_is_not_picked(shelved: Start, floor: Floor, books: Books) -> None:
    """T44: the office cancels during the walk; the next scan says so and no unit moves."""
    day = shelved(order_of(1, ("S0001", 2)))
    _ready(day)
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    stopped = floor.scan(SUN, "pick", answer.facts["hint"])
    assert (stopped.code, stopped.body["tone"], stopped.step) == ("E-INT-01", "intercept", "end")
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Movement).where(Movement.type == "PICK")) == 0
        assert tx.scalar(select(DeliveryOrder.state)) == "CANCELLED"
        message = tx.scalars(select(OutboxMessage).where(OutboxMessage.kind == "order_state")).one()
        assert message.payload["state"] == "CANCELED"
    books()


def test_undo_restores_exactly(shelved: Start, floor: Floor, books: Books) -> None:
    """T45: stock, promise, order and screen are as before; undo works once and only for oneself."""
    _ready(shelved(order_of(1, ("S0001", 2), ("S0002", 1))))
    before = _stock(floor)
    at = _at_product(floor, goods.gtin(1))
    floor.scans(SUN, "pick", "CM-OK")
    assert _stock(floor) != before
    answer = floor.scans(SUN, "pick", "CM-UNDO")
    assert _stock(floor) == before
    assert (answer.step, answer.facts["big"]) == (at.step, at.facts["big"])
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(DeliveryOrder.state)) == "WAVED"
        assert tx.scalar(select(func.sum(OrderLine.qty_picked))) == 0
    assert floor.scan(SUN, "pick", "CM-UNDO").code == "E-CMD-02"
    floor.scans(SUN, "pick", "CM-OK")
    books()


def test_a_missing_unit_prints_no_waybill(shelved: Start, floor: Floor) -> None:
    """T48, E-PAK-01, E-PAK-02: one short, one foreign, one too many."""
    _ready(shelved(order_of(1, ("S0001", 2), ("S0002", 1))))
    floor.pick_next()
    floor.scans(ZHAO, "pack", BENCH, TOTE, goods.gtin(1), goods.gtin(2))
    missing = floor.scan(ZHAO, "pack", BOX)
    assert missing.code == "E-PAK-03"
    assert "1" in missing.body["message"]["zh"]
    assert floor.scan(ZHAO, "pack", goods.gtin(3)).code == "E-PAK-01"
    assert floor.scan(ZHAO, "pack", goods.gtin(2)).code == "E-PAK-02"
    with floor.hub.db.read() as tx:
        assert (
            tx.scalar(select(func.count()).select_from(print_job).where(print_job.c.kind == "waybill")) == 0
        )
        assert tx.scalar(select(func.count()).select_from(Waybill)) == 0


def _labelled(floor: Floor, tote: str, *units: str) -> str:
    """An order verified and labelled; its waybill waits to be stuck."""
    floor.scans(ZHAO, "pack", internal("TT", tote), *units)
    return str(floor.scans(ZHAO, "pack", BOX).facts["hint"])


def test_the_waybill_of_another_order_is_refused(shelved: Start, floor: Floor, books: Books) -> None:
    """T50: DO2's label on DO1's parcel; DO1 stays unpacked."""
    day = shelved(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    _ready(day)
    floor.pick_next("T001")
    floor.pick_next("T002")
    floor.scans(ZHAO, "pack", BENCH)
    first = _labelled(floor, "T001", goods.gtin(1), goods.gtin(1))
    answer = floor.scans(ZHAO, "pack", first)
    floor.weigh(answer)
    floor.scans(ZHAO, "pack", "CM-OK")
    second = _labelled(floor, "T002", goods.gtin(2), goods.gtin(2))
    wrong = floor.scan(ZHAO, "pack", first)
    assert wrong.code == "E-PAK-04"
    assert floor.scan(ZHAO, "pack", "ZT999999999999").code == "E-WB-06"
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.erp_no == "SO-2")) == "CHECKED"
    assert floor.scans(ZHAO, "pack", second).step == "weigh"
    books()


def test_a_wrong_weight_means_scanning_everything_again(shelved: Start, floor: Floor, books: Books) -> None:
    """P18: off once → verify again; off twice → only a supervisor, with a reason."""
    _ready(shelved(order_of(1, ("S0001", 2))))
    floor.pick_next()
    floor.scans(ZHAO, "pack", BENCH)
    answer = floor.scans(ZHAO, "pack", _labelled(floor, "T001", goods.gtin(1), goods.gtin(1)))
    assert floor.scan(ZHAO, "pack", "CM-OK").code == "E-WGT-02"
    floor.weigh(answer, off_dg=5000)
    refused = floor.scan(ZHAO, "pack", "CM-OK")
    assert (refused.code, refused.step) == ("E-WGT-01", "reverify")
    assert "+500" in refused.body["message"]["zh"]
    floor.scans(ZHAO, "pack", goods.gtin(1), goods.gtin(1))
    assert floor.scan(ZHAO, "pack", "CM-OK").step == "weigh"
    done = floor.scans(ZHAO, "pack", world.badge(CHEN), world.PIN, "5")
    assert done.code == "S-PAK-STAGED"
    books()


def test_single_items_find_their_own_order(shelved: Start, floor: Floor, books: Books) -> None:
    """W1: one tote for all, each product scanned finds an order; an invoice prints when asked for."""
    day = shelved(*(order_of(i, ("S0001", 1), wants_invoice=i == 3) for i in range(1, 6)))
    _ready(day)
    floor.pick_next()
    bills = floor.pack_tote()
    assert len(set(bills)) == 5
    with floor.hub.db.read() as tx:
        kinds: dict[str, int] = dict(
            tx.execute(select(print_job.c.kind, func.count()).group_by(print_job.c.kind)).all()
        )
        assert (kinds["waybill"], kinds["packing_slip"], kinds["invoice_copy"]) == (5, 5, 1)
        receiver: dict[str, str] | None = tx.scalar(
            select(print_job.c.data).where(print_job.c.kind == "waybill").limit(1)
        )
        assert receiver is not None
        assert receiver["receiver_name"] == "张*丰"
        assert "502" not in receiver["receiver_address"]
    books()


# --- dispatch ------------------------------------------------------------------------------------


def test_parcels_of_another_carrier_and_double_scans(shelved: Start, floor: Floor, books: Books) -> None:
    """T64, T65: YTO on ZTO's manifest, the same parcel twice, unknown, not weighed, left behind."""
    day = shelved(
        order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2), carrier="YTO"), order_of(3, ("S0003", 2))
    )
    bills = day.pack_all()
    ours = [bill for bill in bills if bill.startswith("ZT")]
    yto = next(bill for bill in bills if bill.startswith("YT"))
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", ours[0])
    other = floor.scan(QIAN, "dispatch", yto)
    assert other.code == "E-MAN-02"
    assert "圆通" in other.body["message"]["zh"]
    again = floor.scan(QIAN, "dispatch", ours[0])
    assert (again.code, again.facts["big"]) == ("W-MAN-04", "1")
    assert floor.scan(QIAN, "dispatch", "SF1234567890").code == "E-MAN-01"
    left = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert (left.code, left.step) == ("E-MAN-07", "left")
    answer = floor.scans(QIAN, "dispatch", ours[1], "CM-CLOSE", world.badge(QIAN), world.PIN)
    assert answer.body["message"]["en"].startswith("Shipped 2")
    books()


def test_a_cancel_between_scan_and_close_takes_the_parcel_off(
    shelved: Start, floor: Floor, books: Books
) -> None:
    """T66, I14: the parcel does not leave; it goes to the intercept shelf, the other one is shipped."""
    day = shelved(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bills = day.pack_all()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    answer = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert (answer.code, answer.body["tone"], answer.facts["big"]) == ("W-MAN-10", "intercept", "1")
    stopped = next(bill for bill in bills if floor.scan(QIAN, "dispatch", bill).code == "E-INT-01")
    floor.scans(QIAN, "intercept", stopped, floor.slot("INTC-1"))
    done = floor.scans(QIAN, "dispatch", "CM-CLOSE", world.badge(QIAN), world.PIN)
    assert done.body["message"]["en"].startswith("Shipped 1")
    with floor.hub.db.read() as tx:
        states = dict(tx.execute(select(DeliveryOrder.erp_no, DeliveryOrder.state)).all())
        assert states == {"SO-1": "CANCELLED", "SO-2": "SHIPPED"}
        bill = tx.scalars(select(Waybill).where(Waybill.waybill_no == stopped)).one()
        assert bill.state == "CANCELLED"
    books()


def test_cancel_and_close_have_one_winner(shelved: Start, floor: Floor, books: Books) -> None:
    """T67: 24 parcels, cancels racing the handover from other threads; every order ends in one state."""
    day = shelved(*(order_of(i, ("S0001", 1)) for i in range(1, 25)))
    bills = day.pack_all()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)
    hub, rng = floor.hub, random.Random(67)
    numbers = [f"SO-{i}" for i in range(1, 25)]
    rng.shuffle(numbers)
    begin = threading.Barrier(4)

    def cancel(part: list[str]) -> None:
        begin.wait(PATIENCE_S)
        for number in part:
            hub.works.do(lambda work, n=number: orders.cancel(work, n, "", f"C-{n}"), OFFICE)  # type: ignore[misc]

    def close() -> None:
        begin.wait(PATIENCE_S)
        answer = floor.scan(QIAN, "dispatch", "CM-CLOSE")
        while answer.code != "S-DSP-SHIPPED":
            raw = {"dispatcher": world.badge(QIAN), "dispatcher_pin": world.PIN, "left": "CM-OK"}.get(
                answer.step, "CM-CLOSE"
            )
            answer = floor.scan(QIAN, "dispatch", raw)

    beside(close, *(partial(cancel, numbers[i:12:3]) for i in range(3)))
    with hub.db.read() as tx:
        states = dict(
            tx.execute(select(DeliveryOrder.state, func.count()).group_by(DeliveryOrder.state)).all()
        )
        assert sum(states.values()) == 24
        assert set(states) <= {"SHIPPED", "INTERCEPTING"}
        assert states["SHIPPED"] >= 12
        told = tx.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.kind == "shipment_confirmation")
        )
        assert told == states["SHIPPED"]
    books()


def test_the_office_changes_its_mind_in_any_order(start: Start, floor: Floor) -> None:
    """Out of order and twice: a cancel before its order wins; an older version changes nothing."""
    day = start()
    floor.erp(erp.CancelOrder(erp_no="SO-77"))
    floor.erp(order_of(77, ("S0001", 1)))
    assert floor.erp(order_of(77, ("S0001", 1))) == {"OLD": 1}
    assert floor.erp(*day.orders) == {"OLD": 2}
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.erp_no == "SO-77")) == "CANCELLED"
