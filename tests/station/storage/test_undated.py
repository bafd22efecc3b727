"""Dated goods that came without a date (P6): held until somebody says how old they are, and judged then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from station import create_app
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people.models import User
from station.practice.demo import world
from station.stock import holds, lots
from station.stock.holds import Hold
from station.stock.models import Lot, Stock, StockStatus
from station.storage.holds import dating, rules, undated
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.conftest import Yard

HOME, SHELF = "A-01-01-2-01", "QUAR-1"
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def undated_at(yard: Yard, place: str = SHELF) -> tuple[int, int]:
    """Twelve EACH of a dated article without a date lie in a place since the first of April; lot and hold."""

    def make(work: Work) -> int:
        return lots.make(
            work.tx,
            yard.sku(work.tx, "S0001"),
            received_on=date(2026, 4, 1),
            receipt_id=None,
            is_undated=True,
        )

    lot = yard.floor.hub.works.do(make, person(yard, CHEN))
    yard.bring("S0001", lot, place, status="HOLD", carton=True)
    yard.floor.hub.works.do(lambda work: undated.hold(work, lot, 12, "没有日期"), person(yard, CHEN))
    with yard.floor.hub.db.read() as tx:
        return lot, tx.scalars(select(Hold.id)).one()


def person(yard: Yard, number: str) -> Actor:
    with yard.floor.hub.db.read() as tx:
        user = tx.scalars(select(User).where(User.badge == world.badge(number))).one()
        return Actor(user.id, user.name, user.badge, frozenset())


def do(yard: Yard, rule: Callable[[Work], object], number: str = CHEN) -> str:
    """A person does it at the desk; the refusal's code, or nothing."""
    try:
        yard.floor.hub.works.do(lambda work: rule(work) and None, person(yard, number))
    except Refused as refusal:
        return refusal.code
    return ""


def date_them(yard: Yard, hold: int, produced: date, expires: date | None = None, number: str = CHEN) -> str:
    who = person(yard, number)
    return do(yard, lambda work: dating.give(work, hold, who, produced, expires, "供应商来函"), number)


def release(yard: Yard, hold: int, why: str = "", number: str = CHEN) -> str:
    return do(yard, lambda work: rules.release(work, hold, why), number)


@sqlite
def test_what_lacks_its_date_is_neither_released_nor_sold(yard: Yard) -> None:
    lot, hold = undated_at(yard, HOME)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    assert release(yard, hold, "we need it") == "E-HLD-06"
    assert yard.floor.release().orders == 0
    yard.bring("S0001", lot, HOME, qty=3, status="HOLD")  # a correction finds three more of it
    assert yard.at(HOME) == {("S0001", "HOLD"): 15}
    assert checks.broken(yard.floor.hub.db) == []


@sqlite
def test_it_is_on_hold_wherever_it_arrives_before_anybody_held_it(yard: Yard) -> None:
    """Counted at the dock and not yet posted: a move or a correction does not make it good."""

    def arrives(work: Work) -> str:
        sku = yard.sku(work.tx, "S0001")
        lot = lots.make(work.tx, sku, received_on=work.today, receipt_id=None, is_undated=True)
        return holds.status_for(work.tx, sku, lot, StockStatus.GOOD)

    assert yard.floor.hub.works.do(arrives, person(yard, CHEN)) == StockStatus.HOLD


@sqlite
def test_goods_without_a_date_that_somebody_sells_are_found(yard: Yard) -> None:
    """The invariant of `station check`: an edit of the books does not sell them either."""
    lot, _hold = undated_at(yard, HOME)
    yard.bring("S0001", lot, HOME, qty=5)
    (line,) = [
        line for line in checks.broken(yard.floor.hub.db) if "without" in line or f"lot {lot}," in line
    ]
    assert line == f"I4: lot {lot}, place {HOME}, status GOOD, on_hand 5"
    yard.floor.erp(order_of(1, ("S0001", 4)))
    assert yard.floor.release().orders == 0


@sqlite
@pytest.mark.parametrize(
    ("produced", "refused", "status"),
    [
        (date(2026, 3, 20), "", "GOOD"),
        (date(2025, 10, 1), "E-EXP-05", "GOOD"),
        (date(2025, 8, 1), "E-EXP-05", "NEAR"),
        (date(2025, 6, 20), "E-EXP-05", "LOCKED"),
        (date(2025, 4, 25), "E-EXP-05", "EXPIRED"),
        (date(2025, 3, 1), "E-EXP-04", "EXPIRED"),
    ],
    ids=["fresh", "past its third", "near", "locked", "expired since", "expired when it came"],
)
def test_a_date_is_judged_as_at_the_dock(yard: Yard, produced: date, refused: str, status: str) -> None:
    """On the day on which they came; what is against them another supervisor allows, then the dates decide."""
    _lot, hold = undated_at(yard)
    assert date_them(yard, hold, produced, number=ZHOU) == ""
    assert release(yard, hold) == refused
    if refused:
        assert release(yard, hold, "促销快卖", number=ZHOU) == "E-AUTH-03"
        assert release(yard, hold, "促销快卖") == ""
    assert yard.at(SHELF) == {("S0001", status): 12}
    assert checks.broken(yard.floor.hub.db) == []


@sqlite
@pytest.mark.parametrize(
    ("produced", "expires", "code"),
    [
        (date(2026, 4, 2), None, "E-EXP-01"),
        (date(2026, 3, 1), date(2026, 3, 1), "E-EXP-02"),
        (date(2026, 3, 1), date(2026, 2, 1), "E-EXP-02"),
    ],
    ids=["after they came", "no life at all", "swapped"],
)
def test_impossible_dates_are_refused(yard: Yard, produced: date, expires: date | None, code: str) -> None:
    lot, hold = undated_at(yard)
    assert date_them(yard, hold, produced, expires) == code
    with yard.floor.hub.db.read() as tx:
        assert tx.get_one(Lot, lot).lacks_date


@sqlite
def test_a_date_is_corrected_while_they_are_held_and_only_then(yard: Yard) -> None:
    lot, hold = undated_at(yard)
    assert date_them(yard, hold, date(2026, 3, 1), date(2027, 3, 1)) == ""
    assert date_them(yard, hold, date(2026, 3, 2)) == ""
    with yard.floor.hub.db.read() as tx:
        dated = tx.get_one(Lot, lot)
        assert (str(dated.produced_on), str(dated.expires_on)) == ("2026-03-02", "2027-02-25")
    release(yard, hold)
    assert date_them(yard, hold, date(2026, 3, 3)) == "E-HLD-07"
    other = yard.lot()
    hold_no = yard.floor.hub.works.do(
        lambda work: rules.hold_lot(work, other, "glass").id, person(yard, CHEN)
    )
    assert date_them(yard, hold_no, date(2026, 3, 3)) == "E-HLD-07"


@sqlite
def test_released_goods_are_brought_back_from_quarantine_and_held_ones_stay(yard: Yard) -> None:
    lot, hold = undated_at(yard)
    date_them(yard, hold, date(2026, 3, 20))
    release(yard, hold)
    again = yard.floor.hub.works.do(lambda work: rules.hold_lot(work, lot, "glass").id, person(yard, CHEN))
    assert yard.floor.look(ZHOU, "putaway")["facts"].get("table", []) == []
    release(yard, again)
    (waits,) = yard.floor.look(ZHOU, "putaway")["facts"]["table"]
    answer = yard.scans(waits[0])
    yard.scans(answer.facts["hint"], "CM-OK")
    yard.floor.erp(order_of(1, ("S0001", 4)))
    assert yard.floor.release().orders == 1
    assert checks.broken(yard.floor.hub.db) == []


@sqlite
def test_the_desk_gives_the_date_and_tells_who_said_it(yard: Yard) -> None:
    _lot, hold = undated_at(yard)
    with yard.floor.hub.db.read() as tx:
        number = tx.scalars(select(Hold.hold_no)).one()
    client = create_app(hub=yard.floor.hub).test_client()
    client.set_cookie("sid", yard.floor.sign_in(CHEN, device="desk"))
    page = f"/desk/holds/{number}"

    def post(to: str, **values: str) -> tuple[int, str]:
        csrf = client.get(page).get_data(as_text=True).split('name="csrf" value="')[1].split('"')[0]
        answer = client.post(to, data={"csrf": csrf, **values}, follow_redirects=True)
        return answer.status_code, answer.get_data(as_text=True)

    assert "没有日期, 先补录日期" in client.get(page).get_data(as_text=True)
    for values, said in (
        ({"produced": "03/04/2026", "reason": "来函"}, "日期不对"),
        ({"produced": "", "reason": "来函"}, "日期不对"),
        ({"produced": "2026-05-02", "reason": "来函"}, "生产日期"),
        ({"produced": "2026-03-01", "reason": " "}, "请输入文字"),
    ):
        status, text = post(f"{page}/date", **values)
        assert (status, said in text) == (422, True), values
    status, text = post(f"{page}/date", produced="2025年10月1日", reason="来函 <b>77</b>")
    assert status == 200
    assert "2025-10-01 – 2026-09-26: 来函 &lt;b&gt;77&lt;/b&gt;" in text
    assert "陈主管" in text
    assert release(yard, hold) == "E-EXP-05"
    assert 'name="reason"' in client.get(page).get_data(as_text=True)
    assert post(f"{page}/release", reason="x")[0] != 200  # who gave the date does not allow it
    client.set_cookie("sid", yard.floor.sign_in(SUN, device="desk"))
    assert client.get(f"{page}/date").status_code == 403
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(Stock.status).where(Stock.on_hand > 0)).all() == [StockStatus.HOLD]
