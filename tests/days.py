"""Days that tests start from: four articles, a notice that brings them, and the orders of a test.

A day either begins in an empty hall, or with its goods in their slots: those came in once, by scans, and each
test gets a copy of that station (`shelved`), because receiving the same truck again proves nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.exchange import documents as erp
from station.practice.demo import goods
from tests.floor import Floor


@dataclass
class Day:
    """A floor with four articles, a notice that brings them, and orders for ZTO."""

    floor: Floor
    articles: list[erp.Product]
    notice: erp.NoticeDocument
    orders: list[erp.OrderDocument]
    is_shelved: bool = False

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

    def receive(self) -> None:
        """The goods are in their slots; nothing is left to do where they were from the beginning."""
        if not self.is_shelved:
            self.floor.receive(self.notice.asn_no, self.lines)

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


def begin(floor: Floor, *orders: erp.OrderDocument, is_shelved: bool = False) -> Day:
    """What the ERP sends in the morning; with goods in their slots it only has the orders left to send."""
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {item.code: 24 for item in articles}, "WH1", floor.hub.clock.today())
    if not is_shelved:
        floor.erp(*articles, notice)
    floor.erp(*orders)
    return Day(floor, articles, notice, list(orders), is_shelved)
