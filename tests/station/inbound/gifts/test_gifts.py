"""Gifts from the supplier's hand to whoever takes them (P7, S-07..S-10, T24–T27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from printers.schema import print_route
from station.catalog.models import Supplier
from station.exchange.models import OutboxMessage
from station.inbound.gifts.models import GiftEntry, GiftIssue, GiftLabel
from station.practice.demo import goods, world
from station.stock.models import Location, Stock
from station.wiring import checks
from tests.floor import CHEN, LI, SUN, ZHOU, Answer, Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DATED, PLAIN = 1, 7
"""Of the demo: food, and an article without dates. Both are on sale."""


@dataclass
class Keeper:
    """The gift keeper of the demo's hall, and a supplier."""

    floor: Floor

    def scan(self, raw: str) -> Answer:
        return self.floor.scan(ZHOU, "gift_in", raw)

    def scans(self, *raws: str) -> Answer:
        return self.floor.scans(ZHOU, "gift_in", *raws)

    def register(self, qty: int, article: int = PLAIN) -> Answer:
        return self.scans(goods.gtin(article), "SUP-1", str(qty))

    def stick(self, answer: Answer) -> Answer:
        while answer.step == "labels":
            answer = self.scans(answer.facts["hint"])
        return answer

    def shelve(self, qty: int, article: int = PLAIN) -> Answer:
        answer = self.stick(self.register(qty, article))
        return self.scans(answer.facts["hint"])

    def at(self, code: str) -> dict[str, int]:
        query = select(Stock.status, func.sum(Stock.on_hand)).join(Location, Location.id == Stock.location_id)
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(query.where(Location.code == code, Stock.on_hand > 0).group_by(Stock.status))
            return {row[0]: int(row[1]) for row in rows}

    def labels(self) -> dict[str, int]:
        query = select(GiftLabel.state, func.count()).group_by(GiftLabel.state)
        with self.floor.hub.db.read() as tx:
            return {row[0]: row[1] for row in tx.execute(query)}

    def entries(self) -> list[str]:
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(select(GiftEntry.state).order_by(GiftEntry.id)))

    def told(self) -> list[int]:
        """What the office heard of more and fewer."""
        query = select(OutboxMessage.payload).order_by(OutboxMessage.id)
        with self.floor.hub.db.read() as tx:
            return [
                line["delta_each"]
                for payload in tx.scalars(query)
                if payload.get("reason") == "GIFT"
                for line in payload["lines"]
            ]

    def books(self) -> None:
        assert checks.broken(self.floor.hub.db) == []


@pytest.fixture
def keeper(floor: Floor) -> Keeper:
    floor.erp(*goods.products(7))
    floor.hub.db.write(lambda tx: tx.add(Supplier(code="SUP-1", name="送赠品的")))
    return Keeper(floor)


def test_t25_a_gift_like_one_on_sale_is_labelled(keeper: Keeper) -> None:
    """S-09: exactly as many labels as gifts; each is stuck and scanned; only then they lie in their area."""
    answer = keeper.register(3)
    assert (answer.step, keeper.labels(), keeper.at("GIFT-1")) == ("labels", {"PRINTED": 3}, {})
    assert keeper.scan("CM-CLOSE").code == "E-GFT-01"
    first = answer.facts["hint"]
    keeper.scans(first)
    assert keeper.scan(first).code == "E-GFT-05"
    area = keeper.stick(keeper.scans(keeper.floor.look(ZHOU, "gift_in")["facts"]["hint"]))
    assert (area.step, keeper.labels()) == ("area", {"APPLIED": 3})
    assert keeper.scans(area.facts["hint"]).code == "S-GFT-SHELVED"
    assert (keeper.at("GIFT-1"), keeper.told(), keeper.entries()) == ({"GIFT": 3}, [3], ["SHELVED"])
    keeper.books()


def test_t26_gifts_go_to_the_gift_area_only(keeper: Keeper) -> None:
    keeper.stick(keeper.register(1))
    for place in ("A-01-01-2-01", "QUAR-1", "DOCK-1"):
        refused = keeper.scan(keeper.floor.slot(place))
        assert (refused.code, refused.step) == ("E-GFT-02", "area")
    assert keeper.entries() == ["LABELLED"]
    keeper.books()


def test_a_spoilt_label_is_void_and_replaced(keeper: Keeper) -> None:
    """I13: issued = used + spoiled + on hand, through every step."""
    answer = keeper.register(2)
    torn = answer.facts["hint"]
    keeper.scans("CM-DAMAGE")
    assert keeper.scans(torn).code == "S-GFT-SPOILT"
    assert keeper.labels() == {"PRINTED": 2, "SPOILED": 1}
    keeper.books()
    assert keeper.scan(torn).code == "E-GFT-05"
    keeper.stick(keeper.scans(keeper.floor.look(ZHOU, "gift_in")["facts"]["hint"]))
    assert keeper.labels() == {"APPLIED": 2, "SPOILED": 1}
    keeper.books()


def test_only_the_gift_keeper_has_labels(keeper: Keeper) -> None:
    """S-10: no label is printed for a supervisor or a picker."""
    for number in (CHEN, SUN, LI):
        assert keeper.floor.scan(number, "gift_in", goods.gtin(PLAIN)).code == "E-AUTH-02"
    assert keeper.labels() == {}


def test_whoever_leaves_goes_on_later(keeper: Keeper) -> None:
    keeper.register(2)
    keeper.scans("CM-MENU")
    assert keeper.floor.look(ZHOU, "gift_in")["step"] == "goods"
    answer = keeper.scans("CM-OK")
    assert (answer.step, answer.facts["progress"]) == ("labels", [0, 2])
    keeper.scans("CM-SHORT")
    assert keeper.scans("1").code == "W-GFT-CANCELLED"
    assert (keeper.entries(), keeper.labels(), keeper.told()) == (["CANCELLED"], {"SPOILED": 2}, [])
    assert keeper.scan("CM-OK").code == "E-TSK-02"
    keeper.books()


def test_without_a_printer_nothing_is_written(keeper: Keeper) -> None:
    """The labels cannot be printed: so there is no entry whose gifts would stand unlabelled."""
    keeper.floor.hub.db.write(lambda tx: tx.execute(delete(print_route)))
    keeper.scans(goods.gtin(PLAIN), "SUP-1")
    assert keeper.scan("3").code == "E-PRN-05"
    assert keeper.entries() == []


@pytest.mark.parametrize(("said", "code"), [("nobody", "E-GFT-06"), ("送赠品的", "S-OK")])
def test_the_supplier_is_known(keeper: Keeper, said: str, code: str) -> None:
    assert keeper.scans(goods.gtin(PLAIN)).step == "supplier"
    assert keeper.scan(said).code == code


def test_t24_food_passes_the_gates(keeper: Keeper) -> None:
    """S-08: old food is refused as a gift too, unless a supervisor allows it; expired food by nobody."""
    today = keeper.floor.hub.clock.today()
    assert keeper.scans(goods.gtin(DATED), "SUP-1", "2").step == "produced"
    assert keeper.scan(f"{today + timedelta(days=1):%Y%m%d}").code == "E-EXP-01"
    keeper.scans("CM-SKIP")
    assert keeper.scan(f"{today - timedelta(days=1):%Y%m%d}").code == "E-EXP-04"
    keeper.scans(f"{today + timedelta(days=300):%Y%m%d}")
    assert keeper.entries() == ["LABELLING"]
    keeper.books()


# --- the issue book ------------------------------------------------------------------------------


def test_t27_whoever_takes_gifts_signs(keeper: Keeper) -> None:
    """S-10: badge and PIN of somebody else; then the books have fewer, and say who, what for."""
    keeper.shelve(3)
    floor = keeper.floor
    floor.scans(ZHOU, "gift_out", goods.gtin(PLAIN))
    assert floor.scan(ZHOU, "gift_out", "4").code == "E-GFT-07"
    floor.scans(ZHOU, "gift_out", "2", "2", "双11")
    floor.scans(ZHOU, "gift_out", world.badge(ZHOU))
    assert floor.scan(ZHOU, "gift_out", world.PIN).code == "E-AUTH-03"
    floor.scans(ZHOU, "gift_out", "CM-SKIP", "CM-OK", world.badge(SUN))
    assert keeper.at("GIFT-1") == {"GIFT": 3}
    assert floor.scans(ZHOU, "gift_out", world.PIN).code == "S-GFO-DONE"
    assert (keeper.at("GIFT-1"), keeper.told()) == ({"GIFT": 1}, [3, -2])
    with floor.hub.db.read() as tx:
        row = tx.scalars(select(GiftIssue)).one()
        assert (row.qty, row.purpose, row.taker, row.keeper) == (2, "CAMPAIGN", "孙拣货", "周仓管")
    keeper.books()


def test_a_gift_is_known_by_its_label(keeper: Keeper) -> None:
    answer = keeper.register(1)
    label = answer.facts["hint"]
    assert keeper.floor.scan(ZHOU, "gift_out", label).code == "E-GFT-05", "it is on no gift yet"
    keeper.scans(keeper.stick(answer).facts["hint"])
    assert keeper.floor.scans(ZHOU, "gift_out", label).step == "qty"
