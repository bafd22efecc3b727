"""A picker's bad day on both databases: too few, none, too full, called away, two after one tote (T41, T42, T45)."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.outbound.picking import totes
from station.outbound.picking.models import ListTote, PickList, ShortPick
from station.practice.demo import goods
from station.stock.models import Location
from tests.floor import SUN, Floor
from tests.station.outbound.shelves import BENCH, TOTE, TOTE2, Shelves
from tests.station.scenarios.conftest import order_of

Books = Callable[[], None]
LIN = "1009"


@pytest.fixture
def shelves(floor: Floor) -> Shelves:
    return Shelves(floor)


def test_too_few_then_a_full_tote_then_called_away(
    shelves: Shelves, floor: Floor, hire: Callable[..., str], books: Books
) -> None:
    """T41: ten in the book, six found of eight; a colleague ends the walk on another device; it is packed."""
    hire(LIN, Role.PICKER)
    here, there = shelves.slots(2)
    first = shelves.put("S0001", 10, here)
    shelves.put("S0001", 5, there, days=320)
    floor.erp(order_of(1, ("S0001", 8)))
    floor.release()
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "CM-SHORT", "2", "6")
    assert shelves.stock(first) == (4, 4)
    floor.scans(SUN, "pick", "CM-FULL", TOTE2, "CM-MENU")
    again = floor.scan(LIN, "pick", "CM-OK", device="HH-2")
    assert (again.code, again.facts["big"]) == ("S-PCK-CONTINUE", there)
    for raw in (floor.slot(there), goods.gtin(1), "CM-OK", "CM-UNDO", "CM-OK", BENCH):
        assert floor.scan(LIN, "pick", raw, device="HH-2").ok
    assert (shelves.in_place("T001"), shelves.in_place("T002")) == (6, 2)
    assert len(floor.pack_tote("T001")) == 1
    assert shelves.lists() == ["EMPTY"]
    books()


def test_nothing_there_and_nothing_elsewhere(shelves: Shelves, floor: Floor, books: Books) -> None:
    """T42: the order is SHORT and out of its wave; the office reads which units are missing; the
    order's other goods go to the shelf; the picker is free.
    """
    here, there = shelves.slots(2)
    shelves.put("S0002", 4, here)
    shelves.put("S0001", 4, there)
    floor.erp(order_of(1, ("S0002", 2), ("S0001", 2)), order_of(2, ("S0002", 2)))
    floor.release()
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(2), "CM-OK")
    asked = floor.scans(SUN, "pick", floor.slot(there), "CM-SHORT", "1", "0")
    assert (asked.code, asked.step) == ("W-PCK-ZERO", "found")
    done = floor.scans(SUN, "pick", "0")
    assert (done.code, done.step) == ("W-PCK-SHORT", "shelf")
    floor.scans(SUN, "pick", floor.slot("INTC-1"))
    assert [shelves.state(f"SO-{number}") for number in (1, 2)] == ["SHORT", "WAVED"]
    floor.office().push("folder")
    (file,) = (floor.hub.settings.data / "erp" / "outbox").glob("order_shortage-*.csv")
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert (row["erp_no"], row["line_key"], row["sku_code"]) == ("SO-1", "2", "S0001")
    assert (row["qty_ordered"], row["qty_missing"], row["operator"]) == ("2", "2", "孙拣货")
    with floor.hub.db.read() as tx:
        assert [row.qty_kept for row in tx.scalars(select(ShortPick))] == [4]
    floor.pick_next()
    assert len(floor.pack_tote()) == 1
    books()


def test_two_pickers_want_the_same_tote(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-TOT-01 for one of them, whoever is faster."""
    for number, slot in enumerate(shelves.slots(2), 1):
        shelves.put(f"S000{number}", 2, slot)
        floor.erp(order_of(number, (f"S000{number}", 2)))
    floor.release()
    hub = floor.hub
    with hub.db.read() as tx:
        lists = list(tx.scalars(select(PickList.id).order_by(PickList.id)))
        tote_id = tx.scalars(select(Location.id).where(Location.barcode == TOTE)).one()
    begin, refused = threading.Barrier(2), []

    def bind(list_id: int) -> None:
        begin.wait()
        try:
            hub.works.do(lambda work: totes.bind(work, list_id, tote_id), SYSTEM)
        except Refused as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=bind, args=(list_id,)) for list_id in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["E-TOT-01"]
    with hub.db.read() as tx:
        assert len(tx.scalars(select(ListTote)).all()) == 1
    books()
