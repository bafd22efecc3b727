"""Gift lines get gifts, sales lines goods, even where both are the same article (P7, S-07, S-09)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from station.exchange import documents as erp
from station.outbound.orders import giving_up
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.stock.models import Location, Movement, Stock
from tests.floor import Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _order(number: int, *lines: tuple[str, int, bool]) -> erp.OrderDocument:
    """An order for (article, quantity, whether it is given away)."""
    made = order_of(number, *((sku, qty) for sku, qty, _gift in lines))
    gifts = [is_gift for _sku, _qty, is_gift in lines]
    return replace(
        made, lines=tuple(replace(line, is_gift=gift) for line, gift in zip(made.lines, gifts, strict=True))
    )


@pytest.fixture
def area() -> str:
    """The gift area's code."""
    return "GIFT-1"


def test_a_gift_line_waits_for_gifts(shelves: Shelves, area: str, floor: Floor, books: Books) -> None:
    """A shelf full of the same article for sale does not serve it; gifts in their area do."""
    shelves.put("S0001", 10, shelves.slots(1)[0])
    floor.erp(_order(1, ("S0001", 2, True)))
    floor.release()
    assert shelves.state() == "AUDITED"
    shelves.put("S0001", 2, area, status="GIFT")
    floor.release()
    assert shelves.state() == "WAVED"
    books()


def test_a_sales_line_never_gets_gifts(shelves: Shelves, area: str, floor: Floor, books: Books) -> None:
    shelves.put("S0001", 10, area, status="GIFT")
    floor.erp(_order(1, ("S0001", 2, False)))
    floor.release()
    assert shelves.state() == "AUDITED"
    books()


def test_gifts_in_a_sales_slot_are_given_to_nobody(shelves: Shelves, floor: Floor) -> None:
    """S-07: they are given out of their area; what lies elsewhere is brought there first."""
    shelves.put("S0001", 10, shelves.slots(1)[0], status="GIFT")
    floor.erp(_order(1, ("S0001", 1, True)), _order(2, ("S0001", 1, False)))
    floor.release()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("AUDITED", "AUDITED")


def test_both_lines_of_one_article(shelves: Shelves, area: str, floor: Floor, books: Books) -> None:
    """Two bought and one given: each is walked to where its own kind stands, and stays what it is."""
    slot = shelves.slots(1)[0]
    sold, given = shelves.put("S0001", 2, slot), shelves.put("S0001", 1, area, status="GIFT")
    floor.erp(_order(1, ("S0001", 2, False), ("S0001", 1, True)))
    floor.release()
    assert (shelves.stock(sold), shelves.stock(given)) == ((2, 2), (1, 1))
    shelves.begin()
    shelves.walk()
    with floor.hub.db.read() as tx:
        query = select(Location.code, Movement.from_status, Movement.qty).join(
            Location, Location.id == Movement.from_location_id
        )
        walked = {tuple(row) for row in tx.execute(query.where(Movement.type == "PICK"))}
    assert walked == {(slot, "GOOD", 2), (area, "GIFT", 1)}
    books()


def test_what_lacks_gifts_waits_and_sales_go_on(shelves: Shelves, area: str, floor: Floor) -> None:
    """Gifts went away that were reserved: only the order with the gift line gives its reservation up."""
    shelves.put("S0001", 4, shelves.slots(1)[0])
    row = shelves.put("S0001", 2, area, status="GIFT")
    floor.erp(_order(1, ("S0001", 2, True)), _order(2, ("S0001", 4, False)))
    floor.advance_orders()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("ALLOCATED", "ALLOCATED")

    def lose(tx: object) -> int:
        stock = tx.get_one(Stock, row)  # type: ignore[attr-defined]
        stock.on_hand = 1
        return int(stock.sku_id)

    sku_id = floor.hub.db.write(lose)
    assert shelves.do(lambda work: giving_up.unreserve(work, sku_id)) == 1
    with floor.hub.db.read() as tx:
        left = select(DeliveryOrder.erp_no, OrderLine.qty_reserved).join(
            DeliveryOrder, DeliveryOrder.id == OrderLine.order_id
        )
        assert {row.erp_no: row.qty_reserved for row in tx.execute(left)} == {"SO-1": 0, "SO-2": 4}
