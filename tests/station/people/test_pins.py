"""How PINs are kept."""

from __future__ import annotations

from argon2 import extract_parameters
from argon2.low_level import Type

from station.people.pins import Pins


def test_a_stored_pin_costs_what_owasp_asks_for_and_needs_the_pepper() -> None:
    """ASVS 11.4.2: argon2id, 19 MiB and two passes at least; the database alone does not open it."""
    pins = Pins(b"p" * 32)
    stored = pins.hash("4711")
    cost = extract_parameters(stored)
    assert cost.type is Type.ID
    assert cost.memory_cost >= 19 * 1024
    assert cost.time_cost >= 2
    assert pins.verify(stored, "4711")
    assert not pins.verify(stored, "4712")
    assert not Pins(b"q" * 32).verify(stored, "4711")
