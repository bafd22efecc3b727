"""A wave at the wall: from the tote into the cells, and from a cell into a parcel (P16, P17)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.outbound.pieces.models import OrderSerial
from station.stock.serials import Serial
from tests.floor import ZHAO, Floor
from tests.station.outbound.bench import BENCH, ean, tote
from tests.station.outbound.sorting.wall import TOTE, Wall, cell
from tests.station.scenarios.conftest import order_of

AtWall = Callable[..., Wall]
Books = Callable[[], None]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.both_databases
def test_a_wave_goes_over_the_wall_and_out(at_wall: AtWall, books: Books) -> None:
    """Cells small numbers first, each cell its order's, a cell opens at the bench, and nothing is left over."""
    wall = at_wall(order_of(1, ("S0001", 2), ("S0002", 1)), order_of(2, ("S0001", 1), ("S0003", 1)))
    begun = wall.begin()
    assert (begun.code, begun.step, begun.facts["progress"]) == ("S-SRT-BOUND", "product", [0, 5])
    shown = wall.sort(ean(2))
    assert (shown.facts["big"], shown.body["screen"]["expects"]) == ("1-01", ["CELL"])
    assert wall.sort(cell(1)).code == "S-SRT-PUT"
    assert wall.put(3).code == "S-SRT-PUT"
    full = wall.put(1)
    assert (full.code, full.body["tone"]) == ("S-SRT-FULL", "done")
    wall.wait()
    assert wall.scan(BENCH).ok
    assert wall.scan(cell(1)).code == "E-SRT-08"
    assert wall.put(1).code == "S-SRT-LAST"
    assert wall.cells() == {"01": {"GOOD": 3}, "02": {"GOOD": 2}}
    assert wall.totes() == ["EMPTY"]
    books()
    assert wall.sort("CM-CLOSE").code == "S-SRT-DONE"
    wall.finish(wall.scans(cell(2), ean(1), ean(3)))
    wall.finish(wall.scans(cell(1), ean(1), ean(1), ean(2)))
    assert (wall.state(1), wall.state(2), wall.bound()) == ("STAGED", "STAGED", 0)
    books()


@sqlite
def test_t47_what_nobody_wants_goes_to_the_shelf(at_wall: AtWall, books: Books) -> None:
    """T47: a surplus unit is E-SRT-02, a stranger E-SRT-01; on the shelf it is out of its slot's book."""
    wall = at_wall(order_of(1, ("S0001", 1), ("S0002", 1)))
    wall.begin()
    wall.put(1)
    surplus = wall.refused(ean(1))
    assert (surplus.code, surplus.step) == ("E-SRT-02", "surplus")
    assert wall.sort(wall.shelf()).code == "S-SRT-SURPLUS"
    assert wall.lies("INTC") == {"GOOD": 1}
    assert wall.refused(ean(4)).code == "E-SRT-01"
    assert wall.sort("CM-SKIP").step == "product"
    books()


@sqlite
def test_the_wrong_cell_is_refused(at_wall: AtWall, books: Books) -> None:
    """E-SRT-03 names the right one and nothing moves; a key is not enough as long as cells are scanned."""
    wall = at_wall(order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0003", 1), ("S0004", 1)))
    wall.begin()
    wall.sort(ean(3))
    wrong = wall.refused(cell(1))
    assert (wrong.code, wrong.body["message"]["zh"]) == ("E-SRT-03", "格口错: 应放 1-02 格")
    assert wall.refused("CM-OK").code == "E-SRT-10"
    assert wall.cells() == {}
    assert wall.sort(cell(2)).code == "S-SRT-PUT"
    books()


@sqlite
def test_fewer_at_a_time_and_a_cell_that_is_full(at_wall: AtWall, books: Books) -> None:
    """Two of three fit: the third goes into another cell of the order, and the bench takes it from there."""
    wall = at_wall(order_of(1, ("S0001", 3), ("S0002", 1)))
    wall.begin()
    wall.put(2)
    assert wall.sort(ean(1)).facts["lines"][0]["value"] == "3"
    wall.sort("CM-QTY", "2", cell(1))
    wall.wait()
    wall.sort(ean(1))
    assert wall.sort("CM-FULL").facts["big"] == "1-02"
    assert wall.sort(cell(2)).code == "S-SRT-LAST"
    assert wall.cells() == {"01": {"GOOD": 3}, "02": {"GOOD": 1}}
    wall.sort("CM-CLOSE")
    wall.finish(wall.scans(BENCH, cell(2), ean(2), ean(1), ean(1), ean(1)))
    assert (wall.state(1), wall.bound()) == ("STAGED", 0)
    books()


@sqlite
def test_a_stopped_order_is_taken_out(at_wall: AtWall, books: Books) -> None:
    """E-INT-01 at its unit: to the shelf; what lay in its cell already is brought by whoever intercepts."""
    wall = at_wall(order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0003", 2)))
    wall.begin()
    wall.put(1)
    wall.cancel(1)
    wall.cancel(2)
    stopped = wall.refused(ean(2))
    assert (stopped.code, stopped.step, stopped.facts["big"]) == ("E-INT-01", "stopped", "✖ 1-01")
    assert wall.sort(wall.shelf()).code == "S-SRT-SHELF"
    for _ in range(2):
        wall.refused(ean(3))
        wall.sort(wall.shelf())
        wall.wait()
    assert (wall.state(1), wall.state(2)) == ("INTERCEPTING", "CANCELLED")
    books()
    wall.floor.scans(ZHAO, "intercept", cell(1), wall.shelf())
    assert (wall.state(1), wall.cells(), wall.lies("INTC")) == ("CANCELLED", {}, {"GOOD": 4})
    assert wall.sort("CM-CLOSE").code == "S-SRT-DONE"
    assert wall.bound() == 0
    books()


@sqlite
def test_what_is_not_found_is_brought(at_wall: AtWall, books: Books) -> None:
    """E-SRT-04 shows it; another one is sent for, the order waits in its cell, and the bench puts both together."""
    wall = at_wall(order_of(1, ("S0001", 2), ("S0002", 1)), order_of(2, ("S0003", 2)))
    wall.begin()
    wall.put(1)
    wall.put(3)
    lacking = wall.refused("CM-CLOSE")
    assert (lacking.code, lacking.step, lacking.facts["big"]) == ("E-SRT-04", "lacking", "1")
    assert [row[1:] for row in lacking.facts["table"]] == [["1-01", "1"]]
    done = wall.sort("CM-OK")
    assert (done.code, done.step) == ("S-SRT-BROUGHT", "wave")
    assert (wall.state(1), wall.lies("INTC"), wall.bound()) == ("PICKING", {"HOLD": 1}, 2)
    books()
    wall.scans(BENCH)
    assert wall.scan(cell(1)).code == "E-PAK-11"
    wall.finish(wall.scans(cell(2), ean(3), ean(3)))
    wall.pick(tote(2), to=cell(1))
    wall.finish(wall.scans(cell(1), ean(1), ean(1), ean(2)))
    assert (wall.state(1), wall.bound()) == ("STAGED", 0)
    books()


@sqlite
def test_nowhere_else_makes_the_order_short(at_wall: AtWall, books: Books) -> None:
    """The office hears which units lack; what lies in the cell is pulled like any short order's goods."""
    wall = at_wall(order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0003", 2)))
    wall.begin()
    wall.put(1)
    wall.nothing_elsewhere()
    wall.refused("CM-CLOSE")
    done = wall.sort("CM-OK")
    assert (done.code, wall.state(1), wall.state(2)) == ("W-SRT-SHORT", "SHORT", "SHORT")
    assert len(wall.told("order_shortage")) == 2
    wall.floor.scans(ZHAO, "intercept", cell(1), wall.shelf())
    assert (wall.cells(), wall.bound()) == ({}, 0)
    books()


@sqlite
def test_a_piece_goes_to_the_order_it_was_picked_for(at_wall: AtWall, books: Books) -> None:
    """Its serial number says which; a piece that no picker named goes where its article is wanted."""
    wall = at_wall(
        order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0001", 1), ("S0002", 1)), numbers=("N1", "N2")
    )
    wall.begin()
    with wall.floor.hub.db.read() as tx:
        number = tx.scalar(
            select(Serial.serial_no)
            .join(OrderSerial, OrderSerial.serial_id == Serial.id)
            .order_by(OrderSerial.order_line_id.desc())
        )
    assert wall.sort(ean(1)).step == "serial"
    assert wall.refused(ean(2)).code == "E-SN-05"
    assert wall.sort(str(number)).facts["big"] == "1-02"
    wall.sort(cell(2))
    books()


@sqlite
def test_two_sort_at_one_wall(at_wall: AtWall, books: Books) -> None:
    """Each is sent to another cell; who comes second to the last unit is told, and goes on."""
    wall = at_wall(order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0001", 1), ("S0003", 1)))
    wall.begin()
    wall.sort(TOTE, who=ZHAO)
    mine, theirs = wall.sort(ean(1)), wall.sort(ean(1), who=ZHAO)
    assert (mine.facts["big"], theirs.facts["big"]) == ("1-01", "1-02")
    wall.sort(cell(2), who=ZHAO)
    wall.wait()
    assert wall.sort(ean(1), who=ZHAO).facts["big"] == "1-01"
    assert wall.sort(cell(1)).ok
    late = wall.refused(cell(1), who=ZHAO)
    assert (late.code, late.step) == ("E-SRT-11", "product")
    wall.sort("CM-MENU")
    wall.sort(cell(1))
    wall.sort_all()
    assert wall.cells() == {"01": {"GOOD": 2}, "02": {"GOOD": 2}}
    books()


@sqlite
def test_of_one_cell_nobody_puts_more_than_it_lacks(at_wall: AtWall) -> None:
    """Both hold all three; who puts one leaves two, and three are refused (E-SRT-11)."""
    wall = at_wall(order_of(1, ("S0001", 3), ("S0002", 1)))
    wall.begin()
    wall.sort(TOTE, who=ZHAO)
    wall.sort(ean(1))
    wall.sort(ean(1), "CM-QTY", "1", cell(1), who=ZHAO)
    assert wall.refused(cell(1)).code == "E-SRT-11"
    assert wall.cells() == {"01": {"GOOD": 1}}


@sqlite
def test_a_wave_is_not_finished_while_it_is_picked(shelved: Callable[..., object], floor: Floor) -> None:
    """E-SRT-06: nothing lacks in the cells, for nothing has come."""
    shelved(order_of(1, ("S0001", 1), ("S0002", 1)))
    wall = Wall(floor)
    wall.hang(1)
    wall.release()
    wall.begin()
    assert wall.refused("CM-CLOSE").code == "E-SRT-06"
    assert wall.bound() == 1


@sqlite
def test_goods_of_the_wall_are_not_packed_before(at_wall: AtWall) -> None:
    """E-SRT-09 for the tote and for the order; too small a wall is refused and binds nothing (E-SRT-07)."""
    wall = at_wall(order_of(1, ("S0001", 2)), order_of(2, ("S0002", 2)), cells=1)
    wall.scans(BENCH)
    assert wall.scan(TOTE).code == "E-SRT-09"
    assert wall.scan(wall.order_no(1)).code == "E-SRT-09"
    wall.sort(wall.wave)
    assert wall.refused(cell(1)).code == "E-SRT-07"
    assert wall.bound() == 0
