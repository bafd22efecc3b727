"""Fewer at the slot than the book says (P15, T41, T42): what is taken, kept, planned anew, told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder
from station.outbound.picking import shorts
from station.outbound.picking.models import ShortPick
from station.outbound.waves.models import WaveOrder
from station.practice.demo import goods
from station.stock.models import Promise
from tests.floor import SUN, ZHAO, Floor
from tests.station.erp.arrivals import connect, deliver
from tests.station.outbound.shelves import BENCH, TOTE, Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _row(floor: Floor) -> ShortPick:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(ShortPick)).one()


def _seats(floor: Floor) -> list[str]:
    with floor.hub.db.read() as tx:
        return list(tx.scalars(select(WaveOrder.flag).order_by(WaveOrder.id)))


def test_the_missing_units_are_planned_from_another_slot(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """T41: book 10, found 6, need 8: six are picked, four are kept, two are taken elsewhere."""
    here, there = shelves.slots(2)
    first = shelves.put("S0001", 10, here)
    second = shelves.put("S0001", 5, there, days=320)
    floor.erp(order_of(1, ("S0001", 8)))
    floor.release()
    shelves.begin()
    answer = shelves.short(6)
    assert (answer.code, answer.step, answer.facts["big"]) == ("S-PCK-ELSEWHERE", "slot", there)
    assert "2" in answer.body["message"]["zh"]
    assert shelves.stock(first) == (4, 4), "nobody else is sent there"
    assert shelves.stock(second) == (5, 2)
    row = _row(floor)
    assert (row.wanted, row.found, row.qty_kept, row.reason, row.by) == (8, 6, 4, "TOO_FEW", "孙拣货")
    assert shelves.stops() == [(8, 6, "SHORT"), (2, 0, "OPEN")]
    shelves.walk()
    assert (shelves.state(), shelves.picked()) == ("PICKED", 8)
    books()


def test_an_order_without_goods_leaves_the_wave_and_the_picker_goes_on(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """T42: two of eight are nowhere; what was promised for the order's other line is free again."""
    here, there = shelves.slots(2)
    first, other = shelves.put("S0001", 8, here), shelves.put("S0002", 4, there)
    connect(floor.hub, "shop", "网店")
    deliver(floor.hub, "shop", order_of(1, ("S0001", 8), ("S0002", 4)))
    floor.release()
    shelves.begin()
    answer = shelves.short(6)
    assert (answer.code, answer.body["tone"], answer.step) == ("W-PCK-SHORT", "warn", "shelf")
    assert (shelves.state(), _seats(floor)) == ("SHORT", ["KICKED"])
    assert shelves.stock(first) == (2, 2)
    assert shelves.stock(other) == (4, 0)
    with floor.hub.db.read() as tx:
        order = tx.scalars(select(DeliveryOrder)).one()
        told = tx.scalars(select(OutboxMessage).where(OutboxMessage.doc_no == order.order_no)).all()
    assert order.hold_reason == "S0001×2"
    assert [message.payload.get("state") for message in told] == ["ACCEPT", "EXCEPTION", None]
    assert (told[2].kind, told[2].payload["lines"]) == (
        "order_shortage",
        [{"line_key": "1", "sku_code": "S0001", "qty_ordered": 8, "qty_missing": 2}],
    )
    books()


def test_nothing_at_all_is_typed_twice(shelves: Shelves, floor: Floor, books: Books) -> None:
    (here,) = shelves.slots(1)
    shelves.put("S0001", 3, here)
    floor.erp(order_of(1, ("S0001", 2)))
    floor.release()
    shelves.begin()
    asked = floor.scans(SUN, "pick", "CM-SHORT", "1", "0")
    assert (asked.code, asked.body["tone"], asked.step) == ("W-PCK-ZERO", "warn", "found")
    assert shelves.state() == "WAVED"
    done = floor.scans(SUN, "pick", "0")
    assert (done.code, done.step) == ("W-PCK-SHORT", "end")
    assert floor.scans(SUN, "pick", "CM-OK").code == "S-PCK-END"
    assert (shelves.state(), shelves.lists()) == ("SHORT", ["EMPTY"])
    assert floor.scans(SUN, "pick", *_again(shelves, floor)).step == "slot", "the tote is free at once"
    books()


def _again(shelves: Shelves, floor: Floor) -> list[str]:
    shelves.put("S0002", 2, shelves.slots(2)[1])
    floor.erp(order_of(9, ("S0002", 2)))
    floor.release()
    return ["CM-OK", TOTE]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("1", "EMPTY"),
        ("2", "TOO_FEW"),
        ("4", "EXPIRED"),
        ("5", "BARCODE"),
        ("6", "NOT_FOUND"),
    ],
)
def test_every_reason_is_written_down(shelves: Shelves, floor: Floor, key: str, reason: str) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    shelves.short(1, key)
    assert _row(floor).reason == reason


@pytest.mark.parametrize("step", ["slot", "product", "qty"])
def test_short_leads_on_from_every_step_of_a_stop(
    shelves: Shelves, floor: Floor, step: str, books: Books
) -> None:
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0001", 3, there, days=320)
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    if step != "slot":
        shelves.at_product()
    if step == "qty":
        floor.scans(SUN, "pick", goods.gtin(1))
    assert floor.look(SUN, "pick")["step"] == step
    asked = floor.scans(SUN, "pick", "CM-SHORT", "2")
    assert (asked.step, asked.facts["pad"]) == ("found", "qty")
    done = floor.scans(SUN, "pick", "2")
    assert (done.code, done.facts["big"]) == ("S-PCK-ELSEWHERE", there)
    assert _row(floor).reason == "TOO_FEW"
    books()


def test_all_are_there_after_all(shelves: Shelves, floor: Floor, books: Books) -> None:
    """Back from the question, back from the number, or the full number: nothing is short, undo works."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    assert floor.scans(SUN, "pick", "CM-SHORT", "CM-SKIP").step == "slot"
    assert floor.scans(SUN, "pick", "CM-SHORT", "2", "CM-SKIP").step == "slot"
    assert floor.scan(SUN, "pick", "CM-SHORT").step == "why"
    assert floor.scan(SUN, "pick", "7").code == "E-QTY-01"
    assert floor.scans(SUN, "pick", "CM-UNDO").step == "slot"
    floor.scans(SUN, "pick", "CM-SHORT", "2")
    assert floor.scan(SUN, "pick", "4").code == "E-QTY-01"
    taken = floor.scans(SUN, "pick", "3")
    assert (taken.code, taken.step, shelves.state()) == ("S-PCK-TAKEN", "drop", "PICKED")
    assert floor.scans(SUN, "pick", "CM-UNDO").step == "found"
    assert shelves.state() == "WAVED"
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(ShortPick)).all() == []
    books()


def test_some_were_taken_before_the_rest_was_missing(shelves: Shelves, floor: Floor, books: Books) -> None:
    here, there = shelves.slots(2)
    shelves.put("S0001", 5, here)
    shelves.put("S0001", 5, there, days=320)
    floor.erp(order_of(1, ("S0001", 5)))
    floor.release()
    shelves.begin()
    shelves.at_product()
    floor.scans(SUN, "pick", goods.gtin(1), "2")
    shelves.short(1)
    assert shelves.stops() == [(5, 3, "SHORT"), (2, 0, "OPEN")]
    shelves.walk()
    assert shelves.picked() == 5
    floor.scans(SUN, "pick", BENCH)
    assert len(floor.pack_tote()) == 1
    books()


def test_the_last_orders_of_a_shared_stop_go_without(shelves: Shelves, floor: Floor, books: Books) -> None:
    """Three single units from one slot, one found: the first order has it, one more elsewhere, one none."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0001", 1, there, days=320)
    floor.erp(*(order_of(number, ("S0001", 1)) for number in (1, 2, 3)))
    floor.release()
    shelves.begin()
    answer = shelves.short(1)
    assert (answer.code, answer.step) == ("W-PCK-SHORT", "slot")
    assert "1" in answer.body["message"]["en"].split("orders", maxsplit=1)[0]
    assert [shelves.state(f"SO-{number}") for number in (1, 2, 3)] == ["PICKED", "WAVED", "SHORT"]
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert len(floor.pack_tote()) == 2
    books()


def test_what_is_kept_is_promised_to_nobody_until_somebody_looked(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    row = shelves.put("S0001", 6, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    floor.release()
    shelves.begin()
    shelves.short(0)
    floor.erp(order_of(2, ("S0001", 1)))
    floor.advance_orders()
    assert shelves.state("SO-2") == "AUDITED", "the six are kept"
    short = _row(floor)
    with floor.hub.db.read() as tx:
        assert [found.id for found in shorts.open_shorts(tx)] == [short.id]
    shelves.do(lambda work: shorts.close(work, short.id))
    shelves.do(lambda work: shorts.close(work, short.id))
    assert shelves.stock(row) == (6, 0)
    with floor.hub.db.read() as tx:
        assert shorts.open_shorts(tx) == []
        assert tx.scalar(select(Promise.state).where(Promise.owner_type == "SHORT")) == "RELEASED"
    floor.advance_orders()
    assert shelves.state("SO-2") == "ALLOCATED"
    books()


def test_what_others_were_promised_there_stays_promised(shelves: Shelves, floor: Floor, books: Books) -> None:
    """Two lists want the same slot: the second picker finds out for himself; nothing is kept twice."""
    row = shelves.put("S0001", 4, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 2)))
    floor.release()
    shelves.begin()
    shelves.short(0)
    assert shelves.stock(row) == (4, 4)
    assert _row(floor).qty_kept == 2
    assert shelves.state("SO-2") == "WAVED"
    books()


def test_the_goods_of_a_short_order_go_to_the_shelf_and_it_waits_again(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """SHORT → restock → picked and packed as if nothing had been."""
    (here,) = shelves.slots(1)
    shelves.put("S0001", 3, here)
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    assert shelves.short(2).step == "shelf"
    order_id = shelves.order_id()
    with pytest.raises(Exception, match="E-ORD-03"):
        shelves.do(lambda work: orders.restock(work, order_id))
    assert floor.scans(SUN, "pick", floor.slot("INTC-1")).code == "S-PCK-SHELF"
    assert (shelves.in_place("INTC-1"), shelves.in_place("T001"), shelves.lists()) == (2, 0, ["EMPTY"])
    assert (shelves.state(), shelves.picked()) == ("SHORT", 0)
    shelves.do(lambda work: orders.restock(work, order_id))
    assert shelves.state() == "AUDITED"
    shelves.put("S0001", 3, shelves.slots(2)[1])
    floor.release()
    floor.pick_next()
    assert len(floor.pack_tote()) == 1
    books()


def test_the_office_hears_each_time_an_order_falls_short(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """With a key of its own each: an ERP that has the first may not take the second for the same."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 2, here)
    floor.erp(order_of(1, ("S0001", 2)))
    for slot in (here, there):
        if slot == there:
            shelves.do(lambda work: orders.restock(work, shelves.order_id()))
            shelves.put("S0001", 2, there)
        floor.release()
        shelves.begin()
        floor.scans(SUN, "pick", "CM-SHORT", "1", "0", "0", "CM-OK")
    assert shelves.state() == "SHORT"
    with floor.hub.db.read() as tx:
        kind = OutboxMessage.kind == "order_shortage"
        keys = list(tx.scalars(select(OutboxMessage.event_key).where(kind).order_by(OutboxMessage.id)))
        number = tx.scalar(select(DeliveryOrder.order_no))
    assert keys == [f"SHORT-{number}-1", f"SHORT-{number}-2"]
    books()


def test_a_short_order_in_a_tote_at_the_bench_is_pulled_by_the_packer(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    shelves.short(2)
    assert floor.scans(SUN, "pick", BENCH).code == "S-PCK-DONE"
    floor.scans(ZHAO, "pack", BENCH)
    assert floor.scan(ZHAO, "pack", TOTE).code == "E-INT-01"
    assert floor.look(ZHAO, "intercept")["facts"]["table"][0][1:] == ["T001", "2"]
    assert floor.scans(ZHAO, "intercept", TOTE, floor.slot("INTC-1")).code == "S-INT-DONE"
    assert (shelves.state(), shelves.lists()) == ("SHORT", ["EMPTY"])
    assert "hint" not in floor.look(ZHAO, "intercept")["facts"]
    books()


@pytest.mark.parametrize(("found", "result"), [(0, "CANCELLED"), (2, "INTERCEPTING")])
def test_the_office_may_cancel_a_short_order(
    shelves: Shelves, floor: Floor, books: Books, found: int, result: str
) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 3)))
    floor.release()
    shelves.begin()
    shelves.short(found)
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    assert shelves.state() == result
    books()


def test_a_cancel_while_the_picker_counts(shelves: Shelves, floor: Floor, books: Books) -> None:
    """At the question and at the number: E-INT-01, and on to the next stop; nothing is short."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0002", 3, there)
    floor.erp(order_of(1, ("S0001", 3)), order_of(2, ("S0002", 3)))
    floor.release()
    shelves.begin()
    floor.scans(SUN, "pick", "CM-SHORT", "2")
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    stopped = floor.scan(SUN, "pick", "1")
    assert (stopped.code, stopped.step) == ("E-INT-01", "end")
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(ShortPick)).all() == []
    floor.scans(SUN, "pick", "CM-OK")
    assert shelves.state() == "CANCELLED"
    books()
