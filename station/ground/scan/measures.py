"""Weights and prices of a label, as whole numbers: the decimal point stands in the identifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_KILOGRAM_MG = 1_000_000
_POUND_MG_E2 = 45_359_237
"""Hundredths of a milligram in a pound."""


def net_mg(values: Mapping[str, Sequence[str]]) -> int | None:
    """The net weight in milligrams, from kilograms (310n) or pounds (320n); halves up."""
    for ai, here in values.items():
        point = int(ai[3]) if len(ai) == len("310n") and ai[3].isdigit() else 0
        if ai[:3] == "310":
            return _scaled(int(here[0]) * _KILOGRAM_MG, point)
        if ai[:3] == "320":
            return _scaled(int(here[0]) * _POUND_MG_E2, point + 2)
    return None


def price(values: Mapping[str, Sequence[str]]) -> str:
    """The price or amount as it is said, with its currency's number where the label has one."""
    for ai, here in values.items():
        if ai[:3] in {"392", "390"}:
            return point_at(here[0], int(ai[3]))
        if ai[:3] in {"393", "391"}:
            return f"{point_at(here[0][3:], int(ai[3]))} ({here[0][:3]})"
    return ""


def point_at(digits: str, places: int) -> str:
    """``01250`` with 2 places: ``12.50``."""
    padded = (digits.lstrip("0") or "0").rjust(places + 1, "0")
    return f"{padded[:-places]}.{padded[-places:]}" if places else padded


def kilograms(milligrams: int) -> str:
    """A weight as people read it: ``1.25``."""
    whole = point_at(str(milligrams), 6)
    return whole.rstrip("0").rstrip(".")


def _scaled(value: int, places: int) -> int:
    ten = int("1" + "0" * places)
    return (value + ten // 2) // ten
