"""A cancel at every stage of an order, told alike (P24, T70–T77): nothing is lost, nothing leaves, nothing stays promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from printers.schema import print_job
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.outbound.waves.models import WaveOrder
from station.stock.models import Stock
from tests.floor import QIAN, SUN, ZHAO, Floor
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]
STAGES = (
    "NEW", "ALLOCATED", "WAVED", "TAKEN", "PICKING", "PICKED", "AT_BENCH", "SEEN_ONE", "IN_BOX", "LABELLED",
    "PACKED", "STAGED", "ON_MANIFEST", "CLOSED_MANIFEST",
)  # fmt: skip
UNTOUCHED = STAGES[:4]
"""Where nothing was picked: the cancel ends it at once."""


@pytest.fixture
def bench(shelves: Shelves, floor: Floor) -> Bench:
    """Goods in their slots, and order SO-1 for two of S0001 and one of S0002."""
    for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
        shelves.put(sku, 6, slot)
    floor.erp(order_of(1, ("S0001", 2), ("S0002", 1)))
    return Bench(floor)


def _pick_one_line(bench: Bench) -> None:
    answer = bench.floor.scans(SUN, "pick", "CM-OK", tote(1))
    answer = bench.floor.scans(SUN, "pick", answer.facts["hint"])
    bench.floor.scans(SUN, "pick", bench.floor.barcode(answer.facts["hint"]), "CM-OK")


def _bring(bench: Bench) -> None:
    bench.floor.pick_next("T001")
    bench.scans(BENCH)


def _see_the_rest(bench: Bench) -> None:
    bench.wait()
    bench.scans(ean(1), ean(2))


def _load(bench: Bench) -> None:
    bench.floor.scans(QIAN, "dispatch", bench.floor.slot("LANE-ZTO"), "沪B1", "小王", bench.bills[0])


WAY: tuple[tuple[str, Callable[[Bench], object]], ...] = (
    ("ALLOCATED", lambda bench: bench.floor.advance_orders()),
    ("WAVED", lambda bench: bench.floor.release()),
    ("PICKED", _bring),
    ("AT_BENCH", lambda bench: bench.scans(tote(1))),
    ("SEEN_ONE", lambda bench: bench.scans(ean(1))),
    ("IN_BOX", _see_the_rest),
    ("LABELLED", lambda bench: bench.scans(BOX)),
    ("PACKED", lambda bench: bench.stick(str(bench.floor.look(ZHAO, "pack")["facts"]["hint"]))),
    ("STAGED", lambda bench: bench.scans("CM-OK")),
    ("ON_MANIFEST", _load),
    ("CLOSED_MANIFEST", lambda bench: bench.floor.scans(QIAN, "dispatch", "CM-CLOSE")),
)
BESIDE: dict[str, Callable[[Bench], object]] = {
    "TAKEN": lambda bench: bench.floor.scans(SUN, "pick", "CM-OK", tote(1)),
    "PICKING": _pick_one_line,
}
"""Stages of the walk, which begin at WAVED."""


def _advance(bench: Bench, stage: str) -> None:
    """The order comes as far as `stage`."""
    names = [name for name, _step in WAY]
    last = "WAVED" if stage in BESIDE else stage
    for _name, step in WAY[: names.index(last) + 1] if last in names else ():
        step(bench)
    if stage in BESIDE:
        BESIDE[stage](bench)


def _in_house(floor: Floor) -> int:
    with floor.hub.db.read() as tx:
        return int(tx.scalar(select(func.sum(Stock.on_hand))) or 0)


def _open_promises(floor: Floor) -> int:
    lines = select(OrderLine.id).join(DeliveryOrder).where(DeliveryOrder.erp_no == "SO-1")
    query = select(func.count()).select_from(Allocation)
    with floor.hub.db.read() as tx:
        return tx.scalar(query.where(Allocation.owner_id.in_(lines), Allocation.state == "OPEN")) or 0


@pytest.mark.parametrize("stage", STAGES)
def test_a_cancel_is_obeyed_wherever_it_catches_the_order(
    bench: Bench, floor: Floor, books: Books, stage: str
) -> None:
    """CANCELLED at once, or with the goods on the shelf; the office hears CANCELED once, however often it
    asks. 剔除 from the wave; parcels VOID and the carrier's number given up (acquired = used + cancelled).
    """
    _advance(bench, stage)
    whole = _in_house(floor)
    bench.cancel(1)
    assert bench.state(1) == ("CANCELLED" if stage in UNTOUCHED else "INTERCEPTING")
    assert _open_promises(floor) == 0
    books()
    if stage not in UNTOUCHED:
        _pull(bench, stage)
    bench.cancel(1)
    assert bench.state(1) == "CANCELLED"
    assert [message["state"] for message in bench.told("order_state")] == ["CANCELED"]
    assert bench.told("shipment_confirmation") == []
    assert _in_house(floor) == whole
    assert floor.look(QIAN, "intercept")["facts"].get("table", []) == []
    with floor.hub.db.read() as tx:
        assert set(tx.scalars(select(WaveOrder.flag))) <= {"KICKED", "DONE"}
    assert {state for _no, state in bench.parcels(1)} <= {"VOID"}
    assert bench.waybills() == ["CANCELLED"] * (STAGES.index(stage) >= STAGES.index("LABELLED"))
    books()


def _pull(bench: Bench, stage: str) -> None:
    """The list names the order; its goods go to the shelf."""
    floor, number = bench.floor, bench.order_no(1)
    if stage == "PICKING":
        floor.scans(SUN, "pick", "CM-MENU")
    assert [row[0] for row in floor.look(QIAN, "intercept")["facts"]["table"]] == [number]
    floor.scans(QIAN, "intercept", number, bench.shelf())
    assert bench.lies("INTC") == {"GOOD": 2 if stage == "PICKING" else 3}


def test_papers_of_a_cancelled_order_that_wait_are_not_printed(bench: Bench, floor: Floor) -> None:
    """Label and slip were queued and no printer has taken them: withdrawn with the order."""
    _advance(bench, "LABELLED")
    bench.cancel(1)
    floor.scans(QIAN, "intercept", bench.order_no(1), bench.shelf())
    kinds = select(print_job.c.kind, print_job.c.state).where(
        print_job.c.kind.in_(("waybill", "packing_slip"))
    )
    with floor.hub.db.read() as tx:
        assert {tuple(row) for row in tx.execute(kinds)} == {
            ("waybill", "CANCELLED"),
            ("packing_slip", "CANCELLED"),
        }


def test_a_cancel_of_one_order_leaves_the_other_in_the_same_tote(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """W1: three share a tote; the cancelled one's unit goes to the shelf, two parcels leave."""
    shelves.put("S0001", 6, shelves.slots(1)[0])
    floor.erp(*(order_of(number, ("S0001", 1)) for number in (1, 2, 3)))
    floor.release()
    bench = Bench(floor)
    bench.pick_all()
    bench.cancel(2)
    floor.scans(QIAN, "intercept", bench.order_no(2), bench.shelf())
    bills = floor.pack_tote()
    done = floor.dispatch("ZTO", bills)
    assert done.code == "S-DSP-SHIPPED"
    assert [bench.state(number) for number in (1, 2, 3)] == ["SHIPPED", "CANCELLED", "SHIPPED"]
    assert len(bench.told("shipment_confirmation")) == 2
    assert bench.lies("INTC") == {"GOOD": 1}
    books()
