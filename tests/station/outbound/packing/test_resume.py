"""A packer walks away, changes the device, or is relieved: the next one finds goods and parcel (P17)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from station.outbound.packing import bench as screen
from station.people.models import User
from station.practice.demo import world
from station.stock import locations
from station.stock.models import LocationKind
from tests.floor import CHEN, ZHAO, Floor
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]
Hire = Callable[..., str]
OTHER = "2001"


def _stand(bench: Bench, where: str) -> str:
    """A packer stands at the step; the waybill when there is one."""
    if where == "verify":
        bench.scans(tote(1), ean(1))
        return ""
    if where == "box":
        bench.to_box(1, 1, 1)
        return ""
    bill = bench.to_label(1, 1, 1)
    if where in {"weigh", "reverify"}:
        bench.floor.weigh(bench.scans(bill), 9000)
    if where == "reverify":
        bench.scan("CM-OK")
    return bill


@pytest.mark.parametrize("where", ["verify", "box", "label", "weigh", "reverify"])
def test_another_device_shows_the_same_step(at_bench: AtBench, where: str) -> None:
    """The battery is dead: the same badge on the next handheld goes on where it was."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bill = _stand(bench, where)
    raw = {"verify": ean(1), "box": BOX, "label": bill, "weigh": "CM-MENU", "reverify": ean(1)}[where]
    before = bench.floor.look(ZHAO, "pack")
    assert before["step"] == where
    bench.floor.sign_in(ZHAO, workstation="PACK-1", device="HH-2")
    assert bench.scan(raw, device="HH-2").ok


@pytest.mark.parametrize(
    ("where", "step"),
    [("verify", "verify"), ("box", "box"), ("label", "label"), ("weigh", "weigh"), ("reverify", "weigh")],
)
def test_the_next_packer_takes_up_what_was_left(
    at_bench: AtBench, hire: Hire, books: Books, where: str, step: str
) -> None:
    """CM-MENU, and somebody else scans the tote, which may be empty by now: the same parcel, the same step."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    _stand(bench, where)
    assert bench.scans("CM-MENU").step == "tote"
    hire(OTHER, Role.PACKER)
    answer = bench.scans(BENCH, tote(1), who=OTHER)
    assert (answer.step, answer.code) == (step, "S-PAK-TOTE")
    books()


@pytest.mark.parametrize("where", ["verify", "box", "label", "weigh"])
def test_another_bench_takes_up_what_was_left(
    at_bench: AtBench, hire: Hire, books: Books, where: str
) -> None:
    """The parcel is carried over to a bench without a scale: it goes on there, and its units with it."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.floor.hub.db.write(lambda tx: locations.make(tx, "PACK-9", LocationKind.PACK))
    bill = _stand(bench, where)
    bench.scans("CM-MENU")
    hire(OTHER, Role.PACKER)
    answer = bench.scans(internal("WS", "PACK9"), tote(1), who=OTHER)
    assert answer.step == where
    if where == "verify":
        answer = bench.scans(ean(1), ean(1), who=OTHER)
    if answer.step == "box":
        bill = str(bench.scans(BOX, who=OTHER).facts["hint"])
    if where != "weigh":
        bench.scans(bill, who=OTHER)
    assert bench.scan("CM-OK", who=OTHER).code == "E-WGT-04"
    done = bench.scans(world.badge(CHEN), world.PIN, "5", who=OTHER)
    assert (done.code, bench.state(1), bench.lies("LANE")) == ("S-PAK-UNWEIGHED", "STAGED", {"GOOD": 2})
    books()


@pytest.mark.parametrize("by", ["order", "waybill"])
def test_a_parcel_is_found_by_its_paper(at_bench: AtBench, books: Books, by: str) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bill = _stand(bench, "label")
    left = bench.scans("CM-MENU")
    assert left.facts["table"] == [[bench.order_no(1), "LABELLED", ""]]
    assert bench.scans(bench.order_no(1) if by == "order" else bill).step == "label"
    bench.wait()
    bench.stick(bill)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    assert bench.scan(bench.order_no(1)).code == "E-PAK-06"
    assert bench.scan(bill).code == "E-PAK-06"
    books()


def test_an_order_whose_goods_are_not_picked_is_nowhere(at_bench: AtBench, floor: Floor) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    floor.erp(order_of(9, ("S0001", 2)))
    assert bench.scan(bench.order_no(9)).code == "E-PAK-06"
    assert bench.scan("DO9999999999").status == 422


def test_a_single_item_left_at_the_box_comes_first(at_bench: AtBench, books: Books) -> None:
    """W1: the product in the box belongs to an order already; the tote leads back to it, then to the others."""
    bench = at_bench(*(order_of(number, ("S0001", 1)) for number in (1, 2)))
    bench.scans(tote(1), ean(1), "CM-MENU")
    assert bench.scans(tote(1)).step == "box"
    bench.stick(str(bench.scans(BOX).facts["hint"]))
    assert bench.scans("CM-OK").step == "item"
    books()


def test_two_packers_never_pack_one_tote(at_bench: AtBench, hire: Hire, books: Books) -> None:
    """E-TSK-01 names the other; scanning again takes over, and the first one's screen is the start."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.scans(tote(1), ean(1))
    hire(OTHER, Role.PACKER)
    bench.scans(BENCH, who=OTHER)
    refused = bench.scan(tote(1), who=OTHER)
    assert refused.code == "E-TSK-01"
    assert "赵" in refused.body["message"]["zh"]
    taken = bench.scan(tote(1), who=OTHER)
    assert (taken.step, taken.facts["big"]) == ("verify", "1/2")
    assert bench.floor.look(ZHAO, "pack")["step"] == "tote"
    assert bench.scans(ean(1), who=OTHER).step == "box"
    books()


def test_taking_over_by_the_order(at_bench: AtBench, hire: Hire) -> None:
    bench = at_bench(order_of(1, ("S0001", 2)))
    bench.to_box(1, 1, 1)
    hire(OTHER, Role.PACKER)
    bench.scans(BENCH, who=OTHER)
    number = bench.order_no(1)
    assert bench.scan(number, who=OTHER).code == "E-TSK-01"
    assert bench.scan(number, who=OTHER).step == "box"


@pytest.mark.parametrize("where", ["verify", "box", "label", "weigh", "reverify"])
def test_a_supervisor_frees_the_packer(at_bench: AtBench, books: Books, where: str) -> None:
    """Badge and PIN at any step where nothing was refused."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    _stand(bench, where)
    if where == "reverify":
        bench.scans(ean(1))
    assert bench.scans(world.badge(CHEN), world.PIN).step == "tote"
    books()


def test_without_a_bench_nothing_is_packed(at_bench: AtBench, hire: Hire) -> None:
    """E-WS-01 for tote, order and waybill alike; a lane is no bench."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    hire(OTHER, Role.PACKER)
    for raw in (tote(1), bench.order_no(1)):
        assert bench.scan(raw, who=OTHER).code == "E-WS-01"
    assert bench.scan(bench.floor.slot("LANE-ZTO"), who=OTHER).code == "E-SCN-02"


def test_what_one_packs_is_shown_beside_the_bench(at_bench: AtBench) -> None:
    """The large screen follows the typed position: order, then weight and label."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    hub = bench.floor.hub

    def beside() -> screen.Beside:
        with hub.db.read() as tx:
            user = tx.scalars(select(User).where(User.badge == world.badge(ZHAO))).one()
            return screen.beside(tx, user.id, "PACK-1", hub.clock.now())

    assert beside().order_no == ""
    bench.scans(tote(1))
    assert (beside().order_no, beside().waybill_no) == (bench.order_no(1), "")
    bill = str(bench.scans(ean(1), ean(1), BOX).facts["hint"])
    assert beside().waybill_no == bill
    assert (beside().expected_g or 0) > 0
    bench.scans("CM-MENU")
    assert beside().order_no == ""
