"""The courier's pickup (P21): every refusal, every way out, and taking up what was left open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from station.carriers.models import Waybill, WaybillRange
from station.ground.words.actor import Role
from station.outbound.dispatch.models import Manifest, ManifestParcel
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import world
from tests.floor import QIAN, Answer, Floor
from tests.station.outbound.bench import Bench
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]
OTHER = "2002"


@pytest.fixture
def lane(at_bench: AtBench) -> Bench:
    """Two parcels stand in ZTO's lane."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    for number in (1, 2):
        bench.finish(bench.to_box(number, number, number))
    return bench


def _open(floor: Floor, *bills: str, who: str = QIAN) -> Answer:
    return floor.scans(who, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)


def _number(floor: Floor) -> str:
    with floor.hub.db.read() as tx:
        return str(tx.scalar(select(Manifest.manifest_no).order_by(Manifest.id.desc()).limit(1)))


def _sign(floor: Floor) -> Answer:
    return floor.scans(QIAN, "dispatch", world.badge(QIAN), world.PIN)


def test_an_empty_lane_needs_no_manifest(lane: Bench, floor: Floor) -> None:
    """E-MAN-08 before anybody types a plate; the lane with parcels goes on."""
    refused = floor.scan(QIAN, "dispatch", floor.slot("LANE-YTO"))
    assert (refused.code, refused.step) == ("E-MAN-08", "lane")
    assert floor.scan(QIAN, "dispatch", floor.slot("INTC-1")).code == "E-LOC-03"
    assert floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO")).step == "plate"
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(Manifest.id)) is None


@pytest.mark.parametrize("raws", [(), ("沪B1",), ("沪B1", "小王")])
def test_a_dispatcher_can_always_leave(lane: Bench, floor: Floor, raws: tuple[str, ...]) -> None:
    """At plate, courier and parcel; an empty manifest stays open, is listed, and can be taken up."""
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), *raws)
    left = floor.scans(QIAN, "dispatch", "CM-MENU")
    assert left.step == "lane"
    if len(raws) == 2:
        assert left.facts["table"] == [[_number(floor), "小王", "0"]]
        back = floor.scans(QIAN, "dispatch", _number(floor))
        assert (back.step, back.facts["big"]) == ("parcel", "0")


def test_a_manifest_left_open_is_taken_up_by_a_colleague(
    lane: Bench, floor: Floor, hire: Callable[..., str], books: Books
) -> None:
    """One parcel is on it; the colleague loads the other and signs."""
    _open(floor, lane.bills[0])
    floor.scans(QIAN, "dispatch", "CM-MENU")
    hire(OTHER, Role.DISPATCHER)
    back = floor.scans(OTHER, "dispatch", _number(floor))
    assert (back.step, back.facts["big"]) == ("parcel", "1")
    floor.scans(OTHER, "dispatch", lane.bills[1], "CM-CLOSE")
    done = floor.scans(OTHER, "dispatch", world.badge(OTHER), "1234")
    assert done.code == "S-DSP-SHIPPED"
    assert [lane.state(number) for number in (1, 2)] == ["SHIPPED", "SHIPPED"]
    books()


def test_taking_over_a_manifest_somebody_holds(lane: Bench, floor: Floor, hire: Callable[..., str]) -> None:
    _open(floor, lane.bills[0])
    hire(OTHER, Role.DISPATCHER)
    assert floor.scan(OTHER, "dispatch", _number(floor)).code == "E-TSK-01"
    taken = floor.scan(OTHER, "dispatch", _number(floor))
    assert (taken.step, taken.facts["big"]) == ("parcel", "1")
    assert floor.look(QIAN, "dispatch")["step"] == "lane"


def test_a_closed_manifest_is_taken_up_at_the_signature(lane: Bench, floor: Floor, books: Books) -> None:
    """Left between closing and signing; E-MAN-09 once it is signed."""
    _open(floor, *lane.bills)
    floor.scans(QIAN, "dispatch", "CM-CLOSE", "CM-MENU")
    number = _number(floor)
    assert floor.scans(QIAN, "dispatch", number).step == "dispatcher"
    assert _sign(floor).code == "S-DSP-SHIPPED"
    gone = floor.scan(QIAN, "dispatch", number)
    assert gone.code == "E-MAN-09"
    assert "Signed" in gone.body["message"]["en"]
    books()


def test_a_parcel_scanned_by_mistake_comes_off(lane: Bench, floor: Floor, books: Books) -> None:
    """CM-UNDO takes the last one off; it may be scanned again, and counts once."""
    _open(floor, *lane.bills)
    back = floor.scans(QIAN, "dispatch", "CM-UNDO")
    assert back.facts["big"] == "1"
    assert floor.scan(QIAN, "dispatch", "CM-UNDO").code == "E-CMD-02"
    assert floor.scans(QIAN, "dispatch", lane.bills[1]).facts["big"] == "2"
    books()


def test_a_parcel_is_on_one_manifest_only(
    lane: Bench, floor: Floor, hire: Callable[..., str], books: Books
) -> None:
    """E-MAN-05 names the other manifest (I6)."""
    _open(floor, lane.bills[0])
    first = _number(floor)
    hire(OTHER, Role.DISPATCHER)
    _open(floor, who=OTHER)
    refused = floor.scan(OTHER, "dispatch", lane.bills[0])
    assert refused.code == "E-MAN-05"
    assert first in refused.body["message"]["zh"]
    with floor.hub.db.read() as tx:
        assert len(tx.scalars(select(ManifestParcel.parcel_id)).all()) == 1
    books()


def test_an_order_on_hold_does_not_leave(lane: Bench, floor: Floor) -> None:
    """E-MAN-06."""
    _open(floor)
    hold = update(DeliveryOrder).where(DeliveryOrder.erp_no == "SO-1").values(state="HOLD")
    floor.hub.db.write(lambda tx: tx.execute(hold))
    assert floor.scan(QIAN, "dispatch", lane.bills[0]).code == "E-MAN-06"


def test_a_parcel_still_at_the_bench_does_not_leave(at_bench: AtBench, floor: Floor) -> None:
    """E-MAN-03 with a label stuck but not weighed; E-MAN-01 for a number nobody knows."""
    bench = at_bench(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)))
    bench.finish(bench.to_box(1, 1, 1))
    bench.to_weigh(2, 2, 2)
    _open(floor)
    assert floor.scan(QIAN, "dispatch", bench.bills[1]).code == "E-MAN-03"
    assert floor.scan(QIAN, "dispatch", "SF99887766").code == "E-MAN-01"


def test_an_emptied_manifest_cannot_be_closed_but_left(lane: Bench, floor: Floor, books: Books) -> None:
    """All its parcels were cancelled: W-MAN-10 is an accepted answer, E-MAN-08 a refusal, CM-MENU the way out."""
    _open(floor, *lane.bills)
    for number in (1, 2):
        lane.cancel(number)
    answer = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert (answer.status, answer.code, answer.body["tone"]) == (200, "W-MAN-10", "intercept")
    assert answer.facts["big"] == "0"
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "E-MAN-08"
    assert floor.scan(QIAN, "dispatch", lane.bills[0]).code == "E-INT-01"
    assert floor.scans(QIAN, "dispatch", "CM-MENU").step == "lane"
    books()


def test_a_cancel_between_closing_and_signing(lane: Bench, floor: Floor, books: Books) -> None:
    """The manifest opens again without the parcel; nothing was shipped yet."""
    _open(floor, *lane.bills)
    floor.scans(QIAN, "dispatch", "CM-CLOSE")
    lane.cancel(1)
    answer = _sign(floor)
    assert (answer.code, answer.step, answer.facts["big"]) == ("W-MAN-10", "parcel", "1")
    assert lane.state(2) == "STAGED"
    floor.scans(QIAN, "dispatch", "CM-CLOSE")
    assert _sign(floor).code == "S-DSP-SHIPPED"
    assert (lane.state(1), lane.state(2)) == ("INTERCEPTING", "SHIPPED")
    books()


def test_what_is_left_behind_is_confirmed(lane: Bench, floor: Floor, books: Books) -> None:
    """E-MAN-07, then CM-OK; or the parcel is found and scanned."""
    _open(floor, lane.bills[0])
    left = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert (left.code, left.step, left.facts["big"]) == ("E-MAN-07", "left", "1")
    assert floor.scans(QIAN, "dispatch", lane.bills[1]).step == "parcel"
    floor.scans(QIAN, "dispatch", "CM-UNDO")
    floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert floor.scans(QIAN, "dispatch", "CM-OK").step == "dispatcher"
    _sign(floor)
    assert sorted(lane.state(number) for number in (1, 2)) == ["SHIPPED", "STAGED"]
    books()


@pytest.mark.parametrize(("left", "code"), [(199, "W-WB-11"), (200, "S-DSP-LANE")])
def test_the_carrier_is_asked_for_numbers_in_time(lane: Bench, floor: Floor, left: int, code: str) -> None:
    """`wb_low`: when the courier is here, the dispatcher hears that numbers run out."""
    change = update(WaybillRange).values(last_serial=WaybillRange.next_serial + left - 1)
    floor.hub.db.write(lambda tx: tx.execute(change))
    answer = floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"))
    assert (answer.code, answer.step) == (code, "plate")
    if code == "W-WB-11":
        assert "199" in answer.body["message"]["zh"]


def test_shipping_is_one_unit_of_work(lane: Bench, floor: Floor, books: Books) -> None:
    """T69: one message for each parcel, LANE → CUSTOMER, waybills HANDED."""
    _open(floor, *lane.bills)
    floor.scans(QIAN, "dispatch", "CM-CLOSE")
    assert lane.told("shipment_confirmation") == []
    _sign(floor)
    assert len(lane.told("shipment_confirmation")) == 2
    assert (lane.lies("LANE"), lane.waybills()) == ({}, ["HANDED", "HANDED"])
    with floor.hub.db.read() as tx:
        assert len(tx.scalars(select(Waybill.id)).all()) == 2
    books()
