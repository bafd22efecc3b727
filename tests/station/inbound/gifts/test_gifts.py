"""Gifts from the supplier's hand to whoever takes them (P7, S-07..S-10, T23–T27)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from printers.schema import print_route
from station import create_app
from station.catalog.models import Supplier
from station.exchange.models import OutboxMessage
from station.ground.work import SYSTEM, Work
from station.inbound.gifts import book
from station.inbound.gifts import rules as gifts
from station.inbound.gifts.book import Period
from station.inbound.gifts.models import GiftEntry, GiftIssue, GiftLabel
from station.practice.demo import goods, world
from station.stock.models import Location, Stock
from station.storage.aging import rules as aging
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


def test_a_gift_like_one_on_sale_is_labelled(keeper: Keeper) -> None:
    """T23: 12 units need 12 labels, with 11 of them scanned E-GFT-01; only then they lie in their area (S-09)."""
    answer = keeper.register(12)
    assert (answer.step, keeper.labels(), keeper.at("GIFT-1")) == ("labels", {"PRINTED": 12}, {})
    first = answer.facts["hint"]
    answer = keeper.scans(first)
    assert keeper.scan(first).code == "E-GFT-05"
    while answer.facts["progress"] != [11, 12]:
        answer = keeper.scans(keeper.floor.look(ZHOU, "gift_in")["facts"]["hint"])
    assert keeper.scan("CM-CLOSE").code == "E-GFT-01"
    area = keeper.stick(keeper.scans(keeper.floor.look(ZHOU, "gift_in")["facts"]["hint"]))
    assert (area.step, keeper.labels()) == ("area", {"APPLIED": 12})
    assert keeper.scans(area.facts["hint"]).code == "S-GFT-SHELVED"
    assert (keeper.at("GIFT-1"), keeper.told(), keeper.entries()) == ({"GIFT": 12}, [12], ["SHELVED"])
    keeper.books()


def test_gifts_go_to_the_gift_area_only(keeper: Keeper) -> None:
    """T24: E-GFT-02 at a slot, a quarantine, a dock; the entry waits as it was."""
    keeper.stick(keeper.register(1))
    for place in ("A-01-01-2-01", "QUAR-1", "DOCK-1"):
        refused = keeper.scan(keeper.floor.slot(place))
        assert (refused.code, refused.step) == ("E-GFT-02", "area")
    assert keeper.entries() == ["LABELLED"]
    keeper.books()


def test_the_label_register_adds_up(keeper: Keeper) -> None:
    """T26: 100 issued, 88 used, 2 void → 10 on hand with the keeper, as the list at the desk says too."""
    keeper.register(98)

    def use(work: Work) -> None:
        entry = gifts.next_open(work.tx)
        assert entry is not None
        for number in range(90):
            act = gifts.spoil if number in {20, 40} else gifts.stick
            act(work, entry, gifts.next_label(work.tx, entry.id))

    keeper.floor.hub.works.do(use, SYSTEM)
    assert keeper.labels() == {"APPLIED": 88, "SPOILED": 2, "PRINTED": 10}
    desk = create_app(hub=keeper.floor.hub).test_client()
    desk.set_cookie("sid", keeper.floor.sign_in(CHEN, device="desk"))
    (row,) = list(csv.DictReader(desk.get("/desk/r/gifts.csv").text.removeprefix("\ufeff").splitlines()))
    assert [row[name] for name in ("已打标签", "已用标签", "坏标")] == ["100", "88", "2"]
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


def test_food_passes_the_gates(keeper: Keeper) -> None:
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


def test_whoever_takes_gifts_signs(keeper: Keeper) -> None:
    """T27: without the recipient's PIN nothing leaves (S-10): badge and PIN of somebody else; then the books have fewer, and say who, what for."""
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


# --- the book, and what grows old ------------------------------------------------------------------


def test_the_gift_book_says_what_came_and_went(keeper: Keeper) -> None:
    """Each entry with its labels, each issue with who took it for what, and what was left after it (§8)."""
    floor, hub = keeper.floor, keeper.floor.hub
    keeper.shelve(3)
    floor.scans(ZHOU, "gift_out", goods.gtin(PLAIN), "2", "2", "双11", world.badge(SUN), world.PIN)
    today = hub.clock.today()
    with hub.db.read() as tx:
        came, went = book.of(tx, Period(today, today), hub.settings)
        numbers = sorted(tx.scalars(select(GiftLabel.label_no)))
    assert (came.supplier_name, came.qty, came.registrar_name, came.balance_qty) == (
        "送赠品的",
        3,
        "周仓管",
        3,
    )
    assert (came.label_from, came.label_to) == (numbers[0], numbers[-1])
    assert (went.recipient_name, went.issued_qty, went.balance_qty) == ("孙拣货", 2, 1)
    assert went.issued_for.startswith("活动 双11")
    desk = create_app(hub=hub).test_client()
    desk.set_cookie("sid", floor.sign_in(CHEN, device="desk"))
    page = desk.get("/desk/gift-book")
    assert all(words in page.text for words in ("送赠品的", "孙拣货", "双11"))
    assert desk.get("/desk/gift-book.pdf").data.startswith(b"%PDF")
    tomorrow = desk.get(f"/desk/gift-book?from={today + timedelta(days=1)}&to={today + timedelta(days=9)}")
    assert "孙拣货" not in tomorrow.text


def test_expired_gifts_are_thrown_away_by_two(keeper: Keeper) -> None:
    """P7: nobody gets them any more, a keeper brings them to quarantine, and two sign the scrap note."""
    floor, hub = keeper.floor, keeper.floor.hub
    good_until = hub.clock.today() + timedelta(days=300)
    area = keeper.stick(keeper.scans(goods.gtin(DATED), "SUP-1", "2", "CM-SKIP", f"{good_until:%Y%m%d}"))
    keeper.scans(area.facts["hint"])
    floor.days_pass(301)
    aging.run(hub.works, SYSTEM)
    assert keeper.at("GIFT-1") == {"EXPIRED": 2}
    assert floor.scan(ZHOU, "gift_out", goods.gtin(DATED)).code == "E-GFT-07"
    quarantine = floor.slot("QUAR-1")
    floor.scans(ZHOU, "move", floor.slot("GIFT-1"), goods.gtin(DATED), quarantine)
    assert (keeper.at("GIFT-1"), keeper.at("QUAR-1")) == ({}, {"EXPIRED": 2})
    both = (world.badge(ZHOU), world.PIN, world.badge(CHEN), world.PIN)
    assert (
        floor.scans(ZHOU, "quarantine", quarantine, goods.gtin(DATED), "2", "3", *both).code == "S-QUA-SCRAP"
    )
    assert keeper.at("QUAR-1") == {}
    today = hub.clock.today()
    with hub.db.read() as tx:
        (gone,) = book.of(tx, Period(today, today), hub.settings)
    assert (gone.issued_qty, gone.balance_qty, gone.issued_for[:2]) == (2, 0, "报废")
    keeper.books()
