"""Goods with serial numbers leave piece by piece, each by its own number (P15, P17, I6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from station.exchange import documents as erp
from station.outbound.pieces.models import OrderSerial
from station.practice.demo import goods, world
from station.stock import serials
from station.stock.models import Lot, Stock
from station.stock.serials import Serial
from tests.floor import CHEN, SUN, Answer, Floor
from tests.station.outbound.bench import BENCH, Bench, ean, tote
from tests.station.outbound.shelves import Shelves
from tests.station.outbound.sorting.wall import Wall
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALLOWS = (world.badge(CHEN), world.PIN, "5")


@dataclass
class Pieces:
    """A slot with numbered pieces of S0001 (N1, N2, …) and mugs of S0002, a picker and a packer."""

    floor: Floor
    shelves: Shelves
    bench: Bench

    def shelved(self, numbers: int, *, nameless: int = 0) -> int:
        """The pieces stand in a slot, the first of them with numbers; their lot."""
        watch = goods.products(4)[0]
        self.floor.erp(replace(watch, is_serial=True))
        slots = self.shelves.slots(2)
        stock_id = self.shelves.put("S0001", numbers + nameless, slots[0])
        self.shelves.put("S0002", 9, slots[1])
        with self.floor.hub.db.read() as tx:
            lot_id, sku_id = tx.execute(select(Stock.lot_id, Stock.sku_id).where(Stock.id == stock_id)).one()

        def name(work: object) -> None:
            for number in range(1, numbers + 1):
                serials.read(work, sku_id, lot_id, f"N{number}")  # type: ignore[arg-type]
            serials.receive_lot(work, lot_id)  # type: ignore[arg-type]

        self.shelves.do(name)
        return int(lot_id)

    def orders(self, *orders: erp.OrderDocument) -> None:
        self.floor.erp(*orders)
        self.floor.release()

    def at_piece(self) -> Answer:
        """The picker stands at the slot of the watches and has scanned one."""
        self.shelves.begin()
        while self.shelves.at_product().facts["photo"] != "S0001":
            self.floor.scans(SUN, "pick", "CM-SKIP")
        return self.floor.scans(SUN, "pick", ean(1))

    def pick(self, raw: str) -> Answer:
        return self.floor.scan(SUN, "pick", raw)

    def picks(self, *raws: str) -> Answer:
        return self.floor.scans(SUN, "pick", *raws)

    def brought(self, *numbers: str) -> None:
        """These pieces are in the tote at the bench."""
        self.at_piece()
        self.picks(*numbers)
        self.shelves.walk() if self.floor.look(SUN, "pick")["step"] == "slot" else None
        self.picks(BENCH)
        self.bench.scans(BENCH, tote(1))

    def states(self) -> dict[str, str]:
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(select(Serial.serial_no, Serial.state).order_by(Serial.serial_no))
            return {row.serial_no: row.state for row in rows}

    def bound(self) -> int:
        with self.floor.hub.db.read() as tx:
            return len(tx.scalars(select(OrderSerial.id)).all())


@pytest.fixture
def pieces(floor: Floor, shelves: Shelves) -> Pieces:
    return Pieces(floor, shelves, Bench(floor))


def test_each_piece_is_picked_packed_and_told_by_its_number(
    pieces: Pieces, books: Callable[[], None]
) -> None:
    """From the slot to the customer; the office hears which pieces left with which parcel."""
    pieces.shelved(3)
    pieces.orders(order_of(1, ("S0001", 2), ("S0002", 1)))
    assert pieces.at_piece().step == "serial"
    assert pieces.picks("n2").step == "serial"
    assert pieces.pick(ean(1)).code == "E-SN-06"
    assert pieces.picks("N3").step in {"slot", "drop"}
    pieces.shelves.walk()
    pieces.picks(BENCH)
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "PICKED", "N3": "PICKED"}
    bench = pieces.bench
    bench.scans(BENCH, tote(1), ean(2))
    assert bench.scans(ean(1)).facts["hint"] == "N2"
    bench.scans("N3", ean(1))
    assert bench.scan("N3").code == "E-SN-08"
    bench.finish(bench.scans("N2"))
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "PACKED", "N3": "PACKED"}
    pieces.floor.dispatch("ZTO", bench.bills)
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "SHIPPED", "N3": "SHIPPED"}
    (told,) = bench.told("shipment_confirmation")
    assert {line["sku_code"]: line["serials"] for line in told["lines"]} == {  # type: ignore[attr-defined]
        "S0001": ["N2", "N3"],
        "S0002": [],
    }
    books()


def test_t52_a_number_that_left_does_not_leave_again(pieces: Pieces) -> None:
    """T52: a serial that was shipped earlier → E-SN-04, at the slot and at the bench; unknown E-SN-01."""
    pieces.shelved(3)
    pieces.orders(order_of(1, ("S0001", 1)))
    pieces.brought("N1")
    pieces.bench.finish(pieces.bench.scans(ean(1), "N1"))
    pieces.floor.dispatch("ZTO", pieces.bench.bills)
    pieces.orders(order_of(2, ("S0001", 1)))
    pieces.at_piece()
    assert pieces.pick("N1").code == "E-SN-04"
    assert pieces.pick("N9").code == "E-SN-01"
    pieces.picks("N2", BENCH)
    pieces.bench.scans(BENCH, tote(1), ean(1))
    assert pieces.bench.scan("N1").code == "E-SN-04"
    assert pieces.bench.scan("N3").code == "E-SN-03"
    assert pieces.bench.scan("N9").code == "E-SN-01"
    assert pieces.bench.scans("N2").step == "box"


def test_a_piece_of_another_lot_or_article_is_refused(pieces: Pieces) -> None:
    """E-SN-03 and E-SN-05 at the slot."""
    pieces.shelved(1)
    younger = pieces.shelves.put("S0001", 1, pieces.shelves.slots(4)[3], days=400)

    def name(work: object) -> None:
        tx = work.tx  # type: ignore[attr-defined]
        lot = tx.scalars(select(Lot).join(Stock, Stock.lot_id == Lot.id).where(Stock.id == younger)).one()
        mugs = tx.scalars(select(Lot).where(Lot.sku_id != lot.sku_id)).first()
        serials.read(work, lot.sku_id, lot.id, "Y1")  # type: ignore[arg-type]
        serials.read(work, mugs.sku_id, mugs.id, "M1")  # type: ignore[arg-type]
        serials.receive_lot(work, lot.id)  # type: ignore[arg-type]

    pieces.shelves.do(name)
    pieces.orders(order_of(1, ("S0001", 1)))
    pieces.at_piece()
    assert pieces.pick("Y1").code == "E-SN-03"
    assert pieces.pick("M1").code == "E-SN-05"
    assert pieces.picks("N1").step == "drop"


def test_undo_and_cancelling_free_the_number(pieces: Pieces, books: Callable[[], None]) -> None:
    """CM-UNDO at the slot; an order that is stopped when its parcel is packed gives its pieces back."""
    pieces.shelved(2)
    pieces.orders(order_of(1, ("S0001", 2)))
    pieces.at_piece()
    assert pieces.picks("N1", "CM-UNDO").step == "serial"
    assert pieces.states()["N1"] == "IN_STOCK"
    pieces.picks("N1", "N2", BENCH)
    bench = pieces.bench
    bench.scans(BENCH, tote(1), ean(1), "N1", "CM-FULL")
    assert pieces.states() == {"N1": "PACKED", "N2": "PICKED"}
    bench.cancel(1)
    assert bench.scan("CM-OK").code in {"E-INT-01", "E-CMD-01"}
    pieces.floor.scans("1006", "intercept", bench.order_no(1), bench.shelf())
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "IN_STOCK"}
    assert pieces.bound() == 0
    books()


def test_in_a_tote_of_single_items_the_number_finds_the_order(
    pieces: Pieces, books: Callable[[], None]
) -> None:
    """Two orders of one piece each; a stopped order's piece serves the other one."""
    pieces.shelved(2)
    pieces.orders(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    pieces.at_piece()
    pieces.picks("N2", "N1", BENCH)
    bench = pieces.bench
    assert bench.scans(BENCH, tote(1), ean(1)).step == "serial"
    assert bench.scans("CM-SKIP").step == "item"
    bench.finish(bench.scans(ean(1), "N1"))
    assert (bench.state(1), bench.state(2)) == ("PICKED", "STAGED")
    bench.finish(bench.scans(ean(1), "N2"))
    pieces.floor.dispatch("ZTO", bench.bills)
    assert set(pieces.states().values()) == {"SHIPPED"}
    books()


@pytest.mark.long
def test_pieces_of_a_stopped_order_may_serve_another(pieces: Pieces, books: Callable[[], None]) -> None:
    """All pieces of a lot are alike: the one in hand goes to whoever waits."""
    pieces.shelved(2)
    pieces.orders(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    pieces.at_piece()
    pieces.picks("N2", "N1", BENCH)
    bench = pieces.bench
    bench.cancel(1)
    bench.scans(BENCH, tote(1))
    bench.finish(bench.scans(ean(1), "N2"))
    assert bench.state(2) == "STAGED"
    bench.scans(tote(1))
    assert bench.scan(ean(1)).code == "E-INT-01"
    bench.scans(bench.shelf())
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "PACKED"}
    books()


def test_numbers_of_older_stock_are_learned(pieces: Pieces, books: Callable[[], None]) -> None:
    """Stock that was counted in has no numbers: they are learned as it leaves, one for each piece."""
    pieces.shelved(1, nameless=1)
    pieces.orders(order_of(1, ("S0001", 2)))
    pieces.at_piece()
    pieces.picks("OLD-1")
    assert pieces.pick("OLD-2").code == "E-SN-01"
    pieces.picks("N1", BENCH)
    bench = pieces.bench
    bench.finish(bench.scans(BENCH, tote(1), ean(1), "OLD-1", ean(1), "N1"))
    assert pieces.states() == {"N1": "PACKED", "OLD-1": "PACKED"}
    books()


def test_a_supervisor_answers_for_a_misread_number(pieces: Pieces, books: Callable[[], None]) -> None:
    """Read wrongly at the dock or at the slot: nobody knows the number that is on the piece."""
    pieces.shelved(1)
    pieces.orders(order_of(1, ("S0001", 1)))
    pieces.brought("N1")
    bench = pieces.bench
    bench.scans(ean(1))
    assert bench.scan("N7").code == "E-SN-01"
    assert bench.scans(*ALLOWS).step == "box"
    assert pieces.states() == {"N1": "IN_STOCK", "N7": "PACKED"}
    books()


def test_a_short_stop_wants_the_good_ones_by_number(pieces: Pieces, books: Callable[[], None]) -> None:
    """CM-SHORT takes nothing without a number (E-SN-07); what was taken is stock again with its order."""
    pieces.shelved(4)
    pieces.orders(order_of(1, ("S0001", 4)))
    pieces.at_piece()
    pieces.picks("N1", "CM-SHORT", "2")
    assert pieces.pick("3").code == "E-SN-07"
    pieces.pick("0")
    assert pieces.picks("0").step == "shelf"
    pieces.picks(pieces.bench.shelf())
    assert set(pieces.states().values()) == {"IN_STOCK"}
    books()


@pytest.mark.long
def test_a_broken_piece_gives_its_number_back(pieces: Pieces, books: Callable[[], None]) -> None:
    """Another piece is brought, and the number of the broken one is stock again when the order is packed."""
    pieces.shelved(3)
    pieces.orders(order_of(1, ("S0001", 2)))
    pieces.brought("N1", "N2")
    bench = pieces.bench
    bench.scans(ean(1), "N1", "CM-DAMAGE", ean(1), bench.shelf())
    pieces.floor.scans(SUN, "pick", "CM-OK", tote(2))
    pieces.shelves.at_product()
    pieces.picks(ean(1), "N3", BENCH)
    bench.scans(BENCH, tote(2), ean(1), "N1", ean(1))
    bench.finish(bench.scans("N3"))
    assert pieces.states() == {"N1": "PACKED", "N2": "IN_STOCK", "N3": "PACKED"}
    books()


@pytest.mark.long
def test_a_parcel_that_is_opened_again_gives_its_pieces_to_the_tote(
    pieces: Pieces, books: Callable[[], None]
) -> None:
    """Broken at the box: the pieces are seen again by their numbers."""
    pieces.shelved(3)
    pieces.orders(order_of(1, ("S0001", 2)))
    pieces.brought("N1", "N2")
    bench = pieces.bench
    assert bench.scans(ean(1), "N1", ean(1), "N2").step == "box"
    bench.scans("CM-DAMAGE", ean(1), bench.shelf())
    assert pieces.states() == {"N1": "PICKED", "N2": "PICKED", "N3": "IN_STOCK"}
    books()


@pytest.mark.long
def test_goods_that_get_numbers_while_they_are_packed(pieces: Pieces, books: Callable[[], None]) -> None:
    """Picked before the article had numbers: they are asked for at the bench, each by its number."""
    watch = goods.products(4)[0]
    pieces.shelves.put("S0001", 2, pieces.shelves.slots(1)[0])
    pieces.orders(order_of(1, ("S0001", 2)))
    pieces.bench.pick_all()
    bench = pieces.bench
    pieces.floor.erp(replace(watch, is_serial=True))
    bench.scans(tote(1), ean(1), "A1")
    assert bench.scan(ean(1)).step == "serial"
    assert bench.scans("A2").step == "box"
    assert pieces.states() == {"A1": "PACKED", "A2": "PACKED"}
    books()


def test_of_an_order_of_several_in_one_tote_the_others_are_seen_next(
    pieces: Pieces, books: Callable[[], None]
) -> None:
    """Orders of one wave whose pieces lay together: whoever gets which is chance, so they are exchanged."""
    pieces.shelved(4)
    pieces.floor.erp(*(order_of(number, ("S0001", 2)) for number in (1, 2)))
    Wall(pieces.floor).release(kind="W2")
    pieces.brought("N1", "N2", "N3", "N4")
    bench = pieces.bench
    answer = bench.scans(ean(1), "N4", ean(1))
    assert answer.step == "serial"
    bench.finish(bench.scans("N1"))
    bench.finish(bench.scans(ean(1), "N2", ean(1), "N3"))
    assert set(pieces.states().values()) == {"PACKED"}
    assert [bench.parcels(number) for number in (1, 2)] == [[("1", "STAGED")]] * 2
    books()


@pytest.mark.long
def test_a_missing_piece_does_not_take_its_neighbours_number_along(
    pieces: Pieces, books: Callable[[], None]
) -> None:
    """One of two single orders lacks its piece, another is brought; then each gets the other one's."""
    pieces.shelved(3)
    pieces.orders(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    pieces.at_piece()
    pieces.picks("N1", "N2", BENCH)
    bench = pieces.bench
    bench.scans(BENCH, tote(1), "CM-DAMAGE", ean(1), bench.shelf(), "CM-MENU")
    pieces.floor.scans(SUN, "pick", "CM-OK", tote(2))
    pieces.shelves.at_product()
    pieces.picks(ean(1), "N3", BENCH)
    bench.finish(bench.scans(tote(2), ean(1), "N2"))
    bench.finish(bench.scans(tote(1), ean(1), "N3"))
    assert pieces.states() == {"N1": "IN_STOCK", "N2": "PACKED", "N3": "PACKED"}
    books()
