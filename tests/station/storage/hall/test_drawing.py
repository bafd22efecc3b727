"""The map of a hall, and the form that describes one."""

from __future__ import annotations

from station.ground.setup.table import of_values
from station.storage.hall import form
from station.storage.hall.addresses import Address
from station.storage.hall.drawing import LANE, MOST_CELLS, STRIPE, Mark, Slot, pictures
from station.storage.hall.reading import read
from station.storage.hall.walks import Walk, Zone

ZONES = {"A": Zone("A"), "R": Zone("R", Walk.ONE_WAY, "A")}


def _slots(zone: str, levels: range, kind: str, mark: Mark = Mark.STAYS, aisles: int = 2) -> list[Slot]:
    return [
        Slot(Address(zone, aisle, bay, level, position), kind, mark)
        for aisle in range(1, aisles + 1)
        for bay in range(1, 5)
        for level in levels
        for position in (1, 2)
    ]


def test_zones_that_share_aisles_are_one_picture() -> None:
    slots = _slots("A", range(1, 3), "PICK") + _slots("R", range(3, 4), "RSV", Mark.NEW)
    (picture,) = pictures(slots, ZONES)
    assert (picture.zones, picture.walk, picture.count) == ("A R", Walk.SERPENTINE, 48)
    assert [(aisle.number, aisle.way) for aisle in picture.aisles] == [(1, "→"), (2, "←")]
    assert len(picture.cells) == 2 * 4 * 3
    assert {cell.count for cell in picture.cells} == {2}
    assert {cell.mark for cell in picture.cells if cell.kind == "RSV"} == {Mark.NEW}


def test_odd_bays_lie_above_the_aisle_and_the_lowest_level_nearest_to_it() -> None:
    (picture,) = pictures(_slots("A", range(1, 3), "PICK", aisles=1), ZONES)
    lane = picture.aisles[0].y
    places = {cell.name: (cell.x, cell.y) for cell in picture.cells}
    assert places["A-01-01-1"][1] == lane - STRIPE
    assert places["A-01-01-2"][1] == lane - 2 * STRIPE
    assert places["A-01-02-1"][1] == lane + LANE
    assert places["A-01-01-1"][0] == places["A-01-02-1"][0] < places["A-01-03-1"][0]


def test_nothing_lies_over_another_or_outside() -> None:
    for picture in pictures(_slots("A", range(1, 4), "PICK") + _slots("B", range(2, 9), "RSV"), ZONES):
        found = {
            (x, y) for cell in picture.cells for x in [cell.x] for y in range(cell.y, cell.y + cell.height)
        }
        assert len(found) == sum(cell.height for cell in picture.cells)
        assert all(cell.y >= 0 and cell.y + cell.height <= picture.height for cell in picture.cells)
        assert all(cell.x >= 0 and cell.x + cell.width <= picture.width for cell in picture.cells)


def test_a_large_hall_is_drawn_by_bays() -> None:
    slots = [Slot(Address("A", aisle, bay, level, 1), "PICK") for aisle in range(1, 41) for bay in range(1, 41) for level in (1, 2, 3)]  # fmt: skip
    (picture,) = pictures(slots, {})
    assert len(slots) > MOST_CELLS
    assert len(picture.cells) == 40 * 40
    assert {cell.count for cell in picture.cells} == {3}


def test_a_mixed_stripe_is_marked_as_changed() -> None:
    slots = [Slot(Address("A", 1, 1, 1, 1), "PICK", Mark.CLOSED), Slot(Address("A", 1, 1, 1, 2), "PICK")]
    ((cell,),) = (picture.cells for picture in pictures(slots, {}))
    assert cell.mark is Mark.CHANGED


RACK = {"zone": "A", "kind": "PICK", "aisles": "1-2", "bays": "1-3", "levels": "1", "positions": "1"}


def _fields(*rows: dict[str, str], **more: str) -> dict[str, str]:
    return {f"rack.{n}.{key}": value for n, row in enumerate(rows) for key, value in row.items()} | more


def test_a_form_says_the_same_as_a_file() -> None:
    over = RACK | {"zone": "R", "kind": "RSV", "levels": "2"}
    fields = _fields(
        RACK | {"max_weight_kg": "30"}, over, {"kind": "PICK"}, totes="3", docks="", walk="one-way"
    )
    top = of_values(form.content(fields | {"lane.ZTO": "1"}, ["ZTO", "YTO"], {}))
    hall = read(top)
    top.settle()
    assert [spot.code for spot in hall.spots if spot.kind in {"TOTE", "LANE"}] == [
        "T001",
        "T002",
        "T003",
        "LANE-ZTO",
    ]
    assert {spot.limits.weight_g for spot in hall.spots if spot.zone == "A"} == {30000}
    assert {zone.code: (zone.walk, zone.beside) for zone in hall.zones} == {
        "A": (Walk.ONE_WAY, ""),
        "R": (Walk.ONE_WAY, "A"),
    }


def test_a_zone_that_is_there_keeps_its_walk_and_its_aisles() -> None:
    known = {"R": Zone("R", Walk.BOTH_SIDES, "A")}
    content = form.content(_fields(RACK | {"zone": "R", "kind": "RSV"}), [], known)
    assert content["hall"]["zone"] == [{"code": "R", "walk": "both-sides", "beside": "A"}]


def test_an_empty_form_describes_nothing_and_has_one_row() -> None:
    assert form.content({"walk": "serpentine"}, [], {}) == {"hall": {}}
    assert len(form.rows_of({})) == 1


def test_what_is_no_number_is_refused_by_the_reading() -> None:
    top = of_values(form.content(_fields(RACK | {"max_weight_kg": "3O"}, totes="many"), [], {}))
    read(top)
    assert sorted(problem.where for problem in top.notes.problems) == [
        "hall.rack 1.max_weight_g",
        "hall.totes",
    ]
