"""Releasing (P12, P13, P14): all or nothing for an order, oldest lot first, paper only where there is a printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from printers.schema import print_job, print_route
from station import create_app
from station.ground.web.kit import csrf_token
from station.ground.work import SYSTEM, Work
from station.outbound.orders.models import Allocation
from station.outbound.picking.models import PickTask
from station.outbound.waves import rules as waves
from station.outbound.waves.models import Wave
from station.stock import ledger, locations
from station.stock.ledger import Place, Posting
from station.stock.models import LOCATION, Location, Lot, MovementType, Stock
from tests.floor import CHEN, SUN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _promised(floor: Floor) -> list[tuple[str, int]]:
    """(slot, quantity) of every promise, in the order they were made."""
    with floor.hub.db.read() as tx:
        rows = tx.execute(
            select(Location.code, Allocation.qty)
            .join(PickTask, PickTask.id == Allocation.task_id)
            .join(Location, Location.id == PickTask.location_id)
            .order_by(Allocation.id)
        )
        return [(row[0], row[1]) for row in rows]


def test_the_lot_that_expires_first_is_promised_first(shelves: Shelves, floor: Floor, books: Books) -> None:
    """T33: X1 has three, X2 the other two, in that order."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 9, here, days=300)
    shelves.put("S0001", 3, there, days=200)
    floor.erp(order_of(1, ("S0001", 5)))
    floor.release()
    assert _promised(floor) == [(there, 3), (here, 2)]
    books()


def test_what_was_received_on_one_day_goes_by_lot(shelves: Shelves, floor: Floor, books: Books) -> None:
    """T36: same dates, same day: the lot's number decides."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, there)
    shelves.put("S0001", 3, here)
    floor.erp(order_of(1, ("S0001", 4)))
    floor.release()
    with floor.hub.db.read() as tx:
        lots = list(tx.scalars(select(Lot.id).order_by(Lot.id)))
        assert list(tx.scalars(select(Allocation.lot_id).order_by(Allocation.id))) == lots
    books()


def test_a_customer_who_wants_it_fresh_skips_the_older_lot(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """T37: min_left 200 days, without an override."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 5, here, days=150)
    shelves.put("S0001", 5, there, days=250)
    floor.erp(replace(order_of(1, ("S0001", 2)), min_left_days=200))
    floor.release()
    assert _promised(floor) == [(there, 2)]
    books()


def test_two_kinds_of_wave(shelves: Shelves, floor: Floor, books: Books) -> None:
    """T38: single units share one walk, the others have one each; a second release finds nothing."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 20, here)
    shelves.put("S0002", 20, there)
    singles = [order_of(number, ("S0001", 1)) for number in range(1, 5)]
    baskets = [order_of(number, ("S0001", 1), ("S0002", 2)) for number in range(5, 8)]
    floor.erp(*singles, *baskets)
    done = floor.release()
    assert (len(done.waves), done.orders, done.waiting) == (2, 7, [])
    with floor.hub.db.read() as tx:
        kinds = list(tx.scalars(select(Wave.type).order_by(Wave.id)))
    assert kinds == ["W1", "W6"]
    assert len(shelves.lists()) == _papers(floor) == 1 + 3
    assert floor.release().waves == []
    books()


def test_the_last_pieces_go_to_whoever_ships_first(shelves: Shelves, floor: Floor, books: Books) -> None:
    """One unit of work promises for a whole wave, one order after the other: nothing is promised twice."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 4, here, days=100)
    late = shelves.put("S0001", 6, there, days=200)
    floor.erp(*(order_of(number, ("S0001", 2)) for number in range(1, 5)))
    floor.advance_orders()
    shelves.do(lambda work: ledger.post(work, _lost(work, there, 4)))
    done = floor.release()
    assert (done.orders, len(done.waiting), shelves.stock(late)) == (3, 1, (2, 2))
    assert [shelves.state(f"SO-{number}") for number in range(1, 5)] == ["WAVED"] * 3 + ["AUDITED"]
    assert _promised(floor) == [(here, 2), (here, 2), (there, 2)]
    books()


def _lost(work: Work, code: str, qty: int) -> Posting:
    """Units that a count did not find."""
    row = work.tx.execute(
        select(Stock.sku_id, Stock.lot_id, Stock.location_id).join(Location).where(Location.code == code)
    ).one()
    source, target = Place(row.location_id, "GOOD"), Place(ledger.ADJUST, "GOOD")
    return Posting(MovementType.ADJUST, row.sku_id, row.lot_id, qty, source, target, "TEST", code, "lost")


def test_an_order_that_cannot_be_served_waits_and_holds_nothing(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """Ship-complete: between reservation and release the second article grew too old for this customer."""
    here, there = shelves.slots(2)
    first = shelves.put("S0001", 3, here)
    shelves.put("S0002", 3, there, days=100)
    floor.erp(replace(order_of(1, ("S0001", 2), ("S0002", 2)), min_left_days=98))
    floor.advance_orders()
    assert shelves.state() == "ALLOCATED"
    floor.days_pass(3)
    done = floor.release()
    assert (done.orders, shelves.state(), shelves.stock(first)) == (0, "AUDITED", (3, 0))
    books()


def test_an_order_whose_goods_were_frozen_after_it_reserved_them_waits_for_stock_like_any_other(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """Else it stood ALLOCATED for ever, and nobody looked for its goods; when they are back, so is it."""
    (slot,) = shelves.slots(1)
    shelves.put("S0001", 3, slot)
    floor.erp(order_of(1, ("S0001", 2)))
    floor.advance_orders()
    shelves.do(lambda work: locations.freeze(work, _place(work, slot), "counted"))
    assert len(waves.release(floor.hub.works, SYSTEM).waiting) == 1
    assert shelves.state() == "AUDITED"
    shelves.do(lambda work: LOCATION.move(work, _place(work, slot), "thaw"))
    assert floor.release().orders == 1
    assert shelves.state() == "WAVED"
    books()


def _place(work: Work, code: str) -> Location:
    return work.tx.scalars(select(Location).where(Location.code == code)).one()


def _papers(floor: Floor) -> int:
    query = select(func.count()).select_from(print_job).where(print_job.c.kind == "pick_list")
    with floor.hub.db.read() as tx:
        return tx.scalar(query) or 0


def test_a_list_is_printed_where_a_printer_is_set_up(shelves: Shelves, floor: Floor) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    assert (floor.release().unprinted, _papers(floor)) == ([], 1)
    with floor.hub.db.read() as tx:
        data = tx.scalars(select(print_job.c.data).where(print_job.c.kind == "pick_list")).one()
    assert data["kind_text"] == "W6 按单拣"


def test_without_a_printer_the_release_goes_on_and_says_so(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """P14: the list is optional paper; the desk names how many are walked by handheld alone."""
    floor.hub.db.write(lambda tx: tx.execute(delete(print_route).where(print_route.c.kind == "pick_list")))
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    floor.advance_orders()
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(CHEN, device="DESK"))
    token = csrf_token(floor.sign_in(CHEN, device="DESK"))
    answer = client.post("/desk/waves/release", data={"csrf": token}, follow_redirects=True)
    assert answer.status_code == 200
    assert "没打出的拣货单: 1" in answer.text
    assert (_papers(floor), shelves.state()) == (0, "WAVED")
    shelves.begin()
    shelves.walk()
    assert floor.look(SUN, "pick")["step"] == "drop"
    books()
