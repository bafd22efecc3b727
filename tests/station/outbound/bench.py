"""A packer at a bench, in the words of the floor."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select, update

from station.carriers.models import Waybill
from station.devices.models import Scale
from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.scan.codes import internal
from station.ground.work import SYSTEM, Work
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.models import Parcel
from station.outbound.picking.models import PickList
from station.practice.demo import goods
from station.stock.models import LOCATION, SELLABLE_KINDS, Location, LocationState, Stock
from tests.floor import ZHAO, Answer, Floor

BENCH, BOX = internal("WS", "PACK1"), internal("BX", "03")


def ean(number: int) -> str:
    """The barcode of the demo's article S000n."""
    return goods.gtin(number)


def tote(number: int) -> str:
    """The barcode of tote T00n."""
    return internal("TT", f"T{number:03d}")


@dataclass
class Bench:
    """What a packer does with picked totes; `bills` are the waybills that were stuck."""

    floor: Floor
    bills: list[str] = field(default_factory=list)

    def pick_all(self) -> None:
        """Every open list is walked, into T001, T002, …"""
        number = 0
        while self.floor.look("1005", "pick")["facts"].get("hint"):
            number += 1
            self.floor.pick_next(f"T{number:03d}")
        self.scans(BENCH)

    def scan(self, raw: str, who: str = ZHAO, device: str = "HH-1") -> Answer:
        """One scan at the packing process."""
        return self.floor.scan(who, "pack", raw, device=device)

    def scans(self, *raws: str, who: str = ZHAO) -> Answer:
        """Scans that are all accepted."""
        return self.floor.scans(who, "pack", *raws)

    def to_box(self, number: int, *units: int) -> Answer:
        """The order in tote n, all units seen."""
        return self.scans(tote(number), *(ean(unit) for unit in units))

    def to_label(self, number: int, *units: int) -> str:
        """Its waybill is printed; the number."""
        self.to_box(number, *units)
        return str(self.scans(BOX).facts["hint"])

    def to_weigh(self, number: int, *units: int) -> Answer:
        """Its waybill is stuck; the parcel lies on the scale with the right weight."""
        return self.stick(self.to_label(number, *units))

    def stick(self, bill: str) -> Answer:
        self.bills.append(bill)
        answer = self.scans(bill)
        self.floor.weigh(answer)
        return answer

    def wait(self) -> None:
        """Some seconds pass: the same code scanned again is no bounce of the trigger."""
        self.floor.hub.clock.advance(seconds=5)  # type: ignore[attr-defined]

    def finish(self, answer: Answer) -> Answer:
        """From the box to the lane."""
        assert answer.step == "box", answer.body
        self.stick(str(self.scans(BOX).facts["hint"]))
        return self.scans("CM-OK")

    def shelf(self) -> str:
        return self.floor.slot("INTC-1")

    def nothing_elsewhere(self, but: str = "") -> None:
        """Every slot is being counted, so nothing can be brought from one; not the slot `but`."""

        def freeze(work: Work) -> None:
            open_ones = (Location.state == LocationState.OPEN, Location.kind.in_(SELLABLE_KINDS))
            for place in work.tx.scalars(select(Location).where(*open_ones, Location.code != but)).all():
                LOCATION.move(work, place, "freeze")

        self.floor.hub.works.do(freeze, SYSTEM)

    def cancel(self, number: int) -> None:
        self.floor.erp(erp.CancelOrder(erp_no=f"SO-{number}"))

    # --- looking ----------------------------------------------------------------------------------

    def state(self, number: int) -> str:
        """The state of order SO-n."""
        with self.floor.hub.db.read() as tx:
            return str(tx.scalar(select(DeliveryOrder.state).where(DeliveryOrder.erp_no == f"SO-{number}")))

    def order_no(self, number: int) -> str:
        with self.floor.hub.db.read() as tx:
            return str(
                tx.scalar(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == f"SO-{number}"))
            )

    def parcels(self, number: int) -> list[tuple[str, str]]:
        """(number's end, state) of the parcels of order SO-n."""
        query = select(Parcel.parcel_no, Parcel.state).join(
            DeliveryOrder, DeliveryOrder.id == Parcel.order_id
        )
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(query.where(DeliveryOrder.erp_no == f"SO-{number}").order_by(Parcel.seq))
            return [(row.parcel_no.rsplit("-", 1)[1], row.state) for row in rows]

    def lies(self, kind: str) -> dict[str, int]:
        """Stock status → EACH in places of one kind."""
        query = (
            select(Stock.status, func.sum(Stock.on_hand))
            .join(Location, Location.id == Stock.location_id)
            .where(Location.kind == kind, Stock.on_hand > 0)
            .group_by(Stock.status)
        )
        with self.floor.hub.db.read() as tx:
            return {status: int(qty) for status, qty in tx.execute(query)}

    def waybills(self) -> list[str]:
        """The states of all waybills, oldest first."""
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(select(Waybill.state).order_by(Waybill.id)))

    def totes(self) -> list[str]:
        """The states of all pick lists."""
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(select(PickList.state).order_by(PickList.id)))

    def told(self, kind: str) -> list[dict[str, object]]:
        """What the office hears of one kind, oldest first."""
        query = select(OutboxMessage.payload).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
        with self.floor.hub.db.read() as tx:
            return list(tx.scalars(query))

    def scale(self, **values: object) -> None:
        """The bench's scale shows something else."""
        change = update(Scale).where(Scale.workstation == "PACK-1").values(**values)
        self.floor.hub.db.write(lambda tx: tx.execute(change))

    def without_scale(self) -> None:
        """The scale of this bench is gone."""
        self.scale(workstation="GONE")
