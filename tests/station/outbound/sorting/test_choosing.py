"""Which cell a unit goes into, in all the cases a clerk could state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from station.outbound.sorting.choosing import Want, choose, name_of, wall_of

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 6, 18, tzinfo=UTC)


def _want(order: int, left: int, due: datetime | None = None, *, held: bool = False) -> Want:
    return Want(order, f"DO{order}", "PICKED", due, 1, 1, "GOOD", 1, left, is_in_hand=held)


@pytest.mark.parametrize(
    ("wants", "order"),
    [
        ([_want(1, 3, NOON), _want(2, 1, LATER)], 2),
        ([_want(1, 2, LATER), _want(2, 2, NOON)], 2),
        ([_want(1, 2), _want(2, 2, LATER)], 2),
        ([_want(2, 2, NOON), _want(1, 2, NOON)], 1),
        ([_want(1, 1, NOON, held=True), _want(2, 5)], 2),
        ([_want(1, 1, NOON, held=True)], 1),
    ],
    ids=[
        "closest to complete",
        "then the deadline",
        "none comes last",
        "then the oldest",
        "not what another holds",
        "unless nothing else is wanted",
    ],
)
def test_t46_the_order_closest_to_complete_goes_first(wants: list[Want], order: int) -> None:
    """T46: two orders want A: the one closest to complete, then the earliest deadline; any order of asking."""
    for some in (wants, wants[::-1]):
        chosen = choose(some)
        assert chosen is not None
        assert chosen.order_id == order


def test_nobody_wants_it() -> None:
    assert choose([]) is None


@pytest.mark.parametrize(
    ("code", "wall", "name"),
    [("W1-2-05", "W1", "2-05"), ("WALL-A-1-12", "WALL-A", "1-12"), ("MAILBOX", "MAILBOX", "MAILBOX")],
)
def test_a_cell_is_called_as_its_label_ends(code: str, wall: str, name: str) -> None:
    assert (wall_of(code), name_of(code)) == (wall, name)
