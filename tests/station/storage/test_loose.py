"""Anything that stands somewhere can be put away: returned units, gifts, rejects; and who hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from station.ground.tasks import Origin, TaskState
from station.ground.work import Work
from station.inbound.models import Receipt
from station.stock import locations, promises
from station.stock.models import HandlingUnit, LocationKind, Movement, Stock
from station.storage.putaway import origins, rules
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.wiring import checks
from tests.floor import CHEN, LI, Floor
from tests.station.storage.conftest import Yard
from tests.works import work

HOME = "A-01-01-2-01"
_TOLD: list[str] = []


@origins.when_all_is_away("YY")
def _hear(_work: Work, number: str) -> None:
    _TOLD.append(number)


@pytest.fixture
def told() -> list[str]:
    """The numbers of documents of which everything is put away."""
    _TOLD.clear()
    return _TOLD


@pytest.fixture
def shelf(yard: Yard) -> Yard:
    """With a returns shelf."""
    yard.floor.hub.db.write(lambda tx: locations.make(tx, "RTN-1", LocationKind.RTN))
    return yard


def test_returned_units_are_found_by_their_barcode(shelf: Yard) -> None:
    shelf.home("S0001", HOME)
    shelf.waits(qty=3, at="RTN-1", carton=False, origin=Origin("RM", "RM1"))
    screen = shelf.floor.look("1004", "putaway")["facts"]
    assert (screen["hint"], screen["table"][0][0]) == ("SKU:S0001", "S0001")
    answer = shelf.scans(shelf.floor.barcode("SKU:S0001"))
    assert {line["label"]["en"]: line["value"] for line in answer.facts["lines"]}["From"] == "RTN-1"
    shelf.scans(shelf.slot(HOME), "CM-OK")
    assert (shelf.at(HOME), shelf.at("RTN-1")) == ({("S0001", "GOOD"): 3}, {})
    with shelf.floor.hub.db.read() as tx:
        assert tx.scalars(select(Movement.doc_no).where(Movement.type == "PUT_AWAY")).all() == ["PT1"]
    assert checks.broken(shelf.floor.hub.db) == []


def test_gifts_go_to_the_gift_area_only(shelf: Yard) -> None:
    shelf.waits(at="DOCK-1", status="GIFT", carton=False)
    answer = shelf.scans(shelf.floor.barcode("SKU:S0001"))
    assert answer.facts["big"] == "GIFT-1"
    assert shelf.scan(shelf.slot(HOME)).code == "E-GFT-02"
    shelf.scans(answer.facts["hint"], "CM-OK")
    assert shelf.at("GIFT-1") == {("S0001", "GIFT"): 12}


def test_rejects_go_to_quarantine_only(shelf: Yard) -> None:
    lpn = shelf.waits(status="DEFECT")
    assert shelf.scans(lpn).facts["big"] == "QUAR-1"
    assert shelf.scan(shelf.slot("GIFT-1")).code == "E-QUAR-01"
    shelf.scans(shelf.slot("QUAR-1"), "CM-OK")
    assert checks.broken(shelf.floor.hub.db) == []


def test_goods_that_somebody_counts_on_stay(shelf: Yard) -> None:
    """Promised meanwhile: they are not carried off; the task ends."""
    shelf.waits(qty=3, at="RTN-1", carton=False)
    hub = shelf.floor.hub

    def promise(tx):
        stock = tx.scalars(select(Stock).where(Stock.on_hand == 3)).one()
        promises.promise(work(tx, hub.clock.now()), "T", 1, stock.id, 1)

    hub.db.write(promise)
    assert shelf.scan(shelf.floor.barcode("SKU:S0001")).code == "W-PUT-GONE"
    assert shelf.at("RTN-1") == {("S0001", "GOOD"): 3}


def test_a_carton_has_one_live_task(yard: Yard) -> None:
    """The database itself sees to it."""
    lpn = yard.waits()
    task = yard.task(lpn)

    def again(tx):
        unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).one()
        rules.open_task(
            work(tx, yard.floor.hub.clock.now()), Origin("XX", "2"), unit, sku_id=task.sku_id, lot_id=task.lot_id,
            qty=12, source_id=task.source_id,
        )  # fmt: skip
        tx.flush()

    with pytest.raises(IntegrityError):
        yard.floor.hub.db.write(again)


def test_the_last_putaway_of_a_document_is_told_once(yard: Yard, told: list[str]) -> None:
    """Done or cancelled, whichever comes last; other documents do not hear of it."""
    first, second = (yard.waits(origin=Origin("YY", "7")) for _ in range(2))
    other = yard.waits("S0002", origin=Origin("YY", "8"))
    yard.scans(first, yard.slot(HOME), "CM-OK")
    assert told == []
    hub = yard.floor.hub
    hub.db.write(lambda tx: rules.cancel(work(tx, hub.clock.now()), rules.task_of(tx, second), "lost"))
    assert told == ["7"]
    answer = yard.scans(other)
    yard.scans(answer.facts["hint"], "CM-OK")
    assert told == ["7", "8"]


def test_one_room_speaks_for_a_type_of_document() -> None:
    with pytest.raises(ValueError, match="two rooms want to hear of RC"):
        origins.when_all_is_away("RC")(lambda _work, _number: None)


def test_a_receipt_ends_with_its_last_carton(floor: Floor) -> None:
    """Two of its cartons in their slots, one of them by way of a supervisor's release."""
    from station.practice.demo import goods

    (article,) = goods.products(1)
    (notice,) = goods.notices([article], {"S0001": 24}, "WH1", floor.hub.clock.today())
    floor.erp(article, notice)
    receipt = floor.arrive(notice.asn_no, 2)
    floor.count(receipt, [(article.barcodes[0].code, 2, 0, "20260401")])
    floor.inspect(receipt)
    floor.sign(receipt)
    assert _state(floor) == "POSTED"
    assert floor.scan(LI, "putaway", "CM-OK").code == "E-AUTH-02"
    yard = Yard(floor)
    answer = yard.scans(str(floor.look(CHEN, "putaway")["facts"]["hint"]), who=CHEN)
    yard.scans(answer.facts["hint"], "CM-OK", who=CHEN)
    assert _state(floor) == "POSTED"
    floor.put_all_away()
    assert _state(floor) == "PUTAWAY_DONE"
    with floor.hub.db.read() as tx:
        assert {task.origin for task in tx.scalars(select(PutawayTask))} == {Origin("RC", receipt)}
        assert PUTAWAY.left(tx, Origin("RC", receipt)) == 0
    assert checks.broken(floor.hub.db) == []


def _state(floor: Floor) -> str:
    with floor.hub.db.read() as tx:
        return str(tx.scalar(select(Receipt.state)))


def test_two_workers_end_the_last_two_cartons_at_once(yard: Yard, told: list[str]) -> None:
    """Neither sees the other's as live for ever: the document is told exactly once."""
    from concurrent.futures import ThreadPoolExecutor

    for article, who in (("S0001", "1004"), ("S0002", CHEN)):
        answer = yard.scans(yard.waits(article, origin=Origin("YY", "7")), who=who)
        yard.scans(answer.facts["hint"], who=who)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: yard.scan("CM-OK", who=who), ("1004", CHEN)))
    assert [answer.code for answer in answers] == ["S-PUT-DONE", "S-PUT-DONE"]
    assert set(told) == {"7"}
    with yard.floor.hub.db.read() as tx:
        assert {task.state for task in tx.scalars(select(PutawayTask))} == {TaskState.DONE}
