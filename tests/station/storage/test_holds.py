"""Holding goods back (P10): by slot, lot and article, wherever they are, and letting them be sold again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.ground.scan.codes import internal
from station.ground.work import Machine, Work
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.practice.demo import goods
from station.stock.holds import Hold
from station.stock.models import Promise
from station.storage.holds import rules
from station.wiring import checks
from tests.days import Day, order_of
from tests.floor import CHEN, QIAN, SUN, ZHAO, ZHOU
from tests.station.scenarios.conftest import shelved
from tests.station.storage.conftest import Yard

__all__ = ["shelved"]
HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"
TOTE = internal("TT", "T001")
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def do(yard: Yard, rule: Callable[[Work], Hold | None]) -> str:
    """A supervisor does it at the desk; the hold's number."""

    def number(work: Work) -> str:
        made = rule(work)
        return made.hold_no if made else ""

    return yard.floor.hub.works.do(number, Machine("陈主管"))


def release(yard: Yard, hold_no: str) -> None:
    with yard.floor.hub.db.read() as tx:
        hold_id = tx.scalars(select(Hold.id).where(Hold.hold_no == hold_no)).one()
    do(yard, lambda work: rules.release(work, hold_id))


def states(yard: Yard) -> list[str]:
    with yard.floor.hub.db.read() as tx:
        return list(tx.scalars(select(DeliveryOrder.state).order_by(DeliveryOrder.id)))


def require_right(yard: Yard) -> None:
    assert checks.broken(yard.floor.hub.db) == []


@pytest.mark.both_databases
def test_a_held_lot_is_not_sold_and_its_promises_are_made_again(yard: Yard) -> None:
    old, new = yard.lot(expires=date(2026, 12, 1)), yard.lot()
    yard.bring("S0001", old, HOME)
    yard.bring("S0001", new, OTHER)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    yard.floor.release()
    yard.floor.scans(SUN, "pick", "CM-OK", TOTE)
    hold_no = do(yard, lambda work: rules.hold_lot(work, old, "glass found"))
    assert yard.at(HOME) == {("S0001", "HOLD"): 12}
    answer = yard.floor.scan(SUN, "pick", yard.slot(HOME))
    assert (answer.code, answer.facts["big"]) == ("E-EXP-10", OTHER)
    require_right(yard)
    release(yard, hold_no)
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    yard.floor.scans(SUN, "pick", yard.slot(OTHER), goods.gtin(1), "CM-OK")
    assert states(yard) == ["PICKED"]
    require_right(yard)


def test_an_article_is_held_with_all_its_lots_and_what_comes_later(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 12, 1)), HOME)
    lpn = yard.waits()

    def hold(work: Work) -> Hold:
        return rules.hold_article(work, yard.sku(work.tx, "S0001"), "wrong label")

    do(yard, hold)
    answer = yard.scans(lpn)  # its task knows that the goods are held: to quarantine with them
    assert answer.facts["big"] == "QUAR-1"
    yard.scans(answer.facts["hint"], "CM-OK")
    assert (yard.at(HOME), yard.at("QUAR-1")) == ({("S0001", "HOLD"): 12}, {("S0001", "HOLD"): 12})
    later = yard.waits()
    answer = yard.scans(later)
    yard.scans(answer.facts["hint"], "CM-OK")
    assert yard.at(answer.facts["big"])["S0001", "HOLD"] >= 12
    yard.floor.erp(order_of(1, ("S0001", 4)))
    assert yard.floor.release().orders == 0
    require_right(yard)


@pytest.mark.both_databases
def test_a_held_slot_takes_and_gives_nothing(yard: Yard) -> None:
    lot = yard.lot()
    yard.bring("S0001", lot, HOME)
    yard.bring("S0001", lot, OTHER)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    yard.floor.release()
    yard.floor.scans(SUN, "pick", "CM-OK", TOTE)
    hold_no = do(yard, lambda work: rules.hold_slot(work, HOME, "rack is bent"))
    answer = yard.floor.scan(SUN, "pick", yard.slot(HOME))
    assert (answer.code, answer.facts["big"]) == ("E-LOC-02", OTHER)
    assert yard.floor.scan(ZHOU, "move", yard.slot(HOME)).code == "E-LOC-02"
    yard.floor.scans(SUN, "pick", yard.slot(OTHER), goods.gtin(1), "CM-OK")
    release(yard, hold_no)
    yard.floor.scans(ZHOU, "move", yard.slot(HOME))
    require_right(yard)


@sqlite
def test_an_order_whose_goods_are_nowhere_else_waits_until_they_are_released(yard: Yard) -> None:
    lot = yard.lot()
    yard.bring("S0001", lot, HOME)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    yard.floor.release()
    hold_no = do(yard, lambda work: rules.hold_lot(work, lot, "to be tested"))
    assert states(yard) == ["AUDITED"]
    assert yard.floor.release().orders == 0
    release(yard, hold_no)
    assert yard.floor.release().orders == 1
    require_right(yard)


@sqlite
def test_goods_in_a_hand_are_put_back(yard: Yard) -> None:
    lot = yard.lot()
    yard.bring("S0001", lot, HOME)
    yard.floor.scans(ZHOU, "move", yard.slot(HOME), goods.gtin(1), "5")
    do(yard, lambda work: rules.hold_lot(work, lot, "to be tested"))
    answer = yard.floor.scan(ZHOU, "move", yard.slot(RESERVE))
    assert (answer.code, answer.step) == ("E-TSK-04", "source")
    assert yard.at(HOME) == {("S0001", "HOLD"): 12}
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(Promise).where(Promise.state == "OPEN")).all() == []
    require_right(yard)


@sqlite
def test_what_two_holds_are_on_is_held_until_both_are_over(yard: Yard) -> None:
    lot = yard.lot()
    yard.bring("S0001", lot, HOME)
    first = do(yard, lambda work: rules.hold_lot(work, lot, "one"))
    second = do(yard, lambda work: rules.hold_article(work, yard.sku(work.tx, "S0001"), "two"))
    release(yard, first)
    assert yard.at(HOME) == {("S0001", "HOLD"): 12}
    release(yard, second)
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}


@sqlite
@pytest.mark.parametrize("stage", ["PICKED", "PACKED", "STAGED"])
def test_a_recalled_lot_is_pulled_out_of_totes_parcels_and_lanes(
    shelved: Callable[..., Day], stage: str
) -> None:
    """The order is stopped and short of it, its goods go to the shelf, held there; nothing leaves."""
    day = shelved(order_of(1, ("S0001", 2), ("S0002", 1)))
    yard = Yard.__new__(Yard)
    yard.floor = floor = day.floor
    floor.release()
    floor.pick_next()
    bills: list[str] = []
    if stage != "PICKED":
        answer = floor.scans(ZHAO, "pack", internal("WS", "PACK1"), TOTE)
        last = "tote" if stage == "STAGED" else "weigh"
        while answer.step != last:
            answer = floor.pack_step(answer, ZHAO, bills)
    assert states(yard) == [stage]
    with floor.hub.db.read() as tx:
        lot = tx.scalars(select(Promise.lot_id).order_by(Promise.id)).first()
    assert lot is not None
    if stage == "STAGED":  # it lies on the courier's pile already
        floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B99999", "小王", bills[0])
    do(yard, lambda work: rules.hold_lot(work, lot, "recall"))
    assert states(yard) == ["SHORT"]
    if stage == "STAGED":
        assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "W-MAN-10"
    thing = bills[0] if bills else TOTE
    floor.scans(SUN, "intercept", thing, floor.slot("INTC-1"))
    assert yard.at("INTC-1") == {("S0001", "HOLD"): 2, ("S0002", "GOOD"): 1}
    with floor.hub.db.read() as tx:
        line = tx.scalars(select(OrderLine).order_by(OrderLine.id)).first()
        assert line is not None
        assert (line.qty_picked, line.qty_packed) == (0, 0)
    require_right(yard)


@pytest.fixture
def desk(yard: Yard) -> FlaskClient:
    client = create_app(hub=yard.floor.hub).test_client()
    client.set_cookie("sid", yard.floor.sign_in(CHEN, device="desk"))
    return client


def post(client: FlaskClient, page: str, to: str, **values: str) -> tuple[int, str]:
    """Fill in a form that stands on a page; where it led and what it said."""
    csrf = client.get(page).get_data(as_text=True).split('name="csrf" value="')[1].split('"')[0]
    answer = client.post(to, data={"csrf": csrf, **values}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


@sqlite
def test_the_desk_holds_and_releases(yard: Yard, desk: FlaskClient) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    new = "/desk/holds/new"
    status, page = post(desk, new, new, article="S0001", lot="2027-03-01", reason="客诉")
    assert status == 200
    assert HOME in page
    with yard.floor.hub.db.read() as tx:
        number = tx.scalars(select(Hold.hold_no)).one()
    assert number in desk.get("/desk/holds").get_data(as_text=True)
    assert yard.at(HOME) == {("S0001", "HOLD"): 12}
    status, _page = post(desk, f"/desk/holds/{number}", f"/desk/holds/{number}/release")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    status, page = post(desk, f"/desk/slots/{HOME}", f"/desk/slots/{HOME}/hold", reason="架子坏")
    assert "架子坏" in page


@sqlite
def test_a_wrong_form_says_why_and_holds_nothing(yard: Yard, desk: FlaskClient) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    yard.bring("S0001", yard.lot(), OTHER)
    new = "/desk/holds/new"
    for values, said in (
        ({"article": "NOSUCH", "reason": "x"}, "没有这个商品或批次"),
        ({"article": "S0001", "lot": "L999999", "reason": "x"}, "没有这个商品或批次"),
        ({"article": "S0001", "lot": "2027-03-01", "reason": "x"}, "有几个批次都叫这个"),
        ({"article": "S0001", "slot": HOME, "reason": "x"}, "写库位, 或写商品"),
        ({"reason": "x"}, "写库位, 或写商品"),
        ({"slot": "Z-99", "reason": "x"}, "没有这个库位"),
        ({"slot": "T001", "reason": "x"}, "库位类型不对"),
        ({"article": "S0001", "reason": " "}, "请输入文字"),
    ):
        status, page = post(desk, new, new, **values)
        assert (status, said in page) == (422, True), values
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    desk.set_cookie("sid", yard.floor.sign_in(SUN, device="desk"))
    assert desk.get(new).status_code == 403


@pytest.mark.both_databases
@pytest.mark.parametrize("_round", [1, 2])
def test_a_hold_and_a_pick_in_the_same_instant_leave_nothing_between(yard: Yard, _round: int) -> None:
    """Either the units were picked first and their order is recalled, or the picker is led elsewhere."""
    floor, held, together = yard.floor, yard.lot(expires=date(2026, 12, 1)), Barrier(2)
    yard.bring("S0001", held, HOME, 4)
    yard.bring("S0001", yard.lot(), OTHER, 4)
    floor.erp(order_of(1, ("S0001", 4)))
    floor.release()
    floor.scans(SUN, "pick", "CM-OK", TOTE, floor.slot(HOME), goods.gtin(1))

    def hold() -> None:
        together.wait()
        do(yard, lambda work: rules.hold_lot(work, held, "race"))

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(hold)
        together.wait()
        answer = floor.scan(SUN, "pick", "CM-OK")
        done.result()
    assert answer.code in {"S-PCK-LAST", "E-EXP-10", "E-STK-02"}, answer.body
    assert states(yard) == ["SHORT" if answer.ok else "WAVED"]
    require_right(yard)
