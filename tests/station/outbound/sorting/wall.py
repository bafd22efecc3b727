"""A sorter at a wall, in the words of the floor."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.scan.codes import internal
from station.ground.thresholds.reading import rules_of
from station.ground.work import SYSTEM, Work
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.sorting.models import CellState, SortCell
from station.outbound.waves.grouping import DraftWave
from station.outbound.waves.rules import release_one
from station.practice.demo import goods
from station.stock import locations, serials
from station.stock.models import Location, LocationKind, Stock
from station.storage.hall.floors import ground_of
from tests.floor import SUN, Answer
from tests.station.outbound.bench import BENCH, Bench, ean

TOTE = internal("TT", "T001")


def cell(number: int) -> str:
    """The label of the n-th cell of the wall."""
    return internal("WL", f"W1-1-{number:02d}")


class Wall(Bench):
    """The bench beside the wall, and the wall; `wave` is the number of the wave there."""

    wave = ""

    def hang(self, cells: int) -> None:
        """A wall of one row."""

        def make(tx: object) -> None:
            for number in range(1, cells + 1):
                locations.make(tx, f"W1-1-{number:02d}", LocationKind.WALL)  # type: ignore[arg-type]

        self.floor.hub.db.write(make)

    def number(self, numbers: Sequence[str]) -> None:
        """S0001 has serial numbers from now on; these are read of what stands in its first slot."""
        self.floor.erp(dataclasses.replace(goods.products(1)[0], is_serial=True))
        slot = (
            select(Stock.sku_id, Stock.lot_id)
            .join(Sku, Sku.id == Stock.sku_id)
            .join(Location, Location.id == Stock.location_id)
            .where(Sku.code == "S0001", Stock.on_hand > 0)
        )

        def read(work: Work) -> None:
            row = work.tx.execute(slot.order_by(Location.kind, Stock.id).limit(1)).one()
            for number in numbers:
                serials.read(work, row.sku_id, row.lot_id, number)
            serials.receive_lot(work, row.lot_id)

        self.floor.hub.works.do(read, SYSTEM)

    def release(self, *numbers: int, kind: str = "W4") -> str:
        """All orders, or SO-n alone, in one wave of a kind; its number."""
        self.floor.advance_orders()
        query = select(DeliveryOrder.id, DeliveryOrder.carrier_id).order_by(DeliveryOrder.id)
        if numbers:
            query = query.where(DeliveryOrder.erp_no.in_([f"SO-{number}" for number in numbers]))
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(query.where(DeliveryOrder.state == OrderState.ALLOCATED)).all()
            ground = ground_of(tx, rules_of(tx, self.floor.hub.settings))
        draft = DraftWave(kind, rows[0].carrier_id, tuple(row.id for row in rows))
        (self.wave,) = self.floor.hub.works.do(partial(release_one, draft=draft, ground=ground), SYSTEM).waves
        return self.wave

    def pick(self, tote: str = TOTE, to: str = "") -> None:
        """One walk for all of them, dropped at the wall, or at the place `to`."""
        answer = self.floor.scans(SUN, "pick", "CM-OK", tote)
        while answer.step in {"slot", "product", "serial", "qty"}:
            answer = self.floor.scans(SUN, "pick", self.floor.barcode(answer.facts["hint"]))
        hint = to or str(answer.facts["hint"])
        self.floor.scans(SUN, "pick", BENCH if hint == "BENCH" else hint)

    def begin(self, who: str = SUN) -> Answer:
        """The wave is bound to the wall."""
        return self.floor.scans(who, "sort", self.wave, cell(1))

    def sort(self, *raws: str, who: str = SUN) -> Answer:
        """Scans at the wall that are all accepted."""
        return self.floor.scans(who, "sort", *raws)

    def refused(self, raw: str, who: str = SUN) -> Answer:
        """A scan at the wall that is not."""
        answer = self.floor.scan(who, "sort", raw)
        assert not answer.ok, answer.body["message"]
        return answer

    def put(self, number: int, who: str = SUN) -> Answer:
        """A unit of S000n goes where the screen says."""
        answer = self.sort(ean(number), who=who)
        return self.sort(answer.facts["hint"], who=who)

    def sort_all(self, who: str = SUN) -> Answer:
        """Everything goes into its cell."""
        hint = str(self.floor.look(who, "sort")["facts"]["hint"])
        while hint.startswith("SKU:"):
            answer = self.sort(self.floor.barcode(hint), who=who)
            answer = self.sort(answer.facts["hint"], who=who)
            hint = str(answer.facts["hint"])
            self.wait()
        return answer

    def cells(self) -> dict[str, dict[str, int]]:
        """Cell → stock of it by status, of the cells in which something lies."""
        found: dict[str, dict[str, int]] = {}
        query = select(Location.code, Stock.status, Stock.on_hand).join(
            Stock, Stock.location_id == Location.id
        )
        with self.floor.hub.db.read() as tx:
            for code, status, qty in tx.execute(query.where(Location.kind == "WALL", Stock.on_hand > 0)):
                one = found.setdefault(code[-2:], {})
                one[status] = one.get(status, 0) + qty
        return found

    def bound(self) -> int:
        """How many cells are somebody's."""
        with self.floor.hub.db.read() as tx:
            return len(tx.scalars(select(SortCell.id).where(SortCell.state == CellState.BOUND)).all())
