"""The ERP is out of reach: the packer is warned, the manifest asks a supervisor (P17, P21, §11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from station.erp import liveness
from station.exchange import documents as erp
from station.ground.documents.history import History
from station.ground.scan.codes import internal
from station.outbound.orders.models import DeliveryOrder
from station.people.models import OverrideRow
from station.practice.demo import world
from tests.floor import CHEN, QIAN, ZHAO, Answer, Floor
from tests.station.scenarios.conftest import Day, order_of

Start = Callable[..., Day]
Books = Callable[[], None]
TOTE, BENCH = internal("TT", "T001"), internal("WS", "PACK1")


def _known(floor: Floor, *, minutes_ago: int = 0) -> None:
    """The folder's cancels were all known so many minutes ago."""
    clock = floor.hub.clock
    clock.advance(minutes=-minutes_ago)  # type: ignore[attr-defined]
    at = clock.now()
    clock.advance(minutes=minutes_ago)  # type: ignore[attr-defined]
    floor.hub.db.write(lambda tx: liveness.note_ok(tx, "folder", at, cancels_at=at))


def _loaded(shelved: Start, floor: Floor, count: int = 2) -> list[str]:
    """Parcels are on an open manifest; their waybills."""
    bills = shelved(*(order_of(i, ("S0001", 2)) for i in range(1, count + 1))).pack_all()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)
    return bills


def _allow(floor: Floor) -> Answer:
    return floor.scans(QIAN, "dispatch", world.badge(CHEN), world.PIN, "5")


def _sign(floor: Floor) -> Answer:
    return floor.scans(QIAN, "dispatch", world.badge(QIAN), world.PIN)


@pytest.mark.parametrize(("minutes", "code"), [(10, "S-PAK-TOTE"), (11, "W-ERP-01")])
def test_the_packer_is_warned_and_goes_on(shelved: Start, floor: Floor, minutes: int, code: str) -> None:
    shelved(order_of(1, ("S0001", 2))).receive()
    floor.release()
    floor.pick_next()
    _known(floor, minutes_ago=minutes)
    answer = floor.scans(ZHAO, "pack", BENCH, TOTE)
    assert (answer.code, answer.step) == (code, "verify")
    assert answer.body["tone"] == ("warn" if code == "W-ERP-01" else "ok")
    bills: list[str] = []
    while answer.step != "tote":
        answer = floor.pack_step(answer, ZHAO, bills)
    assert answer.code == "S-PAK-STAGED"


def test_every_single_item_is_an_order_of_its_own(shelved: Start, floor: Floor) -> None:
    shelved(*(order_of(i, ("S0001", 1)) for i in range(1, 4))).receive()
    floor.release()
    floor.pick_next()
    _known(floor, minutes_ago=11)
    answer = floor.scans(ZHAO, "pack", BENCH, TOTE)
    assert answer.code == "S-PAK-TOTE"
    answer = floor.pack_step(answer, ZHAO, [])
    assert (answer.code, answer.step) == ("W-ERP-01", "box")
    while answer.step != "item":
        answer = floor.pack_step(answer, ZHAO, [])
    _known(floor)
    assert floor.pack_step(answer, ZHAO, []).code == "S-PAK-CHECKED"


def test_a_cancel_we_know_stops_the_parcel_also_while_the_list_is_old(shelved: Start, floor: Floor) -> None:
    shelved(order_of(1, ("S0001", 2))).receive()
    floor.release()
    floor.pick_next()
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    _known(floor, minutes_ago=60)
    floor.scans(ZHAO, "pack", BENCH)
    assert floor.scan(ZHAO, "pack", TOTE).code == "E-INT-01"


def test_a_supervisor_answers_for_an_old_list(shelved: Start, floor: Floor, books: Books) -> None:
    """Who allowed it and why stays with the overrides and with the manifest."""
    _loaded(shelved, floor)
    _known(floor, minutes_ago=11)
    refused = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert (refused.code, refused.step) == ("E-MAN-11", "parcel")
    assert "05-01 08:49" in refused.body["message"]["zh"]
    assert "文件夹" in refused.body["message"]["zh"]
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "E-MAN-11"
    assert _allow(floor).code == "S-DSP-CLOSED"
    assert _sign(floor).code == "S-DSP-SHIPPED"
    with floor.hub.db.read() as tx:
        row = tx.scalars(select(OverrideRow)).one()
        assert (row.code, row.reason, row.workflow) == ("E-MAN-11", "L-REASON-OTHER", "dispatch")
        closed = tx.scalars(select(History).where(History.event == "close", History.doc_type == "MF")).one()
        assert closed.detail["allowed"].startswith("陈主管")
    books()


def test_nobody_is_asked_about_a_fresh_list(shelved: Start, floor: Floor) -> None:
    _loaded(shelved, floor)
    _known(floor, minutes_ago=11)
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "E-MAN-11"
    _known(floor, minutes_ago=10)
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "S-DSP-CLOSED"
    with floor.hub.db.read() as tx:
        assert not tx.scalars(select(OverrideRow)).all()
        closed = tx.scalars(select(History).where(History.event == "close", History.doc_type == "MF")).one()
        assert closed.detail is None


def test_parcels_left_behind_are_asked_about_first(shelved: Start, floor: Floor) -> None:
    """The supervisor's word is the last one before the manifest closes."""
    bills = shelved(*(order_of(i, ("S0001", 2)) for i in (1, 2))).pack_all()
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", bills[0])
    _known(floor, minutes_ago=11)
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "E-MAN-07"
    refused = floor.scan(QIAN, "dispatch", "CM-OK")
    assert (refused.code, refused.step) == ("E-MAN-11", "left")
    assert _allow(floor).code == "S-DSP-CLOSED"


def test_a_cancel_that_arrives_meanwhile_still_takes_its_parcel_off(
    shelved: Start, floor: Floor, books: Books
) -> None:
    """T66 with an old list: before the supervisor's word, and between closing and signing."""
    bills = _loaded(shelved, floor, 3)
    _known(floor, minutes_ago=11)
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "E-MAN-11"
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    assert _allow(floor).code == "W-MAN-10"
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "S-DSP-CLOSED"
    floor.erp(erp.CancelOrder(erp_no="SO-2"))
    assert _sign(floor).code == "W-MAN-10"
    again = floor.scan(QIAN, "dispatch", "CM-CLOSE")
    assert again.code == "E-MAN-11", "the permission was for the first closing"
    _allow(floor)
    assert _sign(floor).code == "S-DSP-SHIPPED"
    with floor.hub.db.read() as tx:
        states = dict(tx.execute(select(DeliveryOrder.erp_no, DeliveryOrder.state)).all())
    assert states == {"SO-1": "INTERCEPTING", "SO-2": "INTERCEPTING", "SO-3": "SHIPPED"}
    assert len(bills) == 3


def test_how_old_is_too_old_is_a_rule_of_the_warehouse(shelved: Start, floor: Floor) -> None:
    hub = floor.hub
    hub.door.settings = replace(hub.settings, rules=replace(hub.settings.rules, cancel_stale_s=3600))
    _loaded(shelved, floor)
    _known(floor, minutes_ago=60)
    assert floor.scan(QIAN, "dispatch", "CM-CLOSE").code == "S-DSP-CLOSED"
