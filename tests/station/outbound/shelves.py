"""A floor with goods already in their slots, for tests that begin at the wave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from station.catalog.models import Sku
from station.ground.scan.codes import internal
from station.ground.work import SYSTEM, Work
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.outbound.picking.models import PickList, PickTask
from station.practice.demo import goods
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import Location, Lot, MovementType, Stock
from tests.floor import SUN, Answer, Floor

TOTE, TOTE2, TOTE3 = (internal("TT", f"T00{number}") for number in (1, 2, 3))
BENCH = internal("WS", "PACK1")


class Shelves:
    """Puts goods into slots by the ledger and looks at what became of them."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._keys = 0
        floor.erp(*goods.products(4))

    def put(
        self, sku: str, qty: int, slot: str, *, days: int = 300, lot: str = "", status: str = "GOOD"
    ) -> int:
        """`qty` EACH of an article in a slot, good for so many days more; the stock row's id."""
        self._keys += 1

        def rule(work: Work) -> int:
            tx = work.tx
            article = tx.scalars(select(Sku).where(Sku.code == sku)).one()
            place = tx.scalars(select(Location).where(Location.code == slot)).one()
            made = Lot(
                sku_id=article.id,
                received_on=date(2026, 4, 1),
                produced_on=work.today - timedelta(days=10),
                expires_on=work.today + timedelta(days=days),
                supplier_lot=lot,
            )
            tx.add(made)
            tx.flush()
            source, target = Place(ledger.ADJUST, status), Place(place.id, status)
            ledger.post(
                work,
                Posting(
                    MovementType.OPENING,
                    article.id,
                    made.id,
                    qty,
                    source,
                    target,
                    "TEST",
                    slot,
                    f"o{self._keys}",
                ),
            )
            return tx.scalars(select(Stock.id).where(Stock.lot_id == made.id)).one()

        return self.floor.hub.works.do(rule, SYSTEM)

    def slots(self, count: int) -> list[str]:
        """Codes of pick slots in walk order."""
        query = (
            select(Location.code).where(Location.kind == "PICK").order_by(Location.pick_seq, Location.code)
        )
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(query.limit(count)))

    def state(self, erp_no: str = "SO-1") -> str:
        with self.floor.hub.db.read() as tx:
            return str(tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.erp_no == erp_no)))

    def stock(self, stock_id: int) -> tuple[int, int]:
        """On hand and promised of a stock row."""
        with self.floor.hub.db.read() as tx:
            row = tx.execute(select(Stock.on_hand, Stock.allocated).where(Stock.id == stock_id)).one()
            return row.on_hand, row.allocated

    def in_place(self, code: str) -> int:
        """EACH that lie in a place."""
        query = select(func.sum(Stock.on_hand)).join(Location, Location.id == Stock.location_id)
        with self.floor.hub.db.read() as tx:
            return tx.scalar(query.where(Location.code == code)) or 0

    def picked(self, erp_no: str = "SO-1") -> int:
        query = select(func.sum(OrderLine.qty_picked)).join(DeliveryOrder)
        with self.floor.hub.db.read() as tx:
            return tx.scalar(query.where(DeliveryOrder.erp_no == erp_no)) or 0

    def lists(self) -> list[str]:
        """States of the pick lists."""
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(select(PickList.state).order_by(PickList.id)))

    def stops(self) -> list[tuple[int, int, str]]:
        """(quantity, picked, state) of all stops in walk order."""
        query = select(PickTask.qty, PickTask.qty_picked, PickTask.state).order_by(PickTask.seq, PickTask.id)
        with self.floor.hub.db.read() as tx:
            return [(row[0], row[1], row[2]) for row in tx.execute(query)]

    def order_id(self, erp_no: str = "SO-1") -> int:
        with self.floor.hub.db.read() as tx:
            return tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == erp_no)).one()

    def do(self, rule: Any) -> Any:
        """A rule in a unit of work of its own."""
        return self.floor.hub.works.do(rule, SYSTEM)

    # --- picking ----------------------------------------------------------------------------------

    def begin(self, tote: str = TOTE, number: str = SUN) -> Answer:
        """Take the next list into a tote; at the first stop."""
        return self.floor.scans(number, "pick", "CM-OK", tote)

    def at_product(self, number: str = SUN) -> Answer:
        """The slot of the present stop was scanned."""
        hint = self.floor.look(number, "pick")["facts"]["hint"]
        return self.floor.scans(number, "pick", hint)

    def walk(self, number: str = SUN) -> Answer:
        """Pick all that is left; the last answer."""
        screen, answer = self.floor.look(number, "pick"), None
        while screen["step"] in {"slot", "product", "qty"}:
            answer = self.floor.scans(number, "pick", self.floor.barcode(screen["facts"]["hint"]))
            screen = answer.body["screen"]
        assert answer is not None
        return answer

    def short(self, found: int, reason: str = "2", number: str = SUN) -> Answer:
        """Report the present stop short; nought is typed twice."""
        typed = [str(found)] * (1 if found else 2)
        return self.floor.scans(number, "pick", "CM-SHORT", reason, *typed)
