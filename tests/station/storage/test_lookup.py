"""Looking up: one scan says what stands where."""

from __future__ import annotations

from datetime import date

import pytest

from station.ground.scan.codes import internal
from station.practice.demo import goods
from tests.days import order_of
from tests.floor import SUN, Answer
from tests.station.storage.conftest import Yard

HOME, RESERVE = "A-01-01-2-01", "R-01-01-4-01"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def look(yard: Yard, raw: str) -> Answer:
    return yard.floor.scan(SUN, "lookup", raw)


def value(answer: Answer, label: str) -> str:
    return next((line["value"] for line in answer.facts.get("lines", []) if line["label"]["en"] == label), "")


def test_a_slot_says_what_lies_in_it_and_how_much_is_promised(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME)
    yard.floor.erp(order_of(1, ("S0001", 9)))
    yard.floor.release()
    answer = look(yard, yard.slot(HOME))
    assert (answer.facts["big"], answer.facts["table"]) == (HOME, [["有机燕麦片", "2027-03-01", "12 (9)"]])
    assert (value(answer, "Quantity"), value(answer, "Promised")) == ("12", "9")


def test_an_article_says_where_it_stands_pick_slots_first(yard: Yard) -> None:
    old, new = yard.lot(expires=date(2026, 12, 1)), yard.lot()
    lpn = yard.bring("S0001", old, RESERVE, carton=True)
    yard.bring("S0001", new, HOME, 4)
    yard.bring("S0001", old, "QUAR-1", 2, "DEFECT")
    answer = look(yard, goods.gtin(1))
    assert answer.facts["table"] == [
        [HOME, "2027-03-01", "4"],
        ["QUAR-1", "2026-12-01 残次", "2"],
        [RESERVE, "2026-12-01", "12"],
    ]
    assert value(answer, "Quantity") == "18"
    carton = look(yard, lpn)
    assert carton.facts["table"] == [[RESERVE, "2026-12-01", "12"]]


def test_a_label_that_names_a_lot_asks_for_that_lot_alone(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2026, 12, 1)), RESERVE, 6)
    yard.bring("S0001", yard.lot(), HOME, 4)
    answer = look(yard, f"]C101{'0' + goods.gtin(1)}17261201")
    assert answer.facts["table"] == [[RESERVE, "2026-12-01", "6"]]


def test_a_long_answer_is_turned_over(yard: Yard) -> None:
    for number in range(1, 6):
        yard.bring("S0001", yard.lot(), f"R-01-0{number}-4-01", number)
    first = look(yard, goods.gtin(1))
    assert (len(first.facts["table"]), first.facts["progress"]) == (3, [3, 5])
    second = look(yard, "CM-SKIP")
    assert ([row[2] for row in second.facts["table"]], second.facts["progress"]) == (["4", "5"], [5, 5])
    assert look(yard, "CM-SKIP").facts["table"] == first.facts["table"]
    short = look(yard, yard.slot("R-01-01-4-01"))
    assert (first.step, short.step) == ("more", "what")


def test_there_is_no_more_before_anything_was_asked(yard: Yard) -> None:
    """No key for it on the screen, and its card is refused."""
    assert yard.floor.look(SUN, "lookup")["commands"] == []
    assert look(yard, "CM-SKIP").code == "E-CMD-01"


def test_nothing_there_and_no_such_thing_are_answers_too(yard: Yard) -> None:
    empty = look(yard, internal("TT", "T001"))
    assert (empty.code, empty.step, empty.facts["big"]) == ("W-LOOK-NONE", "what", "T001")
    assert look(yard, goods.gtin(4)).code == "W-LOOK-NONE"
    assert look(yard, "9999999999999").step == "what"
    assert look(yard, yard.slot("DOCK-1")).code == "W-LOOK-NONE"


def test_what_a_label_says_of_weight_and_pack_is_told(yard: Yard) -> None:
    answer = look(yard, f"010{goods.gtin(1)}310300125039221995")
    assert (value(answer, "Net weight"), value(answer, "Price")) == ("1.25 kg", "19.95")
    assert value(look(yard, goods.case_code(1)), "One scan is") == "12"
