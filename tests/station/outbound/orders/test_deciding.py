"""What the desk decides of an order, wherever it stands: the books hold, and nobody on the floor is stuck (P11, P24)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from station import create_app
from station.exchange.models import OutboxMessage
from station.ground.documents.history import History
from station.ground.web.kit import csrf_token
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.outbound.orders import auditing, deciding
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.waves.models import WaveOrder
from tests.floor import CHEN, QIAN, SUN, ZHAO, Floor
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def _do(floor: Floor, rule: Callable[..., None], erp_no: str = "SO-1", **how: Any) -> str:
    """The desk decides it; the code of what speaks against it, else nothing."""
    with floor.hub.db.read() as tx:
        order_id = tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == erp_no)).one()
    try:
        floor.hub.works.do(partial(rule, order_id=order_id, **how), SYSTEM)
    except Refused as refusal:
        return refusal.code
    return ""


@pytest.fixture
def waved(shelves: Shelves, floor: Floor) -> Shelves:
    """Two orders of one article in a wave; goods for both, and a list nobody has taken."""
    shelves.put("S0001", 6, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 3)))
    floor.release()
    return shelves


def _to(shelves: Shelves, floor: Floor, state: str) -> None:
    """Take SO-1, alone in its list, so far."""
    shelves.begin()
    shelves.at_product()
    floor.scans(SUN, "pick", ean(1), "1" if state == "PICKING" else "CM-OK")


@pytest.mark.parametrize("state", ["AUDITED", "ALLOCATED", "WAVED"])
def test_a_held_order_gives_its_goods_back_and_begins_again(
    shelves: Shelves, floor: Floor, books: Books, state: str
) -> None:
    """Others may have what it was promised; let go it waits for goods like any other."""
    row = shelves.put("S0001", 4, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 9 if state == "AUDITED" else 4)))
    floor.release() if state == "WAVED" else floor.advance_orders()
    assert shelves.state() == state
    assert _do(floor, deciding.hold, reason="顾客来电") == ""
    assert (shelves.state(), shelves.stock(row)) == ("HOLD", (4, 0))
    books()
    assert floor.look(SUN, "pick")["facts"].get("hint", "") == "", "no list is left for it"
    floor.erp(order_of(2, ("S0001", 4)))
    floor.release()
    assert shelves.state("SO-2") == "WAVED"
    assert _do(floor, auditing.unhold) == ""
    floor.advance_orders()
    assert shelves.state() == "AUDITED"
    books()


def test_a_new_order_may_be_held_before_anybody_looked(shelves: Shelves, floor: Floor, books: Books) -> None:
    floor.erp(order_of(1, ("S0001", 1)))
    assert _do(floor, deciding.hold, reason="等") == ""
    assert _do(floor, deciding.hold, reason="等") == "E-ORD-01"
    floor.advance_orders()
    assert shelves.state() == "HOLD"
    books()


def test_what_is_being_picked_is_held_afterwards(waved: Shelves, floor: Floor, books: Books) -> None:
    """E-ORD-04 with a hint; the picker goes on as if nobody had asked."""
    _to(waved, floor, "PICKING")
    assert _do(floor, deciding.hold, reason="等") == "E-ORD-04"
    waved.walk()
    assert waved.state() == "PICKED"
    assert _do(floor, deciding.hold, reason="等") == ""
    books()


def test_a_held_order_waits_at_the_bench_and_goes_on(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """At each step of packing: E-MAN-06, the packer leaves and packs another; then it goes on where it was."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    assert _do(floor, deciding.hold, reason="等") == ""
    assert bench.scan(tote(1)).code == "E-MAN-06"
    bench.finish(bench.to_box(2, 2, 2))
    _do(floor, auditing.unhold)
    bench.scans(tote(1), ean(1), ean(1))
    assert _do(floor, deciding.hold, reason="再等") == ""
    stopped = bench.scan(BOX)
    assert (stopped.code, stopped.step) == ("E-MAN-06", "box")
    bench.scans("CM-MENU")
    assert bench.scan(tote(1)).code == "E-MAN-06"
    _do(floor, auditing.unhold)
    bench.wait()
    assert bench.scans(tote(1)).step == "box"
    bill = str(bench.scans(BOX).facts["hint"])
    bench.stick(bill)
    bench.scans("CM-OK")
    assert [bench.state(number) for number in (1, 2)] == ["STAGED", "STAGED"]
    books()


def test_a_held_parcel_stays_in_the_lane(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """E-MAN-06 at the scan, and at the closing for one that is held meanwhile; let go, it leaves with the next."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    for number in (1, 2):
        bench.finish(bench.to_box(number, number, number))
    _do(floor, deciding.hold, reason="等")
    first, second = bench.bills
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", second)
    assert floor.scan(QIAN, "dispatch", first).code == "E-MAN-06"
    _do(floor, deciding.hold, "SO-2", reason="等")
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code != "S-DSP-SHIPPED"
    assert [bench.state(number) for number in (1, 2)] == ["HOLD", "HOLD"]
    floor.scans(QIAN, "dispatch", "CM-MENU")
    _do(floor, auditing.unhold)
    assert bench.state(1) == "STAGED"
    books()


def test_a_held_single_item_is_no_surplus(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """Two orders for one unit each in one tote, both held: the unit is E-MAN-06, never "already complete"."""
    bench = at_bench(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    for number in (1, 2):
        _do(floor, deciding.hold, f"SO-{number}", reason="等")
    bench.scans(tote(1))
    refused = bench.scan(ean(1))
    assert (refused.code, refused.step) == ("E-MAN-06", "item")
    assert bench.scans("CM-MENU").step == "tote"
    books()


def test_out_of_the_wave_and_into_the_next(waved: Shelves, floor: Floor, books: Books) -> None:
    assert _do(floor, deciding.kick, reason="换快递") == ""
    with floor.hub.db.read() as tx:
        seats = list(tx.scalars(select(WaveOrder.flag).order_by(WaveOrder.id)))
    assert (waved.state(), waved.state("SO-2"), sorted(seats)) == ("AUDITED", "WAVED", ["IN", "KICKED"])
    books()
    floor.release()
    assert waved.state() == "WAVED"
    assert _do(floor, deciding.kick, reason="再来") == ""
    _to(waved, floor, "PICKING")
    assert _do(floor, deciding.kick, "SO-2", reason="太晚") == "E-ORD-01"
    books()


def test_a_picker_finds_the_stop_of_a_kicked_order_gone(waved: Shelves, floor: Floor, books: Books) -> None:
    """The list is in somebody's hands: the next scan says so, and the walk ends without a trace."""
    waved.begin()
    assert _do(floor, deciding.kick, reason="换快递") == ""
    gone = floor.scan(SUN, "pick", floor.slot(waved.slots(1)[0]))
    assert (gone.code, gone.step) == ("E-INT-01", "end")
    assert floor.scans(SUN, "pick", "CM-OK").step == "list"
    books()


def test_an_urgent_order_goes_first(shelves: Shelves, floor: Floor, books: Books) -> None:
    shelves.put("S0001", 6, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 3)))
    assert _do(floor, deciding.prioritise, "SO-2", reason="催发货", is_urgent=True) == ""
    floor.release()
    shelves.begin()
    assert shelves.stops()[0][0] in {2, 3}
    assert floor.look(SUN, "pick")["facts"]["lines"][0]["value"].startswith("3")
    with floor.hub.db.read() as tx:
        told = tx.scalars(select(History).where(History.event == "hurry")).one()
    assert told.reason == "催发货"
    assert _do(floor, deciding.prioritise, "SO-2", reason="不催了", is_urgent=False) == ""
    books()


@pytest.mark.parametrize("state", ["AUDITED", "WAVED", "PICKING", "PICKED", "HOLD"])
def test_the_desk_cancels_and_the_office_hears_of_it(
    shelves: Shelves, floor: Floor, books: Books, state: str
) -> None:
    """Where nothing was picked it is over at once; else the goods are brought to the shelf, and then it is."""
    shelves.put("S0001", 2, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 9 if state == "AUDITED" else 2)))
    floor.release()
    if state in {"PICKING", "PICKED"}:
        _to(shelves, floor, state)
    if state == "HOLD":
        _do(floor, deciding.hold, reason="等")
    assert shelves.state() == state
    assert _do(floor, deciding.cancel, reason="顾客取消") == ""
    if state in {"PICKING", "PICKED"}:
        assert shelves.state() == "INTERCEPTING"
        screen = floor.look(SUN, "pick")
        if screen["step"] in {"slot", "product", "qty"}:
            assert floor.scan(SUN, "pick", "CM-OK" if screen["step"] == "qty" else ean(1)).code == "E-INT-01"
        floor.scans(SUN, "pick", floor.slot("INTC-1"))
    assert shelves.state() == "CANCELLED"
    with floor.hub.db.read() as tx:
        told = list(tx.scalars(select(OutboxMessage.payload)))
    assert [row["state"] for row in told if row.get("state") == "CANCELED"] == ["CANCELED"]
    assert _do(floor, deciding.cancel, reason="再来") == "E-ORD-01"
    assert floor.look(SUN, "pick")["step"] == "list"
    books()


# --- by the buttons -------------------------------------------------------------------------------


def test_the_page_offers_what_may_be_decided(waved: Shelves, floor: Floor, books: Books) -> None:
    ends = {OrderState.SHIPPED, OrderState.CANCELLED, OrderState.INTERCEPTING, OrderState.INTERCEPTED}
    assert set(OrderState) - deciding.CANCELLABLE == ends
    client = create_app(hub=floor.hub).test_client()
    token = floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", token)
    with floor.hub.db.read() as tx:
        number = tx.scalar(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == "SO-1"))
    address = f"/desk/orders/{number}"
    send = partial(client.post, follow_redirects=True)
    csrf = csrf_token(token)
    page = client.get(address).text
    for key in ("hold", "kick", "hurry", "cancel"):
        assert f'action="{address}/{key}"' in page
    assert f'action="{address}/unhold"' not in page
    refused = send(f"{address}/hold", data={"csrf": csrf, "reason": " "})
    assert (refused.status_code, "E-TXT-01" in refused.text) == (422, True)
    assert "取消加急" in send(f"{address}/hurry", data={"csrf": csrf, "reason": "催"}).text
    assert "剔出波次" not in send(f"{address}/kick", data={"csrf": csrf, "reason": "换"}).text
    held = send(f"{address}/hold", data={"csrf": csrf, "reason": "顾客来电"}).text
    assert "顾客来电" in held
    assert "/unhold" in held
    gone = send(f"{address}/cancel", data={"csrf": csrf, "reason": "不要了"}).text
    assert 'class="plain plain-strong" type="submit"' not in gone, "nothing is left to decide"
    again = send(f"{address}/cancel", data={"csrf": csrf, "reason": "不要了"})
    assert (again.status_code, "E-ORD-01" in again.text) == (422, True)
    assert client.post("/desk/orders/DO-NONE/hold", data={"csrf": csrf, "reason": "x"}).status_code == 404
    books()


@pytest.mark.parametrize("key", ["hold", "kick", "hurry", "cancel"])
def test_a_packer_decides_nothing(waved: Shelves, floor: Floor, key: str) -> None:
    client = create_app(hub=floor.hub).test_client()
    token = floor.sign_in(ZHAO, device="DESK")
    client.set_cookie("sid", token)
    answer = client.post(f"/desk/orders/DO1/{key}", data={"csrf": csrf_token(token), "reason": "x"})
    assert (answer.status_code, waved.state()) == (403, "WAVED")
