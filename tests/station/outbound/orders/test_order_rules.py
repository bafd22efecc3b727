"""Holding, letting go, waiting again, replacing, cancelling (P11, P24, §6.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from station import create_app
from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.documents.history import History
from station.ground.web.kit import csrf_token
from station.ground.words.messages import Refused
from station.ground.work import OFFICE
from station.outbound.orders import auditing, taking_over
from station.outbound.orders import rules as orders
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import PULLED, STOPPED, DeliveryOrder, OrderLine, OrderState
from tests.floor import CHEN, SUN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _order(floor: Floor, erp_no: str = "SO-1") -> DeliveryOrder:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == erp_no)).one()


def _hold(shelves: Shelves) -> None:
    order_id = shelves.order_id()

    def rule(work):
        order = work.tx.get_one(DeliveryOrder, order_id)
        ORDER.move(work, order, "hold", held_from=order.state, hold_reason="顾客来电")

    shelves.do(rule)


@pytest.mark.parametrize("state", ["AUDITED", "ALLOCATED", "WAVED", "PICKING", "PICKED"])
def test_a_held_order_goes_on_where_it_was(shelves: Shelves, floor: Floor, books: Books, state: str) -> None:
    """§6.0: HOLD returns to the state it was held from."""
    shelves.put("S0001", 4 if state != "AUDITED" else 1, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    floor.advance_orders()
    if state in {"WAVED", "PICKING", "PICKED"}:
        floor.release()
    if state in {"PICKING", "PICKED"}:
        shelves.begin()
        shelves.at_product()
        floor.scans(SUN, "pick", floor.barcode("SKU:S0001"))
        floor.scans(SUN, "pick", "1" if state == "PICKING" else "CM-OK")
    assert shelves.state() == state
    _hold(shelves)
    assert shelves.state() == "HOLD"
    order_id = shelves.order_id()
    shelves.do(lambda work: auditing.unhold(work, order_id))
    order = _order(floor)
    assert (order.state, order.held_from, order.hold_reason) == (state, "", "")
    books()


def test_a_held_new_order_counts_as_audited(shelves: Shelves, floor: Floor) -> None:
    floor.erp(replace(order_of(1, ("S0001", 2)), buyer_note="不要发"))
    floor.advance_orders()
    assert _order(floor).state == "HOLD"
    shelves.do(lambda work: auditing.unhold(work, shelves.order_id()))
    assert _order(floor).state == "AUDITED"


@pytest.mark.parametrize("state", sorted(set(OrderState) - {OrderState.HOLD, OrderState.NEW}))
def test_nothing_else_can_be_let_go(shelves: Shelves, floor: Floor, state: str) -> None:
    floor.erp(order_of(1, ("S0001", 2)))
    order_id = shelves.order_id()

    def rule(work):
        order = work.tx.get_one(DeliveryOrder, order_id)
        order.state = state
        work.tx.flush()
        auditing.unhold(work, order_id)

    with pytest.raises(Refused, match="E-ORD-01"):
        shelves.do(rule)


def test_the_picker_waits_for_a_held_order_and_goes_on(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-INT-01 at the slot while it is held; afterwards the same stop is picked."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 4, here)
    shelves.put("S0002", 4, there)
    floor.erp(order_of(1, ("S0001", 2), ("S0002", 2)))
    floor.release()
    shelves.begin()
    _hold(shelves)
    assert floor.scan(SUN, "pick", floor.slot(here)).code == "E-INT-01"
    assert floor.scans(SUN, "pick", "CM-SKIP").facts["big"] == there
    shelves.do(lambda work: auditing.unhold(work, shelves.order_id()))
    shelves.walk()
    assert shelves.state() == "PICKED"
    books()


# --- short ------------------------------------------------------------------------------------


def _short(shelves: Shelves, floor: Floor, found: int) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    shelves.short(found)
    assert shelves.state() == "SHORT"


def test_the_desk_lets_a_short_order_wait_again(shelves: Shelves, floor: Floor) -> None:
    _short(shelves, floor, 0)
    client = create_app(hub=floor.hub).test_client()
    session = floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", session)
    number = _order(floor).order_no
    page = client.get(f"/desk/orders/{number}").text
    assert "S0001×3" in page
    assert "重新等货" in page
    answer = client.post(f"/desk/orders/{number}/restock", data={"csrf": csrf_token(session)})
    assert answer.status_code == 302
    order = _order(floor)
    assert (order.state, order.hold_reason) == ("AUDITED", "")
    again = client.post(f"/desk/orders/{number}/restock", data={"csrf": csrf_token(session)})
    assert again.status_code == 422
    assert client.post("/desk/orders/DO-NONE/restock", data={"csrf": csrf_token(session)}).status_code == 404


def test_the_desk_waits_for_the_goods_in_the_tote(shelves: Shelves, floor: Floor) -> None:
    """E-ORD-03: no key on the page, and a program is refused."""
    _short(shelves, floor, 1)
    client = create_app(hub=floor.hub).test_client()
    session = floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", session)
    number = _order(floor).order_no
    assert "重新等货" not in client.get(f"/desk/orders/{number}").text
    answer = client.post(f"/desk/orders/{number}/restock", data={"csrf": csrf_token(session)})
    assert (answer.status_code, shelves.state()) == (422, "SHORT")


@pytest.mark.parametrize(("found", "result", "state"), [(0, "REPLACED", "NEW"), (1, "LATE", "SHORT")])
def test_the_office_sends_what_the_customer_takes_instead(
    shelves: Shelves, floor: Floor, books: Books, found: int, result: str, state: str
) -> None:
    """换货: a newer version replaces a short order, unless its goods still lie in a tote."""
    _short(shelves, floor, found)
    newer = replace(order_of(1, ("S0001", 1)), version=2)
    assert shelves.do(lambda work: taking_over.take_over(work, [newer])) == [result]
    assert shelves.state() == state
    books()


# --- taking over and cancelling by Work ----------------------------------------------------------


def test_versions_before_and_after_the_wave(shelves: Shelves, floor: Floor, books: Books) -> None:
    shelves.put("S0001", 9, shelves.slots(1)[0])
    first = order_of(1, ("S0001", 2))

    def take(version: int) -> list[str]:
        newer = replace(first, version=version, buyer_note=f"v{version}")
        return list(shelves.do(lambda work: taking_over.take_over(work, [newer])))

    assert take(1) == ["NEW"]
    floor.advance_orders()
    assert take(2) == ["REPLACED"]
    order = _order(floor)
    assert (order.state, order.version, order.buyer_note) == ("NEW", 2, "v2")
    with floor.hub.db.read() as tx:
        assert [line.qty_reserved for line in tx.scalars(select(OrderLine))] == [0]
        row = tx.scalars(select(History).where(History.event == "replace")).one()
        assert (row.old, row.new, row.detail) == ("ALLOCATED", "NEW", {"v": 2})
    floor.release()
    assert take(3) == ["LATE"]
    shelves.do(lambda work: orders.cancel(work, "SO-1", "", "C-1"))
    assert take(2) == ["STOPPED"]
    assert take(4) == ["REVIVED"]
    order = _order(floor)
    assert (order.state, order.version, order.buyer_note) == ("NEW", 4, "v4")
    books()


@pytest.mark.parametrize(
    ("advance", "result", "told"),
    [("new", "CANCELLED", "CANCELED"), ("waved", "CANCELLED", "CANCELED"), ("picked", "INTERCEPTING", "")],
)
def test_a_cancel_by_the_rule_and_by_the_inbox_come_to_the_same(
    shelves: Shelves, floor: Floor, books: Books, advance: str, result: str, told: str
) -> None:
    """Two ways in, one rule; twice is once."""
    shelves.put("S0001", 9, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 2)))
    if advance != "new":
        floor.release()
    if advance == "picked":
        for tote in ("T001", "T002"):
            floor.pick_next(tote)
    answer = floor.hub.works.do(lambda work: orders.cancel(work, "SO-1", "退款", "C-1"), OFFICE)
    again = floor.hub.works.do(lambda work: orders.cancel(work, "SO-1", "退款", "C-2"), OFFICE)
    floor.erp(erp.CancelOrder(erp_no="SO-2"))
    assert (answer, again) == (result, "ALREADY")
    assert shelves.state("SO-1") == shelves.state("SO-2") == result
    with floor.hub.db.read() as tx:
        sent = [row.payload["state"] for row in tx.scalars(select(OutboxMessage))]
    assert sent == ([told] * 2 if told else [])
    assert floor.hub.works.do(lambda work: orders.cancel(work, "SO-9", "", "C-3"), OFFICE) == "UNKNOWN"
    books()


def test_what_is_pulled_is_stopped(database_url: str) -> None:
    """Whoever's goods go to the shelf must not leave in a parcel."""
    assert PULLED < STOPPED
    assert all(ORDER.may(OrderState.SHORT, event) for event in ("cancel", "intercept", "restock", "replace"))
