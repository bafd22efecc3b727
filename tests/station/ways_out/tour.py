"""A tour through every step of every process: a whole day, then every deviation from it, on copies of its file.

The day is worked as on any shift; whenever somebody first stands at a step, the file is copied. From each copy
every card, the number keys and some nonsense are tried, until no new step appears. What a step offers it says
itself, so a new process is walked without a line here as soon as somebody begins it.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.catalog.models import Sku, Supplier
from station.clock import MovableClock
from station.ground.db import Database
from station.ground.knobs import changing
from station.ground.scan.codes import internal
from station.ground.tasks import Origin
from station.ground.words.actor import Role
from station.ground.work import OFFICE, SYSTEM, Work
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder
from station.people.rules import add_user
from station.practice.demo import goods, world
from station.rooms import ROOMS
from station.settings import Rules, Settings
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import Location, LocationKind, Lot, MovementType, Stock
from station.storage.counting import rules as counting
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.days import order_of
from tests.floor import CHEN, LI, QIAN, SUN, WANG, ZHAO, ZHOU, Answer, Floor
from tests.station.outbound.sorting.wall import Wall

Key = tuple[str, str]


@dataclass
class Stop:
    """Somebody at a step of a process, and the file in which they stand there."""

    flow: str
    step: str
    person: str
    path: Path
    tokens: dict[tuple[str, str], str]


CANCELLED = {"pick", "sort", "pack", "dispatch", "intercept"}
"""The processes where the office's change of mind leads to steps of their own."""


@dataclass
class Tour:
    """Where one can stand, found by walking."""

    folder: Path
    clock: MovableClock
    pepper: Path
    stops: dict[Key, Stop] = field(default_factory=dict)
    serial: int = 0
    is_over: bool = False

    def reopen(self, stop: Stop) -> Walker:
        """A station of its own on a copy of the file of this stop."""
        self.serial += 1
        folder = self.folder / f"at-{self.serial}"
        folder.mkdir()
        shutil.copy(self.pepper, folder)
        path = folder / "station.sqlite3"
        shutil.copy(stop.path, path)
        clock = MovableClock(self.clock.now(), self.clock.zone)
        hub = hubs.build(
            Settings(data=folder, rules=Rules(first_delivery_full=False)),
            db=Database(f"sqlite:///{path}"),
            clock=clock,
        )
        return Walker(hub, self, dict(stop.tokens))

    def keep(self, walker: Walker, flow: str, step: str, person: str) -> None:
        """Copy the file when somebody first stands at a step."""
        if self.is_over or (flow, step) in self.stops or step.startswith("_"):
            return
        path = self.folder / f"{flow}-{step}.sqlite3"
        copy_of(walker.hub, path)
        self.stops[flow, step] = Stop(flow, step, person, path, dict(walker._tokens))

    def deviate(self, stop: Stop) -> None:
        """Try from this stop whatever its step and its keys offer."""
        with contextlib.closing(self.reopen(stop)) as walker:
            shown = walker.look(stop.person, stop.flow)
        offered = [item["card"] for item in shown["commands"]]
        if shown["facts"].get("pad") in {"qty", "choice"}:
            offered += ["1", "2", "0"]
        for raw in offered:
            with contextlib.closing(self.reopen(stop)) as walker:
                walker.scan(stop.person, stop.flow, raw)
        if stop.flow not in CANCELLED:
            return
        with contextlib.closing(self.reopen(stop)) as walker:
            hint = walker.hint(stop)  # what lay there before the office changed its mind
            cancel_all(walker.hub)
            walker.scan(stop.person, stop.flow, hint)


def copy_of(hub: Hub, path: Path) -> None:
    """The whole file as it is now, by a connection of the station itself: two libraries would lose their locks."""
    raw = hub.db.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()


class Walker(Floor):
    """A floor that tells the tour where its people stand."""

    def __init__(self, hub: Hub, tour: Tour, tokens: dict[tuple[str, str], str] | None = None) -> None:
        super().__init__(hub)
        self.tour = tour
        self._tokens = tokens or {}
        self._ids = itertools.count(1_000_000 * (1 + tour.serial))

    def scan(self, number: str, flow: str, raw: str, **more: Any) -> Answer:
        start = self.hub.workflows[flow].start
        if (flow, start) not in self.tour.stops:
            self.sign_in(number)
            self.tour.keep(self, flow, start, number)
        answer = super().scan(number, flow, raw, **more)
        if "screen" in answer.body:
            self.tour.keep(self, flow, answer.step, number)
        return answer

    def hint(self, stop: Stop) -> str:
        """The thing that the step wants, as one finds it on the floor."""
        facts = self.look(stop.person, stop.flow)["facts"]
        hint = str(facts.get("hint") or "1")
        things = {"TOTE-ITEM": "", "BOX": internal("BX", "03"), "WEIGH": "CM-OK", "INTC": "", "LANE": ""}
        if hint == "TOTE-ITEM":
            return self.item_in_tote(facts["big"])
        return things.get(hint) or self.barcode(hint)

    def weigh(self, answer: Answer, off_dg: int = 0) -> None:
        """The first parcel's weight is nearly typed, then off by half a kilogram: its units are verified again."""
        if ("pack", "typed") not in self.tour.stops:
            self.scan(ZHAO, "pack", "CM-QTY")
            self.scans(ZHAO, "pack", world.badge(CHEN), world.PIN, "5", "CM-SKIP")
        if ("pack", "reverify") not in self.tour.stops and not off_dg:
            super().weigh(answer, 5000)
            wrong = self.scan(ZHAO, "pack", "CM-OK")
            while wrong.step == "reverify":
                wrong = self.scans(ZHAO, "pack", self.barcode(str(wrong.facts["hint"])))
        super().weigh(answer, off_dg)

    def close(self) -> None:
        self.hub.close()


def walk(tour: Tour, walker: Walker) -> None:
    """The whole day, then the deviations of every step, until nothing new appears."""
    _day(walker)
    with contextlib.closing(tour.reopen(tour.stops["pack", "verify"])) as copy:
        cancel_all(copy.hub)
        copy.scan(SUN, "intercept", internal("TT", "T001"))
    seen: set[Key] = set()
    while new := [stop for key, stop in tour.stops.items() if key not in seen]:
        for stop in new:
            seen.add((stop.flow, stop.step))
            tour.deviate(stop)
    tour.is_over = True


def _inspect_with_surprises(floor: Walker, receipt: str) -> None:
    """A pack with another date than its carton, and a supervisor who is called for nothing."""
    answer, pieces = floor.scans(WANG, "stage2", receipt), itertools.count(1)
    _share(floor, receipt, pieces)
    while answer.step == "sample":
        code = floor.barcode(answer.facts["hint"])
        if floor.scan(WANG, "stage2", f"010{code}11260330").step == "differs":
            floor.scans(WANG, "stage2", "CM-SKIP", "CM-SKIP", world.badge(CHEN), world.PIN, "CM-SKIP")
        answer = floor.scans(WANG, "stage2", code)
        if answer.step == "serial":
            answer = floor.scans(WANG, "stage2", f"SN-{next(pieces)}")
    floor.scans(WANG, "stage2", "CM-OK")


def _share(floor: Walker, receipt: str, pieces: Iterator[int]) -> None:
    """A colleague inspects all the other lines, and waits for the one that is in hand."""
    hub, zhu = floor.hub, "3001"
    pin_hash = hub.pins.hash(world.PIN)
    hub.db.write(lambda tx: add_user(tx, zhu, "朱质检", pin_hash, (Role.INSPECTOR,), hub.clock.now()))
    answer = floor.scans(zhu, "stage2", receipt)
    while answer.step in {"sample", "serial"}:
        is_number = answer.step == "serial"
        raw = f"SN-{next(pieces)}" if is_number else floor.barcode(answer.facts["hint"])
        answer = floor.scans(zhu, "stage2", raw)
    floor.scans(zhu, "stage2", "CM-SKIP")


def _day(floor: Walker) -> None:
    """Goods come, orders are picked, packed and leave, with a surprise of each kind on the way."""
    hub = floor.hub
    *articles, foreign = [
        replace(item, is_lot=item.code == "S0002", is_serial=item.code == "S0003")
        for item in goods.products(5)
    ]
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", hub.clock.today())
    *some, last = goods.orders(articles, 8, 3, hub.clock.now(), ("ZTO",))
    floor.erp(*articles, foreign, notice, *some, replace(last, buyer_note="放门口"))
    floor.scans(ZHAO, "place", internal("WS", "PACK1"))
    by_code = {item.code: item for item in articles}
    lines = [
        (
            by_code[line.sku_code].barcodes[0].code,
            line.qty_each // 12,
            0,
            "20260401" if by_code[line.sku_code].is_shelf_life else "",
        )
        for line in notice.lines
    ]
    _count_what_lies_there(floor, articles)
    floor.scans(LI, "arrive", notice.asn_no[:-1], "CM-SKIP")  # looked for, and not among them
    floor.scans(CHEN, "arrive", "CM-SHORT", "V0", "CM-SKIP", "CM-SKIP")  # without an order? there is one
    receipt = floor.arrive(notice.asn_no, sum(line[1] for line in lines))
    floor.scans(LI, "arrive", receipt, "CM-SKIP")  # registered by mistake? no
    _count_with_surprises(floor, receipt, lines)
    _inspect_with_surprises(floor, receipt)
    floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-SKIP", "1")  # the driver does not sign
    floor.scans(LI, "sign", world.badge(CHEN), world.PIN)
    floor.sign(receipt)
    floor.scans(ZHOU, "lookup", floor.slot("DOCK-1"))  # more than a screen shows
    _put_away_elsewhere(floor)
    _label_a_new_slot(floor)
    _stack(floor)
    floor.put_all_away()
    _move_about(floor)
    _give_gifts(floor)
    _set_apart(floor)
    floor.release()
    bills = _pick_and_pack(floor)
    _sort(floor)
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B99999", "小王", bills[0])
    floor.scan(QIAN, "dispatch", "CM-CLOSE")  # the others are left behind: asked about
    floor.scans(QIAN, "dispatch", *bills[1:])
    floor.scans(QIAN, "dispatch", "CM-CLOSE", world.badge(QIAN))


def _count_what_lies_there(floor: Walker, articles: list[Any]) -> None:
    """The opening count of a slot: dated goods with a lot, and another slot that is empty."""
    codes = [item.barcodes[0].code for item in articles]
    with floor.hub.db.read() as tx:
        query = select(Location.barcode).where(Location.kind == LocationKind.RSV)
        slots = list(tx.scalars(query.order_by(Location.id.desc()).limit(2)))
    floor.scans(ZHOU, "opening", slots[0], codes[1], "20260401", "CM-OK", "L2604", "3")
    floor.scans(ZHOU, "opening", slots[1], "CM-SHORT")


def _count_with_surprises(floor: Walker, receipt: str, lines: list[tuple[str, int, int, str]]) -> None:
    floor.scans(LI, "stage1", receipt, lines[0][0], "99", "CM-OK")
    floor.scans(LI, "stage1", "0", "CM-OK")  # far more than ordered, twice
    floor.scans(LI, "stage1", "CM-MENU", receipt)
    floor.scan(LI, "stage1", goods.gtin(5))  # nobody ordered it
    floor.scans(LI, "stage1", "CM-SKIP")
    _count_line(floor, lines[0])
    for card in (
        "CM-SKIP",
        "CM-SKIP",
        "CM-REPRINT",
        "CM-SKIP",
        "CM-CLOSE",
        "CM-SKIP",
    ):  # look through, see what is missing
        floor.scan(LI, "stage1", card)
    for line in lines[1:]:
        _count_line(floor, line)
    floor.scans(LI, "stage1", "CM-CLOSE")
    floor.scan(LI, "stage1", receipt)  # taken back before anybody inspects
    floor.scan(LI, "stage1", "CM-MENU")


def _count_line(floor: Walker, line: tuple[str, int, int, str]) -> None:
    answer = floor.scans(LI, "stage1", line[0], str(line[1]), "CM-OK", "0")
    while answer.step != "product":
        typed = {"produced": line[3], "expires": "CM-OK", "lot": "L2604", "outer": "6"}[answer.step]
        answer = floor.scans(LI, "stage1", typed)
        if answer.step == "amend":  # nothing to change after all
            answer = floor.scans(LI, "stage1", "CM-SKIP", "1")


def _put_away_elsewhere(floor: Walker) -> None:
    """To another slot than the one proposed: the screen asks why."""
    hint = floor.look(ZHOU, "putaway")["facts"]["hint"]
    answer = floor.scans(ZHOU, "putaway", hint)
    with floor.hub.db.read() as tx:
        kinds = (LocationKind.RSV, LocationKind.NEW)
        slots = list(
            tx.scalars(select(Location.barcode).where(Location.kind.in_(kinds)).order_by(Location.id))
        )
    for slot in slots:
        if answer.step == "slot":
            answer = floor.scan(ZHOU, "putaway", slot)
    floor.scan(ZHOU, "putaway", "CM-MENU")


def _label_a_new_slot(floor: Walker) -> None:
    """The warehouse wants new labels for new articles, for as long as one carton is carried."""
    by_name = {one.name: one for room in ROOMS for one in room.settings}
    switch = partial(changing.change, setting=by_name["new_slot_label"], reason="tour")
    floor.hub.works.do(partial(switch, text="on", was="off"), SYSTEM)
    answer = floor.scans(ZHOU, "putaway", floor.look(ZHOU, "putaway")["facts"]["hint"])
    answer = floor.scans(ZHOU, "putaway", answer.facts["hint"])
    if answer.step == "label":
        floor.scans(ZHOU, "putaway", "CM-REPRINT", "CM-SKIP")
    floor.scan(ZHOU, "putaway", "CM-MENU")
    floor.hub.works.do(partial(switch, text="off", was="on"), SYSTEM)


def _stack(floor: Walker) -> None:
    """A carton on a pallet, whose label is printed again; to another slot than the one proposed, and apart."""
    answer = floor.scans(ZHOU, "pallets", floor.look(ZHOU, "pallets")["facts"]["hint"], "CM-CLOSE")
    label = answer.facts["hint"]
    floor.scans(ZHOU, "pallets", "CM-REPRINT", "CM-SKIP", label)
    with floor.hub.db.read() as tx:
        kinds = Location.kind.in_((LocationKind.RSV, LocationKind.NEW))
        slots = list(tx.scalars(select(Location.barcode).where(kinds).order_by(Location.id)))
    step, proposed = "slot", floor.look(ZHOU, "pallets")["facts"].get("hint")
    for slot in slots:
        if step == "slot" and slot != proposed:
            step = floor.scan(ZHOU, "pallets", slot).step
    if step == "reason":
        step = floor.scans(ZHOU, "pallets", "1").step
    floor.scans(ZHOU, "pallets", *(["CM-SKIP"] if step == "confirm" else []), "CM-CLOSE")


def _move_about(floor: Walker) -> None:
    """Somebody looks up what stands in a pick slot, and moves some of it to another slot and back."""
    slot, barcode, other = _two_lots(floor.hub)
    floor.scans(ZHOU, "lookup", slot)
    floor.scans(ZHOU, "move", slot, barcode, "1", "2", "CM-SKIP")
    floor.scans(ZHOU, "move", slot, barcode, "1", "2", other)
    signers = (world.badge(ZHOU), world.PIN, world.badge(CHEN))
    floor.scans(ZHOU, "adjust", slot, barcode, "1", "1", "1", *signers, "CM-MENU")
    floor.hub.works.do(partial(_have_it_counted, barcode=slot), SYSTEM)
    floor.scans(ZHOU, "count", slot, barcode, "1", "1", "CM-MENU")


def _give_gifts(floor: Walker) -> None:
    """Gifts come and are labelled, one label is spoilt, and somebody takes one."""
    floor.hub.db.write(lambda tx: tx.add(Supplier(code="SUP-G", name="Gifts")))
    gift, in_a_year = goods.gtin(1), f"{floor.hub.clock.today() + timedelta(days=400):%Y%m%d}"
    floor.scans(ZHOU, "gift_in", gift, "SUP-G", "2", "CM-SKIP")
    answer = floor.scan(ZHOU, "gift_in", in_a_year)
    floor.scans(ZHOU, "gift_in", "CM-DAMAGE", answer.facts["hint"])
    answer = floor.scans(ZHOU, "gift_in", floor.look(ZHOU, "gift_in")["facts"]["hint"])
    while answer.step == "labels":
        answer = floor.scans(ZHOU, "gift_in", answer.facts["hint"])
    floor.scans(ZHOU, "gift_in", answer.facts["hint"])
    floor.scans(ZHOU, "gift_out", gift, "1", "1", "CM-OK", world.badge(SUN), world.PIN)


def _set_apart(floor: Walker) -> None:
    """Three of a slot are broken: one is released, one goes back to whoever sent it, one is thrown away."""
    slot, barcode, _other = _two_lots(floor.hub, "tour:apart")
    area = floor.slot("QUAR-1")
    floor.scans(ZHOU, "quarantine", slot, barcode, "2", "3", "1", area)
    floor.hub.clock.advance(seconds=5)  # type: ignore[attr-defined]  # the area scanned again is no bounce of the trigger
    keeper, chief = (world.badge(ZHOU), world.PIN), (world.badge(CHEN), world.PIN)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "2", "沪A", "张师傅", *keeper)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "3", *keeper, *chief)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "1", world.badge(WANG), world.PIN, *chief)


def _sort(floor: Walker) -> None:
    """Two orders go over a sort wall; something lies in their tote that nobody wants, and was not there."""
    floor.erp(order_of(91, ("S0001", 2), ("S0004", 1)), order_of(92, ("S0001", 1), ("S0004", 1)))
    wall = Wall(floor)
    wall.hang(2)
    wall.release(91, 92)
    wall.pick(internal("TT", "T009"))
    wall.begin()
    wall.sort(goods.gtin(3), "CM-SKIP")
    floor.scan(SUN, "sort", goods.gtin(5))
    wall.sort("CM-SKIP")
    wall.put(1)
    wall.sort("CM-MENU")


def _have_it_counted(work: Work, barcode: str) -> None:
    place = locations.find(work.tx, barcode)
    counting.open_task(work, Origin("LC", place.code), place.id)


def _two_lots(hub: Hub, key: str = "tour:lot") -> tuple[str, str, str]:
    """A pick slot with loose goods, to which a second lot of theirs comes; the article, and an empty slot."""
    keep: list[str] = []

    def add(work: Work) -> None:
        tx = work.tx
        row = tx.execute(
            select(Stock, Location.barcode, Sku.code)
            .join(Location, Location.id == Stock.location_id)
            .join(Sku, Sku.id == Stock.sku_id)
            .where(Location.kind == LocationKind.PICK, Stock.on_hand > 2)
            .order_by(Stock.id)
            .limit(1)
        ).one()
        old = tx.get_one(Lot, row[0].lot_id)
        lot = lots.make(
            tx, old.sku_id, received_on=old.received_on, receipt_id=None, produced_on=old.produced_on,
            expires_on=old.expires_on,
        )  # fmt: skip
        source, target = Place(ledger.ADJUST, "GOOD"), Place(row[0].location_id, "GOOD")
        ledger.post(work, Posting(MovementType.OPENING, old.sku_id, lot, 6, source, target, "TEST", "1", key))
        free = select(Location.barcode).where(
            Location.kind == LocationKind.RSV,
            ~select(Stock.id).where(Stock.location_id == Location.id).exists(),
        )
        keep.extend((row.barcode, goods.gtin(int(row.code[1:])), str(tx.scalar(free.limit(1)))))

    hub.works.do(add, SYSTEM)
    return keep[0], keep[1], keep[2]


def _pick_and_pack(floor: Walker) -> list[str]:
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        if not bills:
            _one_too_many(floor)
            _one_is_broken(floor)
        bills += floor.pack_tote()
    return bills


def _one_too_many(floor: Walker) -> None:
    """Something lies in the first tote that nobody wants; then it was nothing."""
    floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"), "CM-SHORT", "4")
    for number in (1, 2, 3, 4):
        if floor.look(ZHAO, "pack")["step"] == "surplus":
            floor.scan(ZHAO, "pack", goods.gtin(number))
    floor.scans(ZHAO, "pack", "CM-MENU")


def _one_is_broken(floor: Walker) -> None:
    """A unit of the first tote is broken, and other slots have more of it; then it was whole."""
    floor.scans(ZHAO, "pack", internal("TT", "T001"), "CM-DAMAGE")
    for number in (1, 2, 3, 4):
        if floor.look(ZHAO, "pack")["step"] == "damaged":
            floor.scan(ZHAO, "pack", goods.gtin(number))
    floor.scans(ZHAO, "pack", "CM-MENU")


def cancel_all(hub: Hub) -> None:
    """The office cancels every order."""
    with hub.db.read() as tx:
        numbers = list(tx.scalars(select(DeliveryOrder.erp_no)))
    for number in numbers:
        hub.works.do(lambda work, n=number: orders.cancel(work, n, "test", f"C-{n}"), OFFICE)  # type: ignore[misc]
