"""Correcting the books (P5, P27): two signatures, a reason, never below zero, and a mirror for a mistake."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from station import create_app
from station.ground.documents.signatures import Signature
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods, world
from station.stock.models import ClosedMonth, HandlingUnit, Movement
from station.storage.adjusting.models import Adjustment
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, SUN, ZHOU, Answer
from tests.station.storage.conftest import Yard
from tests.station.storage.test_holds import desk, post

__all__ = ["desk"]
HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"
OATS = goods.gtin(1)
SIGNED = (world.badge(ZHOU), world.PIN, world.badge(CHEN), world.PIN)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def scans(yard: Yard, *raws: str) -> Answer:
    return yard.floor.scans(ZHOU, "adjust", *raws)


def scan(yard: Yard, raw: str) -> Answer:
    return yard.floor.scan(ZHOU, "adjust", raw)


def require_right(yard: Yard) -> None:
    assert checks.broken(yard.floor.hub.db) == []


def adjusted(yard: Yard) -> int:
    with yard.floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(Movement).where(Movement.type == "ADJUST")) or 0


@pytest.mark.both_databases
@pytest.mark.parametrize("there", [9, 15])
def test_fewer_or_more_by_scan_with_two_signatures(yard: Yard, there: int) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    answer = scans(yard, yard.slot(HOME), OATS)
    assert answer.step == "qty"
    assert (
        next(line["value"] for line in answer.facts["lines"] if line["label"]["en"] == "In the book") == "12"
    )
    answer = scans(yard, str(there), "1", *SIGNED[:3])
    assert adjusted(yard) == 0
    answer = scans(yard, SIGNED[3])
    assert (answer.code, answer.step) == ("S-ADJ-DONE", "slot")
    assert yard.at(HOME) == {("S0001", "GOOD"): there}
    with yard.floor.hub.db.read() as tx:
        made = tx.scalars(select(Adjustment)).one()
        signed = tx.execute(
            select(Signature.meaning, Signature.signer)
            .where(Signature.doc_no == made.adjustment_no)
            .order_by(Signature.id)
        ).all()
    assert (made.state, made.reason) == ("POSTED", "PICK_ERROR")
    assert [row.meaning for row in signed] == ["FINDER", "SUPERVISOR"]
    assert len({row.signer for row in signed}) == 2
    require_right(yard)


@sqlite
def test_one_person_is_not_two_and_a_picker_is_no_keeper(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS, "9", "1")
    assert scan(yard, world.badge(SUN)).code == "E-AUTH-02"
    scans(yard, world.badge(ZHOU), world.PIN)
    assert scan(yard, world.badge(ZHOU)).code == "E-AUTH-02"
    assert scan(yard, "CM-MENU").code == "S-LEFT"
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert adjusted(yard) == 0


@sqlite
def test_what_the_book_says_already_and_what_never_came_are_refused(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS)
    assert scan(yard, "12").code == "E-ADJ-02"
    scans(yard, "CM-SKIP", yard.slot(HOME))
    assert scan(yard, goods.gtin(3)).code == "E-ADJ-04"


@sqlite
def test_goods_that_stood_elsewhere_by_the_book_are_found_in_a_slot(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(OTHER), OATS, "3", "1", *SIGNED)
    assert yard.at(OTHER) == {("S0001", "GOOD"): 3}
    require_right(yard)


@sqlite
def test_a_carton_that_is_not_full(yard: Yard) -> None:
    lpn = yard.bring("S0001", yard.lot(), RESERVE, carton=True)
    scans(yard, yard.slot(RESERVE), lpn, "11", "3", *SIGNED)
    assert yard.at(RESERVE) == {("S0001", "GOOD"): 11}
    scans(yard, yard.slot(RESERVE), lpn, "0", "3", *SIGNED)
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(HandlingUnit.state).where(HandlingUnit.lpn == lpn)) == "EMPTY"
    require_right(yard)


@pytest.mark.both_databases
def test_promised_goods_that_are_gone_are_taken_from_whom_they_were_promised_to(yard: Yard) -> None:
    lot = yard.lot(expires=date(2026, 12, 1))
    yard.bring("S0001", lot, HOME)
    yard.bring("S0001", yard.lot(), OTHER)
    yard.floor.erp(order_of(1, ("S0001", 10)))
    yard.floor.release()
    scans(yard, yard.slot(HOME), OATS, "1", "5", "1", *SIGNED)
    assert yard.at(HOME) == {("S0001", "GOOD"): 5}
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(DeliveryOrder.state)).one() == "WAVED"
    require_right(yard)


@sqlite
def test_a_closed_month_and_a_frozen_slot_take_no_correction(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    scans(yard, yard.slot(HOME), OATS, "9", "1", *SIGNED[:3])
    db, now = yard.floor.hub.db, yard.floor.hub.clock.now()
    closed = insert(ClosedMonth).values(month="2026-05", closed_at=now, closed_by="x")
    db.write(lambda tx: tx.execute(closed))
    assert scan(yard, world.PIN).code == "E-FIN-02"
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    with db.read() as tx:
        assert tx.scalars(select(Adjustment)).all() == []
    scans(yard, "CM-MENU")
    yard.change(OTHER, state="FROZEN")
    assert scan(yard, yard.slot(OTHER)).code == "E-LOC-02"


@sqlite
def test_a_book_that_moved_before_the_signature_is_looked_at_again(yard: Yard) -> None:
    lot = yard.lot()
    yard.bring("S0001", lot, HOME)
    scans(yard, yard.slot(HOME), OATS, "9", "1", *SIGNED[:3])
    yard.bring("S0001", lot, HOME, 1)
    answer = scan(yard, world.PIN)
    assert (answer.code, answer.step) == ("E-ADJ-05", "slot")
    assert adjusted(yard) == 0


@sqlite
def test_the_desk_corrects_signs_and_takes_back(yard: Yard, desk: FlaskClient) -> None:
    """Whoever fills the form in signs first; another supervisor posts; a mirror takes it back."""
    yard.bring("S0001", yard.lot(), HOME)
    new = "/desk/adjustments/new"
    values = {
        "slot": HOME,
        "article": "S0001",
        "lot": "2027-03-01",
        "status": "GOOD",
        "reason_code": "STOLEN",
    }
    status, page = post(desk, new, new, there="10", **values)
    assert status == 200
    assert "/post" not in page
    with yard.floor.hub.db.read() as tx:
        number = tx.scalars(select(Adjustment.adjustment_no)).one()
    address = f"/desk/adjustments/{number}"
    status, _page = post(desk, address, f"{address}/post")
    assert status == 422
    boss = _second_boss(yard, desk)
    assert f"{address}/post" in boss.get(address).get_data(as_text=True)
    post(boss, address, f"{address}/post")
    assert yard.at(HOME) == {("S0001", "GOOD"): 10}
    post(boss, address, f"{address}/reverse", reason="was on the floor")
    with yard.floor.hub.db.read() as tx:
        mirror = tx.scalars(select(Adjustment.adjustment_no).order_by(Adjustment.id.desc())).first()
    assert yard.at(HOME) == {("S0001", "GOOD"): 10}
    post(desk, f"/desk/adjustments/{mirror}", f"/desk/adjustments/{mirror}/post")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    status, _page = post(boss, new, f"{address}/reverse", reason="again")
    assert status == 422
    assert number in desk.get("/desk/adjustments").get_data(as_text=True)
    require_right(yard)


def _second_boss(yard: Yard, desk: FlaskClient) -> FlaskClient:
    """The owner, who is a supervisor as well."""
    from station.people.models import User

    def promote(tx: object) -> None:
        user = tx.scalars(select(User).where(User.badge == world.badge("1008"))).one()  # type: ignore[attr-defined]
        user.roles = "SUPERVISOR,ADMIN"

    yard.floor.hub.db.write(promote)
    client = create_app(hub=yard.floor.hub).test_client()
    client.set_cookie("sid", yard.floor.sign_in("1008", device="desk2"))
    assert desk is not client
    return client


@sqlite
def test_a_wrong_form_changes_nothing(yard: Yard, desk: FlaskClient) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    new = "/desk/adjustments/new"
    right = {
        "slot": HOME,
        "article": "S0001",
        "lot": "2027-03-01",
        "status": "GOOD",
        "reason_code": "SYSTEM",
        "there": "3",
    }
    for wrong, said in (
        ({"slot": "Z-1"}, "没有这个库位"), ({"article": "S9"}, "没有这个商品或批次"), ({"lot": ""}, "没有这个商品或批次"),
        ({"there": "-3"}, "数量不对"), ({"there": "1.5"}, "数量不对"), ({"there": "12"}, "不用调整"),
        ({"there": "９"}, "数量不对"), ({"reason_code": "x"}, "请求不完整"), ({"status": "x"}, "请求不完整"),
    ):  # fmt: skip
        status, page = post(desk, new, new, **(right | wrong))
        assert (status, said in page) == (422, True), wrong
    assert adjusted(yard) == 0
