"""How much stage 2 must inspect (P3, S-03). Pure; the draw is reproducible from its seed (T11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["EACH", "INNER"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Inspect `n` EACH or INNER packs out of `cartons_to_open` cartons; `is_full` means 100 %."""

    n: int
    unit: Unit
    cartons_to_open: int
    is_full: bool


def sample_size(
    *,
    units: int,
    inner_packs: int,
    cartons: int,
    is_valuable: bool,
    is_first_delivery: bool,
    plain_pct: int = 20,
    inner_pct: int = 20,
) -> Plan:
    """The plan for one line and lot: valuables and first deliveries fully, else ⌈20 %⌉ of the inner packs,
    or of the units where there are none, and at least one (T10).
    """
    if is_valuable or is_first_delivery:
        return Plan(units, "EACH", cartons, is_full=True)
    unit: Unit
    if inner_packs:
        n, unit, pct = _share(inner_packs, inner_pct), "INNER", inner_pct
    else:
        n, unit, pct = _share(units, plain_pct), "EACH", plain_pct
    return Plan(n, unit, min(cartons, _share(cartons, pct)), is_full=n == (inner_packs or units))


def _share(whole: int, pct: int) -> int:
    return min(whole, max(1, (pct * whole + 99) // 100))


def escalate(plan: Plan, units: int, inner_packs: int, cartons: int) -> Plan:
    """One defect was found: everything must be inspected (T13)."""
    return Plan(inner_packs if plan.unit == "INNER" else units, plan.unit, cartons, is_full=True)


def shares(n: int, holds: Mapping[int, int]) -> dict[int, int]:
    """How many of `n` samples come out of each carton, as even as can be; none gives more than it holds,
    as long as the others have enough.
    """
    given = dict.fromkeys(holds, 0)
    while n > 0:
        giving = [carton for carton, content in holds.items() if given[carton] < content] or list(holds)
        for carton in giving[:n]:
            given[carton] += 1
        n -= len(giving[:n])
    return given


_MULTIPLIER, _INCREMENT, _MODULUS = 6_364_136_223_846_793_005, 1_442_695_040_888_963_407, 1 << 64


def draw_cartons(cartons: int, k: int, seed: int) -> tuple[int, ...]:
    """`k` different carton numbers out of 1…`cartons`, the same for the same seed on any machine."""
    numbers = list(range(1, cartons + 1))
    state = seed % _MODULUS
    for i in range(min(k, cartons)):
        state = (state * _MULTIPLIER + _INCREMENT) % _MODULUS
        j = i + (state >> 33) % (cartons - i)
        numbers[i], numbers[j] = numbers[j], numbers[i]
    return tuple(sorted(numbers[:k]))
