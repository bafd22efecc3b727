"""The ERP hears how far its orders are, in order, and only the ERP that wants to (§6.0, P22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select

from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.scan.codes import internal
from station.ground.work import SYSTEM
from station.outbound.orders import auditing, reporting
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.floor import SUN, ZHAO, Floor
from tests.station.erp.arrivals import connect, deliver
from tests.station.scenarios.conftest import Day, order_of

Start = Callable[..., Day]
TOTE = internal("TT", "T001")
WHOLE_WAY = ["ACCEPT", "PICK", "CHECK", "PACKAGE", "WEIGH", "READY"]


@pytest.fixture
def shop(shelved: Start, floor: Floor) -> Day:
    """Goods on the shelf, an order of the folder (SO-1) and one of a shop system (SO-2)."""
    day = shelved(order_of(1, ("S0001", 2)))
    connect(floor.hub, "shop", "网店")
    deliver(floor.hub, "shop", order_of(2, ("S0002", 2)))
    day.receive()
    return day


def _told(floor: Floor, erp_no: str) -> list[Any]:
    """Everything the outbox holds about an order, in the order of delivery."""
    with floor.hub.db.read() as tx:
        order_no = tx.scalar(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == erp_no))
        query = select(OutboxMessage).where(OutboxMessage.doc_no == order_no).order_by(OutboxMessage.id)
        return list(tx.scalars(query))


def _states(floor: Floor, erp_no: str) -> list[str]:
    return [row.payload.get("state", row.kind) for row in _told(floor, erp_no)]


def test_every_reported_event_is_one_of_the_orders(floor: Floor) -> None:
    assert reporting.TOLD.keys() <= ORDER.events.keys()
    assert ORDER.then.keys() == reporting.TOLD.keys()


def test_the_shop_hears_of_every_step_and_the_folder_of_none(shop: Day, floor: Floor) -> None:
    floor.release()
    bills = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    assert _states(floor, "SO-2") == WHOLE_WAY
    assert _states(floor, "SO-1") == []
    floor.dispatch("ZTO", bills)
    assert _states(floor, "SO-2") == [*WHOLE_WAY, "shipment_confirmation"]
    assert _states(floor, "SO-1") == ["shipment_confirmation"]
    messages = _told(floor, "SO-2")
    assert {row.target for row in messages} == {"shop"}
    first, second = erp.from_data("order_state", messages[0].payload), messages[1].payload
    assert (first.event_key, first.erp_no, first.operator) == (
        f"STATE-{first.order_no}-ACCEPT-1", "SO-2", "system",
    )  # fmt: skip
    assert second["operator"] == "孙拣货"


def test_a_step_taken_back_and_made_again_is_another_event(shop: Day, floor: Floor) -> None:
    floor.advance_orders()
    deliver(floor.hub, "shop", replace(order_of(2, ("S0002", 1)), version=2))
    floor.release()
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    while answer.step in {"slot", "product", "qty"}:
        answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    if "PICK" not in _states(floor, "SO-2"):
        floor.scans(SUN, "pick", internal("WS", "PACK1"))
        answer = floor.scans(SUN, "pick", "CM-OK", internal("TT", "T002"))
        while answer.step in {"slot", "product", "qty"}:
            answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    answer = floor.scans(SUN, "pick", "CM-UNDO")
    while answer.step in {"slot", "product", "qty"}:
        answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    keys = [row.event_key.split("-", 1)[1] for row in _told(floor, "SO-2")]
    assert [key.rsplit("-", 2)[1:] for key in keys] == [
        ["ACCEPT", "1"], ["ACCEPT", "2"], ["PICK", "1"], ["PICK", "2"],
    ]  # fmt: skip


def test_nothing_is_told_of_an_order_after_its_cancel(shop: Day, floor: Floor) -> None:
    deliver(floor.hub, "shop", order_of(3, ("S0003", 1)), erp.CancelOrder(erp_no="SO-3"))
    floor.advance_orders()
    deliver(floor.hub, "shop", erp.CancelOrder(erp_no="SO-2"))
    floor.advance_orders()
    assert _states(floor, "SO-3") == ["CANCELED"]
    assert _states(floor, "SO-2") == ["ACCEPT", "CANCELED"]


def test_what_is_rolled_back_was_never_told(shop: Day, floor: Floor) -> None:
    """The message stands or falls with the step."""
    hub = floor.hub

    def work(tx: Any) -> None:
        order_id = tx.scalar(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == "SO-2"))
        auditing.audit(hub.works.work(tx, SYSTEM), [order_id])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hub.db.write(work)
    assert _states(floor, "SO-2") == []


# --- what it costs -------------------------------------------------------------------------------


@contextmanager
def _statements(hub: Hub) -> Iterator[list[str]]:
    """Every statement of the writer, prepared ones too."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        seen.append(text)

    def trace(callback: Callable[[str], None] | None) -> None:
        hub.db.write(lambda tx: tx.connection().connection.driver_connection.set_trace_callback(callback))  # type: ignore[union-attr]

    if hub.db.is_sqlite:
        trace(seen.append)
        yield seen
        trace(None)
        return
    event.listen(hub.db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(hub.db.engine, "before_cursor_execute", note)


def _lookups(seen: list[str]) -> int:
    """Looks at where an order came from."""
    return sum("erp_connection" in text for text in seen)


def test_a_scan_looks_once_where_its_order_came_from(shop: Day, floor: Floor) -> None:
    """The folder wants no states: one look in a scan that moves the order, two at the opening at most."""
    floor.release()
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    floor.scans(SUN, "pick", answer.facts["hint"])
    with _statements(floor.hub) as seen:
        answer = floor.scans(SUN, "pick", goods.gtin(1))
    assert _lookups(seen) == 0
    with _statements(floor.hub) as seen:
        answer = floor.scans(SUN, "pick", answer.facts["hint"])
    assert _lookups(seen) == 1
    floor.scans(SUN, "pick", internal("WS", "PACK1"))
    floor.scans(ZHAO, "pack", internal("WS", "PACK1"))
    with _statements(floor.hub) as seen:
        answer = floor.scans(ZHAO, "pack", TOTE)
    assert _lookups(seen) == 1
    costs = []
    while answer.step != "tote":
        with _statements(floor.hub) as seen:
            answer = floor.pack_step(answer, ZHAO, [])
        costs.append(_lookups(seen))
    assert costs == [0, 1, 0, 1, 1]


def test_many_orders_are_taken_over_without_asking_for_each(shop: Day, floor: Floor) -> None:
    many = [order_of(number, ("S0001", 1)) for number in range(100, 300)]
    with _statements(floor.hub) as seen:
        assert deliver(floor.hub, "shop", *many) == ["NEW"] * 200
    assert _lookups(seen) == 0
    assert len([text for text in seen if "SELECT" in text.upper()]) < 20


def test_many_orders_are_audited_with_one_look(shop: Day, floor: Floor) -> None:
    """Orders of the folder and of the shop in one unit of work; who wants to hears."""
    hub = floor.hub
    deliver(hub, "shop", *(order_of(number, ("S0001", 1)) for number in range(100, 150)))
    deliver(hub, "folder", *(order_of(number, ("S0001", 1)) for number in range(150, 200)))

    def work(tx: Any) -> int:
        ids = tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.state == "NEW")).all()
        return auditing.audit(hub.works.work(tx, SYSTEM), ids)

    with _statements(hub) as seen:
        assert hub.db.write(work) == 102
    assert _lookups(seen) == 1
    for number, states in ((100, ["ACCEPT"]), (149, ["ACCEPT"]), (150, []), (199, [])):
        assert _states(floor, f"SO-{number}") == states
