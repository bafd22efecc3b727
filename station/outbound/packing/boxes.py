"""Which box a parcel fits into (P17). Pure; cubic centimetres and grams, whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

USABLE_PCT = 90
"""So much of a box's inside is filled at most: goods have corners."""


@dataclass(frozen=True, slots=True)
class Size:
    """A box of `inner_cm3` for at most `max_g` of goods; 0: nobody has said."""

    box_id: int
    inner_cm3: int
    max_g: int


def smallest(goods_cm3: int, goods_g: int, boxes: Iterable[Size]) -> Size | None:
    """The smallest box with room for the goods that carries their weight; None when none is known to."""
    fitting = [
        box
        for box in boxes
        if box.inner_cm3
        and goods_cm3 * 100 <= box.inner_cm3 * USABLE_PCT
        and (not box.max_g or goods_g <= box.max_g)
    ]
    return min(fitting, key=lambda box: (box.inner_cm3, box.box_id), default=None)
