"""The first morning's mishaps, one after another, on both databases: the books hold, and everybody is free."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from station.ground.scan.codes import internal
from station.ground.work import SYSTEM
from station.inbound import notices, refusing
from station.inbound import rules as receipts
from station.inbound.models import InboundNotice, Receipt
from station.outbound.orders import auditing, deciding
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods, world
from tests.floor import CHEN, LI, QIAN, SUN, ZHAO, ZHOU, Floor
from tests.station.scenarios.conftest import Day, order_of

Start = Callable[..., Day]
Books = Callable[[], None]
EVERYBODY = {
    LI: ("arrive", "stage1", "sign"),
    ZHOU: ("putaway",),
    SUN: ("pick",),
    ZHAO: ("pack",),
    QIAN: ("dispatch",),
}


def all_free(floor: Floor) -> bool:
    """Everybody stands at the first step of what they do."""
    flows = floor.hub.workflows
    return all(
        floor.look(who, name)["step"] == flows[name].start
        for who, names in EVERYBODY.items()
        for name in names
    )


def test_at_the_dock_and_with_the_cart(start: Start, floor: Floor, books: Books) -> None:
    """The wrong truck, a stranger's article, a driver who does not sign, all cartons on one cart, closed short."""
    day = start(order_of(1, ("S0001", 1)))
    floor.erp(*goods.products(5))
    asn = day.notice.asn_no
    wrong = floor.arrive(asn, 9)
    assert floor.scans(LI, "arrive", wrong, "1").code == "W-ARR-CANCELLED"
    receipt = floor.arrive(asn, sum(line[1] for line in day.lines[1:]))
    floor.scans(LI, "stage1", receipt)
    assert floor.scan(LI, "stage1", goods.gtin(5)).step == "foreign"
    floor.scans(LI, "stage1", "4", "CM-MENU")
    floor.count(receipt, day.lines[1:])
    floor.scans(LI, "stage1", "CM-OK")  # the first article did not come
    floor.inspect(receipt)
    floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-SKIP", "1", world.badge(CHEN), world.PIN)
    books()
    floor.sign(receipt)
    cartons = [row[0] for row in floor.look(ZHOU, "putaway")["facts"]["table"]]
    screen = floor.scans(ZHOU, "putaway", *cartons).body["screen"]
    while screen["step"] == "slot":
        screen = floor.scans(ZHOU, "putaway", screen["facts"]["hint"], "CM-OK").body["screen"]
    floor.put_all_away()
    with floor.hub.db.read() as tx:
        notice_id = tx.scalars(select(InboundNotice.id).where(InboundNotice.asn_no == asn)).one()
    floor.hub.works.do(partial(notices.close_short, notice_id=notice_id, reason="不来了"), SYSTEM)
    assert floor.scan(LI, "arrive", asn).code == "E-RCV-01"
    floor.scans(LI, "arrive", "CM-MENU")
    assert all_free(floor)
    books()


def test_a_truck_is_refused_after_it_was_counted(start: Start, floor: Floor, books: Books) -> None:
    day = start(order_of(1, ("S0001", 1)))
    receipt = floor.arrive(day.notice.asn_no, 2)
    floor.count(receipt, day.lines)
    floor.inspect(receipt)
    number = receipts.receipt_by_code
    floor.hub.works.do(lambda work: refusing.refuse_all(work, number(work.tx, receipt), "WARM"), SYSTEM)
    books()
    done = floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK")
    with floor.hub.db.read() as tx:
        state = tx.scalar(select(Receipt.state).where(Receipt.receipt_no == receipt))
    assert (done.code, state) == ("W-SGN-NONE", "REJECTED_ALL")
    assert all_free(floor)
    books()


def test_from_the_shelf_to_the_lane(shelved: Start, floor: Floor, books: Books) -> None:
    """Urgent first, a broken unit, an order on hold at the bench, one out of its wave, one cancelled at the desk."""
    shelved(*(order_of(number, ("S0001", 2), ("S0002", 1)) for number in (1, 2, 3, 4)))
    ids = _order_ids(floor)

    def decide(rule: Callable[..., None], number: int, **how: object) -> None:
        floor.hub.works.do(partial(rule, order_id=ids[number], **how), SYSTEM)

    decide(deciding.prioritise, 4, reason="催", is_urgent=True)
    floor.release()
    decide(deciding.kick, 1, reason="换")
    decide(deciding.cancel, 2, reason="不要了")
    answer = floor.scans(SUN, "pick", "CM-OK", internal("TT", "T001"), "CM-DAMAGE", "1")
    answer = floor.scans(SUN, "pick", answer.facts["hint"])
    assert answer.code == "S-PCK-BROKEN"
    books()
    while answer.step in {"slot", "product", "qty"}:
        answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    floor.scans(SUN, "pick", internal("WS", "PACK1"))
    assert _state(floor, 4) == "PICKED", "the urgent one came first"
    decide(deciding.hold, 4, reason="等")
    floor.scans(ZHAO, "pack", internal("WS", "PACK1"))
    assert floor.scan(ZHAO, "pack", internal("TT", "T001")).code == "E-MAN-06"
    decide(auditing.unhold, 4)
    floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    (bill,) = floor.pack_tote()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王")
    decide(deciding.hold, 4, reason="再等")
    assert floor.scan(QIAN, "dispatch", bill).code == "E-MAN-06"
    decide(auditing.unhold, 4)
    floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    floor.scans(QIAN, "dispatch", bill, "CM-CLOSE", world.badge(QIAN), world.PIN)
    assert [_state(floor, number) for number in (1, 2, 3, 4)] == ["AUDITED", "CANCELLED", "WAVED", "SHIPPED"]
    assert all_free(floor)
    books()


def _order_ids(floor: Floor) -> dict[int, int]:
    with floor.hub.db.read() as tx:
        rows = tx.execute(select(DeliveryOrder.erp_no, DeliveryOrder.id))
        return {int(row.erp_no.removeprefix("SO-")): row.id for row in rows}


def _state(floor: Floor, number: int) -> str:
    with floor.hub.db.read() as tx:
        return str(tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.erp_no == f"SO-{number}")))
