"""Orders and shipments of both sides: what is listed, explained and left alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from station.erp.models import InboxProblem
from station.outbound.orders.models import DeliveryOrder
from tests.station.erp.compare.twin import Office


def test_orders_that_only_one_side_holds_open(office: Office) -> None:
    for number, state in (("E1", "PICKING"), ("E2", "HOLD"), ("E4", "CANCELLED"), ("E5", "NEW")):
        office.yard.order(number, state, "erp")
    office.yard.order("X1", "NEW", "other")
    office.twin.orders, office.twin.sent = {"E1", "E3", "E4"}, {"E5": "SF9"}
    run = office.run()
    assert office.listed() == [
        ("E2", "HOLD", "NOT_OPEN", ""), ("E3", "NONE", "OPEN", ""), ("E4", "CANCELLED", "OPEN", ""),
        ("E5", "NEW", "SHIPPED SF9", ""),
    ]  # fmt: skip
    assert (run.compared, run.error) == (5, "NO_STOCK")
    office.twin.orders = {"E1", "E2", "E5"}
    office.run()
    assert office.listed() == []
    assert len(office.rows(gone=True)) == 4


def test_an_order_waiting_for_a_person_explains_itself(office: Office) -> None:
    now = office.yard.clock.now()
    problem = {
        "source": "erp", "doc_type": "order", "doc_no": "E3", "payload": {}, "code": "E-ERP-93", "why": "S9",
        "first_at": now, "last_at": now,
    }  # fmt: skip
    office.db.write(lambda tx: tx.execute(insert(InboxProblem).values(**problem)))
    office.twin.orders = {"E3"}
    office.run()
    assert office.listed() == [("E3", "NONE", "OPEN", "problem=1")]


def test_shipped_here_and_open_there_is_one_difference(office: Office) -> None:
    office.ship("E1", "SF1", state="PENDING")
    office.ship("E2", "SF2")
    office.twin.orders, office.twin.sent = {"E1", "E2"}, {}
    office.run()
    assert [(row.what, row.key, row.explained) for row in office.rows()] == [
        ("order", "E1", "shipment_confirmation=1"), ("order", "E2", ""),
    ]  # fmt: skip


def test_shipments_the_erp_does_not_count_or_knows_otherwise(office: Office) -> None:
    office.ship("E1", "SF1")
    office.ship("E2", "SF2")
    office.ship("E3", "SF3", state="DEAD")
    office.ship("E4", "SF4")
    office.ship("E5", "SF5", state="PENDING")
    office.twin.orders, office.twin.sent = set(), {"E1": "sf1; sf7", "E2": "SF8", "E5": "SF5"}
    run = office.run()
    assert office.listed() == [
        ("E2", "SHIPPED SF2", "SHIPPED SF8", ""),
        ("E3", "SHIPPED SF3", "NOT_SHIPPED", "shipment_confirmation=1 DEAD=1"),
        ("E4", "SHIPPED SF4", "NOT_SHIPPED", ""),
    ]
    assert (run.compared, run.differences) == (5, 3)
    office.told("SHIP-E3")
    office.twin.sent = {f"E{at}": f"SF{at}" for at in range(1, 6)}
    office.run()
    assert office.listed() == []


def test_without_tracking_in_the_erp_only_the_state_counts(office: Office) -> None:
    office.ship("E1", "SF1")
    office.twin.sent = {"E1": ""}
    office.run()
    assert office.listed() == []


def test_of_an_erp_that_cannot_tell_the_undelivered_are_listed(office: Office) -> None:
    office.ship("E1", "SF1", state="PENDING", days_ago=40)
    office.ship("E2", "SF2")
    run = office.run()
    assert office.listed() == [("E1", "SHIPPED SF1", "UNKNOWN", "shipment_confirmation=1")]
    assert run.error == "NO_STOCK NO_ORDERS NO_SHIPPED EXPLAINED=1"
    office.told("SHIP-E1")
    office.run()
    assert office.listed() == []


def test_an_old_difference_is_followed_and_a_very_old_one_left_alone(office: Office) -> None:
    clock = office.yard.clock
    office.ship("E1", "SF1")
    office.twin.sent = {"E9": "x"}
    office.run()
    assert office.twin.since[-1] == clock.today() - timedelta(days=9)
    shipped_on = clock.today()
    clock.advance(days=30)
    office.run()
    assert office.twin.since[-1] == shipped_on - timedelta(days=2)
    assert [row.times for row in office.rows()] == [2]
    clock.advance(days=60)
    office.run()
    assert [(row.times, row.gone_at) for row in office.rows()] == [(2, None)]


def test_an_order_shipped_while_the_erp_answers_is_not_judged(office: Office) -> None:
    office.yard.order("E1", "STAGED", "erp")
    office.twin.orders = {"E1"}
    ship = update(DeliveryOrder).values(state="SHIPPED", shipped_at=office.yard.clock.now())
    office.twin.meanwhile = lambda: office.db.write(lambda tx: tx.execute(ship))
    run = office.run()
    assert (office.listed(), run.error) == ([], "NO_STOCK NO_SHIPPED MOVING=1")
