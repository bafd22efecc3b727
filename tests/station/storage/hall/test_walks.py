"""Slot codes, check digits, and the ways through the aisles (P28)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.storage.hall.addresses import Address, address_of, check_digits, is_under
from station.storage.hall.walks import Walk, Zone, sequence


def _walk(way: Walk, codes: str) -> str:
    """Aisle and bay in the order in which they are passed, one slot a bay."""
    slots = [Address("A", int(code[0]), int(code[1]), 1, 1) for code in codes.split()]
    numbered = sequence(slots, {"A": Zone("A", way)})
    return " ".join(f"{slot.aisle}{slot.bay}" for slot in sorted(slots, key=numbered.__getitem__))


@pytest.mark.parametrize(
    ("way", "passed"),
    [
        (Walk.SERPENTINE, "11 12 13 14 24 23 22 21 31 32"),
        (Walk.ONE_WAY, "11 12 13 14 21 22 23 24 31 32"),
        (Walk.BOTH_SIDES, "11 13 14 12 21 23 24 22 31 32"),
    ],
)
def test_ways_through_the_aisles(way: Walk, passed: str) -> None:
    assert _walk(way, "11 12 13 14 21 22 23 24 31 32") == passed


def test_an_aisle_that_comes_later_keeps_the_serpentine() -> None:
    assert _walk(Walk.SERPENTINE, "11 12 31 32 51 52") == "11 12 32 31 51 52"


def test_levels_of_a_bay_come_together_and_positions_in_the_walking_direction() -> None:
    slots = [Address("A", aisle, 1, level, side) for aisle in (1, 2) for level in (1, 2) for side in (1, 2)]
    numbered = sequence(slots, {})
    passed = [slot.code[2:] for slot in sorted(slots, key=numbered.__getitem__)]
    assert passed == [
        "01-01-1-01", "01-01-1-02", "01-01-2-01", "01-01-2-02",
        "02-01-1-02", "02-01-1-01", "02-01-2-02", "02-01-2-01",
    ]  # fmt: skip


def test_reserve_over_the_picks_is_near_them_and_zones_follow_their_letters() -> None:
    pick, over, other = Address("P", 1, 2, 1, 1), Address("R", 1, 2, 4, 1), Address("A", 9, 9, 1, 1)
    far = Address("P", 2, 1, 1, 1)
    numbered = sequence([over, far, other, pick], {"R": Zone("R", Walk.ONE_WAY, "P")})
    assert sorted(numbered, key=numbered.__getitem__) == [other, pick, over, far]
    assert sorted(numbered.values()) == [10, 20, 30, 40]


ADDRESSES = st.builds(
    Address,
    st.sampled_from("ABR"),
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(1, 99),
)


@given(ADDRESSES)
def test_a_code_says_its_address(address: Address) -> None:
    assert address_of(address.code) == address


@given(st.sets(ADDRESSES, max_size=40), st.sampled_from(Walk), st.sampled_from(["", "A"]))
def test_every_slot_has_a_number_of_its_own_and_bays_are_not_torn(
    slots: set[Address], way: Walk, beside: str
) -> None:
    zones = {"A": Zone("A", way), "B": Zone("B", way), "R": Zone("R", way, beside)}
    numbered = sequence(slots, zones)
    assert numbered.keys() == slots
    assert sorted(numbered.values()) == [10 * (n + 1) for n in range(len(slots))]
    passed = [
        (beside if slot.zone == "R" and beside else slot.zone, slot.aisle, slot.bay)
        for slot in sorted(slots, key=numbered.__getitem__)
    ]
    stays = [bay for bay, _slots in itertools.groupby(passed)]
    assert len(stays) == len(set(stays))


@pytest.mark.parametrize(
    "code", ["DOCK-1", "I-01-01-1-01", "A-1-01-1-01", "A-00-01-1-01", "A-01-01-0-01", "a-01-01-1-01", ""]
)
def test_what_is_no_address(code: str) -> None:
    assert address_of(code) is None


@pytest.mark.parametrize(
    ("code", "pattern", "under"),
    [
        ("A-03-12-2-05", "A-03", True),
        ("A-03-12-2-05", "A", True),
        ("A-03-12-2-05", "A-03-12-2-05", True),
        ("A-03-12-2-05", "A-0", False),
        ("A-03-12-2-05", "A-03-1", False),
        ("DOCK-1", "DOCK-1", True),
        ("DOCK-1", "DOCK", False),
    ],
)
def test_a_pattern_names_what_is_under_it(code: str, pattern: str, under: bool) -> None:
    assert is_under(code, pattern) is under


def test_check_digits_tell_neighbours_apart_and_change_with_the_label() -> None:
    bay = [Address("A", 1, 1, level, side).code for level in range(1, 6) for side in range(1, 12)]
    assert len({check_digits(code) for code in bay}) == len(bay)
    assert all(len(check_digits(code)) == 2 and check_digits(code).isdigit() for code in [*bay, "DOCK-1"])
    assert check_digits(bay[0]) == check_digits(bay[0])
    changed = [code for code in bay if check_digits(code, 2) != check_digits(code)]
    assert changed == bay
