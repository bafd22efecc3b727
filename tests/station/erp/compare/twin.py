"""An ERP whose answers a test decides, and the yard it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.erp import port
from station.erp.compare import reconcile
from station.erp.compare.models import Difference, Reconciliation
from station.exchange import documents
from station.exchange.models import OutboxMessage
from station.ground.db import Database
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.models import Parcel
from tests.station.erp.yard import Yard

ZONE = ZoneInfo("Asia/Shanghai")


T = TypeVar("T")


@dataclass
class Twin:
    """What an ERP answers; `meanwhile` happens while it is asked, `error` instead of an answer."""

    lines: list[port.StockLine] | None = None
    orders: set[str] | None = None
    sent: dict[str, str] | None = None
    error: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    since: list[date] = field(default_factory=list)

    def stock(self) -> Iterable[port.StockLine] | None:
        self.meanwhile()
        if self.error:
            raise self.error
        return None if self.lines is None else iter(self.lines)

    def open_orders(self) -> Sequence[port.OpenOrder] | None:
        return None if self.orders is None else [port.OpenOrder(number, "") for number in sorted(self.orders)]

    def shipped(self, since: date) -> Mapping[str, str] | None:
        self.since.append(since)
        return self.sent


@dataclass
class Office:
    """The yard, the ERP and what its comparison lists."""

    yard: Yard
    twin: Twin

    @property
    def db(self) -> Database:
        return self.yard.db

    def run(self, wish: int | None = None) -> Reconciliation:
        connector: Any = self.twin
        run_id = reconcile.run(
            self.db, self.yard.clock, "erp", connector, asked_by="陈主管", reconciliation_id=wish
        )
        assert run_id is not None
        return self.read(lambda tx: tx.get_one(Reconciliation, run_id))

    def read(self, what: Callable[[Session], T]) -> T:
        with self.db.read() as tx:
            return what(tx)

    def listed(self, *, gone: bool = False) -> list[tuple[str, str, str, str]]:
        """(key, ours, theirs, explained) of the differences."""
        rows = self.rows(gone=gone)
        return [(row.key, row.ours, row.theirs, row.explained) for row in rows]

    def rows(self, *, gone: bool = False) -> list[Difference]:
        is_gone = Difference.gone_at.is_not(None) if gone else Difference.gone_at.is_(None)
        query = select(Difference).where(is_gone).order_by(Difference.what, Difference.key, Difference.id)
        return self.read(lambda tx: list(tx.scalars(query)))

    def tells(self, *lines: tuple[str, str, int] | tuple[str, str, str, int]) -> None:
        """The ERP's stock: (article, status, quantity) or with the lot before the quantity."""
        self.twin.lines = [
            port.StockLine(line[0], line[2] if len(line) == 4 else "", line[1], int(line[-1]))
            for line in lines
        ]

    def message(self, kind: str, key: str, doc: Any, doc_no: str = "", state: str = "PENDING") -> None:
        now = self.yard.clock.now()
        values = {
            "event_key": key, "kind": kind, "doc_no": doc_no or key, "target": "erp", "state": state,
            "payload": documents.to_data(doc), "next_at": now, "created_at": now,
            "done_at": now if state == "DONE" else None,
        }  # fmt: skip
        self.db.write(lambda tx: tx.execute(insert(OutboxMessage).values(**values)))

    def received(self, key: str, code: str, qty: int, lot: str = "", state: str = "PENDING") -> None:
        line = documents.ReceiptConfirmationLine(
            sku_code=code,
            line_key="1",
            lot=lot,
            produced_on=None,
            expires_on=None,
            qty_good=qty,
            qty_rejected=9,
        )
        doc = documents.ReceiptConfirmation(
            event_key=key,
            grn_no=key,
            asn_no="N",
            supplier_code="V",
            posted_at=self.yard.clock.now(),
            lines=(line,),
        )
        self.message("receipt_confirmation", key, doc, state=state)

    def ship(
        self, erp_no: str, bill: str, *lines: tuple[str, int], state: str = "DONE", days_ago: int = 0
    ) -> None:
        """An order left under a waybill; its confirmation is in some state."""
        at = self.yard.clock.now() - timedelta(days=days_ago)
        order_no = self.yard.order(erp_no, "SHIPPED", "erp", shipped_at=at)
        place = self.yard.place("LANE-1")

        def work(tx: Session) -> None:
            order_id = tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == erp_no)).one()
            values = {"parcel_no": f"P-{erp_no}", "order_id": order_id, "state": "SHIPPED", "tote_id": place}
            parcel = insert(Parcel).values(**values, pack_location_id=place).returning(Parcel.id)
            waybill = {
                "parcel_id": tx.execute(parcel).scalar_one(), "carrier_id": 1, "request_key": f"R-{erp_no}",
                "waybill_no": bill, "state": "HANDED", "requested_at": at,
            }  # fmt: skip
            tx.execute(insert(Waybill).values(**waybill))

        self.db.write(work)
        doc = documents.ShipmentConfirmation(
            event_key=f"SHIP-{erp_no}", erp_no=erp_no, order_no=order_no, carrier_code="ZTO", waybill_no=bill,
            shipped_at=at, weight_g=1, operator="钱",
            lines=tuple(
                documents.ShipmentConfirmationLine(
                    line_key=str(at), sku_code=code, lot=f"L{self.yard.lot(code):06d}", expires_on=None, qty_each=qty
                )
                for at, (code, qty) in enumerate(lines)
            ),
        )  # fmt: skip
        self.message("shipment_confirmation", doc.event_key, doc, order_no, state)

    def told(self, key: str) -> None:
        """A confirmation reaches the ERP."""
        now = self.yard.clock.now()
        change = update(OutboxMessage).where(OutboxMessage.event_key == key)
        self.db.write(lambda tx: tx.execute(change.values(state="DONE", done_at=now)))
