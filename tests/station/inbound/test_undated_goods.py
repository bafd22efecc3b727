"""Dated goods that show no date, set aside by a supervisor (P6): from the count to a slot, by scans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from station.exchange.documents import StockAdjustment, from_data
from station.exchange.models import OutboxMessage
from station.ground.words.actor import Actor
from station.practice.demo import world
from station.stock.holds import Hold
from station.stock.models import Lot, Stock
from station.storage.holds import dating, rules
from tests.days import order_of
from tests.floor import CHEN, LI, ZHOU
from tests.station.inbound.dock import OATS, Dock, ean


def set_aside(dock: Dock, *, reason: str = "1") -> str:
    """Two cartons of oats without a date are counted, and set aside by the supervisor; the receipt."""
    receipt = dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0")
    assert dock.tries("CM-SHORT").code == "E-EXP-08"
    assert dock.allowed_by_chen(reason).code == "W-ST1-UNDATED"
    dock.li("1")
    return receipt


def statuses(dock: Dock) -> dict[str, int]:
    with dock.floor.hub.db.read() as tx:
        rows = tx.execute(
            select(Stock.status, func.sum(Stock.on_hand)).where(Stock.on_hand > 0).group_by(Stock.status)
        )
        return {status: int(qty) for status, qty in rows}


def told(dock: Dock) -> list[tuple[str, str, int]]:
    """What the office heard of statuses: from, to, EACH."""
    with dock.floor.hub.db.read() as tx:
        docs = [from_data(row.kind, row.payload) for row in tx.scalars(select(OutboxMessage))]
    lines = [line for doc in docs if isinstance(doc, StockAdjustment) for line in doc.lines]
    return [(line.status_from, line.status_to, line.delta_each) for line in lines]


def test_goods_without_a_date_are_held_until_it_is_known(dock: Dock, books: Callable[[], None]) -> None:
    """The supervisor's word is on the sheet, the label says that the date is missing, nobody can buy them; with
    the date they are labelled anew, released, brought to a slot, and sold.
    """
    floor = dock.floor
    receipt = set_aside(dock)
    dock.close()
    dock.inspect(receipt)
    dock.labelled(receipt)
    (sheet, *_plies) = [paper for paper in dock.papers("acceptance_sheet") if paper.get("signed_at")]
    assert "没有日期" in sheet["override_reason"]
    assert "陈主管" in sheet["override_reason"]
    assert [paper["marks"] for paper in dock.papers("carton_label")] == [["无日期"], ["无日期"]]
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    assert statuses(dock) == {"HOLD": 24}
    assert told(dock) == [("GOOD", "HOLD", 24)]
    books()
    assert floor.put_all_away() == ["QUAR-1", "QUAR-1"]
    assert dock.state(receipt) == "PUTAWAY_DONE"
    floor.erp(order_of(1, (OATS.code, 4)))
    assert floor.release().orders == 0
    with floor.hub.db.read() as tx:
        hold = tx.scalars(select(Hold)).one()
        chen = floor.hub.services.people.badge(tx, world.badge(CHEN))
    assert isinstance(chen, Actor)
    assert "供应商会补日期" in hold.reason
    floor.hub.works.do(
        lambda work: dating.give(work, hold.id, chen, date(2026, 4, 1), None, "供应商来函").hold_no, chen
    )
    again = [paper for paper in dock.papers("carton_label") if not paper["marks"]]
    assert [(paper["produced_on"], paper["expires_on"]) for paper in again] == [
        ("2026-04-01", "2027-03-27")
    ] * 2
    floor.hub.works.do(lambda work: rules.release(work, hold.id), chen)
    assert set(floor.put_all_away()).isdisjoint({"QUAR-1"})
    floor.advance_orders()
    assert floor.release().orders == 1
    books()


def test_setting_aside_can_be_taken_back_like_any_line(dock: Dock, books: Callable[[], None]) -> None:
    set_aside(dock)
    assert dock.li("CM-UNDO").step == "outer"
    dock.li("CM-MENU")
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(Hold)).all() == []
    assert dock.on_hand() == 0
    books()


def test_what_was_allowed_was_for_one_line(dock: Dock) -> None:
    receipt = dock.truck((OATS, 48))
    for _line in range(2):
        dock.li(ean(OATS), "2", "CM-OK", "0")
        assert dock.tries("CM-SHORT").code == "E-EXP-08"
        dock.allowed_by_chen()
        dock.li("1")
    assert dock.lines(receipt)[0].override.startswith("E-EXP-08 陈主管: ")
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(Lot.is_undated)).all() == [True, True]


def test_a_code_without_a_date_asks_for_the_supervisor_too(dock: Dock) -> None:
    dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0")
    assert dock.tries(ean(OATS)).code == "E-EXP-08"
    assert dock.allowed_by_chen("3").step == "outer"


def test_reasons_of_their_own(dock: Dock) -> None:
    dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0")
    dock.tries("CM-SHORT")
    asked = dock.li(world.badge(CHEN), world.PIN)
    assert dock.table(asked)[0][1] == "供应商会补日期"
    assert dock.tries("5").code == "E-OVR-01"


@pytest.mark.parametrize("badge", [LI, ZHOU], ids=["himself", "a keeper"])
def test_only_a_supervisor_sets_aside(dock: Dock, badge: str) -> None:
    dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0")
    dock.tries("CM-SHORT")
    assert dock.tries(world.badge(badge)).code == "E-AUTH-02"
