"""The dock as its tests see it: articles, trucks, and what receiver and inspector scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from printers.schema import print_job
from station.exchange import documents as erp
from station.inbound.models import Receipt, ReceiptLine
from station.practice.demo import goods, world
from station.stock.models import Stock
from tests.floor import CHEN, LI, WANG, ZHOU, Answer, Floor

PO = "PO-1"


def article(number: int, name: str, **more: Any) -> erp.Product:
    """An article in cartons of 12, unless `more` says otherwise."""
    usual: dict[str, Any] = {"case_qty": 12, "gross_g": 100, "price_fen": 1000}
    barcodes = (erp.ProductBarcode(code=goods.gtin(number)),)
    return erp.Product(code=f"S{number:04d}", name_zh=name, spec="1kg", barcodes=barcodes, **usual | more)


OATS = article(1, "燕麦片", is_shelf_life=True, shelf_life_n=360)
MUG = article(2, "保温杯")
TEA = article(3, "茉莉花茶", is_shelf_life=True, shelf_life_n=360, reject_days=300)
NUTS = article(4, "山核桃仁", is_lot=True)
RING = article(5, "金戒指", is_valuable=True, case_qty=1)
CANDY = article(6, "喜糖", case_qty=48, inner_per_case=24)
SPOON = article(7, "勺子")


def ean(item: erp.Product) -> str:
    """What is printed on the article."""
    return item.barcodes[0].code


def gs1(item: erp.Product, made: str = "", expires: str = "", lot: str = "") -> str:
    """The article's GS1 code: days as yymmdd."""
    text = f"010{ean(item)}"
    text += f"11{made}" if made else ""
    text += f"17{expires}" if expires else ""
    return text + (f"10{lot}" if lot else "")


@dataclass
class Dock:
    """One station's dock, with a notice for whatever the test needs."""

    floor: Floor

    # --- what the office expects ---------------------------------------------------------------

    def expects(self, *lines: tuple[erp.Product, int], asn: str = PO, **more: Any) -> None:
        """The ERP announces EACH of articles."""
        usual: dict[str, Any] = {"warehouse": "WH1", "expected_on": date(2026, 5, 1)}
        usual |= {"supplier_code": "V01", "supplier_name": "良品食业"}
        notice = erp.NoticeDocument(
            asn_no=asn,
            lines=tuple(
                erp.NoticeLine(line_key=str(i), sku_code=item.code, qty_each=qty)
                for i, (item, qty) in enumerate(lines, 1)
            ),
            **usual | more,
        )
        told = self.floor.erp(*dict.fromkeys(item for item, _qty in lines), notice)
        assert "PROBLEM" not in told, told

    def rule(self, **rules: Any) -> None:
        """The warehouse argues about a threshold."""
        door, hub = self.floor.hub.door, self.floor.hub
        settings = replace(hub.settings, rules=replace(hub.settings.rules, **rules))
        door.settings = settings

    # --- scanning -----------------------------------------------------------------------------

    def truck(self, *lines: tuple[erp.Product, int], asn: str = PO, cartons: int = 2) -> str:
        """A truck with a notice of its own (when `lines` are given) arrives and is opened in stage 1."""
        if lines:
            self.expects(*lines, asn=asn)
        receipt = self.floor.arrive(asn, cartons)
        self.li(receipt)
        return receipt

    def li(self, *raws: str) -> Answer:
        """The receiver in stage 1; everything must be accepted."""
        return self.floor.scans(LI, "stage1", *raws)

    def tries(self, *raws: str, number: str = LI, flow: str = "stage1") -> Answer:
        """Scans of which any may be refused; the last answer."""
        answer = [self._scan(number, flow, raw) for raw in raws][-1]
        assert answer.status in {200, 422}, answer.body
        return answer

    def _scan(self, number: str, flow: str, raw: str) -> Answer:
        self.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
        return self.floor.scan(number, flow, raw)

    def wang(self, *raws: str) -> Answer:
        """The inspector in stage 2."""
        return self.floor.scans(WANG, "stage2", *raws)

    def signs(self, *raws: str) -> Answer:
        """The receiver at the signatures."""
        return self.floor.scans(LI, "sign", *raws)

    def allowed_by_chen(self, reason: str = "1") -> Answer:
        """The supervisor allows what was just refused."""
        return self.li(world.badge(CHEN), world.PIN, reason)

    def line(self, item: erp.Product, cartons: int, made: str = "20260401", outer: str = "1") -> Answer:
        """Count whole cartons of an article."""
        dates = (made, "CM-OK") if item.is_shelf_life else ()
        return self.li(ean(item), str(cartons), "CM-OK", "0", *dates, outer)

    def close(self) -> Answer:
        """The count ends, whatever is missing."""
        answer = self.li("CM-CLOSE")
        return self.li("CM-OK") if answer.step == "missing" else answer

    def inspect(self, receipt: str) -> Answer:
        """Every sample is fine."""
        return self.floor.inspect(receipt)

    def checked(self, *lines: tuple[erp.Product, int]) -> str:
        """A receipt with these articles, counted in whole cartons and inspected: it waits for signatures."""
        receipt = self.truck(*lines)
        for item, qty in lines:
            self.line(item, qty // item.case_qty)
        self.close()
        self.inspect(receipt)
        return receipt

    def labelled(self, receipt: str) -> Answer:
        """Receiver and driver have signed, the sheet is keyed in, every label is stuck."""
        answer = self.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
        while answer.step == "labels":
            answer = self.signs(answer.facts["hint"])
        return answer

    def posted(self, *lines: tuple[erp.Product, int]) -> str:
        """These goods are stock at the dock; the receipt."""
        receipt = self.checked(*lines)
        self.labelled(receipt)
        self.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
        return receipt

    # --- looking ------------------------------------------------------------------------------

    def lines(self, receipt: str = "") -> list[ReceiptLine]:
        """What is written down, of one receipt or of all."""
        query = (
            select(ReceiptLine).join(Receipt, Receipt.id == ReceiptLine.receipt_id).order_by(ReceiptLine.id)
        )
        with self.floor.hub.db.read() as tx:
            found = list(tx.scalars(query.where(Receipt.receipt_no == receipt) if receipt else query))
            tx.expunge_all()
            return found

    def on_hand(self) -> int:
        """EACH in the house, in whatever status."""
        with self.floor.hub.db.read() as tx:
            return int(tx.scalar(select(func.coalesce(func.sum(Stock.on_hand), 0))) or 0)

    def state(self, receipt: str) -> str:
        """Where a receipt stands."""
        with self.floor.hub.db.read() as tx:
            return str(tx.scalar(select(Receipt.state).where(Receipt.receipt_no == receipt)))

    def papers(self, kind: str) -> list[dict[str, Any]]:
        """What was printed of one kind, as the printer got it, oldest first."""
        query = select(print_job.c.data).where(print_job.c.kind == kind).order_by(print_job.c.id)
        with self.floor.hub.db.read() as tx:
            return [dict(data) for data in tx.scalars(query)]

    def table(self, answer: Answer) -> list[list[str]]:
        """The rows of a screen's list."""
        return list(answer.facts.get("table", []))

    def shown(self, answer: Answer, english: str) -> str:
        """The value beside a label on the screen, or nothing."""
        rows = answer.facts.get("lines", [])
        return next((str(row["value"]) for row in rows if row["label"]["en"] == english), "")
