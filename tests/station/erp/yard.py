"""A small warehouse without people for tests of levels and comparisons: articles, slots, connections."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku
from station.clock import MovableClock
from station.erp.connectors import connector_class
from station.exchange import outbox
from station.exchange.models import ErpConnection, InboxDocument, OutboxMessage
from station.ground.db import Database
from station.ground.work import Work
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType
from tests.works import work

DAY = date(2026, 5, 1)


@dataclass
class Yard:
    """Goods come from the supplier into slots and go to the customer; every change is a movement."""

    db: Database
    clock: MovableClock
    skus: dict[str, int] = field(default_factory=dict)
    lots: dict[tuple[str, str], int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    count: Any = field(default_factory=lambda: itertools.count(1))

    def connect(self, code: str, kind: str = "rest", **more: Any) -> int:
        """A connection; its id."""
        values = {
            "code": code, "name": code, "kind": kind, "settings": {}, "secrets": "", "is_active": True,
            "is_main": False, "wants": outbox.words_of(connector_class(kind).wants), "failures": 0, "last_error": "", "leased_by": "", "created_at": self.clock.now(),
        }  # fmt: skip
        if more.get("is_main"):
            self.db.write(lambda tx: tx.execute(update(ErpConnection).values(is_main=False)))
        return self._add(ErpConnection, values | more)

    def _add(self, model: type[Any], values: dict[str, Any]) -> int:
        def work(tx: Session) -> int:
            return int(tx.execute(insert(model).values(**values).returning(model.id)).scalar_one())

        return self.db.write(work)

    def sku(self, code: str) -> int:
        """An article; its id."""
        if code not in self.skus:
            self.skus[code] = self._add(Sku, {"code": code, "name_zh": f"货 {code}"})
        return self.skus[code]

    def lot(self, code: str, number: str = "", expires_on: date | None = None) -> int:
        """A lot of an article by the supplier's number."""
        if (code, number) not in self.lots:
            sku_id = self.sku(code)
            self.lots[code, number] = self.db.write(
                lambda tx: lots.make(
                    tx, sku_id, received_on=DAY, receipt_id=None, supplier_lot=number, expires_on=expires_on
                )
            )
        return self.lots[code, number]

    def place(self, code: str = "A-1", kind: LocationKind = LocationKind.PICK) -> int:
        """A place; its id."""
        if code not in self.places:
            self.places[code] = self.db.write(lambda tx: locations.make(tx, code, kind).id)
        return self.places[code]

    def posting(self, code: str, qty: int, source: Place, target: Place, lot: str = "") -> Posting:
        """A movement that was not posted yet."""
        number = next(self.count)
        return Posting(
            MovementType.MOVE,
            self.sku(code),
            self.lot(code, lot),
            qty,
            source,
            target,
            "T",
            "1",
            f"k{number}",
        )

    def work(self, tx: Session) -> Work:
        return work(tx, self.clock.now())

    def bring(self, code: str, qty: int, *, status: str = "GOOD", lot: str = "", place: str = "A-1") -> None:
        """Goods appear in a slot."""
        self.move(code, qty, Place(ledger.SUPPLIER, status), Place(self.place(place), status), lot)

    def take(self, code: str, qty: int, *, status: str = "GOOD", lot: str = "", place: str = "A-1") -> None:
        """Goods leave a slot for a customer."""
        self.move(code, qty, Place(self.place(place), status), Place(ledger.CUSTOMER, status), lot)

    def move(self, code: str, qty: int, source: Place, target: Place, lot: str = "") -> None:
        """One movement."""
        posting = self.posting(code, qty, source, target, lot)
        self.db.write(lambda tx: ledger.post(self.work(tx), posting))

    def order(self, erp_no: str, state: str, source: str, *lines: tuple[str, int], **more: Any) -> str:
        """An order of a connection in some state, its lines reserved; our number."""
        if "carrier" not in self.places:
            self.places["carrier"] = self._add(Carrier, {"code": "ZTO", "name": "中通"})
        values = {
            "order_no": f"DO-{erp_no}", "erp_no": erp_no, "version": 1, "state": state, "address": "文三路1号", "source": source,
            "carrier_id": self.places["carrier"], "receiver_name": "张", "receiver_phone": "1",
            "created_at": self.clock.now(),
        }  # fmt: skip
        order_id = self._add(DeliveryOrder, values | more)
        for key, (code, qty) in enumerate(lines):
            line = {"order_id": order_id, "line_key": str(key), "sku_id": self.sku(code), "qty": qty}
            self._add(OrderLine, line | {"qty_reserved": qty})
        document = {
            "doc_type": "order", "doc_no": erp_no, "version": 1, "result": "NEW", "file_name": "",
            "source": source, "at": self.clock.now(),
        }  # fmt: skip
        self._add(InboxDocument, document)
        return str(values["order_no"])

    def messages(self, kind: str) -> list[OutboxMessage]:
        """Confirmations of a kind, in the order they will go out."""
        with self.db.read() as tx:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind)
            return list(tx.scalars(query.order_by(OutboxMessage.id)))
