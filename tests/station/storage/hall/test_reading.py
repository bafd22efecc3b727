"""A hall's description: laid out, or refused whole with row and reason."""

from __future__ import annotations

import pytest

from station.ground.setup.problems import SetupRefused
from station.ground.setup.table import opened
from station.storage.hall.description import Hall, Limits
from station.storage.hall.reading import read

RACK = """
[[hall.rack]]
zone = "A"
kind = "PICK"
aisles = "1-2"
bays = "1-3"
levels = "1-2"
positions = "1"
"""


def _read(text: str) -> Hall:
    top = opened(text)
    hall = read(top)
    top.settle()
    return hall


def _codes(text: str) -> list[str]:
    return [spot.code for spot in _read(text).spots]


def test_a_rack_is_every_combination_without_what_is_left_out() -> None:
    assert len(_codes(RACK)) == 12
    codes = _codes(RACK + 'except = ["A-01", "A-02-03-1", "A-02-01-1-01"]\n')
    assert codes == ["A-02-01-2-01", "A-02-02-1-01", "A-02-02-2-01", "A-02-03-2-01"]


def test_limits_are_kept_and_nothing_said_is_no_limit() -> None:
    (spot, *_rest) = _read(RACK + "max_weight_g = 30000\n").spots
    assert spot.limits == Limits(30000, None)


def test_what_a_rack_is_for() -> None:
    """Class of goods, turnover, pallets only, articles beside each other; a turnover is A, B or C."""
    (spot, *_rest) = _read(RACK + 'class = "COLD"\nabc = "A"\npallet = true\nmixed = true\n').spots
    assert spot.limits == Limits(None, None, "COLD", "A", needs_pallet=True, is_mixed=True)
    with pytest.raises(SetupRefused) as refused:
        _read(RACK + 'abc = "D"\nclass = "cold a"\n')
    assert {problem.code for problem in refused.value.problems} == {"E-SET-07", "E-SET-10"}


def test_areas_totes_benches_lanes_walls_and_carts() -> None:
    codes = _codes(
        "[hall]\ndocks = 2\ninspection = 1\nquarantine = 1\nintercept = 1\nreturns = 1\ngifts = 1\nvaults = 1\n"
        "benches = 2\ntotes = 3\n[hall.lanes]\nZTO = 2\nsf_air = 1\n"
        '[[hall.wall]]\ncode = "W1"\nrows = 2\ncolumns = 2\n[[hall.cart]]\ncode = "K1"\ncells = 2\n'
        '[[hall.place]]\ncode = "DOCK-NORTH"\nkind = "DOCK"\n'
    )
    assert codes == [
        "DOCK-1", "DOCK-2", "QC-1", "QUAR-1", "INTC-1", "RTN-1", "GIFT-1", "VAULT-1", "PACK-1", "PACK-2",
        "T001", "T002", "T003", "LANE-ZTO", "LANE-ZTO-2", "LANE-SF-AIR", "W1-1-01", "W1-1-02", "W1-2-01", "W1-2-02",
        "K1-01", "K1-02", "DOCK-NORTH",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        (RACK.replace('"1-3"', '"3-1"'), 6, "E-HAL-02", "is 1-3 meant?"),
        (RACK.replace('"1-3"', '"1-3,2"'), 6, "E-HAL-03", "holds 2 twice"),
        (RACK.replace('"1-3"', '"1-100"'), 6, "E-HAL-01", "at most 99"),
        (RACK.replace('"1-3"', "3"), 6, "E-SET-03", "a text in quotes"),
        (RACK.replace('"1-3"', '"１-3"'), 6, "E-SET-07", 'should read "1-3"'),
        (RACK.replace('"A"', '"a"'), 3, "E-SET-07", 'should read "A"'),
        (RACK.replace('"A"', '"Ａ"'), 3, "E-SET-07", 'should read "A"'),
        (RACK.replace('"A"', '"O"'), 3, "E-HAL-06", "without I and O"),
        (RACK.replace('"A"', '"7"'), 3, "E-HAL-06", "one letter"),
        (RACK.replace("PICK", "pick"), 4, "E-SET-10", "PICK, RSV"),
        (RACK.replace("PICK", "SUPPLIER"), 4, "E-SET-10", "PICK, RSV"),
        (RACK.replace("bays", "bay"), 6, "E-SET-01", "there is: bays"),
        (RACK.replace('bays = "1-3"\n', ""), 2, "E-SET-02", '"bays" is missing'),
        (RACK + RACK, 10, "E-HAL-05", "A-01-01-1-01 in hall.rack 1"),
        (RACK + 'except = ["A-09"]\n', 9, "E-HAL-08", "no A-09"),
        (RACK + "max_weight_g = -1\n", 9, "E-SET-04", "from 0"),
        (RACK + "max_weight_g = 1.5\n", 9, "E-SET-03", "whole number"),
        (RACK + RACK.replace('"1-3"', '"1-99"').replace('"1-2"', '"1-9"').replace('"1"', '"2-99"'), 2, "E-HAL-04", "at most 50000"),
        ("[hall]\ntotes = 1000000\n", 2, "E-SET-04", "50000"),
        ("[hall]\ntotes = 40000\nbenches = 40000\n", 1, "E-HAL-04", "80000 places"),
        ('[hall]\ntotes = 101\n[[hall.cart]]\ncode = "T1"\ncells = 1\n', 3, "E-HAL-05", "T101 in hall.totes"),
        ('[hall]\ndocks = 1\n[[hall.place]]\ncode = "DOCK-1"\nkind = "DOCK"\n', 3, "E-HAL-05", "DOCK-1"),
        ('[[hall.place]]\ncode = "LANE-X"\nkind = "LANE"\n', 1, "E-SET-02", "carrier"),
        ('[[hall.place]]\ncode = "A-01-01-1-01"\nkind = "PACK"\n', 3, "E-SET-10", "PACK"),
        ('[[hall.wall]]\ncode = "w1"\nrows = 2\ncolumns = 2\n', 2, "E-SET-07", "W1"),
        ('[[hall.wall]]\ncode = "W1"\nrows = 10\ncolumns = 2\n', 3, "E-SET-04", "1 to 9"),
        ('[hall]\nclosed = ["a-01"]\n', 2, "E-SET-07", "A-01"),
        ('[[hall.zone]]\ncode = "A"\nwalk = "zigzag"\n' + RACK, 3, "E-SET-10", "serpentine, one-way, both-sides"),
        ('[[hall.zone]]\ncode = "A"\n[[hall.zone]]\ncode = "A"\n' + RACK, 4, "E-SET-09", "twice"),
        ('[[hall.zone]]\ncode = "A"\nbeside = "A"\n' + RACK, 3, "E-HAL-08", "no A"),
        ("[hall]\ndock = 1\n", 2, "E-SET-01", "there is: docks"),
        ("hall = 3\n", 1, "E-SET-03", "a table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, code: str, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        _read(text)
    told = {(one.line, one.code): one.text["en"] for one in refusal.value.problems}
    assert (line, code) in told
    assert words in told[line, code]


def test_a_million_slots_are_refused_without_being_counted_out() -> None:
    """The refusal must come at once: nobody's server lays out nine million slots first."""
    rack = (
        RACK.replace('"1-2"', '"1-99"', 1)
        .replace('"1-3"', '"1-99"')
        .replace('"1-2"', '"1-9"')
        .replace('"1"', '"1-99"')
    )
    with pytest.raises(SetupRefused) as refusal:
        _read(rack)
    (problem,) = refusal.value.problems
    assert problem.text["en"] == "hall: That makes 8732691 places; a hall has at most 50000"
    assert "8732691" in problem.text["zh"]


def test_all_mistakes_are_told_at_once() -> None:
    text = RACK.replace('"A"', '"a"').replace('"1-3"', '"3-1"') + "[hall]\ndock = 1\n"
    with pytest.raises(SetupRefused) as refusal:
        _read(text)
    assert [problem.code for problem in refusal.value.problems] == ["E-SET-07", "E-HAL-02", "E-SET-01"]
