"""The day of the tour: goods come, orders are picked, packed and leave, with a surprise of each kind on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from station.catalog.models import Sku, Supplier
from station.ground.knobs import changing
from station.ground.scan.codes import internal
from station.ground.tasks import Origin
from station.ground.work import SYSTEM, Work
from station.practice.demo import goods, world
from station.rooms import ROOMS
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import Location, LocationKind, Lot, MovementType, Stock
from station.storage.counting import rules as counting
from station.wiring.hub import Hub
from tests.days import order_of
from tests.floor import CHEN, LI, QIAN, SUN, WANG, ZHAO, ZHOU, Floor
from tests.station.outbound.sorting.wall import Wall
from tests.station.ways_out import receiving


def work(floor: Floor) -> None:
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
    receiving.count(floor, receipt, lines)
    receiving.inspect(floor, receipt)
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


def _count_what_lies_there(floor: Floor, articles: list[Any]) -> None:
    """The opening count of a slot: dated goods with a lot, and another slot that is empty."""
    codes = [item.barcodes[0].code for item in articles]
    with floor.hub.db.read() as tx:
        query = select(Location.barcode).where(Location.kind == LocationKind.RSV)
        slots = list(tx.scalars(query.order_by(Location.id.desc()).limit(2)))
    floor.scans(ZHOU, "opening", slots[0], codes[1], "20260401", "CM-OK", "L2604", "3")
    floor.scans(ZHOU, "opening", slots[1], "CM-SHORT")


def _put_away_elsewhere(floor: Floor) -> None:
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


def _label_a_new_slot(floor: Floor) -> None:
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


def _stack(floor: Floor) -> None:
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


def _move_about(floor: Floor) -> None:
    """Somebody looks up what stands in a pick slot, and moves some of it to another slot and back."""
    slot, barcode, other = _two_lots(floor.hub)
    floor.scans(ZHOU, "lookup", slot)
    floor.scans(ZHOU, "move", slot, barcode, "1", "2", "CM-SKIP")
    floor.scans(ZHOU, "move", slot, barcode, "1", "2", other)
    signers = (world.badge(ZHOU), world.PIN, world.badge(CHEN))
    floor.scans(ZHOU, "adjust", slot, barcode, "1", "1", "1", *signers, "CM-MENU")
    floor.hub.works.do(partial(_have_it_counted, barcode=slot), SYSTEM)
    floor.scans(ZHOU, "count", slot, barcode, "1", "1", "CM-MENU")


def _give_gifts(floor: Floor) -> None:
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


def _set_apart(floor: Floor) -> None:
    """Three of a slot are broken: one is released, one goes back to whoever sent it, one is thrown away."""
    slot, barcode, _other = _two_lots(floor.hub, "tour:apart")
    area = floor.slot("QUAR-1")
    floor.scans(ZHOU, "quarantine", slot, barcode, "2", "3", "1", area)
    floor.hub.clock.advance(seconds=5)  # type: ignore[attr-defined]  # the area scanned again is no bounce of the trigger
    keeper, chief = (world.badge(ZHOU), world.PIN), (world.badge(CHEN), world.PIN)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "2", "沪A", "张师傅", *keeper)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "3", *keeper, *chief)
    floor.scans(ZHOU, "quarantine", area, barcode, "1", "1", world.badge(WANG), world.PIN, *chief)


def _sort(floor: Floor) -> None:
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


def _pick_and_pack(floor: Floor) -> list[str]:
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        if not bills:
            _one_too_many(floor)
            _one_is_broken(floor)
        bills += floor.pack_tote()
    return bills


def _one_too_many(floor: Floor) -> None:
    """Something lies in the first tote that nobody wants; then it was nothing."""
    floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"), "CM-SHORT", "4")
    for number in (1, 2, 3, 4):
        if floor.look(ZHAO, "pack")["step"] == "surplus":
            floor.scan(ZHAO, "pack", goods.gtin(number))
    floor.scans(ZHAO, "pack", "CM-MENU")


def _one_is_broken(floor: Floor) -> None:
    """A unit of the first tote is broken, and other slots have more of it; then it was whole."""
    floor.scans(ZHAO, "pack", internal("TT", "T001"), "CM-DAMAGE")
    for number in (1, 2, 3, 4):
        if floor.look(ZHAO, "pack")["step"] == "damaged":
            floor.scan(ZHAO, "pack", goods.gtin(number))
    floor.scans(ZHAO, "pack", "CM-MENU")
