"""Days that several scenarios start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from station.exchange import documents as erp
from station.ground.words.actor import Role
from station.people.rules import add_user
from station.practice.demo import goods
from station.wiring import checks
from tests.floor import Floor


@dataclass
class Day:
    """A floor with four articles, a notice that brings them, and orders for ZTO."""

    floor: Floor
    articles: list[erp.Product]
    notice: erp.NoticeDocument
    orders: list[erp.OrderDocument]

    @property
    def lines(self) -> list[tuple[str, int, int, str]]:
        """What the receiver counts: (EAN, cartons, loose, production date)."""
        by_code = {item.code: item for item in self.articles}
        return [
            (
                by_code[line.sku_code].barcodes[0].code,
                line.qty_each // 12,
                0,
                "20260401" if by_code[line.sku_code].is_shelf_life else "",
            )
            for line in self.notice.lines
        ]

    def receive(self) -> str:
        """The goods are in their slots."""
        return self.floor.receive(self.notice.asn_no, self.lines)

    def pack_all(self) -> list[str]:
        """Receive, release, pick and pack everything; the waybills."""
        self.receive()
        self.floor.release()
        bills: list[str] = []
        while self.floor.look("1005", "pick")["facts"].get("hint"):
            self.floor.pick_next()
            bills += self.floor.pack_tote()
        return bills


def order_of(
    number: int, *lines: tuple[str, int], carrier: str = "ZTO", wants_invoice: bool = False
) -> erp.OrderDocument:
    """An order for (article code, quantity) lines."""
    return erp.OrderDocument(
        erp_no=f"SO-{number}",
        carrier_code=carrier,
        shop="测试店",
        receiver=erp.Receiver(
            name="张三丰", phone="13812345678", address="文三路100号3幢2单元502室", city="杭州市"
        ),
        wants_invoice=wants_invoice,
        invoice=erp.Invoice(title="某公司", number="26332000001234567890") if wants_invoice else None,
        lines=tuple(
            erp.OrderDocumentLine(line_key=str(i), sku_code=code, qty_each=qty)
            for i, (code, qty) in enumerate(lines, 1)
        ),
    )


@pytest.fixture
def start(floor: Floor) -> Callable[..., Day]:
    """Begin a day with the given orders (default: two for several units)."""

    def begin(*orders: erp.OrderDocument) -> Day:
        articles = goods.products(4)
        wanted = list(orders) or [order_of(1, ("S0001", 3), ("S0002", 1)), order_of(2, ("S0003", 2))]
        need = {item.code: 24 for item in articles}
        (notice,) = goods.notices(articles, need, "WH1", floor.hub.clock.today())
        floor.erp(*articles, notice, *wanted)
        return Day(floor, articles, notice, wanted)

    return begin


@pytest.fixture
def hire(floor: Floor) -> Callable[..., str]:
    """Give somebody a badge with the given roles; the badge number."""

    def make(number: str, *roles: Role) -> str:
        hub = floor.hub
        pin_hash = hub.pins.hash("1234")
        hub.db.write(lambda tx: add_user(tx, number, f"人{number}", pin_hash, roles, hub.clock.now()))
        return number

    return make


@pytest.fixture
def books(floor: Floor) -> Callable[[], None]:
    """Assert that every invariant holds."""

    def check() -> None:
        assert checks.broken(floor.hub.db) == []

    return check
